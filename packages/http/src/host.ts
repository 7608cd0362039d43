/**
 * The host a request is for.
 *
 * ```
 * Host = uri-host [ ":" port ]   ; RFC 9110 §7.2
 * ```
 */
import { BadHost } from './errors.ts'

// Letters, digits, hyphens, dots and (in private networks) underscores, or an IPv6 address in brackets.
const HOST = /^(?:[a-z\d_-][a-z\d._-]*|\[[a-f\d]*:[a-f\d.:]+\])(?::(\d{1,5}))?$/i
const MAX_LENGTH = 261
const MAX_PORT = 65_535
const DEFAULT_PORTS: Readonly<Record<string, string>> = Object.freeze({
  http: ':80',
  ws: ':80',
  https: ':443',
  wss: ':443',
})

/**
 * Is this a host with or without a port, made of characters that cannot mean anything else?
 *
 * @param host the value of `Host`
 */
export function isHost(host: string): boolean {
  if (host.length > MAX_LENGTH) return false
  const match = HOST.exec(host)
  return match !== null && (match[1] === undefined || Number(match[1]) <= MAX_PORT)
}

/**
 * The host of a request, without the port that its scheme has anyway.
 *
 * @param host the value of `Host`, or what stands in for it; `null` if there is none
 * @param scheme `http` or `https`
 * @throws {BadHost} 400, `ERR_HTTP_BAD_HOST`, if it is missing or malformed
 */
export function checkedHost(host: string | null, scheme: string): string {
  if (host === null || !isHost(host)) {
    throw new BadHost(null, {
      details: { reason: host === null ? 'There is no Host header.' : 'The Host header is malformed.' },
    })
  }
  const suffix = DEFAULT_PORTS[scheme]
  return suffix !== undefined && host.endsWith(suffix) ? host.slice(0, -suffix.length) : host
}
