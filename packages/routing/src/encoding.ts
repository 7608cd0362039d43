/**
 * Percent-encoding of paths, hosts and queries.
 *
 *   path character  = unreserved / "!" / "$" / "&" / "'" / "(" / ")" / "*" / "+" / "," / ":" / ";" / "=" / "@"
 *   query character = unreserved / "!" / "$" / "'" / "(" / ")" / "*" / "," / "/" / ":" / ";" / "?" / "@"
 *
 * @see RFC 3986 §3.3, §3.4; WHATWG URL, "percent-encoded bytes"; Werkzeug uses the same sets
 */
import { plainText } from './plain-text.ts'

const plainPath = /^[\w.~!$&'()*+,/:;=@-]*$/
const plainPart = /^[\w.~!$&'()*+,:;=@-]*$/
const keptInPath = /%(?:24|26|2B|2C|3A|3B|3D|40)/g
const keptInQuery = /%(?:24|2C|2F|3A|3B|3F|40)/g

/** Encodes text for one part of a path: a slash in it is encoded too. */
export function encodePart(text: string): string {
  return plainPart.test(text)
    ? text
    : encodeURIComponent(text.toWellFormed()).replace(keptInPath, decodeURIComponent)
}

/** Encodes text for a path, keeping its slashes. */
export function encodePath(text: string): string {
  if (plainPath.test(text)) return text
  return text.split('/').map(encodePart).join('/')
}

/** Encodes text for a host name: nothing that could end the host passes. */
export function encodeHost(text: string): string {
  return encodePart(text).replace(/[:@]/g, encodeURIComponent)
}

function encodeQueryText(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(keptInQuery, decodeURIComponent)
    .replaceAll('%20', '+')
}

/** Writes pairs as a query, without the question mark. */
export function encodeQuery(pairs: Iterable<readonly [string, unknown]>): string {
  let query = ''
  for (const [name, value] of pairs) {
    query += `${query === '' ? '' : '&'}${encodeQueryText(name)}=${encodeQueryText(plainText(value))}`
  }
  return query
}

/** Lists the pairs of a query: lists repeat their name, `null` and `undefined` are left out. */
export function queryPairs(values: Iterable<readonly [string, unknown]>): [string, unknown][] {
  const pairs: [string, unknown][] = []
  for (const [name, value] of values) {
    const items = Array.isArray(value) ? value : value instanceof Set ? [...value] : [value]
    for (const item of items) if (item !== null && item !== undefined) pairs.push([name, item])
  }
  return pairs
}

/**
 * Decodes one part of a path.
 *
 * @returns the text, or `null` if an escape is malformed or the bytes are not UTF-8
 */
export function decodePart(part: string): string | null {
  if (!part.includes('%')) return part
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}

/** A path with one leading slash: `//host` would be another site when it is sent on to. */
export function onePrecedingSlash(rawPath: string): string {
  if (rawPath === '' || (rawPath.charCodeAt(0) === 47 && rawPath.charCodeAt(1) !== 47)) return rawPath
  return `/${rawPath.replace(/^\/+/, '')}`
}
