/**
 * The `Cookie` header.
 *
 * ```
 * cookie-string = cookie-pair *( ";" SP cookie-pair )   ; RFC 6265 §4.2.1
 * ```
 */

import { stringifyCookie } from 'cookie'
import { quoteCookieValue, unquoteCookieValue } from './cookie-value.ts'
import { defaults } from './defaults.ts'
import { RequestHeaderFieldsTooLarge } from './errors.ts'
import { MultiDict } from './multi-dict.ts'

/**
 * Writes a `Cookie` header, as a client does.
 *
 * @param cookies names and values; what values cannot hold is escaped as servers of this package read it
 * @throws {TypeError} for a name that cannot be
 * @see RFC 6265 §4.2
 */
export function serializeCookieHeader(cookies: Readonly<Record<string, string>>): string {
  return stringifyCookie(cookies, { encode: (value) => quoteCookieValue(value).replaceAll(' ', '\\040') })
}

const DQUOTE = 0x22

/** How a `Cookie` header is read. */
export interface ParseCookieOptions {
  /** How many cookies are taken at most. */
  readonly maxCookies?: number | undefined
}

/**
 * Reads the cookies of a request. Repeated names keep all their values: the first is the one for the longest path.
 *
 * Werkzeug's and Python's quoted values (`"a\054b"`) are resolved; nothing is percent-decoded. A semicolon ends a value in quotes
 * too, as browsers have it: a quote in one cookie must not swallow the next ones.
 *
 * @param header the header's value, or `null`
 * @param options the bound on their number
 * @throws {RequestHeaderFieldsTooLarge} 431, for more cookies than allowed
 * @see RFC 6265 §4.1.1, §4.2.1; Werkzeug: `parse_cookie`
 */
export function parseCookie(
  header: string | null | undefined,
  options: ParseCookieOptions = {},
): MultiDict<string> {
  if (header === null || header === undefined || header === '') return new MultiDict()
  return MultiDict.fromRaw(scan(header, options.maxCookies ?? defaults.maxCookies.value, null))
}

/**
 * The values of the cookies of one name, read as `parseCookie` reads them, without making anything of the others.
 *
 * @param header the header's value; how many cookies it may hold is for the server to say
 * @param name the name to look for
 */
export function cookieValues(header: string, name: string): string[] {
  return header.includes(name) ? scan(header, header.length, name) : []
}

/** Names and values in turn; of one name if it is given, and then the values alone. */
function scan(header: string, maximum: number, only: string | null): string[] {
  const found: string[] = []
  let count = 0
  let equals = header.indexOf('=')
  for (let position = 0; position < header.length; ) {
    // Searched for again only once it is passed: a header full of semicolons must not be scanned for each of them.
    if (equals >= 0 && equals < position) equals = header.indexOf('=', position)
    let end = header.indexOf(';', position)
    if (end < 0) end = header.length
    const hasValue = equals >= 0 && equals < end
    const name = trimmed(header, position, hasValue ? equals : end)
    const valueAt = hasValue ? equals + 1 : end
    position = end + 1
    if (name === '') continue
    if (count++ >= maximum) {
      throw new RequestHeaderFieldsTooLarge(null, { details: { limit: 'MAX_COOKIES', maximum } })
    }
    if (only === null) found.push(name, readValue(header, valueAt, end))
    else if (name === only) found.push(readValue(header, valueAt, end))
  }
  return found
}

function readValue(header: string, from: number, to: number): string {
  const value = trimmed(header, from, to)
  return value.charCodeAt(0) === DQUOTE ? unquoteCookieValue(value) : value
}

/**
 * A piece without the blanks around it, copied once. Other white space is part of the name: a browser that keeps
 * `__Host-a` from strangers lets them set one with U+00A0 before it.
 */
function trimmed(text: string, from: number, to: number): string {
  let start = from
  let end = to
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

/** SP or HTAB: `OWS` of RFC 9110 §5.6.3. */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}
