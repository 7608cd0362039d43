/**
 * What can be wrong with a key or a token, as a tree: catch `SigningError` for all of it, `BadSignature` for every
 * token that must not be believed.
 */
import { DewarError, type DewarErrorOptions } from '@dewar/base'

/** The root of this package's errors. */
export class SigningError extends DewarError {}

/** The token was not made by these keys for this purpose, or has been changed since. */
export class BadSignature extends SigningError {
  constructor(
    message: string,
    options: DewarErrorOptions & { readonly code?: `ERR_SIGNING_${string}` } = {},
  ) {
    super(options.code ?? 'ERR_SIGNING_BAD_SIGNATURE', message, {
      fix: 'Treat the token as absent, and issue a new one.',
      ...options,
    })
  }
}

/** The token names a key that the ring does not hold (any more). */
export class UnknownKey extends BadSignature {
  /** The `kid` of the token: at most 64 characters, chosen by its sender. */
  readonly keyId: string

  constructor(keyId: string) {
    super('The token was signed with a key that is not in the ring.', {
      code: 'ERR_SIGNING_UNKNOWN_KEY',
      fix: 'Keep a retired key at the end of the ring until the last token made with it has expired.',
      details: { keyId },
    })
    this.keyId = keyId
  }
}

/** What an expired or premature token still tells: its signature was good. */
export interface TokenTimes {
  /** The signed text. It is authentic, but no longer (or not yet) to be acted upon. */
  readonly payload: string
  /** When it was signed, in seconds since the epoch. */
  readonly issuedAt: number
  /** When it ends or ended, in seconds since the epoch. */
  readonly expiresAt: number
}

/** The signature is good, but the token is too old. */
export class SignatureExpired extends BadSignature {
  /** The signed text: authentic, but no longer to be acted upon (good for "send me a new link"). */
  readonly payload: string
  /** When it was signed, in seconds since the epoch. */
  readonly issuedAt: number
  /** When it ended, in seconds since the epoch. */
  readonly expiresAt: number

  constructor({ payload, issuedAt, expiresAt }: TokenTimes) {
    super(`The token expired at ${isoTime(expiresAt)}.`, {
      code: 'ERR_SIGNING_EXPIRED',
      fix: 'Ask for a new one.',
      details: { issuedAt, expiresAt },
    })
    this.payload = payload
    this.issuedAt = issuedAt
    this.expiresAt = expiresAt
  }

  /** When the token was signed, as a `Date`. */
  get dateSigned(): Date {
    return new Date(this.issuedAt * 1000)
  }
}

/** The signature is good, but the token claims to have been made in the future: a clock is wrong. */
export class SignatureNotYetValid extends BadSignature {
  /** When it claims to have been signed, in seconds since the epoch. */
  readonly issuedAt: number

  constructor({ issuedAt }: { readonly issuedAt: number }) {
    super(`The token is dated in the future: ${isoTime(issuedAt)}.`, {
      code: 'ERR_SIGNING_NOT_YET_VALID',
      fix: 'Set the clocks of your servers (NTP); leeway allows for small differences.',
      details: { issuedAt },
    })
    this.issuedAt = issuedAt
  }
}

/** The signature is good, but what was signed is not what this signer makes. */
export class BadPayload extends SigningError {
  constructor(message: string, options: DewarErrorOptions = {}) {
    super('ERR_SIGNING_BAD_PAYLOAD', message, {
      fix: 'Sign and verify with the same class and purpose.',
      ...options,
    })
  }
}

/** A key ring without a key. */
export class NoKeys extends SigningError {
  constructor(message = 'A key ring needs at least one key.', options: DewarErrorOptions = {}) {
    super('ERR_SIGNING_NO_KEYS', message, {
      fix: 'Make one with generateKey() and keep it out of the source, in SECRET_KEY or a secret file.',
      ...options,
    })
  }
}

/** A key that can be guessed. The message never shows it. */
export class WeakKey extends SigningError {
  constructor(problem: string, details: Readonly<Record<string, unknown>>) {
    super('ERR_SIGNING_WEAK_KEY', problem, {
      fix: "Make one with generateKey(), or: node -e \"console.log(require('crypto').randomBytes(32).toString('base64url'))\"",
      details,
    })
  }
}

/** Why a token was refused: the errors that `verify` returns as `reason` and `unsign` throws. */
export type RefusedToken = BadSignature | UnknownKey | SignatureExpired | SignatureNotYetValid | BadPayload

function isoTime(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? `${seconds} s` : date.toISOString()
}
