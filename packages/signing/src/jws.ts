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
import { timingSafeEqual } from 'node:crypto'
import type { HmacSha256 } from './hmac.ts'

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
export function signCompact(header: string, payload: string, hmac: HmacSha256): string {
  const input = `${header}.${payload}`
  return `${input}.${hmac.of(input)}`
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
export function verifyCompact({ input, signature }: CompactToken, hmac: HmacSha256): boolean {
  if (signature.length !== macLength) return false
  const actual = Buffer.from(signature)
  return actual.length === macLength && timingSafeEqual(actual, Buffer.from(hmac.of(input), 'latin1'))
}

/** 32 bytes in base64url. */
const macLength = 43
