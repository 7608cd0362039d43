/**
 * TimedSigner: signed text with a time of issue and an end.
 *
 * Threat: a link from an old mail, a cookie from an old backup, or a token made for something else is used.
 * Construction: a JSON Web Token, `{"alg":"HS256","typ":"JWT","kid":…}` over `{"aud":purpose,"iat":…,"exp":…,"data":text}`;
 * key = HKDF by purpose. Algorithm and type are pinned, the signature is compared in constant time.
 * Defaults: an hour of life, 5 s of leeway for the time of issue (`defaults.ts`). A life of years is a mistake: issue a new token.
 */
import { encodeBase64url } from './base64url.ts'
import { readClaims, refused, type TimedResult, writeClaims } from './claims.ts'
import { BadSignature } from './errors.ts'
import { type HmacSha256, makeHmac } from './hmac.ts'
import { jwsAlgorithm, signCompact, splitCompact, verifyCompact } from './jws.ts'
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
 * Signs text for a purpose and for a time. Anybody may read the text; nobody can change or prolong it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { generateKey, KeyRing, TimedSigner } from '@dewar/signing'
 *
 * const links = new TimedSigner({ keys: new KeyRing(generateKey()), purpose: 'download', maxAge: 600 })
 * const result = links.verify(links.sign('/files/7'))
 * assert.equal(result.ok && result.payload, '/files/7')
 * ```
 * @see RFC 7515, RFC 7519; Python: `itsdangerous.TimestampSigner`
 */
export class TimedSigner {
  readonly #keys: TokenKeys<HmacSha256>
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
      'sign-timed',
      { alg: jwsAlgorithm, typ: 'JWT' },
      makeHmac,
    )
  }

  /**
   * @param payload the text to sign; it stays readable
   * @param options `maxAge`, the life of this token in seconds
   * @returns a JSON Web Token
   * @throws {SigningError} `ERR_SIGNING_PAYLOAD` for what is not well-formed text, `ERR_SIGNING_OPTION`
   */
  sign(payload: string, options: SignOptions = {}): string {
    checkPayload(payload)
    const { now, maxAge = this.#settings.maxAge } = resolveCall(options, this.#settings)
    const { header, key } = this.#keys.newest()
    const claims = writeClaims(this.#audience, payload, now, now + maxAge)
    return signCompact(header, encodeBase64url(claims), key)
  }

  /**
   * Checks a token; never throws for what came from outside.
   *
   * @param token what came, or `undefined` if nothing did
   * @param options `maxAge`, the greatest age accepted, in seconds
   * @returns payload and times, or the reason for refusing it
   * @throws {SigningError} `ERR_SIGNING_OPTION`
   */
  verify(token: string | null | undefined, options: VerifyOptions = {}): TimedResult {
    const { now, maxAge } = resolveCall(options, this.#settings)
    const { leeway, maxTokenLength } = this.#settings
    const parts = typeof token === 'string' ? splitCompact(token, maxTokenLength) : null
    if (parts === null) return refused(new BadSignature('This is not a signed token.'))
    const key = this.#keys.find(parts.header)
    if (key instanceof BadSignature) return refused(key)
    if (!verifyCompact(parts, key)) return refused(new BadSignature('The signature does not match.'))
    // Lenient decoding is no matter here: what was signed is this very spelling.
    const claims = Buffer.from(parts.payload, 'base64url')
    return readClaims(claims, { purpose: this.#purpose, now, leeway, maxAge })
  }

  /**
   * As `verify`, but gives the payload or throws.
   *
   * @throws {BadSignature | BadPayload} the reason; `SignatureExpired` carries the dates and the payload
   */
  unsign(token: string | null | undefined, options: VerifyOptions = {}): string {
    const result = this.verify(token, options)
    if (!result.ok) throw result.reason
    return result.payload
  }
}
