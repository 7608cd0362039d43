/**
 * Bearer tokens of an identity provider, for APIs: JSON Web Tokens with asymmetric signatures, verified by jose.
 *
 * Threat: a token of another issuer or for another API; a token that names its own algorithm; a public key used as an HMAC secret; a
 * token without an end; a provider's key set fetched in clear text.
 * Construction: `jwtVerify` of jose over the provider's key set; issuer and audience are required, `exp` too; asymmetric algorithms
 * only. A key set by URL is fetched on first use, kept, and fetched again when a key is unknown (at most every half minute).
 * Defaults: `defaults.ts`.
 */
import { nameRemedy, resolveSettings, systemClock } from '@dewar/base'
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from 'jose'
import { decodeBase64url } from './base64url.ts'
import { type RefusedResult, refused } from './claims.ts'
import { defaults } from './defaults.ts'
import {
  BadPayload,
  BadSignature,
  type RefusedToken,
  SignatureExpired,
  SignatureNotYetValid,
  SigningError,
  UnknownKey,
} from './errors.ts'

/** The signatures a token may have: asymmetric ones only. @see RFC 7518 §3.1, RFC 8037 */
export type BearerAlgorithm =
  | 'EdDSA'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'

/** What is needed to verify the tokens of one provider. */
export interface BearerTokensOptions {
  /** The provider's key set: its URL (`https`, or `http` on this machine), or the set itself. */
  readonly keys: URL | JSONWebKeySet
  /** Who issues the tokens: `iss`, compared exactly. */
  readonly issuer: string
  /** Whom they are for: one of `aud`. */
  readonly audience: string
  /** The signatures accepted; all asymmetric ones by default, but better the one your provider uses. */
  readonly algorithms?: readonly BearerAlgorithm[] | undefined
  /** The header's `typ`, such as `at+jwt` (RFC 9068); any if absent. */
  readonly type?: string | undefined
  /** By how many seconds clocks may differ; 5. */
  readonly leeway?: number | undefined
  /** The longest token looked at, in bytes; 65,536. */
  readonly maxTokenLength?: number | undefined
  /** The clock, in seconds since the epoch. */
  readonly now?: (() => number) | undefined
}

/** The outcome of checking a bearer token. */
export type BearerResult =
  | {
      readonly ok: true
      /** Whom the token is about: `sub`, or `null`. */
      readonly subject: string | null
      /** All that it says. */
      readonly claims: Readonly<JWTPayload>
    }
  | RefusedResult

/**
 * Verifies the bearer tokens of one provider.
 *
 * @example
 * ```ts
 * import { BearerTokens } from '@dewar/signing/bearer'
 *
 * const tokens = new BearerTokens({
 *   keys: new URL('https://login.example/.well-known/jwks.json'),
 *   issuer: 'https://login.example/',
 *   audience: 'https://api.example',
 *   algorithms: ['RS256'],
 * })
 * const result = await tokens.verify(undefined)             // the Authorization header
 * if (!result.ok) console.log(result.reason.code)           // ERR_SIGNING_BAD_SIGNATURE: answer 401
 * ```
 * @see RFC 6750, RFC 7519, RFC 8725
 */
export class BearerTokens {
  readonly #options: BearerTokensOptions
  readonly #settings
  readonly #getKey
  readonly #algorithms: readonly BearerAlgorithm[]
  readonly #now: () => number

  /**
   * @param options the provider's keys, issuer and audience
   * @throws {SigningError} `ERR_SIGNING_OPTION`
   */
  constructor(options: BearerTokensOptions) {
    checkNames(options)
    const { leeway, maxTokenLength } = options
    const { leeway: leewaySetting, maxTokenLength: lengthSetting } = defaults
    const table = { leeway: leewaySetting, maxTokenLength: lengthSetting }
    this.#settings = resolveSettings('signing', table, { leeway, maxTokenLength })
    this.#options = options
    this.#algorithms = readAlgorithms(options.algorithms)
    this.#now = options.now ?? systemClock
    this.#getKey = options.keys instanceof URL ? remoteKeys(options.keys) : createLocalJWKSet(options.keys)
  }

  /**
   * Checks the `Authorization` header of a request; never throws for what came from outside.
   *
   * @param authorization the header as received, or nothing
   * @returns what the token says, or the reason for refusing it
   * @throws {SigningError} `ERR_SIGNING_KEYS_UNAVAILABLE` if the provider's keys cannot be fetched: answer 503
   */
  async verify(authorization: string | null | undefined): Promise<BearerResult> {
    const { leeway, maxTokenLength } = this.#settings
    const header = authorization ?? ''
    const token = header.length > maxTokenLength ? undefined : bearer.exec(header)?.[1]
    if (token === undefined) return refused(new BadSignature('There is no bearer token.'))
    if (!isCanonical(token)) return refused(new BadSignature('The token is not spelt as tokens are.'))
    const { issuer, audience, type } = this.#options
    try {
      const { payload } = await jwtVerify(token, this.#getKey, {
        algorithms: [...this.#algorithms],
        issuer,
        audience,
        requiredClaims: ['exp'],
        clockTolerance: leeway,
        currentDate: new Date(this.#now() * 1000),
        ...(type === undefined ? {} : { typ: type }),
      })
      return { ok: true, subject: payload.sub ?? null, claims: Object.freeze(payload) }
    } catch (error) {
      return refused(whyRefused(error))
    }
  }
}

/** RFC 6750 §2.1: `credentials = "Bearer" 1*SP b64token`. */
const bearer = /^bearer +([\w.~+/-]+=*)$/i

/** jose skips spare bits while decoding, so that altered spellings of a signature would be accepted. */
function isCanonical(token: string): boolean {
  return token.split('.').every((part) => decodeBase64url(part) !== null)
}

const allAlgorithms: readonly BearerAlgorithm[] = [
  'EdDSA',
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'RS256',
  'RS384',
  'RS512',
]
const optionNames = ['keys', 'issuer', 'audience', 'algorithms', 'type', 'leeway', 'maxTokenLength', 'now']

function checkNames(options: BearerTokensOptions): void {
  for (const name in options) {
    if (optionNames.includes(name)) continue
    throw wrongOption(`There is no option '${name}'.`, nameRemedy(name, optionNames))
  }
  for (const name of ['issuer', 'audience'] as const)
    if (typeof options[name] !== 'string' || options[name] === '')
      throw wrongOption(
        `The option '${name}' is required.`,
        'Without it, tokens for other services would be accepted.',
      )
  if (typeof options.keys !== 'object' || options.keys === null)
    throw wrongOption("The option 'keys' takes a URL or a key set.", "Use: new URL('https://…/jwks.json')")
}

function readAlgorithms(algorithms: readonly BearerAlgorithm[] = allAlgorithms): readonly BearerAlgorithm[] {
  const unknown = algorithms.find((name) => !allAlgorithms.includes(name))
  if (unknown === undefined && algorithms.length > 0) return algorithms
  throw wrongOption(
    `'${unknown ?? 'none'}' is no algorithm for bearer tokens.`,
    `There are: ${allAlgorithms.join(', ')}.`,
  )
}

function remoteKeys(url: URL): ReturnType<typeof createRemoteJWKSet> {
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal))
    throw wrongOption(
      'A key set is fetched by https only.',
      'Whoever changes it on the way issues tokens of his own.',
    )
  return createRemoteJWKSet(url)
}

function wrongOption(message: string, fix: string): SigningError {
  return new SigningError('ERR_SIGNING_OPTION', message, { fix })
}

function whyRefused(error: unknown): RefusedToken {
  if (error instanceof errors.JWTExpired) return expired(error.payload)
  if (error instanceof errors.JWTClaimValidationFailed) {
    const notBefore = error.payload.nbf
    if (error.claim === 'nbf' && typeof notBefore === 'number')
      return new SignatureNotYetValid({ issuedAt: notBefore })
    return new BadPayload(`The token's '${error.claim}' is not what is needed.`)
  }
  if (error instanceof errors.JWKSNoMatchingKey) return new UnknownKey('')
  if (isUnavailable(error))
    throw new SigningError('ERR_SIGNING_KEYS_UNAVAILABLE', "The provider's keys cannot be fetched.", {
      cause: error,
      fix: 'Answer 503, and see whether the URL of the key set can be reached from here.',
    })
  return new BadSignature('The signature does not match, or the token is none.')
}

function expired(claims: JWTPayload): SignatureExpired {
  const expiresAt = claims.exp ?? 0
  return new SignatureExpired({
    payload: JSON.stringify(claims),
    issuedAt: claims.iat ?? expiresAt,
    expiresAt,
  })
}

/** Failures of fetching: jose's own kinds, and what `fetch` throws. Everything else is about the token. */
function isUnavailable(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return true
  return !(error instanceof errors.JOSEError) || error.code === 'ERR_JOSE_GENERIC'
}
