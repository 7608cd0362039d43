/**
 * Sealer: text that only the holder of the key can read, with a time of issue and an end.
 *
 * Threat: what is in a token is nobody's business, the visitor's included.
 * Construction: JWE compact, `{"alg":"dir","enc":"A256GCM","typ":"JWT","kid":…}`, over the claims of `TimedSigner`; key = HKDF by
 * purpose; a fresh random IV of 96 bits for each token; the header is authenticated.
 * Defaults: as `TimedSigner`. One key seals 2³² tokens safely (NIST SP 800-38D §8.3): rotate long before that.
 */
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { readClaims, refused, type TimedResult, writeClaims } from './claims.ts'
import { BadSignature } from './errors.ts'
import { TokenKeys } from './token-keys.ts'
import {
  checkPayload,
  resolveCall,
  resolveTimedSigner,
  type SignOptions,
  type TimedSettings,
  type TimedSignerOptions,
  type VerifyOptions,
} from './token-options.ts'

/**
 * Encrypts text for a purpose and for a time.
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { generateKey, KeyRing, Sealer } from '@dewar/signing'
 *
 * const sealer = new Sealer({ keys: new KeyRing(generateKey()), purpose: 'draft' })
 * const token = sealer.seal('for my eyes only')
 * assert.equal(sealer.unseal(token), 'for my eyes only')
 * ```
 * @see RFC 7516, RFC 7518 §5.3
 */
export class Sealer {
  readonly #keys: TokenKeys<KeyObject>
  readonly #purpose: string
  readonly #audience: string
  readonly #settings: TimedSettings

  /**
   * @param options the keys, the purpose, and how long tokens live
   * @throws {SigningError} `ERR_SIGNING_PURPOSE`, `ERR_SIGNING_OPTION`
   */
  constructor(options: TimedSignerOptions) {
    this.#settings = resolveTimedSigner(options)
    this.#purpose = options.purpose
    this.#audience = JSON.stringify(options.purpose)
    this.#keys = new TokenKeys(
      options.keys,
      options.purpose,
      'seal',
      {
        alg: 'dir',
        enc: 'A256GCM',
        typ: 'JWT',
      },
      (key) => key,
    )
  }

  /**
   * @param payload the text to encrypt; its length stays visible
   * @param options `maxAge`, the life of this token in seconds
   * @returns an encrypted JSON Web Token
   * @throws {SigningError} `ERR_SIGNING_PAYLOAD`, `ERR_SIGNING_OPTION`
   */
  seal(payload: string, options: SignOptions = {}): string {
    checkPayload(payload)
    const { now, maxAge = this.#settings.maxAge } = resolveCall(options, this.#settings)
    const { header, key } = this.#keys.newest()
    return encrypt(header, writeClaims(this.#audience, payload, now, now + maxAge), key)
  }

  /**
   * Opens a token; never throws for what came from outside.
   *
   * @param token what came, or `undefined` if nothing did
   * @param options `maxAge`, the greatest age accepted, in seconds
   * @returns payload and times, or the reason for refusing it
   * @throws {SigningError} `ERR_SIGNING_OPTION`
   */
  open(token: string | null | undefined, options: VerifyOptions = {}): TimedResult {
    const { now, maxAge } = resolveCall(options, this.#settings)
    const { leeway, maxTokenLength } = this.#settings
    const parts = typeof token === 'string' && token.length <= maxTokenLength ? token.split('.', 6) : []
    const [header = '', encryptedKey, iv = '', text = '', tag = ''] = parts
    if (parts.length !== 5 || encryptedKey !== '')
      return refused(new BadSignature('This is not a sealed token.'))
    const key = this.#keys.find(header)
    if (key instanceof BadSignature) return refused(key)
    const claims = decrypt(header, iv, text, tag, key)
    if (claims === null) return refused(new BadSignature('The token cannot be opened.'))
    return readClaims(claims, { purpose: this.#purpose, now, leeway, maxAge })
  }

  /**
   * As `open`, but gives the payload or throws.
   *
   * @throws {BadSignature | BadPayload} the reason; `SignatureExpired` carries the dates and the payload
   */
  unseal(token: string | null | undefined, options: VerifyOptions = {}): string {
    const result = this.open(token, options)
    if (!result.ok) throw result.reason
    return result.payload
  }
}

const cipher = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

/** RFC 7516 §5.1 with direct encryption: the additional data is the encoded header. An `iv` is given by tests only. */
export function encrypt(header: string, text: string, key: KeyObject, iv = randomBytes(ivBytes)): string {
  const gcm = createCipheriv(cipher, key, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(header))
  const encrypted = Buffer.concat([gcm.update(text, 'utf8'), gcm.final()])
  return `${header}..${encodeBase64url(iv)}.${encodeBase64url(encrypted)}.${encodeBase64url(gcm.getAuthTag())}`
}

/** The clear bytes, or `null`; only canonical encodings and full tags are looked at. */
export function decrypt(
  header: string,
  iv: string,
  text: string,
  tag: string,
  key: KeyObject,
): Buffer | null {
  const [ivValue, encrypted, tagValue] = [decodeBase64url(iv), decodeBase64url(text), decodeBase64url(tag)]
  if (ivValue?.length !== ivBytes || tagValue?.length !== tagBytes || encrypted === null) return null
  const gcm = createDecipheriv(cipher, key, ivValue, { authTagLength: tagBytes })
  gcm.setAAD(Buffer.from(header)).setAuthTag(tagValue)
  try {
    return Buffer.concat([gcm.update(encrypted), gcm.final()])
  } catch {
    return null
  }
}
