/** What values are to a template: true or false, text, HTML, a sequence of items. */
import { isProxy } from 'node:util/types'
import { escapeText, isHtmlSource, Markup, reprText } from '@dewar/markup'
import { TemplateFault } from './errors.ts'

/** Whether a value is an object literal, or one without a prototype: what Python calls a dict. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || isProxy(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** An object that is asked for entries by key, such as `Map` or `MultiDict`. */
export interface Lookup {
  get(key: unknown): unknown
  has(key: unknown): boolean
  keys?(): Iterable<unknown>
}

/** Whether a value is asked for its entries with `get` and `has`. */
export function isLookup(value: unknown): value is Lookup {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  if (value instanceof Map) return true
  if (isPlainObject(value) || value instanceof Set) return false
  const { get, has } = value as Partial<Lookup>
  return typeof get === 'function' && typeof has === 'function'
}

/** Whether a value is a mapping: an object literal, a `Map`, or anything with `get`, `has` and `keys`. */
export function isMapping(value: unknown): value is Record<string, unknown> | Lookup {
  return isPlainObject(value) || (isLookup(value) && typeof value.keys === 'function')
}

/** The keys of a mapping. */
export function mappingKeys(value: Record<string, unknown> | Lookup): unknown[] {
  return isLookup(value) ? [...new Set(value.keys?.() ?? [])] : Object.keys(value)
}

/** The entries of a mapping. */
export function mappingEntries(value: Record<string, unknown> | Lookup): [unknown, unknown][] {
  if (isLookup(value)) return mappingKeys(value).map((key) => [key, value.get(key)])
  return Object.entries(value)
}

/** Truth as Python has it: nothing, zero, and whatever is empty are false. */
export function isTrue(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value)
  if (Array.isArray(value)) return value.length > 0
  if (isPlainObject(value)) {
    for (const _ in value) return true
    return false
  }
  const { length, size } = value as { length?: unknown; size?: unknown }
  if (typeof length === 'number') return length > 0
  return typeof size === 'number' && Symbol.iterator in value ? size > 0 : true
}

/** A number as text; from 1e16 on and below 0.0001 with an exponent of at least two digits, as in Python. */
export function numberText(value: number): string {
  if (Number.isSafeInteger(value)) return String(value)
  const size = Math.abs(value)
  const isPlain = (size >= 1e-4 && size < 1e16) || !Number.isFinite(value)
  return isPlain ? String(value) : value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
}

/**
 * A value as text: what `{{ value }}` prints where nothing is escaped.
 *
 * Missing values print nothing, lists and mappings as literals of the template language, functions and objects without
 * a text of their own by their name only.
 */
export function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return numberText(value)
    case 'undefined':
      return ''
    case 'function':
      return `<function ${value.name}>`
    case 'object':
      return value === null ? '' : objectText(value)
    default:
      return String(value)
  }
}

/** A value as HTML: what `{{ value }}` prints where values are escaped. */
export function htmlText(value: unknown): string {
  if (typeof value === 'string') return escapeText(value)
  if (typeof value === 'number') return numberText(value)
  if (value === null || value === undefined) return ''
  return isHtmlSource(value) ? value.toHtml() : escapeText(textOf(value))
}

function objectText(value: object): string {
  if (value instanceof Markup) return value.toString()
  if (Array.isArray(value) || isPlainObject(value) || value instanceof Map || value instanceof Set) {
    return literalText(value, new Set())
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString()
  if (value instanceof Promise) {
    throw new TemplateFault(
      'ERR_TEMPLATES_TYPE',
      'A promise cannot be printed.',
      'Await it before rendering.',
    )
  }
  if (value.toString === Object.prototype.toString) return `<${value.constructor?.name ?? 'object'}>`
  return String(value)
}

/** A value as the template language writes it: texts in quotes, `[1, 'a']`, `{'k': none}`. */
export function literalText(value: unknown, above: ReadonlySet<unknown> = new Set()): string {
  if (typeof value === 'string') return reprText(value)
  if (value === null) return 'none'
  if (value === undefined) return 'Undefined'
  if (typeof value !== 'object') return textOf(value)
  if (above.has(value)) return '…'
  const inside = new Set([...above, value])
  if (value instanceof Markup) return `Markup(${reprText(value.toString())})`
  if (value instanceof Set) return `{${Array.from(value, (item) => literalText(item, inside)).join(', ')}}`
  if (Array.isArray(value)) return `[${value.map((item) => literalText(item, inside)).join(', ')}]`
  if (value instanceof Map || isPlainObject(value)) {
    const entries = mappingEntries(value)
    return `{${entries.map(([key, item]) => `${literalText(key, inside)}: ${literalText(item, inside)}`).join(', ')}}`
  }
  return objectText(value)
}

/**
 * The items of a value, as a list.
 *
 * A missing value has none; a text has its characters, a mapping its keys.
 *
 * @throws {TemplateFault} `ERR_TEMPLATES_TYPE` for a value that has no items
 */
export function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (value === undefined) return []
  if (typeof value === 'string') return [...value]
  if (typeof value === 'object' && value !== null) {
    if (value instanceof Markup) return [...value.toString()]
    if (isMapping(value)) return mappingKeys(value)
    if (Symbol.iterator in value) return [...(value as Iterable<unknown>)]
    const { next } = value as { next?: unknown }
    if (typeof next === 'function') return [...iteratorItems(value as Iterator<unknown>)]
  }
  throw new TemplateFault('ERR_TEMPLATES_TYPE', `${kindOf(value)} has no items to go through.`)
}

function* iteratorItems(iterator: Iterator<unknown>): Generator<unknown> {
  for (let step = iterator.next(); step.done !== true; step = iterator.next()) yield step.value
}

/** The number of items, entries or characters. */
export function lengthOf(value: unknown): number {
  if (value === undefined) return 0
  if (Array.isArray(value)) return value.length
  if (typeof value === 'string') return /[\ud800-\udfff]/.test(value) ? [...value].length : value.length
  if (typeof value === 'object' && value !== null) {
    const { length, size } = value as { length?: unknown; size?: unknown }
    if (!isPlainObject(value) && typeof length === 'number') return length
    if (!isPlainObject(value) && typeof size === 'number') return size
    return itemsOf(value).length
  }
  throw new TemplateFault('ERR_TEMPLATES_TYPE', `${kindOf(value)} has no length.`)
}

/** What a value is, for error messages. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'A missing value'
  if (value === null) return 'none'
  if (Array.isArray(value)) return 'A list'
  if (isMapping(value)) return 'A mapping'
  if (typeof value === 'object') return value instanceof Markup ? 'A piece of HTML' : 'An object'
  return (
    { string: 'A text', number: 'A number', bigint: 'A number', boolean: 'A truth value' }[
      typeof value as string
    ] ?? `A ${typeof value}`
  )
}
