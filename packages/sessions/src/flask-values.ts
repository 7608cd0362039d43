/**
 * Values as Flask's `TaggedJSONSerializer` writes them.
 *
 * ```
 * tagged = {" t": [value, …]}    ; tuple            / {" b": base64}  ; bytes
 *        / {" m": text}          ; Markup           / {" u": hex}     ; UUID
 *        / {" d": HTTP date}     ; datetime         / {" di": {"<tag>__": value}}   ; a dict that would look tagged
 * ```
 */
import { httpDate, parseHttpDate } from '@dewar/http'
import { defaults } from './defaults.ts'
import { SessionError, wrongValue } from './errors.ts'
import { isHtml, isPlain, storedHtml } from './values.ts'

const tags: ReadonlySet<string> = new Set([' t', ' b', ' m', ' u', ' d', ' di'])
const tupleMark = Symbol('tuple')

/** A Python tuple: a frozen list that is written as a tuple again. */
export function flaskTuple<T>(items: readonly T[]): readonly T[] {
  return Object.freeze(Object.defineProperty([...items], tupleMark, { value: true }))
}

/** Whether a list is a Python tuple. */
export function isFlaskTuple(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && Object.hasOwn(value, tupleMark)
}

/** A Python UUID. */
export class FlaskUuid {
  readonly #hex: string

  /**
   * @param text 32 hexadecimal digits, hyphens and braces as you like
   * @throws {SessionError} `ERR_SESSIONS_VALUE`
   */
  constructor(text: string) {
    const hex = text.replace(/^urn:|uuid:|[{}-]/g, '').toLowerCase()
    if (!/^[0-9a-f]{32}$/.test(hex)) throw new SessionError('ERR_SESSIONS_VALUE', 'This is no UUID.')
    this.#hex = hex
  }

  /** The digits alone. */
  get hex(): string {
    return this.#hex
  }

  /** With hyphens. */
  toString(): string {
    return this.#hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  }

  /** With hyphens. */
  toJSON(): string {
    return this.toString()
  }
}

/**
 * A value in Flask's JSON form.
 *
 * @throws {SessionError} `ERR_SESSIONS_VALUE` for what Flask cannot read
 */
export function tagValue(value: unknown, path: string, depth = 0): unknown {
  if (depth > defaults.maxDepth.value) throw wrongValue(path, 'data that deep, or that contains itself,')
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint')
    return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value !== 'object')
    throw wrongValue(path, `${typeof value === 'number' ? value : `a ${typeof value}`}`)
  return tagObject(value, path, depth)
}

/** The value of Flask's JSON form. @throws whatever the form provokes: callers treat that as unreadable */
export function untagValue(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return json.map(untagValue)
  const keys = Object.keys(json)
  const [tag] = keys
  const out = new Map(Object.entries(json).map(([key, item]) => [key, untagValue(item)]))
  if (keys.length === 1 && tag !== undefined && tags.has(tag)) return fromTag(tag, out.get(tag))
  return toPlain(out)
}

function tagObject(value: object, path: string, depth: number): unknown {
  const items = (list: readonly unknown[]) =>
    list.map((item, i) => tagValue(item, `${path}[${i}]`, depth + 1))
  if (Array.isArray(value)) return isFlaskTuple(value) ? { ' t': items(value) } : items(value)
  if (value instanceof Uint8Array) return { ' b': Buffer.from(value).toString('base64') }
  if (value instanceof FlaskUuid) return { ' u': value.hex }
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw wrongValue(path, 'an invalid Date')
    return { ' d': httpDate(value) }
  }
  if (isHtml(value)) return { ' m': value.toHtml() }
  if (!isPlain(value)) throw wrongValue(path, 'an object of a class')
  return tagPlain(value, path, depth)
}

function tagPlain(value: object, path: string, depth: number): unknown {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  const tagged = entries.map(([key, item]) => [key, tagValue(item, `${path}.${key}`, depth + 1)] as const)
  const [first] = tagged
  if (tagged.length === 1 && first !== undefined && tags.has(first[0]))
    return { ' di': { [`${first[0]}__`]: first[1] } }
  return toPlain(new Map(tagged))
}

function fromTag(tag: string, content: unknown): unknown {
  switch (tag) {
    case ' t':
      return flaskTuple(Array.isArray(content) ? content : [...text(content)])
    case ' b':
      return fromBase64(text(content))
    case ' m':
      return storedHtml(text(content))
    case ' u':
      return new FlaskUuid(text(content))
    case ' d':
      return content === null ? null : parseHttpDate(text(content))
    default:
      return fromDictTag(content)
  }
}

function fromDictTag(content: unknown): unknown {
  if (typeof content !== 'object' || content === null || !isPlain(content)) throw unreadable()
  const [first] = Object.entries(content)
  if (first === undefined) throw unreadable()
  return toPlain(new Map([[first[0].slice(0, -2), first[1]]]))
}

/** As Python's `b64decode`: characters beyond the alphabet are skipped, padding is needed. */
function fromBase64(encoded: string): Uint8Array {
  const clean = encoded.replace(/[^A-Za-z0-9+/=]/g, '')
  if (clean.length % 4 !== 0) throw unreadable()
  return new Uint8Array(Buffer.from(clean, 'base64'))
}

function toPlain(entries: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [key, value] of entries)
    Object.defineProperty(out, key, { value, writable: true, enumerable: true, configurable: true })
  return out
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw unreadable()
}

function unreadable(): SessionError {
  return new SessionError('ERR_SESSIONS_VALUE', 'A tagged value is not what its tag says.')
}
