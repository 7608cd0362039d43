/** What of a response goes to the client, by its status and the request's method. */
import type { Headers } from './headers.ts'
import { iriToUri } from './iri.ts'
import { bodySize, isStreamedBody, type ResponseBody } from './response-body.ts'

/** A response as it is sent. */
export interface WireResponse {
  readonly status: number
  readonly statusText: string
  /** Names and values in turn, as node's `writeHead` takes them. */
  readonly headers: string[]
  /** `null` if nothing follows the head. */
  readonly body: ResponseBody
}

/** The parts of a response that are sent. */
export interface WireSource {
  readonly status: number
  readonly statusText: string
  readonly headers: Headers
  readonly body: ResponseBody
}

const ENTITY_HEADERS: ReadonlySet<string> = new Set([
  'allow',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-md5',
  'content-range',
  'content-type',
  'expires',
  'last-modified',
])
const HOP_BY_HOP_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
const LOCATION = 'location'
const CONTENT_LENGTH = 'content-length'
const NOT_URI = /[^\x21-\x7e]/
const KEPT_BY_NOT_MODIFIED: readonly string[] = ['expires', 'content-location']

/**
 * Is this a header that describes the body?
 *
 * @param name in any case
 */
export function isEntityHeader(name: string): boolean {
  return ENTITY_HEADERS.has(name.toLowerCase())
}

/**
 * Is this a header for the next hop only, so that a proxy must drop it?
 *
 * @param name in any case
 * @see RFC 9110 §7.6.1
 */
export function isHopByHopHeader(name: string): boolean {
  return HOP_BY_HOP_HEADERS.has(name.toLowerCase())
}

/**
 * Removes the headers that describe the body.
 *
 * @param headers are changed
 * @param allowed names that are kept
 * @see Werkzeug: `remove_entity_headers`
 */
export function removeEntityHeaders(
  headers: Headers,
  allowed: readonly string[] = KEPT_BY_NOT_MODIFIED,
): void {
  const kept = new Set(allowed.map((name) => name.toLowerCase()))
  for (const name of [...headers.keys()]) {
    if (isEntityHeader(name) && !kept.has(name.toLowerCase())) headers.delete(name)
  }
}

/**
 * Removes the headers that are for the next hop only, and those that `Connection` names.
 *
 * @param headers are changed
 * @see RFC 9110 §7.6.1; Werkzeug: `remove_hop_by_hop_headers`
 */
export function removeHopByHopHeaders(headers: Headers): void {
  const named = (headers.getJoined('Connection') ?? '').split(',').map((name) => name.trim())
  for (const name of [...headers.keys()]) if (isHopByHopHeader(name)) headers.delete(name)
  for (const name of named) headers.delete(name)
}

/**
 * The head and body that go to the client.
 *
 * @param source the response; it is left as it is
 * @param method of the request
 * @see RFC 9110 §6.4.1, §8.6, §15.4.5
 */
export function wireHead(source: WireSource, method: string): WireResponse {
  const { status, statusText, body } = source
  if (status < 200 || status === 204 || status === 304) {
    return { status, statusText, headers: bodylessHeaders(source), body: null }
  }
  const headers = source.headers.toRaw()
  complete(headers, isStreamedBody(body) ? null : bodySize(body), method === 'HEAD')
  return { status, statusText, headers, body: method === 'HEAD' ? null : body }
}

function bodylessHeaders({ status, headers }: WireSource): string[] {
  const raw: string[] = []
  for (const [name, value] of headers) {
    const lower = name.toLowerCase()
    const dropped =
      status === 304
        ? ENTITY_HEADERS.has(lower) && !KEPT_BY_NOT_MODIFIED.includes(lower)
        : lower === 'content-length'
    if (!dropped) raw.push(name, value)
  }
  return raw
}

/**
 * What is mended at the last moment. A target may still be an address for people. And a length that is not the body's
 * would make the client wait, or take the rest for the next response; only an answer to HEAD may announce a body it
 * does not have.
 */
function complete(headers: string[], size: number | null, isHead: boolean): void {
  let hasLength = size === null
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string
    if (name.length === LOCATION.length && name.toLowerCase() === LOCATION) {
      const location = headers[index + 1] as string
      if (NOT_URI.test(location)) headers[index + 1] = iriToUri(location)
    } else if (!hasLength && name.length === CONTENT_LENGTH.length && name.toLowerCase() === CONTENT_LENGTH) {
      if (!isHead || size !== 0) headers[index + 1] = String(size)
      hasLength = true
    }
  }
  if (!hasLength) headers.push('Content-Length', String(size))
}
