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
  const fields = readQuery(text, options.maximum ?? Number.POSITIVE_INFINITY)
  const pairs: [string, string][] = []
  for (let index = 0; index < fields.length; index += 2) {
    pairs.push([fields[index] as string, fields[index + 1] as string])
  }
  return pairs
}

/**
 * Reads a query string as names and values in turn.
 *
 * @param text without the `?`
 * @param maximum how many fields are read
 */
export function readQuery(text: string, maximum: number): string[] {
  const fields: string[] = []
  const query = text.includes('+') ? text.replaceAll('+', ' ') : text
  const isPlain = !query.includes('%')
  let equals = query.indexOf('=')
  for (let position = 0; position < query.length && fields.length < 2 * maximum; ) {
    let end = query.indexOf('&', position)
    if (end < 0) end = query.length
    if (end > position) {
      // Searched for again only once it is passed, so that fields without values cost no more.
      if (equals >= 0 && equals < position) equals = query.indexOf('=', position)
      const hasValue = equals >= 0 && equals < end
      const name = query.slice(position, hasValue ? equals : end)
      const value = hasValue ? query.slice(equals + 1, end) : ''
      if (isPlain) fields.push(name, value)
      else fields.push(decodeField(name), decodeField(value))
    }
    position = end + 1
  }
  return fields
}

type QueryValue = string | number | boolean | null | undefined

/**
 * Writes a query string.
 *
 * @param fields pairs of names and values, or an object of them; `null` leaves a field out
 * @returns the text without the `?`
 * @see Python: `urllib.parse.urlencode`
 */
export function serializeQuery(
  fields: Iterable<readonly [string, QueryValue]> | Readonly<Record<string, QueryValue>>,
): string {
  let text = ''
  if (Symbol.iterator in fields) {
    for (const [name, value] of fields) text = appended(text, name, value)
  } else {
    // Faster than Object.keys, which makes a list.
    for (const name in fields) if (Object.hasOwn(fields, name)) text = appended(text, name, fields[name])
  }
  return text
}

function appended(text: string, name: string, value: QueryValue): string {
  if (value === null || value === undefined) return text
  const start = text === '' ? '' : `${text}&`
  return `${start}${encodeField(name)}=${encodeField(typeof value === 'string' ? value : String(value))}`
}
