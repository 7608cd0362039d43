/** Deciding whether a session's cookie is sent, and which: the same for all sessions that live in their cookie. */
import { cookieTooLarge } from './errors.ts'
import type { Session } from './session.ts'
import type { SessionCookie } from './session-cookie.ts'
import { endOf, isRefreshDue, type TimeoutSettings } from './timeouts.ts'

/** The settings that decide it. */
export interface CookieSessionSettings extends TimeoutSettings {
  readonly maxCookieSize: number
}

/**
 * Gives the `Set-Cookie` value for a session.
 *
 * @param makeToken makes the cookie's value of the session's text, to be good until `expires` (seconds since the epoch)
 * @returns the value, the deleting value, or `null` if nothing is to be sent
 * @throws {LimitError} `ERR_SESSIONS_COOKIE_TOO_LARGE`
 */
export function saveInCookie<Data extends object>(
  settings: CookieSessionSettings,
  cookie: SessionCookie,
  session: Session<Data>,
  now: number,
  makeToken: (text: string, expires: number) => string,
): string | null {
  const deletion = session.hadCookie ? cookie.deletion : null
  if (session.isEmpty) return session.isAbandoned ? null : deletion
  const text = session.modifiedText() ?? (isRefreshDue(settings, session, now) ? session.toText() : null)
  if (text === null) return null
  const expires = endOf(settings, session.createdAt, now)
  if (expires <= Math.floor(now)) return deletion
  const setCookie = cookie.write(makeToken(text, expires), session.permanent ? expires : null)
  if (setCookie.length > settings.maxCookieSize)
    throw cookieTooLarge(setCookie.length, settings.maxCookieSize, largestKeys(session.toRecord().data))
  return setCookie
}

function largestKeys(data: readonly unknown[]): string[] {
  const sizes: [string, number][] = []
  for (let i = 0; i + 1 < data.length; i += 2) sizes.push([String(data[i]), sizeOf(data[i + 1])])
  sizes.sort((a, b) => b[1] - a[1])
  return sizes.slice(0, 3).map(([key, size]) => `${key} (${size})`)
}

function sizeOf(json: unknown): number {
  return JSON.stringify(json, (_, value) => (typeof value === 'bigint' ? `${value}` : value)).length
}
