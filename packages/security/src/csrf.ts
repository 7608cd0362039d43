/**
 * The second leg of the CSRF check: a token that only pages of this session know.
 *
 * Threat: another site makes the visitor's browser send a request with the visitor's cookies.
 * Construction: each session holds a random secret of 32 bytes. A token is `mask || (mask XOR secret)` in base64url with
 * a mask of its own for each call, so that no two pages hold the same bytes and compression tells nothing (BREACH).
 * Checking unmasks and compares in constant time. `bindCsrfSecret` narrows a secret to one method and path:
 * HMAC-SHA-256(secret, method LF path).
 * Defaults: a token lives as long as its session's secret, which changes at login.
 * When not to change: the token never stands alone, `checkOrigin` comes first; both must pass.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Headers } from '@dewar/http'
import { csrfDefaults } from './defaults.ts'
import { csrfRefused } from './errors.ts'
import type { RandomBytes } from './nonce.ts'

const size = csrfDefaults.csrfSecretBytes.value
const tokenLength = Math.ceil((size * 2 * 8) / 6)

/**
 * Makes the secret that a session keeps.
 *
 * @param random where random bytes come from; by default `node:crypto`
 * @returns 32 random bytes in base64url
 */
export function createCsrfSecret(random: RandomBytes = randomBytes): string {
  return Buffer.from(random(size)).toString('base64url')
}

/**
 * Narrows a session's secret to one request: tokens made from the result are worth nothing elsewhere.
 *
 * @param secret the session's secret
 * @param method the method the form will be sent with
 * @param path the path it will be sent to, without query
 * @returns a secret for {@link csrfToken} and {@link checkCsrfToken}
 * @see Roda: `route_csrf`, "Request-Specific CSRF Tokens"
 */
export function bindCsrfSecret(secret: string, method: string, path: string): string {
  return createHmac('sha256', secret).update(`${method.toUpperCase()}\n${path}`).digest('base64url')
}

/**
 * Makes a token for a page; every call gives another one, all are valid.
 *
 * @param secret the session's secret, from {@link createCsrfSecret} or {@link bindCsrfSecret}
 * @param random where the mask comes from; by default `node:crypto`
 * @returns 86 characters of base64url
 * @see Flask-WTF: `generate_csrf`
 */
export function csrfToken(secret: string, random: RandomBytes = randomBytes): string {
  const token = Buffer.allocUnsafe(size * 2)
  const mask = random(size)
  const key = Buffer.from(secret, 'base64url')
  for (let i = 0; i < size; i++) {
    token[i] = mask[i] ?? 0
    token[size + i] = (mask[i] ?? 0) ^ (key[i] ?? 0)
  }
  return token.toString('base64url')
}

/**
 * Checks a token against the session's secret, in constant time.
 *
 * @param token the token as received
 * @param secret the session's secret, or `undefined` if the session has none
 * @throws {CsrfError} 403 `ERR_SECURITY_CSRF_MISSING` (no token), `ERR_SECURITY_CSRF_SESSION` (no secret: the session
 *   ended or cookies are off) or `ERR_SECURITY_CSRF_TOKEN` (the token belongs to another session)
 * @see Flask-WTF: `validate_csrf`
 */
export function checkCsrfToken(token: string | null | undefined, secret: string | null | undefined): void {
  if (token === null || token === undefined || token === '') throw csrfRefused('MISSING')
  const key = Buffer.from(secret ?? '', 'base64url')
  if (key.length !== size) throw csrfRefused('SESSION')
  const bytes = decode(token)
  if (bytes === null) throw csrfRefused('TOKEN')
  const unmasked = Buffer.allocUnsafe(size)
  for (let i = 0; i < size; i++) unmasked[i] = (bytes[i] ?? 0) ^ (bytes[size + i] ?? 0)
  if (!timingSafeEqual(unmasked, key)) throw csrfRefused('TOKEN')
}

/**
 * Finds the token of a script client.
 *
 * @param headers the request's headers
 * @param names the header names to look at, in order
 * @returns the token, or `null`: then it is to be looked for in the form
 */
export function csrfHeaderToken(
  headers: Headers,
  names: readonly string[] = csrfDefaults.csrfHeaders.value,
): string | null {
  for (const name of names) {
    const token = headers.get(name)
    if (token !== null && token !== '') return token
  }
  return null
}

/** Only the one canonical spelling: Node's decoder skips foreign characters and ignores spare bits. */
function decode(token: string): Buffer | null {
  if (token.length !== tokenLength) return null
  const bytes = Buffer.from(token, 'base64url')
  return bytes.length === size * 2 && bytes.toString('base64url') === token ? bytes : null
}
