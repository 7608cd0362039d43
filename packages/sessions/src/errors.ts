/** What can be wrong with a session. */
import { DewarError, LimitError } from '@dewar/base'

/** A session, a value for it or an option that cannot be. */
export class SessionError extends DewarError {}

/** Why a cookie was not believed. */
export type RefusalReason =
  /** Not made by these keys, or changed since. */
  | 'tampered'
  /** Made by a key that is no longer in the ring. */
  | 'unknownKey'
  /** Older than the absolute lifetime. */
  | 'expired'
  /** Not used for longer than the idle timeout. */
  | 'idle'
  /** Dated in the future. */
  | 'notYetValid'
  /** Authentic, but of another version or format. */
  | 'unreadable'
  /** Longer than any cookie made here. */
  | 'tooLarge'
  /** Nothing is stored under this id: it has ended, or never was. */
  | 'unknown'

/** A cookie that came and was refused: what a security log wants to know. */
export interface SessionRefusal {
  readonly reason: RefusalReason
  /** The error behind it, if there is one. */
  readonly error?: DewarError | undefined
}

/** A value that a session cannot hold. */
export function wrongValue(path: string, what: string): SessionError {
  return new SessionError('ERR_SESSIONS_VALUE', `The session cannot hold ${what} at '${path}'.`, {
    fix: 'It holds JSON, Date, bigint, Uint8Array, Map, Set and safe HTML. Keep an id, and the rest in a database.',
    details: { path },
  })
}

/** A session too large for a cookie. */
export function cookieTooLarge(actual: number, maximum: number, largest: readonly string[]): LimitError {
  const keys = largest.length === 0 ? '' : ` Largest: ${largest.join(', ')}.`
  return new LimitError(
    'ERR_SESSIONS_COOKIE_TOO_LARGE',
    `The session cookie would be ${actual} bytes; browsers drop those above ${maximum}.${keys}`,
    {
      limit: 'MAX_COOKIE_SIZE',
      maximum,
      actual,
      fix: 'Keep large values in a database or file under an id, or keep sessions on the server: storedSessions().',
      details: { largest },
    },
  )
}

/** Options that contradict each other. */
export function wrongOption(message: string, fix: string): SessionError {
  return new SessionError('ERR_SESSIONS_OPTION', message, { fix })
}
