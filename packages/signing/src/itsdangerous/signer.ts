/**
 * Signer: `value` separator `base64url(HMAC(derived key, value))`, as itsdangerous writes it.
 *
 * Threat: an altered value. Construction: as itsdangerous 2.2, so that both sides verify each other's tokens; signatures are
 * accepted in their canonical encoding only, where itsdangerous skips stray characters and spare bits.
 * Defaults: itsdangerous's (`django-concat`, SHA-1), for the sake of existing tokens. For new ones use `TimedSigner` of `@dewar/signing`.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { nameRemedy, Secret } from '@dewar/base'
import { decodeBase64url } from '../base64url.ts'
import { NoKeys, SigningError } from '../errors.ts'
import { checkKey } from '../key-strength.ts'
import { inKindOf, joinBytes, type SameKind, splitLast, type Text, toBytes } from './bytes.ts'
import { BadSignature } from './errors.ts'

/** How the signing key is made of secret and salt. */
export type KeyDerivation = 'django-concat' | 'concat' | 'hmac' | 'none'

/** The hash of derivation and signature. */
export type Digest = 'sha1' | 'sha256' | 'sha512'

/** One secret key. */
export type ItsdangerousKey = Text | Secret

/** How a signer works, beside its keys. */
export interface SignerScheme {
  /** Keeps uses of one secret apart; `itsdangerous.Signer`. */
  readonly salt?: Text | undefined
  /** Between value and signature; `.`. */
  readonly sep?: Text | undefined
  /** `django-concat`. */
  readonly keyDerivation?: KeyDerivation | undefined
  /** `sha1`. */
  readonly digest?: Digest | undefined
}

/** What a signer takes. */
export interface ItsdangerousSignerOptions extends SignerScheme {
  /** One secret, or several with the **newest first** (itsdangerous wants them the other way round). */
  readonly keys: ItsdangerousKey | readonly ItsdangerousKey[]
  /** Accepts keys that can be guessed, such as those of an application that is being moved. */
  readonly unsafeWeakKeys?: boolean | undefined
}

/**
 * Signs text or bytes as `itsdangerous.Signer` does.
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { Signer } from '@dewar/signing/itsdangerous'
 *
 * const signer = new Signer({ keys: process.env['SECRET_KEY'] ?? 'q8Zt3vWx0LrYb6NcKd2MfHs9JgPa5TeUi1Ro7CwVzXk' })
 * assert.equal(signer.unsign(signer.sign('user 7')), 'user 7')
 * ```
 */
export class Signer {
  readonly #keys: readonly Buffer[]
  readonly #derived: readonly Buffer[]
  readonly #salt: Buffer
  readonly #derivation: KeyDerivation
  readonly #digest: Digest
  /** The separator. */
  readonly sep: Uint8Array
  readonly #sep: Buffer

  /**
   * @param options keys and scheme
   * @throws {SigningError} `ERR_SIGNING_NO_KEYS`, `ERR_SIGNING_WEAK_KEY`, `ERR_SIGNING_SEPARATOR` for one that could stand in a
   *   signature, `ERR_SIGNING_OPTION`
   */
  constructor(options: ItsdangerousSignerOptions) {
    checkOptions(options)
    this.#keys = readKeys(options.keys, options.unsafeWeakKeys === true)
    this.#sep = toBytes(options.sep ?? '.')
    this.sep = new Uint8Array(this.#sep)
    if (alphabet.includes(this.#sep.toString('latin1')))
      throw new SigningError('ERR_SIGNING_SEPARATOR', 'The separator could stand in a signature.', {
        fix: 'Use a character other than letters, digits, "-", "_" and "=".',
      })
    this.#salt = toBytes(options.salt ?? 'itsdangerous.Signer')
    this.#derivation = options.keyDerivation ?? 'django-concat'
    this.#digest = options.digest ?? 'sha1'
    this.#derived = this.#keys.map((key) => this.#derive(key))
  }

  /** The signing key derived from the newest secret, or from another one. */
  deriveKey(secret?: ItsdangerousKey): Uint8Array {
    const [newest] = this.#derived
    if (secret === undefined) return new Uint8Array(newest ?? [])
    return new Uint8Array(this.#derive(toBytes(secret instanceof Secret ? secret.reveal() : secret)))
  }

  /** The signature of a value, encoded. */
  getSignature(value: Text): string {
    return this.#mac(this.#derived[0] ?? Buffer.alloc(0), toBytes(value)).toString('base64url')
  }

  /** The value with its signature. Text gives text, bytes give bytes. */
  sign<T extends Text>(value: T): SameKind<T> {
    const bytes = toBytes(value)
    return inKindOf(value, joinBytes(this.#sep, bytes, Buffer.from(this.getSignature(bytes))))
  }

  /** Whether an encoded signature belongs to a value, by any of the keys. */
  verifySignature(value: Text, signature: Text): boolean {
    const actual = decodeBase64url(toBytes(signature).toString('latin1'))
    if (actual === null) return false
    const bytes = toBytes(value)
    return this.#derived.some((key) => {
      const expected = this.#mac(key, bytes)
      return expected.length === actual.length && timingSafeEqual(expected, actual)
    })
  }

  /**
   * The value of a signed text.
   *
   * @throws {BadSignature} with `payload`, if the signature does not match
   */
  unsign<T extends Text>(signed: T): SameKind<T> {
    const parts = splitLast(toBytes(signed), this.#sep)
    if (parts === null) throw new BadSignature('There is no separator in the signed value.')
    const payload = inKindOf(signed, parts[0])
    if (this.verifySignature(parts[0], parts[1])) return payload
    throw new BadSignature('The signature does not match.', { payload })
  }

  /** Whether a signed text is good. */
  validate(signed: Text): boolean {
    return isGood(() => this.unsign(signed))
  }

  #derive(secret: Buffer): Buffer {
    switch (this.#derivation) {
      case 'concat':
        return createHash(this.#digest).update(this.#salt).update(secret).digest()
      case 'django-concat':
        return createHash(this.#digest).update(this.#salt).update('signer').update(secret).digest()
      case 'hmac':
        return createHmac(this.#digest, secret).update(this.#salt).digest()
      case 'none':
        return secret
    }
  }

  #mac(key: Buffer, value: Buffer): Buffer {
    return createHmac(this.#digest, key).update(value).digest()
  }
}

/** Runs a check that throws `BadSignature` as a question. */
export function isGood(check: () => unknown): boolean {
  try {
    check()
    return true
  } catch (error) {
    if (error instanceof BadSignature) return false
    throw error
  }
}

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_='
const optionNames = ['keys', 'salt', 'sep', 'keyDerivation', 'digest', 'unsafeWeakKeys']
const derivations: readonly string[] = ['django-concat', 'concat', 'hmac', 'none']
const digests: readonly string[] = ['sha1', 'sha256', 'sha512']

function checkOptions(options: ItsdangerousSignerOptions): void {
  for (const name in options) if (!optionNames.includes(name)) throw wrongOption(name)
  const { keyDerivation, digest } = options
  if (keyDerivation !== undefined && !derivations.includes(keyDerivation))
    throw new SigningError('ERR_SIGNING_OPTION', 'There is no such key derivation.', {
      fix: derivations.join(', '),
    })
  if (digest !== undefined && !digests.includes(digest))
    throw new SigningError('ERR_SIGNING_OPTION', 'There is no such digest.', { fix: digests.join(', ') })
}

function wrongOption(name: string): SigningError {
  return new SigningError('ERR_SIGNING_OPTION', `There is no option '${name}'.`, {
    fix: nameRemedy(name, optionNames),
  })
}

function readKeys(keys: ItsdangerousSignerOptions['keys'], weak: boolean): readonly Buffer[] {
  const list = Array.isArray(keys) ? (keys as readonly ItsdangerousKey[]) : [keys as ItsdangerousKey]
  if (list.length === 0) throw new NoKeys()
  return list.map((key) => {
    const bytes = toBytes(key instanceof Secret ? key.reveal() : key)
    if (!weak) checkKey(bytes.toString('latin1'))
    return bytes
  })
}
