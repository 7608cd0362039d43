/**
 * The first leg of the CSRF check: where the browser says a request comes from.
 *
 * Threat: another site makes the visitor's browser send a request with the visitor's cookies, login included.
 * Construction, for every method that is not known to be safe:
 *   1. `Sec-Fetch-Site` decides if it is there: no page can set or remove it. `same-origin` and `none` (typed, bookmarked)
 *      pass; everything else is refused.
 *   2. Without it (plain http in a local network, old browsers) `Origin` must be this origin: scheme, host and port.
 *   3. Without either, `Referer` must be this origin if it is there; with `sslStrict` it must be there on https.
 *   4. Nothing at all, as from programs: `unknown`. The token alone decides then.
 * Defaults: no foreign origin is trusted. A trusted one passes this leg only: the token is still asked for.
 * When not to change: a sibling subdomain is not this origin; list it only if you would give it your cookies.
 */
import type { Headers } from '@dewar/http'
import { csrfDefaults } from './defaults.ts'
import { badTrustedOrigin, originRefused } from './errors.ts'
import { parseHost } from './host.ts'

/** What {@link checkOrigin} looks at. */
export interface OriginCheck {
  /** The request's method. */
  readonly method: string
  /** The request's headers. */
  readonly headers: Headers
  /** The scheme as the visitor sees it: behind a declared proxy, the proxy's. */
  readonly scheme: string
  /** The checked host with its port. */
  readonly host: string
  /** Foreign origins that may send forms, as {@link parseTrustedOrigins} gives them. */
  readonly trustedOrigins?: readonly string[] | undefined
  /** Whether an https request that names no origin at all must have a `Referer`; true if left out. */
  readonly sslStrict?: boolean | undefined
}

/**
 * `safe`: a method that changes nothing · `same`: this origin · `trusted`: a listed one · `unknown`: the request does not
 * say, as those of programs and of old browsers.
 */
export type OriginVerdict = 'safe' | 'same' | 'trusted' | 'unknown'

const safeMethods: ReadonlySet<string> = new Set(csrfDefaults.csrfSafeMethods.value)

/**
 * Says whether a method only reads (RFC 9110 §9.2.1); any method that is not known to do so counts as unsafe.
 *
 * @param method the request's method, in upper case
 */
export function isSafeMethod(method: string): boolean {
  return safeMethods.has(method)
}

/**
 * Refuses requests that another site made the browser send. Whatever it returns, the token is checked next.
 *
 * @param request method, headers, scheme, host, and which foreign origins may send forms
 * @returns what is known about the request's origin
 * @throws {CsrfError} 403 `ERR_SECURITY_CSRF_ORIGIN` if it comes from elsewhere, `ERR_SECURITY_CSRF_REFERER` if it is an
 *   https request that says nothing at all
 * @see Fetch Metadata §2.1; RFC 6454 §7; Go: `http.CrossOriginProtection`; Flask-WTF: `WTF_CSRF_SSL_STRICT`
 */
export function checkOrigin(request: OriginCheck): OriginVerdict {
  if (safeMethods.has(request.method)) return 'safe'
  const { headers } = request
  // Sent twice, they are one value that no browser sends, and so refused.
  const site = headers.getJoined('sec-fetch-site', ', ')
  const origin = headers.getJoined('origin', ', ')
  if (site === 'same-origin' || site === 'none') return 'same'
  if (site !== null) return requireTrusted(request, origin, `Sec-Fetch-Site: ${site}`)
  if (origin !== null) {
    return isThisOrigin(origin, request) ? 'same' : requireTrusted(request, origin, `Origin: ${origin}`)
  }
  return checkReferer(request)
}

function checkReferer(request: OriginCheck): OriginVerdict {
  const [referer = null, second] = request.headers.getAll('referer')
  if (second !== undefined) return requireTrusted(request, null, 'Referer: several')
  if (referer === null || referer === '') {
    if (request.scheme === 'https' && request.sslStrict !== false) throw originRefused('REFERER', 'none')
    return 'unknown'
  }
  const origin = originOf(referer)
  if (origin !== null && isThisOrigin(origin, request)) return 'same'
  return requireTrusted(request, origin, `Referer: ${origin ?? 'unreadable'}`)
}

function requireTrusted(request: OriginCheck, origin: string | null, evidence: string): 'trusted' {
  const trusted = request.trustedOrigins
  if (trusted !== undefined && origin !== null && trusted.includes(normalise(origin) ?? '')) return 'trusted'
  throw originRefused('ORIGIN', evidence)
}

function isThisOrigin(origin: string, { scheme, host }: OriginCheck): boolean {
  const own = `${scheme}://${host}`
  // The common spelling first: a browser writes exactly this.
  if (origin === own) return true
  const normal = normalise(origin)
  return normal !== null && normal === normalise(own)
}

/**
 * Reads a list of trusted origins at setup.
 *
 * @param origins such as `https://shop.example` or `http://localhost:5173`
 * @returns the origins as browsers write them, for `trustedOrigins`
 * @throws {DewarError} `ERR_SECURITY_TRUSTED_ORIGIN` if one is no origin: no scheme, a path, `*`, `null`
 */
export function parseTrustedOrigins(origins: readonly string[]): readonly string[] {
  return origins.map((origin) => {
    const normal = normalise(origin)
    if (normal === null) throw badTrustedOrigin(origin)
    return normal
  })
}

/** An origin as browsers write it: lower case, no default port; `null` for `null`, paths, credentials and the like. */
function normalise(origin: string): string | null {
  if (!/^https?:\/\/[^\s/?#@\\]+$/i.test(origin)) return null
  const normal = originOf(origin)
  return normal !== null && parseHost(normal.replace(/^https?:\/\//, '')) !== null ? normal : null
}

function originOf(url: string): string | null {
  const parsed = URL.parse(url)
  return parsed === null || parsed.origin === 'null' ? null : parsed.origin
}
