/** Values as the debug page shows them: read without running anything of theirs, and without what is secret. */
import { inspect, types } from 'node:util'
import { Secret } from '@dewar/base'
import { defaults } from './defaults.ts'

const hidden = '[redacted]'

/** Names whose values stay hidden, whatever they are called exactly. */
const secretName = /pass|pwd|secret|token|auth|cookie|session|csrf|key|code|credential|signature|otp|pin\b/i

/**
 * A value as text.
 *
 * Threat: a page that shows passwords, or that runs a getter, a `toString` or a trap of somebody's object.
 * Construction: own data properties only, read off their descriptors, a few levels deep; whatever has a name that sounds
 * secret, at any level, is hidden.
 *
 * @internal
 */
export function describeValue(name: string, value: unknown): string {
  if (value !== null && value !== undefined && secretName.test(name)) return hidden
  const text =
    typeof value === 'string' ? value : inspect(plain(value, 0), { breakLength: 100, customInspect: false })
  return clip(text)
}

/** Names and values, ready to be shown. @internal */
export function describeAll(entries: Iterable<readonly [string, unknown]>): [string, string][] {
  return [...entries].map(([name, value]) => [name, describeValue(name, value)])
}

function clip(text: string): string {
  const longest = defaults.debugValueLength.value
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

function plain(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return clip(value)
  if (typeof value === 'function') return `[function ${nameOf(value)}]`
  if (typeof value !== 'object' || value === null) return value
  if (types.isProxy(value)) return '[Proxy]'
  if (value instanceof Secret) return hidden
  if (value instanceof Date || value instanceof RegExp) return value
  const kind = nameOf(Object.getPrototypeOf(value)?.constructor)
  if (
    depth === defaults.debugValueDepth.value ||
    ArrayBuffer.isView(value) ||
    value instanceof Map ||
    value instanceof Set
  ) {
    return `[${kind}]`
  }
  if (Array.isArray(value))
    return value.slice(0, defaults.debugValueEntries.value).map((item: unknown) => plain(item, depth + 1))
  const shown: Record<string, unknown> = {}
  for (const [name, { value: item, get }] of ownProperties(value)) {
    shown[name] = secretName.test(name) || get !== undefined ? hidden : plain(item, depth + 1)
  }
  return shown
}

function ownProperties(value: object): [string, PropertyDescriptor][] {
  return Object.entries(Object.getOwnPropertyDescriptors(value))
    .filter(([, { enumerable }]) => enumerable)
    .slice(0, defaults.debugValueEntries.value)
}

function nameOf(thing: unknown): string {
  if (typeof thing !== 'function') return 'object'
  const name = Object.getOwnPropertyDescriptor(thing, 'name')?.value
  return typeof name === 'string' && name !== '' ? name : 'anonymous'
}
