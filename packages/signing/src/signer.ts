/**
 * Signer: text that anybody may read and nobody can change.
 *
 * Threat: an id in a link or a cookie is altered by its holder.
 * Construction: JWS compact, `{"alg":"HS256","kid":…}`, the payload being the text's UTF-8 bytes;
 * key = HKDF by purpose. Nothing in such a token ends: prefer `TimedSigner`.
 * Defaults: `defaults.ts`.
 */
import { encodeBase64url } from './base64url.ts'
import { decodeText, type RefusedResult, refused } from './claims.ts'
import { BadPayload, BadSignature } from './errors.ts'
import { type HmacSha256, makeHmac } from './hmac.ts'
import { jwsAlgorithm, signCompact, splitCompact, verifyCompact } from './jws.ts'
import { TokenKeys } from './token-keys.ts'
import { checkPayload, resolveSigner, type SignerOptions } from './token-options.ts'

/** The outcome of checking a token without time. */
export type SignedResult = { readonly ok: true; readonly payload: string } | RefusedResult

/**
 * Signs text without a time. The token stays good for as long as its key is in the ring.
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { generateKey, KeyRing, Signer } from '@dewar/signing'
 *
 * const signer = new Signer({ keys: new KeyRing(generateKey()), purpose: 'unsubscribe' })
 * assert.equal(signer.unsign(signer.sign('reader@mail.example')), 'reader@mail.example')
 * ```
 * @see RFC 7515; Python: `itsdangerous.Signer`
 */
export class Signer {
  readonly #keys: TokenKeys<HmacSha256>
  readonly #maxTokenLength: number

  /**
   * @param options the keys and the purpose
   * @throws {SigningError} `ERR_SIGNING_PURPOSE`, `ERR_SIGNING_OPTION`
   */
  constructor(options: SignerOptions) {
    this.#maxTokenLength = resolveSigner(options).maxTokenLength
    this.#keys = new TokenKeys(options.keys, options.purpose, 'sign', { alg: jwsAlgorithm }, makeHmac)
  }

  /**
   * @param payload the text to sign; it stays readable
   * @returns a token of letters, digits, `-`, `_` and `.`
   * @throws {SigningError} `ERR_SIGNING_PAYLOAD` for what is not well-formed text
   */
  sign(payload: string): string {
    checkPayload(payload)
    const { header, key } = this.#keys.newest()
    return signCompact(header, encodeBase64url(payload), key)
  }

  /**
   * Checks a token; never throws for what came from outside.
   *
   * @param token what came, or `undefined` if nothing did
   * @returns the payload, or the reason for refusing it
   */
  verify(token: string | null | undefined): SignedResult {
    const parts = typeof token === 'string' ? splitCompact(token, this.#maxTokenLength) : null
    if (parts === null) return refused(new BadSignature('This is not a signed token.'))
    const key = this.#keys.find(parts.header)
    if (key instanceof BadSignature) return refused(key)
    if (!verifyCompact(parts, key)) return refused(new BadSignature('The signature does not match.'))
    const payload = decodeText(parts.payload)
    return payload === null
      ? refused(new BadPayload('The signed payload is not text.'))
      : { ok: true, payload }
  }

  /**
   * As `verify`, but gives the payload or throws.
   *
   * @throws {BadSignature | BadPayload} the reason
   */
  unsign(token: string | null | undefined): string {
    const result = this.verify(token)
    if (!result.ok) throw result.reason
    return result.payload
  }
}
