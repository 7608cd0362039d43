/**
 * Nonces for the Content-Security-Policy: fresh ones for every answer, at the price of a slice of text.
 *
 * Threat: an injected script that knows or guesses the nonce of the page it stands in.
 * Construction: text of 6 bits a character out of a pool of random bytes that is filled and encoded 4 kB at a time; no
 * character is used twice.
 * Defaults: 16 bytes, so 22 characters (132 bits).
 * When not to change: never below 128 bits.
 */
import { randomBytes } from 'node:crypto'
import { nonceDefaults } from './defaults.ts'

/** Gives so many random bytes; tests pass their own. */
export type RandomBytes = (size: number) => Uint8Array

/** Options of {@link createNonceSource}. */
export interface NonceOptions {
  /** Where random bytes come from; by default `node:crypto`. */
  readonly random?: RandomBytes | undefined
}

/**
 * Makes a source of nonces. Keep one for the whole process.
 *
 * @param options where random bytes come from
 * @returns a function that gives another nonce at each call: base64url, without padding, safe in attributes and headers
 * @see CSP 3 §7.1
 */
export function createNonceSource(options: NonceOptions = {}): () => string {
  const random = options.random ?? randomBytes
  const length = Math.ceil((nonceDefaults.nonceBytes.value * 8) / 6)
  let pool = ''
  let position = 0
  return () => {
    if (position + length > pool.length) {
      pool = fill(random)
      position = 0
    }
    const start = position
    position += length
    return pool.slice(start, position)
  }
}

/** Whole groups of three bytes only, so that every character carries six random bits. */
function fill(random: RandomBytes): string {
  const size = nonceDefaults.poolBytes.value
  return Buffer.from(random(size - (size % 3))).toString('base64url')
}
