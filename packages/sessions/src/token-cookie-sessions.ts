/**
 * Sessions in a timed token, whether it is signed or sealed: what both kinds share.
 *
 * The idle timeout is held against the token's time of issue, the absolute lifetime against the session's time of creation, both
 * by the server's clock and by the settings of today, whatever the browser says.
 */
import { resolveSettings, type SettingsOptions, type SettingsValues, systemClock } from '@dewar/base'
import {
  type RefusedToken,
  SignatureExpired,
  SignatureNotYetValid,
  type TimedResult,
  UnknownKey,
} from '@dewar/signing'
import type { SessionRefusal } from './errors.ts'
import { openSession, type ReadSession } from './open-session.ts'
import { saveInCookie } from './save-in-cookie.ts'
import type { Session } from './session.ts'
import { createSessionCookie } from './session-cookie.ts'
import { parseRecord } from './session-record.ts'
import { type SessionOptions, sessionSettings } from './session-settings.ts'
import type { Sessions } from './sessions.ts'
import { whyOver } from './timeouts.ts'

/** Makes and reads the cookie's value. Times in seconds. */
export interface CookieTokens {
  /** A token of the text. */
  write(text: string, times: { readonly now: number; readonly maxAge: number }): string
  /** The text of a token, or why it is refused. */
  read(token: string, times: { readonly now: number; readonly maxAge: number }): TimedResult
}

/**
 * Keeps sessions in a token.
 *
 * @param options what differs from the defaults
 * @param makeTokens makes the tokens for a cookie's name
 * @throws {DewarError} `ERR_SESSIONS_OPTION`
 */
export function tokenCookieSessions<Data extends object>(
  options: SessionOptions,
  makeTokens: (cookieName: string) => CookieTokens,
): Sessions<Data> {
  const { now: clock = systemClock, random, ...rest } = options
  const settings = resolveSettings(
    'sessions',
    sessionSettings,
    rest as SettingsOptions<typeof sessionSettings>,
  )
  const cookie = createSessionCookie(settings)
  const tokens = makeTokens(settings.cookieName)
  const strategy: Strategy = { settings, tokens }
  return Object.freeze({
    cookieName: cookie.name,
    open: (header: string | null | undefined, now = clock()) =>
      openSession<Data>(cookie, header, { now, random }, (token) => readToken(strategy, token, now)),
    save: (session: Session<Data>, now = clock()) =>
      saveInCookie(settings, cookie, session, now, (text, expires) => {
        const time = Math.floor(now)
        return tokens.write(text, { now: time, maxAge: expires - time })
      }),
  })
}

interface Strategy {
  readonly settings: SettingsValues<typeof sessionSettings>
  readonly tokens: CookieTokens
}

function readToken({ settings, tokens }: Strategy, token: string, now: number): ReadSession | SessionRefusal {
  if (token.length > settings.maxCookieSize) return refusal('tooLarge')
  const result = tokens.read(token, { now, maxAge: settings.idleTimeout ?? settings.lifetime })
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
