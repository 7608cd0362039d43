/** Query strings and urlencoded forms. @see WHATWG URL §5 application/x-www-form-urlencoded */
import { createQuoter } from './percent-encoding.ts'
import { decodeField } from './query-decoding.ts'

const encodeField = createQuoter("!$'()*,/:;?@", '+')

/**
 * Reads a query string. Only `&` separates; blanks are kept; escapes that do not form UTF-8 stay as they are.
 *
 * @param text without the `?`
 * @param options `maximum`: how many fields are read; further ones are left out
 * @returns names and values in order
 * @see Werkzeug: `Request.args`
 */
export function parseQuery(text: string, options: { readonly maximum?: number } = {}): [string, string][] {
  const pairs: [string, string][] = []
  const maximum = options.maximum ?? Number.POSITIVE_INFINITY
  const fields = text.includes('+') ? text.replaceAll('+', ' ') : text
  const isPlain = !fields.includes('%')
  for (let position = 0; position < fields.length && pairs.length < maximum; ) {
    let end = fields.indexOf('&', position)
    if (end < 0) end = fields.length
    if (end > position) {
      const field = fields.slice(position, end)
      const equals = field.indexOf('=')
      const name = equals < 0 ? field : field.slice(0, equals)
      const value = equals < 0 ? '' : field.slice(equals + 1)
      pairs.push(isPlain ? [name, value] : [decodeField(name), decodeField(value)])
    }
    position = end + 1
  }
  return pairs
}

/**
 * Writes a query string.
 *
 * @param pairs names and values; `null` leaves a field out
 * @returns the text without the `?`
 * @see Python: `urllib.parse.urlencode`
 */
export function serializeQuery(
  pairs: Iterable<readonly [string, string | number | boolean | null | undefined]>,
): string {
  let text = ''
  for (const [name, value] of pairs) {
    if (value === null || value === undefined) continue
    text += `${text === '' ? '' : '&'}${encodeField(name)}=${encodeField(String(value))}`
  }
  return text
}
