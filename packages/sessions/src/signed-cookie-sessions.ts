/**
 * Sessions in a signed cookie: nothing is kept on the server.
 *
 * Threat: forged, altered, stolen and immortal cookies.
 * Construction: `TimedSigner` (a JSON Web Token, HS256, key by HKDF for the purpose `session:<name>`) over the session's text.
 * The idle timeout is held against the signed time of issue, the absolute lifetime against the signed time of creation, both by
 * the server's clock and by the settings of today, whatever the browser says.
 * Defaults: `defaults.ts`. The visitor can read what is in it: do not keep secrets there.
 */
import { resolveSettings, type SettingsOptions, type SettingsValues } from '@dewar/base'
import {
  type KeyRing,
  type RefusedToken,
  SignatureExpired,
  SignatureNotYetValid,
  TimedSigner,
  UnknownKey,
} from '@dewar/signing'
import type { SessionRefusal } from './errors.ts'
import { saveInCookie } from './save-in-cookie.ts'
import { Session } from './session.ts'
import { createSessionCookie, type SessionCookie } from './session-cookie.ts'
import { parseRecord } from './session-record.ts'
import { type SessionOptions, sessionSettings } from './session-settings.ts'
import type { Sessions } from './sessions.ts'
import { systemClock, whyOver } from './timeouts.ts'

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
  const { keys, now: clock = systemClock, random, ...rest } = options
  const settings = resolveSettings(
    'sessions',
    sessionSettings,
    rest as SettingsOptions<typeof sessionSettings>,
  )
  const cookie = createSessionCookie(settings)
  const signer = new TimedSigner({ keys, purpose: `session:${settings.cookieName}` })
  const strategy: Strategy = { settings, cookie, signer, random }
  return Object.freeze({
    cookieName: cookie.name,
    open: (header: string | null | undefined, now = clock()) => open<Data>(strategy, header, now),
    save: (session: Session<Data>, now = clock()) =>
      saveInCookie(settings, cookie, session, now, (expires) => {
        const time = Math.floor(now)
        return signer.sign(session.toText(), { now: time, maxAge: expires - time })
      }),
  })
}

interface Strategy {
  readonly settings: SettingsValues<typeof sessionSettings>
  readonly cookie: SessionCookie
  readonly signer: TimedSigner
  readonly random: SignedCookieSessionsOptions['random']
}

function open<Data extends object>(
  strategy: Strategy,
  header: string | null | undefined,
  now: number,
): Session<Data> {
  const { cookie, random } = strategy
  const tokens = header === null || header === undefined ? [] : cookie.read(header)
  let refused: SessionRefusal | undefined
  for (const token of tokens) {
    const read = readToken(strategy, token, now)
    if ('record' in read) return new Session({ ...read, now, hadCookie: true, random })
    refused ??= read
  }
  return new Session({ record: null, now, hadCookie: tokens.length > 0, refused, random })
}

function readToken({ settings, signer }: Strategy, token: string, now: number) {
  if (token.length > settings.maxCookieSize) return refusal('tooLarge')
  const result = signer.verify(token, { now, maxAge: settings.idleTimeout ?? settings.lifetime })
  if (!result.ok) return whyRefused(result.reason, settings.lifetime, now)
  const record = parseRecord(result.payload)
  if (record === null) return refusal('unreadable')
  const over = whyOver(settings, record.createdAt, result.issuedAt, now)
  if (over !== null) return refusal(over)
  return { record, text: result.payload, renewedAt: result.issuedAt }
}

function refusal(reason: SessionRefusal['reason'], error?: RefusedToken): SessionRefusal {
  return { reason, error }
}

function whyRefused(error: RefusedToken, lifetime: number, now: number): SessionRefusal {
  if (error instanceof SignatureExpired) {
    const createdAt = parseRecord(error.payload)?.createdAt ?? 0
    return refusal(now >= createdAt + lifetime ? 'expired' : 'idle', error)
  }
  if (error instanceof SignatureNotYetValid) return refusal('notYetValid', error)
  return refusal(error instanceof UnknownKey ? 'unknownKey' : 'tampered', error)
}
