/**
 * TimestampSigner: `value` separator `base64url(seconds)` separator `signature`; the time is a big-endian number without
 * leading zero bytes, and is signed with the value.
 */
import { systemClock } from '@dewar/base'
import { decodeBase64url } from '../base64url.ts'
import { SigningError } from '../errors.ts'
import { inKindOf, joinBytes, type SameKind, splitLast, type Text, toBytes } from './bytes.ts'
import { BadSignature, BadTimeSignature, SignatureExpired } from './errors.ts'
import { type ItsdangerousSignerOptions, isGood, Signer } from './signer.ts'

/** What a timestamp signer takes. */
export interface TimestampSignerOptions extends ItsdangerousSignerOptions {
  /** The clock, in seconds since the epoch. */
  readonly now?: (() => number) | undefined
}

/** Options of one call. */
export interface UnsignOptions {
  /** The greatest age accepted, in seconds. Without it a token is good for ever. */
  readonly maxAge?: number | undefined
}

/** A value with the time of its signature. */
export interface Timestamped<T> {
  readonly value: T
  /** Seconds since the epoch. */
  readonly timestamp: number
}

/** Signs text or bytes with the time, as `itsdangerous.TimestampSigner` does. */
export class TimestampSigner {
  readonly #signer: Signer
  readonly #sep: Buffer
  readonly #now: () => number

  /** @throws {SigningError} as `Signer` */
  constructor({ now = systemClock, ...options }: TimestampSignerOptions) {
    this.#signer = new Signer(options)
    this.#sep = toBytes(this.#signer.sep)
    this.#now = now
  }

  /** The value with time and signature. */
  sign<T extends Text>(value: T): SameKind<T> {
    const stamped = joinBytes(this.#sep, toBytes(value), encodeTimestamp(Math.floor(this.#now())))
    return inKindOf(value, toBytes(this.#signer.sign(stamped)))
  }

  /**
   * The value of a signed text.
   *
   * @throws {SignatureExpired | BadTimeSignature | BadSignature} with `payload`, and `dateSigned` where there is a time
   */
  unsign<T extends Text>(signed: T, options: UnsignOptions = {}): SameKind<T> {
    return this.unsignWithTimestamp(signed, options).value
  }

  /** As `unsign`, with the time of the signature. @see itsdangerous: `unsign(return_timestamp=True)` */
  unsignWithTimestamp<T extends Text>(signed: T, { maxAge }: UnsignOptions = {}): Timestamped<SameKind<T>> {
    if (maxAge !== undefined && !Number.isSafeInteger(maxAge))
      throw new SigningError('ERR_SIGNING_OPTION', 'maxAge is a whole number of seconds.')
    const { stamped, error } = this.#unsignStamped(signed)
    const parts = splitLast(stamped, this.#sep)
    if (parts === null)
      throw error ?? new BadTimeSignature('There is no time.', { payload: inKindOf(signed, stamped) })
    const value = inKindOf(signed, parts[0])
    const timestamp = decodeTimestamp(parts[1])
    if (error !== null)
      throw new BadTimeSignature(error.message, { payload: value, dateSigned: timestamp ?? undefined })
    if (timestamp === null) throw new BadTimeSignature('The time cannot be read.', { payload: value })
    if (maxAge !== undefined) this.#checkAge(value, timestamp, maxAge)
    return { value, timestamp }
  }

  /** Whether a signed text is good. */
  validate(signed: Text, options: UnsignOptions = {}): boolean {
    return isGood(() => this.unsign(signed, options))
  }

  #unsignStamped(signed: Text): { readonly stamped: Buffer; readonly error: BadSignature | null } {
    try {
      return { stamped: toBytes(this.#signer.unsign(signed)), error: null }
    } catch (error) {
      if (!(error instanceof BadSignature)) throw error
      return { stamped: toBytes(error.payload ?? ''), error }
    }
  }

  #checkAge(payload: Text, timestamp: number, maxAge: number): void {
    const age = Math.floor(this.#now()) - timestamp
    if (age <= maxAge && age >= 0) return
    const why = age < 0 ? 'it is from the future' : `${maxAge} s are allowed`
    throw new SignatureExpired(`The signature is ${age} s old; ${why}.`, { payload, dateSigned: timestamp })
  }
}

/** The last second that Python's `datetime` knows. */
const lastTimestamp = 253_402_300_799

function encodeTimestamp(seconds: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(seconds))
  const first = bytes.findIndex((byte) => byte !== 0)
  return Buffer.from((first < 0 ? Buffer.alloc(0) : bytes.subarray(first)).toString('base64url'))
}

function decodeTimestamp(encoded: Buffer): number | null {
  const bytes = decodeBase64url(encoded.toString('latin1'))
  if (bytes === null || bytes.length > 8) return null
  const padded = Buffer.concat([Buffer.alloc(8 - bytes.length), bytes])
  const seconds = padded.readBigUInt64BE()
  return seconds > lastTimestamp ? null : Number(seconds)
}
