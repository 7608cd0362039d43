/** The cookie of a remember-me token: its name, its attributes, and how it is taken back. */

import type { SettingsValues } from '@dewar/base'
import { type CookieOptions, parseCookie, type Response } from '@dewar/http'
import type { App, AppRequest } from 'dewar'
import { loginLimits, type rememberDefaults } from './defaults.ts'

/** A remember-me cookie of fixed attributes. */
export class RememberCookie {
  /** The name with its prefix. */
  readonly name: string
  readonly #attributes: CookieOptions

  /** Secure wherever the session's own cookie is. */
  constructor({ config }: App, settings: SettingsValues<typeof rememberDefaults>) {
    const { cookieName, sameSite, unsafeDomain: domain } = settings
    const secure = config.SESSION_COOKIE_SECURE && !config.DEBUG
    this.name = secure ? `${domain === null ? '__Host-' : '__Secure-'}${cookieName}` : cookieName
    this.#attributes = { secure, httpOnly: true, sameSite, path: '/', domain }
  }

  /** The tokens that a request brings, few at most. */
  read({ headers }: AppRequest): readonly string[] {
    const header = headers.getJoined('Cookie', '; ')
    if (header?.includes(this.name) !== true) return []
    return parseCookie(header, { maxCookies: header.length })
      .getAll(this.name)
      .filter((token) => token !== '')
      .slice(0, loginLimits.maxRememberCookies.value)
  }

  /** Keeps a token in the browser; `expires` in seconds since the epoch. What was to be kept before is not sent. */
  write(response: Response, token: string, expires: number): void {
    this.#replace(response)
    response.setCookie(this.name, token, { ...this.#attributes, expires })
  }

  /** Makes the browser forget it. */
  remove(response: Response): void {
    this.#replace(response)
    response.deleteCookie(this.name, this.#attributes)
  }

  #replace({ headers }: Response): void {
    const kept = headers.getAll('Set-Cookie').filter((cookie) => !cookie.startsWith(`${this.name}=`))
    headers.delete('Set-Cookie')
    for (const cookie of kept) headers.add('Set-Cookie', cookie)
  }
}
