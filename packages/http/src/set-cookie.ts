/**
 * The `Set-Cookie` header.
 *
 * ```
 * set-cookie-string = cookie-name "=" cookie-value *( ";" SP cookie-av )   ; RFC 6265 §4.1.1
 * ```
 */
import { checkNames, DewarError, LimitError, systemClock } from '@dewar/base'
import { parseSetCookie as parseWithCookie } from 'cookie'
import { quoteCookieValue, unquoteCookieValue } from './cookie-value.ts'
import { httpDate } from './dates.ts'
import { defaults } from './defaults.ts'
import { isToken } from './grammar.ts'
import { toAsciiHost } from './iri.ts'
import { createQuoter } from './percent-encoding.ts'

/** Which requests of other sites carry the cookie. */
export type SameSite = 'Strict' | 'Lax' | 'None'

/** The attributes of a cookie. */
export interface CookieOptions {
  /** Seconds until it ends; 0 deletes it. Without this and `expires` it ends with the browser. */
  readonly maxAge?: number | null | undefined
  /** When it ends: a date, or seconds since 1970. Follows from `maxAge` if absent. */
  readonly expires?: Date | number | null | undefined
  /** Below which path it is sent; `null` for the path of the page that set it. */
  readonly path?: string | null | undefined
  /** The domain whose subdomains get it too; by default only this host does. */
  readonly domain?: string | null | undefined
  /** Only over https. */
  readonly secure?: boolean | undefined
  /** Out of reach for scripts. */
  readonly httpOnly?: boolean | undefined
  /** Which requests of other sites carry it; `null` leaves the attribute out. */
  readonly sameSite?: SameSite | Lowercase<SameSite> | null | undefined
  /** Kept apart for each site that embeds this one; implies `secure`. */
  readonly partitioned?: boolean | undefined
  /** The largest size of name, value and attributes together, in bytes; 0 for any. */
  readonly maxSize?: number | undefined
  /** Write `Expires` for `maxAge` too, for old clients. */
  readonly syncExpires?: boolean | undefined
  /** Seconds since 1970, for `Expires`. */
  readonly now?: number | undefined
}

const OPTION_NAMES: ReadonlySet<string> = new Set([
  'maxAge',
  'expires',
  'path',
  'domain',
  'secure',
  'httpOnly',
  'sameSite',
  'partitioned',
  'maxSize',
  'syncExpires',
  'now',
])

const quotePath = createQuoter("%!$&'()*+,/:=@")
const SAME_SITES: ReadonlyMap<string, SameSite> = new Map(
  (['Strict', 'Lax', 'None'] as const).flatMap((site) => [
    [site, site] as const,
    [site.toLowerCase(), site] as const,
  ]),
)

/**
 * Writes a `Set-Cookie` value. By default the cookie is `Secure`, `HttpOnly`, `SameSite=Lax` and for the whole host.
 *
 * @param name a token; `__Host-` and `__Secure-` names must keep the promises of their prefix
 * @param value any text: what cookies cannot hold is escaped
 * @param options the attributes
 * @throws {DewarError} `ERR_HTTP_COOKIE_NAME`, `ERR_HTTP_COOKIE_DOMAIN`, `ERR_HTTP_COOKIE_OPTION`,
 *   `ERR_HTTP_COOKIE_PREFIX`
 * @throws {LimitError} `ERR_HTTP_COOKIE_TOO_LARGE`
 * @see RFC 6265bis §4.1; Werkzeug: `dump_cookie`
 */
export function serializeCookie(name: string, value: string, options: CookieOptions = {}): string {
  checkNames('ERR_HTTP_COOKIE_OPTION', 'A cookie', options, OPTION_NAMES)
  if (!isToken(name)) {
    throw new DewarError('ERR_HTTP_COOKIE_NAME', `${JSON.stringify(name)} cannot name a cookie.`, {
      fix: 'Use letters, digits, hyphens and underscores.',
    })
  }
  const partitioned = options.partitioned === true
  const secure = partitioned || (options.secure ?? defaults.cookieSecure.value)
  const path = options.path === undefined ? defaults.cookiePath.value : options.path
  const domain = options.domain ? cookieDomain(options.domain) : null
  checkPrefix(name, secure, path, domain)
  const sameSite = sameSiteOf(options.sameSite)
  if (sameSite === 'None' && !secure) {
    throw badOption(
      'sameSite',
      'Browsers drop SameSite=None cookies that are not Secure.',
      'Set secure: true.',
    )
  }
  let text = `${name}=${quoteCookieValue(value)}`
  if (domain !== null) text += `; Domain=${domain}`
  const expires = expiresOf(options)
  if (expires !== null) text += `; Expires=${expires}`
  if (options.maxAge !== null && options.maxAge !== undefined)
    text += `; Max-Age=${wholeSeconds(options.maxAge)}`
  if (secure) text += '; Secure'
  if (options.httpOnly ?? defaults.cookieHttpOnly.value) text += '; HttpOnly'
  if (path !== null) text += `; Path=${quotePath(path)}`
  if (sameSite !== null) text += `; SameSite=${sameSite}`
  if (partitioned) text += '; Partitioned'
  checkSize(name, text, options.maxSize ?? defaults.maxCookieSize.value)
  return text
}

/** A cookie as a server sent it. */
export interface ReceivedCookie {
  readonly name: string
  readonly value: string
  /** The attributes that were sent; `maxAge` in seconds. */
  readonly options: Pick<
    CookieOptions,
    'maxAge' | 'expires' | 'path' | 'domain' | 'secure' | 'httpOnly' | 'sameSite' | 'partitioned'
  >
}

/**
 * Reads a `Set-Cookie` value, as a client does. Malformed attributes are left out.
 *
 * @param header the value of one `Set-Cookie` header
 * @see RFC 6265 §5.2
 */
export function parseSetCookie(header: string): ReceivedCookie {
  const {
    name,
    value,
    priority: _priority,
    sameSite,
    ...options
  } = parseWithCookie(header, {
    decode: unquoteCookieValue,
  })
  const site = typeof sameSite === 'string' ? { sameSite } : {}
  return { name, value: value ?? '', options: { ...options, ...site } }
}

function cookieDomain(domain: string): string {
  const host = (domain.split(':', 1)[0] ?? '').replace(/^\.+/, '')
  const ascii = toAsciiHost(host)
  if (ascii !== null && ascii !== '' && !/[^\w.-]/.test(ascii)) return ascii
  throw new DewarError('ERR_HTTP_COOKIE_DOMAIN', `${JSON.stringify(domain)} is no domain.`, {
    fix: 'Use a name such as example.org, or none.',
  })
}

/** What a prefix promises must be so, or browsers drop the cookie. @see RFC 6265bis §4.1.3 */
function checkPrefix(name: string, secure: boolean, path: string | null, domain: string | null): void {
  const lower = name.toLowerCase()
  const isHost = lower.startsWith('__host-')
  if (!isHost && !lower.startsWith('__secure-')) return
  if (secure && !(isHost && (path !== '/' || domain !== null))) return
  const needs = isHost ? "secure: true, path: '/' and no domain" : 'secure: true'
  throw new DewarError('ERR_HTTP_COOKIE_PREFIX', `Browsers drop the cookie ${name} as it is.`, {
    fix: `The prefix needs ${needs}. Or choose another name.`,
  })
}

function sameSiteOf(option: CookieOptions['sameSite']): SameSite | null {
  const sameSite = option === undefined ? defaults.cookieSameSite.value : option
  if (sameSite === null) return null
  const found = SAME_SITES.get(sameSite) ?? SAME_SITES.get(sameSite.toLowerCase())
  if (found !== undefined) return found
  throw badOption(
    'sameSite',
    `SameSite cannot be ${JSON.stringify(option)}.`,
    "Use 'Strict', 'Lax' or 'None'.",
  )
}

function expiresOf({ expires, maxAge, syncExpires, now }: CookieOptions): string | null {
  if (expires !== null && expires !== undefined) return httpDate(expires)
  if (maxAge === null || maxAge === undefined || syncExpires === false) return null
  return httpDate((now ?? systemClock()) + wholeSeconds(maxAge))
}

function wholeSeconds(maxAge: number): number {
  if (Number.isFinite(maxAge)) return Math.trunc(maxAge)
  throw badOption(
    'maxAge',
    `maxAge cannot be ${maxAge}.`,
    'Use whole seconds, or null to end with the browser.',
  )
}

function checkSize(name: string, text: string, maximum: number): void {
  if (maximum === 0 || text.length <= maximum) return
  throw new LimitError(
    'ERR_HTTP_COOKIE_TOO_LARGE',
    `The cookie ${name} is ${text.length} bytes; browsers drop those above ${maximum}.`,
    {
      limit: 'maxSize',
      maximum,
      actual: text.length,
      fix: 'Keep the data on the server, and an id in the cookie.',
    },
  )
}

function badOption(option: string, message: string, fix: string): DewarError {
  return new DewarError('ERR_HTTP_COOKIE_OPTION', message, { fix, details: { option } })
}
