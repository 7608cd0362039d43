/** Values as text for URLs. Objects without a text of their own are refused: `[object Object]` names no page. */
import { valueError } from './errors.ts'

/** The text of a value: text, numbers, truth values, and objects with a `toString` of their own. */
export function plainText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value)
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && hasOwnText(value))
    return String(value)
  throw valueError(
    `${describeValue(value)} is no text for a URL.`,
    'Pass text, a number, or an object with toString().',
  )
}

function hasOwnText(value: object): boolean {
  return typeof value.toString === 'function' && value.toString !== Object.prototype.toString
}

/** A value in words, for errors. */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return 'A list'
  return typeof value === 'string' ? `'${value}'` : `A value of type ${typeof value}`
}
