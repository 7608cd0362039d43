/** The first good session among the cookies of a request: what all kinds that live in a cookie share. */
import type { SessionRefusal } from './errors.ts'
import { Session, type SessionSource } from './session.ts'
import type { SessionCookie } from './session-cookie.ts'

/** What a cookie's value holds: the session, as it was written and when. */
export type ReadSession = Required<Pick<SessionSource, 'text' | 'renewedAt'>> & {
  readonly record: NonNullable<SessionSource['record']>
}

/** What a session is made with, whether a cookie was good or not. */
export type SessionParts = Pick<SessionSource, 'now' | 'random' | 'codec'>

/**
 * Opens the session of a `Cookie` header. A cookie of the same name may have been planted, so each is looked at until one
 * is good; if none is, the session is new and says why the first was refused.
 *
 * @param read what a cookie's value holds, or why it is refused
 */
export function openSession<Data extends object>(
  cookie: SessionCookie,
  header: string | null | undefined,
  parts: SessionParts,
  read: (value: string) => ReadSession | SessionRefusal,
): Session<Data> {
  const values = header === null || header === undefined ? [] : cookie.read(header)
  let refused: SessionRefusal | undefined
  for (const value of values) {
    const found = read(value)
    if ('record' in found) return new Session({ ...parts, ...found, hadCookie: true })
    refused ??= found
  }
  return new Session({ ...parts, record: null, hadCookie: values.length > 0, refused })
}
