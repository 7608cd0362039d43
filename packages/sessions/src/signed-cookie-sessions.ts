/**
 * Sessions in a signed cookie: nothing is kept on the server.
 *
 * Threat: forged, altered, stolen and immortal cookies.
 * Construction: `TimedSigner` (a JSON Web Token, HS256, key by HKDF for the purpose `session:<name>`) over the session's text.
 * Both timeouts are held against signed times (`token-cookie-sessions.ts`).
 * Defaults: `defaults.ts`. The visitor can read what is in it: keep secrets in `sealedCookieSessions` or `storedSessions`.
 */
import { type KeyRing, TimedSigner } from '@dewar/signing'
import type { SessionOptions } from './session-settings.ts'
import type { Sessions } from './sessions.ts'
import { tokenCookieSessions } from './token-cookie-sessions.ts'

/** What signed-cookie sessions take, beside the settings of `defaults`. */
export interface SignedCookieSessionsOptions extends SessionOptions {
  /** The keys; the newest signs, all verify. */
  readonly keys: KeyRing
}

/**
 * Keeps sessions in a signed cookie.
 *
 * @param options the keys, and what differs from the defaults
 * @typeParam Data the keys of a session and their types
 * @throws {DewarError} `ERR_SESSIONS_OPTION`, `ERR_SIGNING_OPTION`
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { signedCookieSessions } from '@dewar/sessions'
 * import { generateKey, KeyRing } from '@dewar/signing'
 *
 * const sessions = signedCookieSessions<{ user: number }>({ keys: new KeyRing(generateKey()) })
 * const first = sessions.open(undefined)
 * first.set('user', 7)
 * const setCookie = sessions.save(first) ?? ''
 * const [cookie] = setCookie.split(';')
 * assert.equal(sessions.open(cookie).get('user'), 7)
 * ```
 * @see Flask: `SecureCookieSessionInterface`
 */
export function signedCookieSessions<Data extends object = Record<string, unknown>>(
  options: SignedCookieSessionsOptions,
): Sessions<Data> {
  const { keys, ...rest } = options
  return tokenCookieSessions<Data>(rest, (cookieName) => {
    const signer = new TimedSigner({ keys, purpose: `session:${cookieName}` })
    return {
      write: (text, times) => signer.sign(text, times),
      read: (token, times) => signer.verify(token, times),
    }
  })
}
