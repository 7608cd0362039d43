/** What the app's settings say about requests before they are let in. */
import type { RequestOptions } from '@dewar/http'
import { Headers, RequestRedirect, Response } from '@dewar/http'
import {
  createHostCheck,
  createProxyTrust,
  type HostCheck,
  httpsLocation,
  parseTrustedOrigins,
  type TrustProxyOptions,
} from '@dewar/security'
import type { AppConfig } from './config.ts'
import { defaults } from './defaults.ts'
import type { AppRequest } from './request.ts'

/** The checks of step 2, with the app's settings in them. @internal */
export interface Gate {
  readonly checkHost: HostCheck
  readonly originOptions: { readonly trustedOrigins: readonly string[]; readonly sslStrict: boolean }
  /** @throws {RequestHeaderFieldsTooLarge} 431 for more cookies than `MAX_COOKIES` */
  checkCookies(request: AppRequest): void
  /**
   * Sends a visitor to https who, as a declared proxy says, came in clear text.
   *
   * @throws {RequestRedirect} 308 for a request that only reads
   * @throws {Forbidden} 403 `ERR_SECURITY_HTTPS_REQUIRED` for one that changes something: its body has already travelled
   */
  checkTransport(request: AppRequest, host: string): void
  /** Puts what a declared proxy says in the place of what the socket says. */
  lookThrough(options: RequestOptions): RequestOptions
}

/** @throws {DewarError} for trusted hosts, origins or proxies that are none @internal */
export function createGate(config: AppConfig): Gate {
  // While debugging, this machine's names are trusted too, and without TRUSTED_HOSTS no others: a page elsewhere could rebind one.
  const trustedHosts = config.DEBUG
    ? [...(config.TRUSTED_HOSTS ?? []), ...defaults.loopbackHosts.value]
    : config.TRUSTED_HOSTS
  return {
    checkHost: createHostCheck(trustedHosts),
    originOptions: {
      trustedOrigins: parseTrustedOrigins(config.CSRF_TRUSTED_ORIGINS),
      sslStrict: config.CSRF_SSL_STRICT ?? !hasHostCookie(config),
    },
    checkCookies: (request) => checkCookies(request, config.MAX_COOKIES),
    checkTransport: createTransportCheck(config),
    lookThrough: createLookThrough(config.TRUSTED_PROXY as TrustProxyOptions | null),
  }
}

/**
 * Whether the session cookie has the `__Host-` prefix. What a strict check adds to the token is against cookies planted in
 * clear text or by a sibling domain; browsers take none with this prefix from there.
 */
function hasHostCookie(config: AppConfig): boolean {
  const { SESSION_COOKIE_SECURE, SESSION_COOKIE_PATH, SESSION_COOKIE_DOMAIN } = config
  return SESSION_COOKIE_SECURE && SESSION_COOKIE_PATH === '/' && SESSION_COOKIE_DOMAIN === null
}

/** Silence would lose cookies, and with them sessions. Cookies are read only if there are semicolons enough. */
function checkCookies(request: AppRequest, maximum: number): void {
  const header = request.headers.getJoined('Cookie', '; ')
  if (header === null) return
  let count = 0
  for (let at = header.indexOf(';'); at >= 0; at = header.indexOf(';', at + 1)) {
    if (++count >= maximum) return void request.cookies
  }
}

/**
 * Only what the proxy says itself counts: a health check that comes straight to this port is let in. An app whose sessions
 * are to travel in clear text has no https to go to.
 */
function createTransportCheck(config: AppConfig): Gate['checkTransport'] {
  const { FORCE_HTTPS, SESSION_COOKIE_SECURE, TRUSTED_PROXY, DEBUG } = config
  const proxies = TRUSTED_PROXY as TrustProxyOptions | null
  if (!FORCE_HTTPS || !SESSION_COOKIE_SECURE || DEBUG || proxies === null) return () => {}
  const header = (proxies.forwarded ?? 0) > 0 ? 'Forwarded' : 'X-Forwarded-Proto'
  return ({ scheme, headers, method, target }, host) => {
    if (scheme !== 'http' || !headers.has(header)) return
    const location = httpsLocation({ method, scheme, host, target })
    if (location === null) return
    const response = Response.redirect(location, { status: 308 })
    // Another visitor's cache must not hold a redirect to a host that this one has named.
    response.headers.set('Cache-Control', 'no-store')
    throw new RequestRedirect(location, { response })
  }
}

function createLookThrough(proxies: TrustProxyOptions | null): Gate['lookThrough'] {
  if (proxies === null) return (options) => options
  const trust = createProxyTrust(proxies)
  return (options) => {
    const headers = options.headers instanceof Headers ? options.headers : new Headers(options.headers)
    const visitor = trust({
      headers,
      remoteAddr: options.remoteAddr ?? null,
      scheme: options.scheme ?? 'http',
      rootPath: options.rootPath ?? '',
    })
    const { remoteAddr, rootPath } = visitor
    const scheme = visitor.scheme === 'https' ? 'https' : 'http'
    return { ...options, headers: withHost(headers, visitor.host), remoteAddr, rootPath, scheme }
  }
}

function withHost(headers: Headers, host: string | null): Headers {
  if (host === null || host === headers.get('Host')) return headers
  const changed = new Headers(headers)
  changed.set('Host', host)
  return changed
}
