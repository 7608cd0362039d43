/** What every way of keeping sessions offers. */
import type { Session } from './session.ts'

/**
 * A way of keeping sessions: the `Cookie` header in, the `Set-Cookie` value out, whatever the server.
 *
 * @see Flask: `SessionInterface`
 */
export interface Sessions<Data extends object = Record<string, unknown>> {
  /** The cookie's name with its prefix. */
  readonly cookieName: string
  /**
   * Reads a visitor's session. A missing, altered or expired cookie gives a new one; it never throws.
   *
   * @param cookieHeader the `Cookie` header as received, or nothing
   * @param now seconds since the epoch; the clock if absent
   */
  open(cookieHeader: string | null | undefined, now?: number): Session<Data>
  /**
   * Gives the cookie that keeps the session, once the answer is ready.
   *
   * @param session as `open` gave it
   * @param now seconds since the epoch; the clock if absent
   * @returns the value of a `Set-Cookie` header, or `null` if there is nothing to send
   */
  save(session: Session<Data>, now?: number): string | null
}

/** As {@link Sessions}, for sessions that are kept elsewhere than in the cookie. */
export interface StoredSessions<Data extends object = Record<string, unknown>> {
  /** The cookie's name with its prefix. */
  readonly cookieName: string
  /**
   * Reads a visitor's session. A missing, unknown or expired one gives a new one.
   *
   * @throws {StoreError} if the store does not answer
   */
  open(cookieHeader: string | null | undefined, now?: number): Promise<Session<Data>>
  /**
   * Keeps the session and gives the cookie, once the answer is ready.
   *
   * @returns the value of a `Set-Cookie` header, or `null` if there is nothing to send
   * @throws {StoreError} if the store does not answer
   */
  save(session: Session<Data>, now?: number): Promise<string | null>
  /** Ends a session by its id at once, wherever it is open; answers whether there was one. */
  end(id: string): Promise<boolean>
}
