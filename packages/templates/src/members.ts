/**
 * The only way from one value to another: `value.name`, `value[key]`, and the calls of methods.
 *
 * Threat: a name in a template, or text that becomes one (`value[key]`, `|attr`, `|map(attribute=…)`), that leads to
 * `Function` and so out of the template.
 * Construction: a value's own properties and those of its class and its class's bases, but nothing of
 * `Object.prototype` and `Function.prototype`, and never the names in `hidden`; functions show their own properties only;
 * what is found is refused if it is a maker of code or the global object. Entries of `Map` and `MultiDict` are data and
 * may have any key.
 */
import { isProxy } from 'node:util/types'
import { Secret } from '@dewar/base'
import { Markup } from '@dewar/markup'
import { limits } from './defaults.ts'
import { TemplateFault } from './errors.ts'
import { isMacro } from './macro.ts'
import { listMethod } from './methods-list.ts'
import { mappingMethod } from './methods-mapping.ts'
import { markupMethod, textMethod } from './methods-text.ts'
import { isLookup, isMapping, isPlainObject } from './values.ts'

type Callable = (...args: unknown[]) => unknown

/** Names that lead from a value to its class or prototype. No property of these names is ever read. */
const hidden: ReadonlySet<string> = new Set([
  'constructor',
  'prototype',
  '__proto__',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
  'caller',
  'callee',
])

/** Values that no template may hold: they make code, or hold everything. */
const forbidden: ReadonlySet<unknown> = new Set<unknown>([
  Function,
  (async () => {}).constructor,
  function* () {}.constructor,
  async function* () {}.constructor,
  Object,
  Reflect,
  Proxy,
  globalThis,
  Reflect.get(globalThis, 'eval'),
  globalThis.process,
  globalThis.setTimeout,
  globalThis.setInterval,
  globalThis.setImmediate,
  Function.prototype,
  Function.prototype.call,
  Function.prototype.apply,
  Function.prototype.bind,
])

/** Whether a name is one that templates cannot reach. */
export function isHidden(name: string): boolean {
  return hidden.has(name)
}

/** Whether a value is one that templates cannot have. */
export function isForbidden(value: unknown): boolean {
  return (typeof value === 'function' || typeof value === 'object') && forbidden.has(value)
}

/** `value.name`: a property, else a method of Python's, else an entry. `undefined` if there is none. */
export function attribute(target: unknown, name: string): unknown {
  if (typeof target === 'object' && target !== null) {
    if (target instanceof Map && target.has(name)) return allowed(target.get(name))
    const value = property(target, name)
    if (value !== undefined) return value
    const method = methodOf(target, name)
    if (method !== undefined) return (...args: unknown[]) => method(target, args)
    return isLookup(target) && target.has(name) ? allowed(target.get(name)) : undefined
  }
  return primitiveMember(target, name)
}

/** `value[key]`: an item or entry, else as {@link attribute}. Negative positions count from the end. */
export function item(target: unknown, key: unknown): unknown {
  if (typeof key === 'number') {
    if (Array.isArray(target)) return allowed(target.at(key))
    if (typeof target === 'string') return [...target].at(key)
    if (target instanceof Markup) {
      const character = [...target.toString()].at(key)
      return character === undefined ? undefined : new Markup(character)
    }
  }
  if (isLookup(target) && target.has(key)) return allowed(target.get(key))
  if (
    typeof key === 'symbol' ||
    (typeof key === 'object' && !(key instanceof Markup)) ||
    typeof key === 'function'
  ) {
    return undefined
  }
  return attribute(target, String(key))
}

/** A method to call: Python's methods of texts, lists and mappings come before properties that cannot be called. */
export function callable(target: unknown, name: string): Callable | undefined {
  if (typeof target === 'object' && target !== null && !(target instanceof Markup)) {
    const own = property(target, name)
    if (isMacro(own)) return own as Callable
    if (typeof own === 'function' && !usesPython(target, name)) {
      return (...args) => Reflect.apply(own as Callable, target, args)
    }
    const method = methodOf(target, name)
    if (method !== undefined) return (...args) => method(target, args)
  }
  const value = attribute(target, name)
  return typeof value === 'function' ? (value as Callable) : undefined
}

/** JavaScript's and Python's lists and maps share some names with different arguments; in a template Python's count. */
function usesPython(target: object, name: string): boolean {
  if (Array.isArray(target)) return !Object.hasOwn(target, name) && listMethod(name) !== undefined
  return (target instanceof Map || (name === 'get' && isLookup(target))) && mappingMethod(name) !== undefined
}

/** What JavaScript has for texts in HTML, long out of use: a template that asks a text for its `link` means an entry. */
const htmlMethods: ReadonlySet<string> = new Set(
  'anchor big blink bold fixed fontcolor fontsize italics link small strike sub sup'.split(' '),
)

type Method = (target: object, args: readonly unknown[]) => unknown

function methodOf(target: object, name: string): Method | undefined {
  if (Array.isArray(target)) return listMethod(name) as Method | undefined
  if (target instanceof Markup) return markupMethod(name) as Method | undefined
  return isMapping(target) ? (mappingMethod(name) as Method | undefined) : undefined
}

/** A property of an object or its classes, found without reading any that is hidden. */
function property(target: object, name: string): unknown {
  if (hidden.has(name) || target instanceof Secret) return undefined
  if (Object.hasOwn(target, name)) return allowed((target as Record<string, unknown>)[name])
  if (isPlainObject(target)) return undefined
  if (isProxy(target))
    return name in Object.prototype ? undefined : allowed((target as Record<string, unknown>)[name])
  return isInherited(target, name) ? bound(target, (target as Record<string, unknown>)[name]) : undefined
}

function isInherited(target: object, name: string): boolean {
  let holder: object | null = Object.getPrototypeOf(target)
  while (holder !== null && holder !== Object.prototype && holder !== Function.prototype) {
    if (Object.hasOwn(holder, name)) return true
    holder = Object.getPrototypeOf(holder)
  }
  return false
}

/** A method keeps its object, as in Python. */
function bound(target: object, value: unknown): unknown {
  if (typeof value !== 'function' || isForbidden(value)) return allowed(value)
  return (...args: unknown[]) => Reflect.apply(value, target, args)
}

function primitiveMember(target: unknown, name: string): unknown {
  if (hidden.has(name) || target === undefined || target === null) return undefined
  if (typeof target === 'string') return textMember(target, name)
  if (typeof target === 'function') {
    return Object.hasOwn(target, name)
      ? allowed((target as unknown as Record<string, unknown>)[name])
      : undefined
  }
  if (!isInherited(Object(target), name)) return undefined
  return bound(Object(target), (target as Record<string, unknown>)[name])
}

function textMember(target: string, name: string): unknown {
  const method = textMethod(name)
  if (method !== undefined) return (...args: unknown[]) => method(target, args)
  if (name === 'length') return target.length
  if (!Object.hasOwn(String.prototype, name) || htmlMethods.has(name)) return undefined
  const native = (String.prototype as unknown as Record<string, unknown>)[name]
  if (typeof native !== 'function') return undefined
  return (...args: unknown[]) => {
    checkLength(target, name, args[0])
    return Reflect.apply(native, target, args)
  }
}

/** JavaScript's methods that make a text longer than it was. */
function checkLength(target: string, name: string, argument: unknown): void {
  if (name !== 'repeat' && name !== 'padStart' && name !== 'padEnd') return
  const length = name === 'repeat' ? Number(argument) * target.length : Number(argument)
  if (length > limits.textLength) {
    throw new TemplateFault('ERR_TEMPLATES_LIMIT', `${name}() would give ${length} characters.`)
  }
}

function allowed(value: unknown): unknown {
  return isForbidden(value) ? undefined : value
}
