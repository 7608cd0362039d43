/**
 * What a timed token says: `aud` (the purpose), `iat`, `exp` and `data`, as JSON Web Token claims (RFC 7519 §4.1).
 */
import { isUtf8 } from 'node:buffer'
import { decodeBase64url } from './base64url.ts'
import { BadPayload, type RefusedToken, SignatureExpired, SignatureNotYetValid } from './errors.ts'

/** A token that was found good. */
export interface VerifiedToken {
  readonly ok: true
  /** The signed text. */
  readonly payload: string
  /** When it was signed, in seconds since the epoch. */
  readonly issuedAt: number
  /** When it ends, in seconds since the epoch. */
  readonly expiresAt: number
}

/** A token that was refused, with the error that says why. */
export interface RefusedResult {
  readonly ok: false
  /** An instance of one of this package's errors; its `code` tells them apart. */
  readonly reason: RefusedToken
}

/** The outcome of checking a timed token. */
export type TimedResult = VerifiedToken | RefusedResult

/** What a token is held against. */
export interface ClaimChecks {
  readonly purpose: string
  readonly now: number
  readonly leeway: number
  /** The greatest age in seconds, beside the token's own `exp`. */
  readonly maxAge: number | undefined
}

/** The claims as JSON text. @param audience the purpose, as JSON already */
export function writeClaims(audience: string, payload: string, issuedAt: number, expiresAt: number): string {
  return `{"aud":${audience},"iat":${issuedAt},"exp":${expiresAt},"data":${JSON.stringify(payload)}}`
}

/** Reads and checks authenticated claims; `exp` is the first second at which the token is no longer good. */
export function readClaims(bytes: Buffer, checks: ClaimChecks): TimedResult {
  const claims = parseClaims(bytes)
  if (claims === null) return refused(new BadPayload('The token does not hold the claims of a timed token.'))
  if (claims.aud !== checks.purpose) return refused(new BadPayload('The token was made for another purpose.'))
  const { iat: issuedAt, data: payload } = claims
  const expiresAt = checks.maxAge === undefined ? claims.exp : Math.min(claims.exp, issuedAt + checks.maxAge)
  if (issuedAt > checks.now + checks.leeway) return refused(new SignatureNotYetValid({ issuedAt }))
  if (checks.now >= expiresAt) return refused(new SignatureExpired({ payload, issuedAt, expiresAt }))
  return { ok: true, payload, issuedAt, expiresAt }
}

/** Wraps an error as a result. */
export function refused(reason: RefusedToken): RefusedResult {
  return { ok: false, reason }
}

/** The authenticated text of a payload, or `null` if it is not canonical base64url of UTF-8. */
export function decodeText(encoded: string): string | null {
  const bytes = decodeBase64url(encoded)
  return bytes === null || !isUtf8(bytes) ? null : bytes.toString('utf8')
}

interface Claims {
  readonly aud: string
  readonly iat: number
  readonly exp: number
  readonly data: string
}

function parseClaims(bytes: Buffer): Claims | null {
  if (!isUtf8(bytes)) return null
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    return null
  }
  return isClaims(value) ? value : null
}

function isClaims(value: unknown): value is Claims {
  if (typeof value !== 'object' || value === null) return false
  const { aud, iat, exp, data } = value as Partial<Record<string, unknown>>
  return (
    typeof aud === 'string' &&
    typeof data === 'string' &&
    Number.isSafeInteger(iat) &&
    Number.isSafeInteger(exp)
  )
}
