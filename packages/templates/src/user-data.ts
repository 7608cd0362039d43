/** Data for templates that users write: copied, and only if it is plain. */
import { DewarError } from '@dewar/base'
import { Markup } from '@dewar/markup'
import { limits } from './defaults.ts'
import { isPlainObject, kindOf } from './values.ts'

/**
 * A copy of data that holds nothing but texts, numbers, truth values, dates, HTML, lists, sets and mappings.
 *
 * @param data what the app passes
 * @throws {DewarError} `ERR_TEMPLATES_DATA` for anything else, naming where it is
 */
export function plainCopy(data: unknown): unknown {
  return new Copier().copy(data, 'data', 0)
}

class Copier {
  #count = 0

  copy(value: unknown, path: string, depth: number): unknown {
    if (depth > limits.dataDepth) throw refused(path, `is nested more than ${limits.dataDepth} deep`)
    if (++this.#count > limits.dataSize) throw refused(path, `brings more than ${limits.dataSize} values`)
    if (typeof value === 'function' || typeof value === 'symbol') throw refused(path, `is a ${typeof value}`)
    if (typeof value !== 'object' || value === null) return value
    if (value instanceof Date) return new Date(value)
    if (value instanceof Markup) return value
    const next = (item: unknown, key: unknown): unknown =>
      this.copy(item, `${path}.${String(key)}`, depth + 1)
    if (Array.isArray(value)) return value.map(next)
    if (value instanceof Set) return new Set([...value].map(next))
    if (value instanceof Map)
      return new Map([...value].map(([key, item]) => [next(key, 'key'), next(item, key)]))
    if (!isPlainObject(value)) throw refused(path, `is no plain value (${kindOf(value)})`)
    const out: Record<string, unknown> = Object.create(null)
    for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      if (property.enumerable !== true) continue
      if (!('value' in property)) throw refused(`${path}.${key}`, 'is computed when it is read')
      out[key] = next(property.value, key)
    }
    return out
  }
}

function refused(path: string, what: string): DewarError {
  return new DewarError(
    'ERR_TEMPLATES_DATA',
    `A template of a user gets plain data only, but ${path} ${what}.`,
    {
      fix: 'Pass the texts and numbers it needs, in lists and object literals.',
    },
  )
}
