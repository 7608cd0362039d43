/**
 * The address of this site, for links in mails, redirect URIs and passkeys.
 *
 * Threat: a reset is asked for with a foreign `Host`, and the mail leads the victim, token and all, to the attacker's site.
 * Construction: scheme and host come from the settings, never from the request: `SERVER_NAME`, else the first whole name of
 * `TRUSTED_HOSTS`, with `PREFERRED_URL_SCHEME`. While debugging or testing this machine's own names are taken as they come.
 * When not to change: there is nothing to change.
 */
import { DewarError } from '@dewar/base'
import type { App } from './app.ts'
import { useContext } from './context.ts'
import type { AppRequest } from './request.ts'

/** Under which name people know a site. @internal */
export interface SiteName {
  readonly scheme: string
  readonly host: string
}

const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/

/**
 * The origin under which people know this site, such as `https://accounts.example`; `urlFor(…, { canonical: true })` gives
 * addresses on it.
 *
 * @throws {DewarError} `ERR_DEWAR_NO_ORIGIN` if the settings name none; `ERR_DEWAR_NO_CONTEXT`
 */
export function siteOrigin(): string {
  const { app, request } = useContext('siteOrigin()')
  const site = siteNameOf(app, request)
  if (site === null) throw noOrigin()
  return `${site.scheme}://${site.host}`
}

/** `null` if the settings name none. @internal */
export function siteNameOf({ config }: App, request: AppRequest | null): SiteName | null {
  const { SERVER_NAME, TRUSTED_HOSTS, PREFERRED_URL_SCHEME, DEBUG, TESTING } = config
  const host = SERVER_NAME ?? TRUSTED_HOSTS?.find((name) => !name.startsWith('.')) ?? null
  const isAtHome = (DEBUG || TESTING) && request !== null && loopback.test(request.host)
  if (isAtHome && (host === null || loopback.test(host) || request.host === host))
    return { scheme: request.scheme, host: request.host }
  return host === null ? null : { scheme: PREFERRED_URL_SCHEME, host }
}

/** @internal */
export function noOrigin(): DewarError {
  return new DewarError(
    'ERR_DEWAR_NO_ORIGIN',
    'The settings do not say under which name this site is known.',
    {
      fix: 'Set SERVER_NAME, or name the site first in TRUSTED_HOSTS.',
    },
  )
}
