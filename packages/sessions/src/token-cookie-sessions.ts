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
import { saveInCookie } from './save-in-cookie.ts'
import { Session } from './session.ts'
import { createSessionCookie, type SessionCookie } from './session-cookie.ts'
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
  const strategy: Strategy = { settings, cookie, tokens, random }
  return Object.freeze({
    cookieName: cookie.name,
    open: (header: string | null | undefined, now = clock()) => open<Data>(strategy, header, now),
    save: (session: Session<Data>, now = clock()) =>
      saveInCookie(settings, cookie, session, now, (text, expires) => {
        const time = Math.floor(now)
        return tokens.write(text, { now: time, maxAge: expires - time })
      }),
  })
}

interface Strategy {
  readonly settings: SettingsValues<typeof sessionSettings>
  readonly cookie: SessionCookie
  readonly tokens: CookieTokens
  readonly random: SessionOptions['random']
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

function readToken({ settings, tokens }: Strategy, token: string, now: number) {
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
