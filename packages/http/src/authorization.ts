/**
 * Credentials in `Authorization`.
 *
 * ```
 * credentials = auth-scheme [ 1*SP ( token68 / #auth-param ) ]   ; RFC 9110 §11.4
 * ```
 */
import { parseDictHeader, serializeDictHeader } from './grammar.ts'

/** What a client says about who it is. `type` is in lower case; which fields there are depends on it. */
export type Authorization =
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string }
  | OtherAuthorization

/** Credentials of another scheme: a token, or parameters. */
export interface OtherAuthorization {
  readonly type: string
  readonly token: string | null
  readonly params: ReadonlyMap<string, string | null>
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/**
 * Reads credentials.
 *
 * @param header the value, or `null`
 * @returns `null` if there are none or they are malformed, e.g. Basic with bad Base64 or text that is not UTF-8
 * @see RFC 9110 §11.6.2, RFC 7617 §2, RFC 6750 §2.1; Werkzeug: `Authorization.from_header`
 */
export function parseAuthorization(header: string | null | undefined): Authorization | null {
  if (header === null || header === undefined || header === '') return null
  const { type, rest } = splitScheme(header)
  if (type === 'basic') return parseBasic(rest)
  if (isParameters(rest)) return { type, token: null, params: parseDictHeader(rest) }
  return type === 'bearer' ? { type, token: rest } : { type, token: rest, params: new Map() }
}

/**
 * Writes credentials.
 *
 * @param authorization the credentials
 */
export function serializeAuthorization(authorization: Authorization): string {
  if ('username' in authorization) {
    return `Basic ${Buffer.from(`${authorization.username}:${authorization.password}`).toString('base64')}`
  }
  const scheme = titleCase(authorization.type)
  if (authorization.token !== null) return `${scheme} ${authorization.token}`
  return `${scheme} ${serializeDictHeader('params' in authorization ? authorization.params : [])}`
}

function parseBasic(rest: string): Authorization | null {
  if (!BASE64.test(rest) || rest.replaceAll('=', '').length % 4 === 1) return null
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(rest, 'base64'),
    )
    const colon = text.indexOf(':')
    if (colon < 0) return { type: 'basic', username: text, password: '' }
    return { type: 'basic', username: text.slice(0, colon), password: text.slice(colon + 1) }
  } catch {
    return null
  }
}

/**
 * Splits a scheme, in lower case, from what follows it.
 *
 * @param header the whole value
 */
export function splitScheme(header: string): { readonly type: string; readonly rest: string } {
  const blank = header.indexOf(' ')
  if (blank < 0) return { type: header.toLowerCase(), rest: '' }
  return { type: header.slice(0, blank).toLowerCase(), rest: header.slice(blank + 1).trim() }
}

/**
 * Are these parameters, and no token? A token has `=` only as padding at its end.
 *
 * @param rest what follows the scheme
 */
export function isParameters(rest: string): boolean {
  const equals = rest.indexOf('=')
  if (equals < 0) return false
  for (let index = equals; index < rest.length; index++) if (rest.charCodeAt(index) !== 0x3d) return true
  return false
}

/**
 * A scheme as it is usually written: `Basic`.
 *
 * @param type a scheme in lower case
 */
export function titleCase(type: string): string {
  return type.replace(/[a-z]+/g, (word) => word.charAt(0).toUpperCase() + word.slice(1))
}
