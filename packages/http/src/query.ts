/** Query strings and urlencoded forms. @see WHATWG URL §5 application/x-www-form-urlencoded */
import { quoteUrl } from './iri.ts'
import { decodeField } from './query-decoding.ts'

const QUERY_SAFE = "!$'()*,/:;?@"

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
  for (let position = 0; position < text.length && pairs.length < maximum; ) {
    let end = text.indexOf('&', position)
    if (end < 0) end = text.length
    if (end > position) {
      const equals = text.indexOf('=', position)
      if (equals < 0 || equals > end) pairs.push([decodeField(text.slice(position, end)), ''])
      else pairs.push([decodeField(text.slice(position, equals)), decodeField(text.slice(equals + 1, end))])
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

function encodeField(text: string): string {
  return quoteUrl(text, `${QUERY_SAFE} `).replaceAll(' ', '+')
}
