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
  /** A new session, at once: for a visitor who brings no cookie, where there is nothing to ask the store for. */
  create(now?: number): Session<Data>
  /** Ends a session by its id at once, wherever it is open; answers whether there was one. */
  end(id: string): Promise<boolean>
  /**
   * The sessions of somebody, for an account page: the one used last comes first. Needs the option `owner`.
   *
   * @param owner as the option `owner` gives it
   */
  list(owner: string, now?: number): Promise<ListedSession<Data>[]>
  /**
   * Ends a session by its handle, such as a form of the account page sends it back.
   *
   * @param owner who is asking: a handle of somebody else's ends nothing
   * @returns whether there was such a session
   */
  endListed(owner: string, handle: string): Promise<boolean>
  /**
   * Ends all sessions of somebody.
   *
   * @param except the session that may go on, such as the one that changed the password
   * @returns how many there were
   */
  endAllOf(owner: string, except?: Pick<Session<Data>, 'id'>): Promise<number>
}

/** A session as an account page shows it. */
export interface ListedSession<Data extends object = Record<string, unknown>> {
  /** Names the session in `endListed`; it opens nothing and may stand in a page. */
  readonly handle: string
  /** When it began, in seconds since the epoch. */
  readonly createdAt: number
  /** When it was last used, in seconds since the epoch, as exactly as `refreshInterval`. */
  readonly usedAt: number
  /** A value of it, such as the browser that was noted at login. */
  get<K extends keyof Data & string>(key: K): Data[K] | undefined
  /** Whether it is that session: "this device". */
  is(session: Pick<Session<Data>, 'id'>): boolean
}
