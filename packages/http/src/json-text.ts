/** JSON from outside, bounded in depth and without keys that reach into prototypes; and JSON to be sent. */
import { DewarError } from '@dewar/base'
import { BadRequest, RequestEntityTooLarge } from './errors.ts'
import type { RequestLimits } from './request-limits.ts'

/** What bounds JSON. */
export type JsonLimits = Pick<RequestLimits, 'maxJsonDepth' | 'maxJsonParts'>

/**
 * Parses JSON.
 *
 * @param bytes UTF-8
 * @param limits how many arrays and objects may lie within each other, and how many parts there may be
 * @throws {BadRequest} 400, `ERR_HTTP_BAD_REQUEST`, for anything else than JSON in UTF-8 within the bound, for an object
 *   with the same key twice, for a key `__proto__`, and for an object under a key that every object has, as `constructor`:
 *   whoever merges it writes into what all objects share
 * @see RFC 8259 §4: what a repeated key means depends on who reads it
 */
export function parseJsonBytes(bytes: Uint8Array, limits: JsonLimits): unknown {
  const text = decodeUtf8(bytes)
  const members = countMembers(text, limits)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw badJson('It cannot be parsed.', cause)
  }
  // What the parser has folded into one member was two with the same key.
  if (checkedMembers(value) < members) throw badJson('An object has the same key twice.')
  return value
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw badJson('It is no UTF-8.', cause)
  }
}

/** How many members the objects in a text have: there is a colon outside of strings for each. */
function countMembers(text: string, { maxJsonDepth, maxJsonParts }: JsonLimits): number {
  let depth = 0
  let members = 0
  let containers = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x22) index = endOfString(text, index)
    else if (code === 0x3a) members++
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > maxJsonDepth) throw badJson(`It is nested deeper than ${maxJsonDepth}.`)
      containers++
    } else if (code === 0x5d || code === 0x7d) depth--
  }
  const parts = members + containers
  if (parts > maxJsonParts) throw tooManyParts(maxJsonParts, parts)
  return members
}

function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 0x5c) index++
    else if (code === 0x22) return index
  }
  return text.length
}

/**
 * How many members the objects of a value have. `JSON.parse` makes keys that reach into prototypes plain properties;
 * whoever copies them afterwards makes them dangerous.
 */
function checkedMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value) members += checkedMembers(item)
    return members
  }
  // Names alone: a pair for each of a million members would cost more than reading them.
  for (const key of Object.keys(value)) {
    if (key === '__proto__') throw badJson('It has a key __proto__.')
    members++
    const item = (value as Record<string, unknown>)[key]
    if (typeof item !== 'object' || item === null) continue
    if (Object.hasOwn(Object.prototype, key)) {
      throw badJson(`It has an object under the key ${key}, which every object has.`)
    }
    members += checkedMembers(item)
  }
  return members
}

function tooManyParts(maximum: number, actual: number): RequestEntityTooLarge {
  return new RequestEntityTooLarge('The JSON has too many keys, lists and objects.', {
    details: { limit: 'MAX_JSON_PARTS', maximum, actual },
  })
}

function badJson(reason: string, cause?: unknown): BadRequest {
  return new BadRequest('The body is not valid JSON.', { cause, details: { reason } })
}

/**
 * Writes JSON, compact and with a line feed at its end.
 *
 * @param value anything that `JSON.stringify` takes
 * @throws {DewarError} `ERR_HTTP_JSON` if the value has no JSON form
 */
export function serializeJson(value: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    throw new DewarError('ERR_HTTP_JSON', 'The value has no JSON form.', {
      cause,
      fix: 'Remove cycles and bigints.',
    })
  }
  if (text !== undefined) return `${text}\n`
  throw new DewarError('ERR_HTTP_JSON', `There is no JSON for ${typeof value}.`, {
    fix: 'Pass null instead.',
  })
}
