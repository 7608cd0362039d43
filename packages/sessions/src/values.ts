/**
 * Values as JSON and back: what JSON lacks is an object with one key that starts with `$`.
 *
 * ```abnf
 * value  = JSON / tagged
 * tagged = {"$date": ms} / {"$bigint": digits} / {"$bytes": base64url} / {"$html": text}
 *        / {"$map": [key, value, …]} / {"$set": [value, …]}
 *        / {"$": {"$…": value}}            ; a plain object that would look tagged
 * ```
 *
 * Reading never calls a constructor named by the data, and never throws: data that is not of this form is `undefined`.
 */
import { defaults } from './defaults.ts'
import { wrongValue } from './errors.ts'

/** Trusted HTML as it comes back from a session: templates take it as they take `Markup`. */
export interface StoredHtml {
  toHtml(): string
  toString(): string
}

/**
 * A value in its JSON form.
 *
 * @param value what to store
 * @param path where it stands, for the error
 * @throws {SessionError} `ERR_SESSIONS_VALUE`, naming the path
 */
export function encodeValue(value: unknown, path: string, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      if (!Number.isFinite(value)) throw wrongValue(path, `${value}`)
      return value
    case 'bigint':
      return { $bigint: `${value}` }
    case 'object':
      return value === null ? null : encodeObject(value, path, depth)
    default:
      throw wrongValue(path, describe(value))
  }
}

/** The value of a JSON form; `undefined` for what is none. */
export function decodeValue(json: unknown): unknown {
  if (typeof json !== 'object' || json === null) return json
  if (Array.isArray(json)) return json.map(decodeValue)
  const keys = Object.keys(json)
  const [tag] = keys
  if (keys.length === 1 && tag?.startsWith('$'))
    return decodeTagged(tag, (json as Record<string, unknown>)[tag])
  return decodePlain(json)
}

/** A JSON form of values, such as this file's or Flask's. */
export interface ValueCodec {
  /** @throws {SessionError} `ERR_SESSIONS_VALUE`, naming the path */
  encode(value: unknown, path: string): unknown
  decode(json: unknown): unknown
}

/** This file's form. */
export const valueCodec: ValueCodec = { encode: encodeValue, decode: decodeValue }

/** Whether a value can be changed behind the session's back. */
export function isMutable(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function encodeObject(value: object, path: string, depth: number): unknown {
  if (depth >= defaults.maxDepth.value) throw wrongValue(path, 'data that deep, or that contains itself,')
  if (Array.isArray(value)) return value.map((item, i) => encodeValue(item, `${path}[${i}]`, depth + 1))
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw wrongValue(path, 'an invalid Date')
    return { $date: value.getTime() }
  }
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64url') }
  if (value instanceof Map) return { $map: encodeList([...value].flat(1), path, depth) }
  if (value instanceof Set) return { $set: encodeList([...value], path, depth) }
  if (isHtml(value)) return { $html: value.toHtml() }
  if (!isPlain(value)) throw wrongValue(path, describe(value))
  return encodePlain(value, path, depth)
}

function encodeList(items: readonly unknown[], path: string, depth: number): unknown[] {
  return items.map((item, i) => encodeValue(item, `${path}[${i}]`, depth + 1))
}

function encodePlain(value: object, path: string, depth: number): unknown {
  const out: Record<string, unknown> = Object.create(null)
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__') throw wrongValue(`${path}.${key}`, "a key named '__proto__'")
    if (item !== undefined) out[key] = encodeValue(item, `${path}.${key}`, depth + 1)
  }
  const keys = Object.keys(out)
  return keys.length === 1 && keys[0]?.startsWith('$') ? { $: out } : out
}

function decodePlain(json: object): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(json)) if (key !== '__proto__') out[key] = decodeValue(item)
  return out
}

function decodeTagged(tag: string, content: unknown): unknown {
  switch (tag) {
    case '$date':
      return typeof content === 'number' ? new Date(content) : undefined
    case '$bigint':
      return typeof content === 'string' && /^-?\d+$/.test(content) ? BigInt(content) : undefined
    case '$bytes':
      return typeof content === 'string' ? new Uint8Array(Buffer.from(content, 'base64url')) : undefined
    case '$html':
      return typeof content === 'string' ? storedHtml(content) : undefined
    case '$map':
      return Array.isArray(content) ? decodeMap(content) : undefined
    case '$set':
      return Array.isArray(content) ? new Set(content.map(decodeValue)) : undefined
    case '$':
      return typeof content === 'object' && content !== null ? decodePlain(content) : undefined
    default:
      return undefined
  }
}

function decodeMap(flat: readonly unknown[]): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>()
  for (let i = 0; i + 1 < flat.length; i += 2) map.set(decodeValue(flat[i]), decodeValue(flat[i + 1]))
  return map
}

/** Text as trusted HTML. */
export function storedHtml(text: string): StoredHtml {
  return Object.freeze({ toHtml: () => text, toString: () => text })
}

/** Whether a value is trusted HTML. */
export function isHtml(value: object): value is StoredHtml {
  return 'toHtml' in value && typeof value.toHtml === 'function'
}

/** An object literal, a null-prototype object, or one from another realm. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function describe(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`
  const name: unknown = value.constructor?.name
  return typeof name === 'string' && name !== '' ? `a ${name}` : 'an object of a class'
}
