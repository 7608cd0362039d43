/**
 * What the session knows of its login beside the user's id, as one short text, so that reading it costs nothing and a
 * change is seen at once.
 *
 * ```
 * record = time "." flags "." seal "." place "." family
 * time   = seconds since the epoch, base 36
 * flags  = *( "f" / "r" / "x" )          ; fresh, remembered, forced
 * seal, family = base64url, or empty
 * place  = base64url, or "*", or empty
 * ```
 */

/** A login. */
export interface LoginRecord {
  /** When who it is was last shown, in seconds since the epoch. */
  readonly at: number
  /** Whether it was shown in this session. */
  readonly fresh: boolean
  /** Whether the session grew out of a remember-me cookie. */
  readonly remembered: boolean
  /** Whether an inactive user was let in. */
  readonly forced: boolean
  /** The seal of password hash and session id at login; empty if there is neither. */
  readonly seal: string
  /** Where it was begun; empty if sessions are not protected. */
  readonly place: string
  /** The remember-me family it belongs to; empty if there is none. */
  readonly family: string
}

/** What a session without a record is taken for, such as one that a test or another program has written. */
export const plainLogin: LoginRecord = Object.freeze({
  at: 0,
  fresh: false,
  remembered: false,
  forced: false,
  seal: '',
  place: '',
  family: '',
})

/** The place of a login that is good from everywhere, such as a test's. */
export const anyPlace = '*'

/** The record as text. */
export function serializeLogin(login: LoginRecord): string {
  const { at, fresh, remembered, forced, seal, place, family } = login
  const flags = `${fresh ? 'f' : ''}${remembered ? 'r' : ''}${forced ? 'x' : ''}`
  return [Math.floor(at).toString(36), flags, seal, place, family].join('.')
}

/** The record of a text; what is malformed or missing gives {@link plainLogin}. */
export function parseLogin(text: unknown): LoginRecord {
  const parts = typeof text === 'string' ? text.split('.') : []
  if (parts.length !== 5) return plainLogin
  const [time = '', flags = '', seal = '', place = '', family = ''] = parts
  const at = Number.parseInt(time, 36)
  if (!Number.isSafeInteger(at)) return plainLogin
  return {
    at,
    fresh: flags.includes('f'),
    remembered: flags.includes('r'),
    forced: flags.includes('x'),
    seal,
    place,
    family,
  }
}
