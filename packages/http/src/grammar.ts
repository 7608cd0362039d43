/**
 * The words of header values: tokens, quoted strings, comma lists and parameter lists.
 *
 * ```
 * token         = 1*tchar                                 ; RFC 9110 §5.6.2
 * quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE ; RFC 9110 §5.6.4
 * list          = element *( OWS "," OWS element )        ; RFC 9110 §5.6.1
 * ```
 */
import { decodeExtended } from './extended-value.ts'

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/

/** What can stand as a parameter's value; `null` leaves the parameter out (or, in a list, writes the bare name). */
export type ParameterValue = string | number | boolean | null | undefined

/**
 * Is this text a token, so that it may stand unquoted and name a header or a cookie?
 *
 * @param text any text
 * @see RFC 9110 §5.6.2
 */
export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

/**
 * Quotes a value unless it is a token.
 *
 * @param value the text to stand in a header
 * @param options `allowToken: false` quotes tokens too
 * @see RFC 9110 §5.6.4; Werkzeug: `quote_header_value`
 */
export function quoteHeaderValue(
  value: string | number | boolean,
  options: { readonly allowToken?: boolean } = {},
): string {
  const text = String(value)
  if (options.allowToken !== false && isToken(text)) return text
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

/**
 * Takes the quotes off a value, if there are any, and resolves backslash escapes.
 *
 * @param value a token or a quoted string
 * @see Werkzeug: `unquote_header_value`
 */
export function unquoteHeaderValue(value: string): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value
  const inner = value.slice(1, -1)
  return inner.includes('\\') ? inner.replace(/\\(.)/gs, '$1') : inner
}

/**
 * Splits a comma list, leaving commas inside quoted strings alone. Empty elements are dropped.
 *
 * @param value the header's value
 * @returns the elements as written, quotes included; empty if a quote is never closed
 */
export function splitList(value: string): string[] {
  const items: string[] = []
  if (!value.includes('"')) {
    for (const item of value.split(',')) {
      const trimmed = item.trim()
      if (trimmed !== '') items.push(trimmed)
    }
    return items
  }
  let start = 0
  let quoted = false
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index)
    if (quoted && code === 0x5c) index++
    else if (code === 0x22) quoted = !quoted
    else if (code === 0x2c && !quoted) {
      pushTrimmed(items, value, start, index)
      start = index + 1
    }
  }
  if (quoted) return []
  pushTrimmed(items, value, start, value.length)
  return items
}

function pushTrimmed(items: string[], value: string, start: number, end: number): void {
  const item = value.slice(start, end).trim()
  if (item !== '') items.push(item)
}

/**
 * Reads a comma list of tokens and quoted strings.
 *
 * @param value the header's value; `null` reads as empty
 * @returns the elements without their quotes; empty if a quote is never closed
 * @see RFC 9110 §5.6.1; Werkzeug: `parse_list_header`
 */
export function parseListHeader(value: string | null | undefined): string[] {
  if (value === null || value === undefined) return []
  const items = splitList(value)
  for (const [index, item] of items.entries()) {
    if (item.startsWith('"')) items[index] = unquoteHeaderValue(item)
  }
  return items
}

/**
 * Writes a comma list, quoting what is no token.
 *
 * @param items the elements
 * @see Werkzeug: `dump_header`
 */
export function serializeListHeader(items: Iterable<string | number>): string {
  let list = ''
  for (const item of items) list += list === '' ? quoteHeaderValue(item) : `, ${quoteHeaderValue(item)}`
  return list
}

/**
 * Reads a comma list of `name=value` pairs, such as the parameters of `WWW-Authenticate`.
 *
 * @param value the header's value; `null` reads as empty
 * @returns values by name as written; `null` for a name that stands alone
 * @see RFC 9110 §11.2; Werkzeug: `parse_dict_header`
 */
export function parseDictHeader(value: string | null | undefined): Map<string, string | null> {
  const result = new Map<string, string | null>()
  if (value === null || value === undefined) return result
  for (const item of splitList(value)) {
    const equals = item.indexOf('=')
    let name = (equals < 0 ? item : item.slice(0, equals)).trim()
    if (name === '') continue
    if (equals < 0) {
      result.set(unquoteHeaderValue(name), null)
      continue
    }
    let text = item.slice(equals + 1).trim()
    if (name.endsWith('*')) {
      name = name.slice(0, -1)
      text = decodeExtended(text, undefined).text
    }
    result.set(name, unquoteHeaderValue(text))
  }
  return result
}

/**
 * Writes a comma list of `name=value` pairs; `null` writes the bare name.
 *
 * @param pairs names and values; a name that ends in `*` is written as it is
 * @see Werkzeug: `dump_header`
 */
export function serializeDictHeader(pairs: Iterable<readonly [string, ParameterValue]>): string {
  const items: string[] = []
  for (const [name, value] of pairs) {
    if (value === null || value === undefined) items.push(name)
    else items.push(`${name}=${name.endsWith('*') ? String(value) : quoteHeaderValue(value)}`)
  }
  return items.join(', ')
}
