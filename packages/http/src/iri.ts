/** Addresses for people (IRIs) and for the wire (URIs), and the percent-encoding between them. */
import { domainToUnicode } from 'node:url'
import { DewarError, type DewarErrorCode } from '@dewar/base'
import { createQuoter } from './percent-encoding.ts'
import { decodePartly } from './query-decoding.ts'

const REFERENCE = /^(?:([a-z][a-z\d+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is
const HOST_PORT = /^(\[[\da-f:.]+\]|[^:[\]]*)(?::(\d*))?$/i
const ESCAPES = /(?:%[\da-f]{2})+/gi
const WITH_AUTHORITY: ReadonlySet<string> = new Set([
  'http',
  'https',
  'ws',
  'wss',
  'ftp',
  'file',
  'itms-services',
])
const MAX_LABEL = 63
const MAX_PORT = 65_535

// What may stand unescaped in each part, '%' for escapes that are there already. @see WHATWG URL §1.3
const quotePath = createQuoter("%!$&'()*+,/:;=@")
const quoteQuery = createQuoter("%!$&'()*+,/:;=?@")
const quoteFragment = createQuoter("%!#$&'()*+,/:;=?@")
const quoteUser = createQuoter("%!$&'()*+,;=")
const KEPT_IN_USER = ':@/?#'
const KEPT_IN_PATH = '/?#'
const KEPT_IN_QUERY = '&=+#'

/**
 * The ASCII form of a host name (Punycode), in the case that was given if it is ASCII already.
 *
 * @param host a name without port
 * @returns `null` if it is no host name
 * @see RFC 5891
 */
export function toAsciiHost(host: string): string | null {
  if (host.split('.').some((label) => label.length > MAX_LABEL)) return null
  if (/^[\x00-\x7f]*$/.test(host)) return host
  if (/[\s/?#@:\\%[\]]/.test(host)) return null
  try {
    return new URL(`http://${host}/`).hostname
  } catch {
    return null
  }
}

/**
 * Turns an address for people into one for the wire: non-ASCII is percent-encoded, hosts become Punycode.
 *
 * @param iri any reference, relative or absolute; escapes in it are kept, tabs and line breaks dropped
 * @throws {DewarError} `ERR_HTTP_URL` if its authority or port is malformed, `ERR_HTTP_URL_HOST` if its host has no ASCII form
 * @see RFC 3987 §3.1; Werkzeug: `iri_to_uri`
 */
export function iriToUri(iri: string): string {
  const parts = splitReference(iri)
  const host = toAsciiHost(parts.host)
  if (host === null) throw badUrl(iri, 'host', 'ERR_HTTP_URL_HOST')
  return joinReference({
    ...parts,
    host,
    user: quoteUser(parts.user),
    password: quoteUser(parts.password),
    path: quotePath(parts.path),
    query: quoteQuery(parts.query),
    fragment: quoteFragment(parts.fragment),
  })
}

/**
 * Turns an address for the wire into a readable one: escapes of UTF-8 are decoded where that changes no meaning.
 *
 * @param uri any reference, relative or absolute
 * @throws {DewarError} `ERR_HTTP_URL` if its authority or port is malformed
 * @see RFC 3987 §3.2; Werkzeug: `uri_to_iri`
 */
export function uriToIri(uri: string): string {
  const parts = splitReference(uri)
  return joinReference({
    ...parts,
    host: parts.host.split('.').map(toUnicodeLabel).join('.'),
    user: decodeExcept(parts.user, KEPT_IN_USER),
    password: decodeExcept(parts.password, KEPT_IN_USER),
    path: decodeExcept(parts.path, KEPT_IN_PATH),
    query: decodeExcept(parts.query, KEPT_IN_QUERY),
    fragment: decodeExcept(parts.fragment, ''),
  })
}

/** Decodes escapes but for blanks, controls, `%` and the characters that mean something in this part. */
function decodeExcept(text: string, kept: string): string {
  if (!text.includes('%')) return text
  return text.replace(ESCAPES, (run) => {
    let out = ''
    let pending = ''
    for (let index = 0; index < run.length; index += 3) {
      const octet = run.slice(index, index + 3)
      const code = Number.parseInt(octet.slice(1), 16)
      if (code <= 0x20 || code === 0x25 || code === 0x7f || kept.includes(String.fromCharCode(code))) {
        out += decodePartly(pending) + octet
        pending = ''
      } else pending += octet
    }
    return out + decodePartly(pending)
  })
}

function toUnicodeLabel(label: string): string {
  return /^xn--/i.test(label) ? domainToUnicode(label) || label : label
}

interface Reference {
  readonly scheme: string
  readonly user: string
  readonly password: string
  readonly host: string
  readonly port: string
  readonly path: string
  readonly query: string
  readonly fragment: string
}

/** Splits at the delimiters, without decoding. @see RFC 3986 appendix B */
function splitReference(reference: string): Reference {
  const text = reference.replace(/^[\x00-\x20]+/, '').replace(/[\t\r\n]/g, '')
  const match = REFERENCE.exec(text)
  const [, scheme = '', authority, path = '', query = '', fragment = ''] = match ?? []
  const at = authority?.lastIndexOf('@') ?? -1
  const [user = '', ...password] = authority === undefined || at < 0 ? [] : authority.slice(0, at).split(':')
  const parsed = HOST_PORT.exec(authority?.slice(at + 1) ?? '')
  const port = parsed?.[2] ?? ''
  if (parsed === null || Number(port) > MAX_PORT) throw badUrl(reference, parsed === null ? 'host' : 'port')
  return {
    scheme: scheme.toLowerCase(),
    user,
    password: password.join(':'),
    host: (parsed[1] ?? '').replace(/^[^%]*/, (name) => name.toLowerCase()),
    port: port === '' || Number(port) === 0 ? '' : String(Number(port)),
    path,
    query,
    fragment,
  }
}

function joinReference(parts: Reference): string {
  let { path } = parts
  const host = parts.port === '' ? parts.host : `${parts.host}:${parts.port}`
  const user = parts.password === '' ? parts.user : `${parts.user}:${parts.password}`
  const authority = parts.user === '' ? host : `${user}@${host}`
  if (authority !== '' || (WITH_AUTHORITY.has(parts.scheme) && !path.startsWith('//'))) {
    path = `//${authority}${path === '' || path.startsWith('/') ? '' : '/'}${path}`
  }
  const scheme = parts.scheme === '' ? '' : `${parts.scheme}:`
  return `${scheme}${path}${parts.query && `?${parts.query}`}${parts.fragment && `#${parts.fragment}`}`
}

function badUrl(url: string, part: string, code: DewarErrorCode = 'ERR_HTTP_URL'): DewarError {
  return new DewarError(code, `The ${part} of ${JSON.stringify(url)} cannot be.`, {
    fix: 'Write the address as scheme://host:port/path.',
  })
}
