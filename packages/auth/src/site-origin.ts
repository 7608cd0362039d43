/**
 * The address of this site, for links in mails and for passkeys.
 *
 * Threat: a reset is asked for with a foreign `Host`, and the mail leads the victim, token and all, to the attacker's site.
 * Construction: scheme and host come from the settings, never from the request: `SERVER_NAME`, else the first whole name of
 * `TRUSTED_HOSTS`, with `PREFERRED_URL_SCHEME`. While debugging or testing this machine's own names are taken as they come.
 * When not to change: there is nothing to change.
 */
import { DewarError } from '@dewar/base'
import { type UrlForOptions, type UrlValues, urlFor, useContext } from 'dewar'

const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/

/**
 * The origin under which people know this site, such as `https://accounts.example`.
 *
 * @throws {DewarError} `ERR_AUTH_NO_ORIGIN` if the settings name none; `ERR_DEWAR_NO_CONTEXT`
 */
export function siteOrigin(): string {
  const { app, request } = useContext('siteOrigin()')
  const { SERVER_NAME, TRUSTED_HOSTS, PREFERRED_URL_SCHEME, DEBUG, TESTING } = app.config
  const isAtHome = (DEBUG || TESTING) && request !== null && loopback.test(request.host)
  const named = SERVER_NAME ?? TRUSTED_HOSTS?.find((host) => !host.startsWith('.')) ?? null
  if (isAtHome && (named === null || loopback.test(named) || request.host === named))
    return `${request.scheme}://${request.host}`
  if (named !== null) return `${PREFERRED_URL_SCHEME}://${named}`
  throw new DewarError('ERR_AUTH_NO_ORIGIN', 'The settings do not say under which name this site is known.', {
    fix: 'Set SERVER_NAME, or name the site first in TRUSTED_HOSTS.',
  })
}

/**
 * The address of a view for a mail: absolute, on {@link siteOrigin}.
 *
 * @param endpoint the name of the endpoint
 * @param values its rule's arguments; further names go into the query
 * @throws {DewarError} as `urlFor` and {@link siteOrigin}
 */
export function siteUrl(
  endpoint: string,
  values: UrlValues = {},
  options: Pick<UrlForOptions, 'anchor' | 'method'> = {},
): string {
  const origin = siteOrigin()
  const { pathname, search, hash } = new URL(urlFor(endpoint, values, options), origin)
  return `${origin}${pathname}${search}${hash}`
}
