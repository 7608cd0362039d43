/**
 * JWS compact serialisation with HS256, synchronously.
 *
 * ```abnf
 * token     = header "." payload "." signature      ; each base64url, RFC 7515 §7.1
 * signature = HMAC-SHA256(key, header "." payload)  ; RFC 7518 §3.2
 * ```
 *
 * WebCrypto's detour through the thread pool costs some twenty times the HMAC; `node:crypto` computes it in place.
 */
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { defaults } from './defaults.ts'

/** The `alg` of RFC 7518 §3.1 that stands for HMAC with SHA-256. */
export const jwsAlgorithm = 'HS256'

/** A compact token in its parts, still encoded. */
export interface CompactToken {
  readonly header: string
  readonly payload: string
  readonly signature: string
  /** What was signed: header and payload with the dot between them. */
  readonly input: string
}

/** Joins an encoded header and payload and signs them. */
export function signCompact(header: string, payload: string, key: KeyObject): string {
  const input = `${header}.${payload}`
  return `${input}.${mac(input, key)}`
}

/** Splits a token at its dots; `null` unless it has exactly three parts and a bearable length. */
export function splitCompact(token: string, maxLength: number): CompactToken | null {
  if (token.length > maxLength) return null
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  if (first < 0 || second < 0 || token.includes('.', second + 1)) return null
  return {
    header: token.slice(0, first),
    payload: token.slice(first + 1, second),
    signature: token.slice(second + 1),
    input: token.slice(0, second),
  }
}

/**
 * Whether the signature is the one the key gives; takes the same time wherever they differ.
 *
 * The encoded forms are compared, so only the canonical spelling of a signature is accepted.
 */
export function verifyCompact({ input, signature }: CompactToken, key: KeyObject): boolean {
  if (signature.length !== macLength) return false
  const expected = Buffer.from(mac(input, key), 'latin1')
  const actual = Buffer.from(signature)
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}

/** 32 bytes in base64url. */
const macLength = 43

function mac(input: string, key: KeyObject): string {
  return createHmac(defaults.hash.value, key).update(input).digest('base64url')
}
