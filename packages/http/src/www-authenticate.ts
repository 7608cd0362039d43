/**
 * Challenges in `WWW-Authenticate`.
 *
 * ```
 * challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]   ; RFC 9110 §11.3
 * ```
 */
import { isParameters, splitScheme, titleCase } from './authorization.ts'
import { type ParameterValue, parseDictHeader, quoteHeaderValue, serializeDictHeader } from './grammar.ts'

const ALWAYS_QUOTED: ReadonlySet<string> = new Set(['realm', 'domain', 'nonce', 'opaque', 'qop'])

/**
 * One way to authenticate, as offered to the client.
 *
 * @example
 * ```ts
 * import { Unauthorized, WwwAuthenticate } from '@dewar/http'
 *
 * const challenge = new WwwAuthenticate('basic', { realm: 'staff' })
 * new Unauthorized(null, { wwwAuthenticate: challenge }).headers?.get('WWW-Authenticate') // 'Basic realm=staff'
 * ```
 * @see RFC 9110 §11.6.1; Werkzeug: `WWWAuthenticate`
 */
export class WwwAuthenticate {
  /** The scheme in lower case. */
  readonly type: string
  /** The parameters by name. */
  readonly params: ReadonlyMap<string, string | null>
  /** The token, for schemes that have one. */
  readonly token: string | null

  /**
   * @param type the scheme, such as `basic`
   * @param params its parameters
   * @param token its token, instead of parameters
   */
  constructor(
    type: string,
    params: Iterable<readonly [string, string | null]> | Readonly<Record<string, string>> = {},
    token: string | null = null,
  ) {
    this.type = type.toLowerCase()
    this.params = new Map(Symbol.iterator in params ? params : Object.entries(params))
    this.token = token
  }

  /** The challenge as a header's value. */
  toString(): string {
    const scheme = titleCase(this.type)
    if (this.token !== null) return `${scheme} ${this.token}`
    if (this.params.size === 0) return scheme
    if (this.type !== 'digest') return `${scheme} ${serializeDictHeader(this.params)}`
    const items = Array.from(this.params, ([name, value]) => `${name}=${quoteDigest(name, value ?? '')}`)
    return `${scheme} ${items.join(', ')}`
  }
}

/**
 * Reads a challenge.
 *
 * @param header the value, or `null`
 * @returns `null` if there is none
 * @see Werkzeug: `WWWAuthenticate.from_header`
 */
export function parseWwwAuthenticate(header: string | null | undefined): WwwAuthenticate | null {
  if (header === null || header === undefined || header === '') return null
  const { type, rest } = splitScheme(header)
  if (isParameters(rest)) return new WwwAuthenticate(type, parseDictHeader(rest))
  return new WwwAuthenticate(type, {}, rest)
}

/** Digest clients want some parameters quoted and others not. @see RFC 7616 §3.3 */
function quoteDigest(name: string, value: NonNullable<ParameterValue>): string {
  return quoteHeaderValue(value, { allowToken: !ALWAYS_QUOTED.has(name) })
}
