/**
 * Header values with parameters, such as `Content-Type` and `Content-Disposition`.
 *
 * ```
 * value *( OWS ";" OWS token "=" ( token / quoted-string ) )   ; RFC 9110 §5.6.6
 * ```
 */
import { decodeExtended } from './extended-value.ts'
import { type ParameterValue, quoteHeaderValue } from './grammar.ts'

/** A value and its parameters, the parameters' names in lower case. */
export interface OptionsHeader {
  readonly value: string
  readonly params: ReadonlyMap<string, string>
}

const NAME = /([\w!#$%&'*+.^`|~-]+)=/y
const TOKEN = /[\w!#$%&'*+.^`|~-]+/y
const CONTINUATION = /\*(\d+)$/
const NO_PARAMETERS: ReadonlyMap<string, string> = new Map()

/**
 * Reads a value and its parameters. What is malformed is skipped; nothing is ever thrown.
 *
 * @param header the header's value; `null` reads as empty
 * @returns the value as written, and its parameters
 * @see RFC 9110 §5.6.6, RFC 2231 §3, RFC 8187; Werkzeug: `parse_options_header`
 */
export function parseOptionsHeader(header: string | null | undefined): OptionsHeader {
  if (header === null || header === undefined) return { value: '', params: NO_PARAMETERS }
  const semicolon = header.indexOf(';')
  const value = (semicolon < 0 ? header : header.slice(0, semicolon)).trim()
  if (semicolon < 0 || value === '') return { value, params: NO_PARAMETERS }
  return { value, params: joinParts(readParts(header, semicolon + 1)) }
}

/**
 * Writes a value and its parameters, quoting what is no token.
 *
 * @param value the value, or `null` for parameters alone
 * @param params values by name; `null` leaves one out; a name that ends in `*` is written as it is
 * @see Werkzeug: `dump_options_header`
 */
export function serializeOptionsHeader(
  value: string | null,
  params: Iterable<readonly [string, ParameterValue]> | Readonly<Record<string, ParameterValue>> = {},
): string {
  const segments = value === null ? [] : [value]
  const pairs = Symbol.iterator in params ? params : Object.entries(params)
  for (const [name, text] of pairs) {
    if (text === null || text === undefined) continue
    segments.push(`${name}=${name.endsWith('*') ? String(text) : quoteHeaderValue(text)}`)
  }
  return segments.join('; ')
}

/** The `name=value` parts as written, quotes included. Each step moves forward, so the time is linear. */
function readParts(header: string, start: number): [string, string][] {
  const parts: [string, string][] = []
  let position = start
  while (position < header.length) {
    position = skipBlanks(header, position)
    NAME.lastIndex = position
    const name = NAME.exec(header)?.[1]
    if (name !== undefined) {
      const from = position + name.length + 1
      const end = endOfValue(header, from)
      if (end > from) parts.push([name.toLowerCase(), header.slice(from, end)])
      position = end
    }
    const next = header.indexOf(';', position)
    if (next < 0) break
    position = next + 1
  }
  return parts
}

function skipBlanks(text: string, start: number): number {
  let position = start
  while (position < text.length && text.charCodeAt(position) <= 0x20) position++
  return position
}

/** The position after a token or a closed quoted string; `from` if there is neither. */
function endOfValue(header: string, from: number): number {
  TOKEN.lastIndex = from
  const token = TOKEN.exec(header)
  if (token !== null) return from + token[0].length
  if (header.charCodeAt(from) !== 0x22) return from
  for (let position = from + 1; position < header.length; position++) {
    const code = header.charCodeAt(position)
    if (code === 0x22) return position + 1
    const escaped = header.charCodeAt(position + 1)
    if (code === 0x5c && (escaped === 0x5c || escaped === 0x22)) position++
  }
  return from
}

/** Decodes the parts and joins continuations: `a*0=x; a*1=y` is `a=xy`. */
function joinParts(parts: readonly (readonly [string, string])[]): Map<string, string> {
  const params = new Map<string, string>()
  let inherited: string | undefined
  for (const [rawName, rawText] of parts) {
    let name = rawName
    let text = rawText
    if (name.endsWith('*')) {
      name = name.slice(0, -1)
      const decoded = decodeExtended(text, inherited)
      inherited = decoded.charset
      text = decoded.text
    }
    text = unquoteParameter(text)
    const continuation = CONTINUATION.exec(name)
    if (continuation === null) params.set(name, text)
    else {
      name = name.slice(0, continuation.index)
      params.set(name, (params.get(name) ?? '') + text)
    }
  }
  return params
}

/** HTTP escapes quotes with a backslash, browsers' multipart bodies with `%22`: both are resolved. */
function unquoteParameter(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text
  const inner = text.slice(1, -1)
  if (!inner.includes('\\') && !inner.includes('%')) return inner
  return inner.replaceAll('\\\\', '\\').replaceAll('\\"', '"').replaceAll('%22', '"')
}
