/**
 * Names of fields that lead into objects and lists, as several families of forms write them.
 *
 * ```
 * name = key 1*( "[" key "]" ) [ "[]" ]     ; address[street], items[0][name], tags[]
 *      / key 1*( "-" key )                   ; address-street, items-0-name, as WTForms does
 * ```
 */
import { validationDefaults } from './defaults.ts'

const BRACKETS = /^([^[\]]+)((?:\[[^[\]]+\])*)(\[\])?$/
const INDEX = /^(?:0|[1-9]\d{0,4})$/

/** A name taken apart. */
export interface FieldPath {
  /** The keys, outermost first; at least one. */
  readonly keys: readonly string[]
  readonly isBracketed: boolean
}

/** Keys that reach into prototypes where somebody copies an object without care. */
const inert: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Takes a name apart.
 *
 * @param name a field's name
 * @returns `null` for names that lead nowhere: plain, malformed, nested too deep or into prototypes
 */
export function readPath(name: string): FieldPath | null {
  const isBracketed = name.includes('[')
  const keys = isBracketed ? bracketKeys(name) : name.split('-')
  if (keys === null || (keys.length < 2 && !isBracketed)) return null
  if (keys.length > validationDefaults.maxNesting.value) return null
  return keys.some((key) => key === '' || inert.has(key)) ? null : { keys, isBracketed }
}

function bracketKeys(name: string): string[] | null {
  const match = BRACKETS.exec(name)
  if (match === null) return null
  const [, first = '', rest = ''] = match
  return [first, ...(rest === '' ? [] : rest.slice(1, -1).split(']['))]
}

/**
 * Is the key a place in a list?
 *
 * @param key one of a path
 */
export function isIndex(key: string): boolean {
  return INDEX.test(key)
}
