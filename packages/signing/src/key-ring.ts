/**
 * Key ring: the secret keys of an application, newest first, and the keys derived from them by purpose.
 *
 * Threat: one leaked or guessed key opens everything; a token made for one thing is accepted for another; a leaked key
 * cannot be replaced because everyone would be signed out.
 * Construction: for each secret and each purpose `HKDF-SHA256(ikm = secret, salt = 'dewar/signing/v1', info = use NUL purpose, 32 bytes)`;
 * id (`kid`) = the first 6 bytes of the same with info `key-id`. The newest key signs, all verify.
 * Defaults: `defaults.ts`. `unsafeWeakKeys` is for debugging on your own machine only.
 */
import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { inspect } from 'node:util'
import { resolveSettings, Secret } from '@dewar/base'
import { encodeBase64url } from './base64url.ts'
import { defaults } from './defaults.ts'
import { NoKeys, SigningError } from './errors.ts'
import { checkKey } from './key-strength.ts'

/** How a derived key is used: each kind of token has keys of its own, also under one purpose. */
export type KeyUse = 'own' | 'sign' | 'sign-timed' | 'seal'

/** One key for one purpose. */
export interface DerivedKey {
  /** The `kid` of the secret it comes from; the same for all purposes, and tells nothing about the secret. */
  readonly id: string
  /** 32 bytes; prints as a `KeyObject` without its content. `secret.export()` gives the bytes. */
  readonly secret: KeyObject
}

/** The keys of a ring for one purpose. */
export interface DerivedKeys {
  /** What they are for. */
  readonly purpose: string
  /** The one that signs. */
  readonly newest: DerivedKey
  /** All of them, newest first. */
  readonly all: readonly DerivedKey[]
  /** The key with this id, if the ring holds it. */
  find(id: string): DerivedKey | undefined
}

/** Options of a key ring. */
export interface KeyRingOptions {
  /** Accepts keys that `checkKey` refuses. For debugging on your own machine only. */
  readonly unsafeWeakKeys?: boolean | undefined
}

/** What a ring takes: one key, or several with the newest first. */
export type Keys = string | Secret | readonly (string | Secret)[]

/**
 * The secret keys of an application, newest first.
 *
 * Signers ask the ring at each use, so `add` and `replace` take effect at once, without a restart.
 *
 * @example
 * ```ts
 * import { generateKey, KeyRing, TimedSigner } from '@dewar/signing'
 *
 * const keys = new KeyRing([generateKey()])
 * const before = new TimedSigner({ keys, purpose: 'email' }).sign('a@b.example')
 * keys.add(generateKey())                                                // rotate
 * console.log(new TimedSigner({ keys, purpose: 'email' }).unsign(before)) // a@b.example
 * ```
 */
export class KeyRing {
  #secrets: readonly RingKey[] = []
  readonly #derived = new Map<string, DerivedKeys>()
  #generation = 0
  readonly #unsafeWeakKeys: boolean

  /**
   * @param keys one key, or several with the newest first
   * @param options `unsafeWeakKeys`
   * @throws {NoKeys} `ERR_SIGNING_NO_KEYS` for an empty list or an empty text
   * @throws {WeakKey} `ERR_SIGNING_WEAK_KEY` for a key that can be guessed
   * @throws {SigningError} `ERR_SIGNING_DUPLICATE_KEY` for the same key twice
   */
  constructor(keys: Keys, options: KeyRingOptions = {}) {
    const { unsafeWeakKeys } = resolveSettings('signing', ringSettings, options)
    this.#unsafeWeakKeys = unsafeWeakKeys
    this.replace(keys)
  }

  /** The ids (`kid`) of the keys, newest first. */
  get ids(): readonly string[] {
    return this.#secrets.map((key) => key.id)
  }

  /** How many keys the ring holds. */
  get size(): number {
    return this.#secrets.length
  }

  /** Another number after every change of the keys: asking is cheaper than deriving. @internal */
  get generation(): number {
    return this.#generation
  }

  /**
   * Puts a new key in front: it signs from now on, the others still verify.
   *
   * @param key the new key
   * @throws {SigningError} as the constructor
   */
  add(key: string | Secret): void {
    this.#adopt([this.#read(key), ...this.#secrets])
  }

  /**
   * Exchanges all keys, for instance after your secrets manager has rotated them.
   *
   * @param keys one key, or several with the newest first
   * @throws {SigningError} as the constructor; the old keys then stay
   */
  replace(keys: Keys): void {
    const list: readonly (string | Secret)[] = Array.isArray(keys) ? keys : [keys]
    if (list.length === 0) throw new NoKeys()
    this.#adopt(list.map((key) => this.#read(key)))
  }

  /**
   * The keys for one purpose; derived once and kept.
   *
   * @param purpose what the keys are for, such as `password-reset`; 1 to 200 characters. Different purposes give unrelated keys.
   * @param use which kind of token they make; the signers pass theirs, your own uses leave it out
   * @returns a key for each secret, newest first
   * @throws {SigningError} `ERR_SIGNING_PURPOSE` for an empty or overlong purpose
   * @see RFC 5869
   */
  derive(purpose: string, use: KeyUse = 'own'): DerivedKeys {
    const info = `${use}\0${purpose}`
    const kept = this.#derived.get(info)
    if (kept !== undefined) return kept
    checkPurpose(purpose)
    const derived = deriveAll(this.#secrets, purpose, info)
    const oldest =
      this.#derived.size < defaults.cachedPurposes.value ? undefined : this.#derived.keys().next()
    if (oldest?.done === false) this.#derived.delete(oldest.value)
    this.#derived.set(info, derived)
    return derived
  }

  /** Shows ids, never keys. */
  toJSON(): { readonly ids: readonly string[] } {
    return { ids: this.ids }
  }

  /** Shows ids, never keys. */
  toString(): string {
    return `KeyRing(${this.ids.join(', ')})`
  }

  /** Shows ids, never keys. */
  [inspect.custom](): string {
    return this.toString()
  }

  #read(key: unknown): RingKey {
    if (typeof key !== 'string' && !(key instanceof Secret))
      throw new SigningError('ERR_SIGNING_KEY_TYPE', `A key is a string or a Secret, not ${typeName(key)}.`, {
        fix: 'Bytes are passed as text: Buffer.from(bytes).toString("base64url").',
      })
    const text = typeof key === 'string' ? key : key.reveal()
    if (text === '') throw new NoKeys('A key is empty.')
    if (!this.#unsafeWeakKeys) checkKey(text)
    const secret = createSecretKey(text, 'utf8')
    return { id: encodeBase64url(expand(secret, 'key-id', defaults.keyIdBytes.value)), secret }
  }

  #adopt(secrets: readonly RingKey[]): void {
    if (new Set(secrets.map((key) => key.id)).size < secrets.length)
      throw new SigningError('ERR_SIGNING_DUPLICATE_KEY', 'The same key stands in the ring twice.', {
        fix: 'Put the new key first and each older one once behind it.',
      })
    this.#secrets = secrets
    this.#derived.clear()
    this.#generation++
  }
}

/** A secret key with its id. */
type RingKey = DerivedKey

const ringSettings = { unsafeWeakKeys: defaults.unsafeWeakKeys }

const salt = 'dewar/signing/v1'
const maxPurposeLength = defaults.maxPurposeLength.value

/** @throws {SigningError} `ERR_SIGNING_PURPOSE` unless the purpose is 1 to 200 characters of text. */
export function checkPurpose(purpose: unknown): asserts purpose is string {
  if (
    typeof purpose === 'string' &&
    purpose !== '' &&
    purpose.length <= maxPurposeLength &&
    purpose.isWellFormed()
  )
    return
  throw new SigningError('ERR_SIGNING_PURPOSE', `A purpose is 1 to ${maxPurposeLength} characters of text.`, {
    fix: "Name what the token is for: purpose: 'password-reset'. Put what varies into the payload.",
  })
}

function deriveAll(secrets: readonly RingKey[], purpose: string, info: string): DerivedKeys {
  const all = secrets.map(({ id, secret }) =>
    Object.freeze({ id, secret: createSecretKey(expand(secret, info, defaults.keyBytes.value)) }),
  )
  const [newest] = all
  if (newest === undefined) throw new NoKeys()
  const byId = new Map(all.map((key) => [key.id, key]))
  return Object.freeze({ purpose, newest, all: Object.freeze(all), find: (id: string) => byId.get(id) })
}

function expand(secret: KeyObject, info: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync(defaults.hash.value, secret, salt, info, bytes))
}

function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value
}
