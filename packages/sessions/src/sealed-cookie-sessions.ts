/**
 * Sessions in a sealed cookie: nothing is kept on the server, and the visitor cannot read what is in it.
 *
 * Threat: as for signed cookies; and the visitor, or whoever finds the cookie in a backup or a log, reads what the site thinks of him.
 * Construction: `Sealer` (an encrypted JSON Web Token, A256GCM, key by HKDF for the purpose `session:<name>`) over the session's text.
 * The length stays visible. Both timeouts are held against authenticated times (`token-cookie-sessions.ts`).
 * Defaults: `defaults.ts`. It costs a few microseconds more than signing and takes no more data; for large data use `storedSessions`.
 */
import { type KeyRing, Sealer } from '@dewar/signing'
import type { SessionOptions } from './session-settings.ts'
import type { Sessions } from './sessions.ts'
import { tokenCookieSessions } from './token-cookie-sessions.ts'

/** What sealed-cookie sessions take, beside the settings of `defaults`. */
export interface SealedCookieSessionsOptions extends SessionOptions {
  /** The keys; the newest seals, all open. */
  readonly keys: KeyRing
}

/**
 * Keeps sessions in an encrypted cookie.
 *
 * @param options the keys, and what differs from the defaults
 * @typeParam Data the keys of a session and their types
 * @throws {DewarError} `ERR_SESSIONS_OPTION`, `ERR_SIGNING_OPTION`
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { sealedCookieSessions } from '@dewar/sessions'
 * import { generateKey, KeyRing } from '@dewar/signing'
 *
 * const sessions = sealedCookieSessions<{ score: number }>({ keys: new KeyRing(generateKey()) })
 * const [cookie] = sessions.save(sessions.open(undefined).set('score', 640))?.split(';') ?? []
 * assert.equal(sessions.open(cookie).get('score'), 640)
 * ```
 */
export function sealedCookieSessions<Data extends object = Record<string, unknown>>(
  options: SealedCookieSessionsOptions,
): Sessions<Data> {
  const { keys, ...rest } = options
  return tokenCookieSessions<Data>(rest, (cookieName) => {
    const sealer = new Sealer({ keys, purpose: `session:${cookieName}` })
    return {
      write: (text, times) => sealer.seal(text, times),
      read: (token, times) => sealer.open(token, times),
    }
  })
}
