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
 * Werkzeug's and Python's quoted values (`"a\054b"`) are resolved; nothing is percent-decoded.
 *
 * @param header the header's value, or `null`
 * @param options the bound on their number
 * @throws {RequestHeaderFieldsTooLarge} 431, for more cookies than allowed
 * @see RFC 6265 §5.4; Werkzeug: `parse_cookie`
 */
export function parseCookie(
  header: string | null | undefined,
  options: ParseCookieOptions = {},
): MultiDict<string> {
  if (header === null || header === undefined || header === '') return new MultiDict()
  const cookies: string[] = []
  const maximum = options.maxCookies ?? defaults.maxCookies.value
  let equals = header.indexOf('=')
  for (let position = 0; position < header.length; ) {
    // Searched for again only once it is passed: a header full of semicolons must not be scanned for each of them.
    if (equals >= 0 && equals < position) equals = header.indexOf('=', position)
    let end = header.indexOf(';', position)
    if (end < 0) end = header.length
    const hasValue = equals >= 0 && equals < end
    const name = trimmed(header, position, hasValue ? equals : end)
    let value = ''
    if (hasValue) {
      if (header.charCodeAt(equals + 1) <= DQUOTE) end = endOfQuoted(header, equals + 1, end)
      value = trimmed(header, equals + 1, end)
      if (value.charCodeAt(0) === DQUOTE) value = unquoteCookieValue(value)
    }
    position = end + 1
    if (name === '') continue
    if (cookies.length >= 2 * maximum) {
      throw new RequestHeaderFieldsTooLarge(null, { details: { limit: 'MAX_COOKIES', maximum } })
    }
    cookies.push(name, value)
  }
  return MultiDict.fromRaw(cookies)
}

/** A piece without the blanks around it, copied once. */
function trimmed(text: string, from: number, to: number): string {
  let start = from
  if (text.charCodeAt(start) === 0x20) start++
  const piece = text.slice(start, to)
  const first = piece.charCodeAt(0)
  const last = piece.charCodeAt(piece.length - 1)
  return first <= 0x20 || last <= 0x20 || first > 0x7e || last > 0x7e ? piece.trim() : piece
}

/** The position of the semicolon after a quoted value, which may hold semicolons; `end` if it is not quoted. */
function endOfQuoted(header: string, start: number, end: number): number {
  let position = skipBlanks(header, start)
  if (header.charCodeAt(position) !== DQUOTE) return end
  for (position++; position < header.length; position++) {
    const code = header.charCodeAt(position)
    if (code === 0x5c) position++
    else if (code === DQUOTE) break
  }
  position = skipBlanks(header, position + 1)
  if (position === header.length || header.charCodeAt(position) === 0x3b) return position
  return end
}

function skipBlanks(text: string, start: number): number {
  let position = start
  while (text.charCodeAt(position) === 0x20 || text.charCodeAt(position) === 0x09) position++
  return position
}
