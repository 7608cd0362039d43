/** The bounds on what a client sends beside the body. */
import { defaults } from './defaults.ts'

/** How much of each kind a request may hold. */
export interface RequestLimits {
  /** Fields of the query string; above it 400. */
  readonly maxQueryFields: number
  /** Cookies; above it 431. */
  readonly maxCookies: number
  /** Arrays and objects within each other in a JSON body; above it 400. */
  readonly maxJsonDepth: number
  /** Keys, arrays and objects of a JSON body, counted together; above it 413. Texts and numbers in arrays are free. */
  readonly maxJsonParts: number
}

/** The bounds in force where none are given. */
export const requestLimits: RequestLimits = Object.freeze({
  maxQueryFields: defaults.maxQueryFields.value,
  maxCookies: defaults.maxCookies.value,
  maxJsonDepth: defaults.maxJsonDepth.value,
  maxJsonParts: defaults.maxJsonParts.value,
})
