/** An ordered list of header fields whose names have no case and whose values cannot break out of their line. */
import { DewarError } from '@dewar/base'
import { type Conversion, convert } from './conversion.ts'
import { isToken, type ParameterValue } from './grammar.ts'
import { serializeOptionsHeader } from './options-header.ts'

/** What a list of headers can be made of. */
export type HeadersInit =
  | Headers
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[]>>

// field-value = *( HTAB / SP / VCHAR / obs-text ), RFC 9110 §5.5; also what node:http refuses to send.
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/
const SHOWN = 60
// What tells upper from lower case in ASCII.
const CASE_BIT = 0x20
// The names that most responses have, as they are written: found here, a name need not be read letter by letter.
const COMMON_NAMES: ReadonlySet<string> = new Set([
  'Accept-Ranges',
  'Allow',
  'Cache-Control',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Language',
  'Content-Length',
  'Content-Range',
  'Content-Security-Policy',
  'Content-Type',
  'Cross-Origin-Embedder-Policy',
  'Cross-Origin-Opener-Policy',
  'Cross-Origin-Resource-Policy',
  'Date',
  'ETag',
  'Expires',
  'Last-Modified',
  'Location',
  'Permissions-Policy',
  'Referrer-Policy',
  'Retry-After',
  'Set-Cookie',
  'Strict-Transport-Security',
  'Vary',
  'WWW-Authenticate',
  'X-Content-Type-Options',
  'X-Frame-Options',
])

/**
 * Header fields in the order they were added. Names compare without case and keep the case they were given in.
 *
 * Every name must be a token and no value can hold CR, LF, NUL or another character that HTTP forbids: whatever would
 * split a response is refused at the call.
 *
 * @example
 * ```ts
 * import { Headers } from '@dewar/http'
 *
 * const headers = new Headers({ 'Content-Type': 'text/plain' })
 * headers.add('Set-Cookie', 'a=1')
 * headers.get('content-type') // 'text/plain'
 * ```
 * @see RFC 9110 §5; Werkzeug: `Headers`
 */
export class Headers {
  /** Names and values in turn, as in node's `rawHeaders`. */
  #list: string[]
  /** The list belongs to somebody else (node): copy it before the first change. */
  #borrowed = false

  /**
   * @param init headers to start with: a list of pairs, an object (a list value sets several fields), or other headers
   * @throws {DewarError} `ERR_HTTP_HEADER_NAME`, `ERR_HTTP_HEADER_VALUE`
   */
  constructor(init?: HeadersInit) {
    if (init === undefined) this.#list = []
    else if (init instanceof Headers) this.#list = init.#list.slice()
    else {
      this.#list = []
      this.extend(init)
    }
  }

  /**
   * Adopts a list of names and values in turn, without copying or checking it: an HTTP parser already has.
   *
   * @param raw node's `IncomingMessage.rawHeaders`
   */
  static fromRaw(raw: readonly string[]): Headers {
    const headers = new Headers()
    headers.#list = raw as string[]
    headers.#borrowed = true
    return headers
  }

  /** How many fields there are, repeated names counted each time. */
  get size(): number {
    return this.#list.length / 2
  }

  /**
   * The first value of a header.
   *
   * @param name in any case
   * @returns `null` if there is none
   */
  get(name: string): string | null
  /**
   * The first value of a header, read as another type.
   *
   * @param name in any case
   * @param options `type`: the type wanted; `default`: the answer if the header is missing or cannot be read so
   */
  get<T>(name: string, options: { type: Conversion<T>; default?: T }): T | undefined
  get<T>(name: string, options?: { type: Conversion<T>; default?: T }): string | T | null | undefined {
    const index = find(this.#list, name, 0)
    if (options === undefined) return index < 0 ? null : (this.#list[index + 1] ?? null)
    return (index < 0 ? undefined : convert(this.#list[index + 1] ?? '', options.type)) ?? options.default
  }

  /**
   * All values of a header, in order.
   *
   * @param name in any case
   */
  getAll(name: string): string[] {
    const values: string[] = []
    for (let index = find(this.#list, name, 0); index >= 0; index = find(this.#list, name, index + 2)) {
      values.push(this.#list[index + 1] ?? '')
    }
    return values
  }

  /**
   * All values of a list header as the one value they stand for.
   *
   * @param name in any case
   * @param separator what stands between them: a comma, except for `Cookie`
   * @returns `null` if there is none
   * @see RFC 9110 §5.3
   */
  getJoined(name: string, separator = ', '): string | null {
    const first = find(this.#list, name, 0)
    if (first < 0) return null
    const value = this.#list[first + 1] ?? ''
    return find(this.#list, name, first + 2) < 0 ? value : this.getAll(name).join(separator)
  }

  /**
   * Is there such a header?
   *
   * @param name in any case
   */
  has(name: string): boolean {
    return find(this.#list, name, 0) >= 0
  }

  /**
   * Sets a header to one value. It takes the place of the first of that name; the others go.
   *
   * @param name a token
   * @param value the text
   * @param params parameters to append, as in `set('Content-Disposition', 'attachment', { filename: 'a b.txt' })`
   * @throws {DewarError} `ERR_HTTP_HEADER_NAME`, `ERR_HTTP_HEADER_VALUE`
   */
  set(name: string, value: string | number, params?: Readonly<Record<string, ParameterValue>>): void {
    const text = checkField(name, value, params)
    const list = this.#own()
    const first = find(list, name, 0)
    if (first < 0) {
      list.push(name, text)
      return
    }
    list[first] = name
    list[first + 1] = text
    removeFrom(list, name, first + 2)
  }

  /**
   * Sets a header to several values, in place of all it had. No values remove it.
   *
   * @param name a token
   * @param values the texts
   * @throws {DewarError} `ERR_HTTP_HEADER_NAME`, `ERR_HTTP_HEADER_VALUE`
   */
  setAll(name: string, values: readonly (string | number)[]): void {
    const [first, ...rest] = values.map((value) => checkField(name, value, undefined))
    if (first === undefined) this.delete(name)
    else {
      this.set(name, first)
      for (const value of rest) this.#list.push(name, value)
    }
  }

  /**
   * Adds a value and keeps those that are there.
   *
   * @param name a token
   * @param value the text
   * @param params parameters to append
   * @throws {DewarError} `ERR_HTTP_HEADER_NAME`, `ERR_HTTP_HEADER_VALUE`
   */
  add(name: string, value: string | number, params?: Readonly<Record<string, ParameterValue>>): void {
    const text = checkField(name, value, params)
    this.#own().push(name, text)
  }

  /**
   * Adds a value: `add` under the platform's name.
   *
   * @param name a token
   * @param value the text
   * @param params parameters to append
   * @throws {DewarError} `ERR_HTTP_HEADER_NAME`, `ERR_HTTP_HEADER_VALUE`
   */
  append(name: string, value: string | number, params?: Readonly<Record<string, ParameterValue>>): void {
    this.add(name, value, params)
  }

  /**
   * Sets a header unless there is one already.
   *
   * @param name a token
   * @param value the text
   * @returns the value that stands now
   * @throws {DewarError} `ERR_HTTP_HEADER_NAME`, `ERR_HTTP_HEADER_VALUE`
   */
  setDefault(name: string, value: string | number): string {
    const index = find(this.#list, name, 0)
    if (index >= 0) return this.#list[index + 1] ?? ''
    const text = checkField(name, value, undefined)
    this.#own().push(name, text)
    return text
  }

  /**
   * Adds those of other headers whose names are absent here. Their values were checked when they were set, so this is
   * the cheap way to put the same headers on every response.
   *
   * @param other the headers to take over
   */
  addMissing(other: Headers): void {
    const list = this.#own()
    const end = list.length
    for (let index = 0; index < other.#list.length; index += 2) {
      const name = other.#list[index] ?? ''
      if (find(list, name, 0, end) < 0) list.push(name, other.#list[index + 1] ?? '')
    }
  }

  /**
   * Adds all of the given fields to those that are there.
   *
   * @param init further headers
   * @throws {DewarError} `ERR_HTTP_HEADER_NAME`, `ERR_HTTP_HEADER_VALUE`
   */
  extend(init: HeadersInit): void {
    for (const [name, value] of fieldsOf(init)) this.add(name, value)
  }

  /**
   * Puts the given fields in place of those of the same names.
   *
   * @param init the new headers
   * @throws {DewarError} `ERR_HTTP_HEADER_NAME`, `ERR_HTTP_HEADER_VALUE`
   */
  update(init: HeadersInit): void {
    const byName = new Map<string, [string, string[]]>()
    for (const [name, value] of fieldsOf(init)) {
      const entry = byName.get(name.toLowerCase())
      if (entry === undefined) byName.set(name.toLowerCase(), [name, [value]])
      else entry[1].push(value)
    }
    for (const [name, values] of byName.values()) this.setAll(name, values)
  }

  /**
   * Removes a header, however often it occurs.
   *
   * @param name in any case
   * @returns whether there was one
   */
  delete(name: string): boolean {
    const first = find(this.#list, name, 0)
    if (first < 0) return false
    removeFrom(this.#own(), name, first)
    return true
  }

  /** Removes all headers. */
  clear(): void {
    this.#list = []
    this.#borrowed = false
  }

  /** The names as they were given, repeated ones each time. */
  *keys(): Generator<string, void> {
    for (let index = 0; index < this.#list.length; index += 2) yield this.#list[index] ?? ''
  }

  /** The values, in order. */
  *values(): Generator<string, void> {
    for (let index = 1; index < this.#list.length; index += 2) yield this.#list[index] ?? ''
  }

  /** The fields as pairs of name and value, in order. */
  *entries(): Generator<[string, string], void> {
    for (let index = 0; index < this.#list.length; index += 2) {
      yield [this.#list[index] ?? '', this.#list[index + 1] ?? '']
    }
  }

  /** The fields as pairs of name and value, in order. */
  [Symbol.iterator](): Generator<[string, string], void> {
    return this.entries()
  }

  /** Names and values in turn, as node's `writeHead` takes them. */
  toRaw(): string[] {
    return this.#list.slice()
  }

  /** Values by lower-case name; repeated names give a list. */
  toJSON(): Record<string, string | string[]> {
    const object: Record<string, string | string[]> = Object.create(null)
    for (const name of this.keys()) {
      const values = this.getAll(name)
      object[name.toLowerCase()] = values.length === 1 ? (values[0] ?? '') : values
    }
    return object
  }

  /** The fields as they stand in a message, each ended by CRLF. */
  toString(): string {
    return Array.from(this, ([name, value]) => `${name}: ${value}\r\n`).join('')
  }

  #own(): string[] {
    if (this.#borrowed) {
      this.#list = this.#list.slice()
      this.#borrowed = false
    }
    return this.#list
  }
}

/** The position of the next field of that name, or -1. */
function find(list: readonly string[], name: string, start: number, end: number = list.length): number {
  const length = name.length
  const initial = name.charCodeAt(0) | CASE_BIT
  let lower: string | undefined
  for (let index = start; index < end; index += 2) {
    const candidate = list[index] as string
    if (candidate === name) return index
    // Most others differ in their length or their first letter; only the rest is worth lowering.
    if (candidate.length !== length || (candidate.charCodeAt(0) | CASE_BIT) !== initial) continue
    lower ??= name.toLowerCase()
    if (candidate.toLowerCase() === lower) return index
  }
  return -1
}

function removeFrom(list: string[], name: string, start: number): void {
  for (let index = find(list, name, start); index >= 0; index = find(list, name, index)) list.splice(index, 2)
}

function* fieldsOf(init: HeadersInit): Generator<readonly [string, string], void> {
  if (Symbol.iterator in init) yield* init
  else {
    for (const [name, value] of Object.entries(init)) {
      if (typeof value === 'string' || !Array.isArray(value)) yield [name, value as string]
      else for (const item of value) yield [name, item]
    }
  }
}

function checkField(
  name: string,
  value: string | number,
  params: Readonly<Record<string, ParameterValue>> | undefined,
): string {
  let text = typeof value === 'string' ? value : String(value)
  if (params !== undefined) text = serializeOptionsHeader(text, parameterNames(params))
  if (!COMMON_NAMES.has(name) && !isToken(name)) {
    throw new DewarError('ERR_HTTP_HEADER_NAME', `${show(name)} cannot name a header.`, {
      fix: 'Use letters, digits and hyphens.',
    })
  }
  if (FORBIDDEN.test(text)) throw forbiddenValue(name, text)
  return text
}

/** Python's keyword arguments have underscores where headers have hyphens. */
function* parameterNames(
  params: Readonly<Record<string, ParameterValue>>,
): Generator<[string, ParameterValue], void> {
  for (const [name, value] of Object.entries(params)) yield [name.replaceAll('_', '-'), value]
}

function forbiddenValue(name: string, text: string): DewarError {
  const position = text.search(FORBIDDEN)
  const code = text.charCodeAt(position).toString(16).toUpperCase().padStart(4, '0')
  return new DewarError(
    'ERR_HTTP_HEADER_VALUE',
    `The value of ${name} holds U+${code} at position ${position}, which no header can.`,
    {
      fix: 'Remove line breaks and control characters; percent-encode what is not ISO-8859-1.',
      details: { header: name, position },
    },
  )
}

function show(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text)
}
