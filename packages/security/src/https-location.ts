/**
 * From clear text to https.
 *
 * Threat: a visitor who types the bare name stays in clear text, where everyone on the way reads and changes pages.
 * Construction: a request that only reads is sent to the same address over https (308). One that changes something is
 * refused: its body has already travelled in the open, and a redirect would hide that mistake for ever.
 * Defaults: the scheme is what the visitor used, so behind a proxy it is the declared proxy's. Strict-Transport-Security
 * does the rest from the second visit on.
 */
import { httpsRequired } from './errors.ts'
import { parseHost } from './host.ts'

/** What {@link httpsLocation} looks at. */
export interface HttpsRequest {
  /** The request's method. */
  readonly method: string
  /** The scheme the visitor used. */
  readonly scheme: string
  /** The checked host. */
  readonly host: string
  /** The request's target: path and query as received. */
  readonly target: string
  /** The port of https, if it is not 443. */
  readonly port?: number | undefined
}

/**
 * Says where a request in clear text is to be sent.
 *
 * @param request method, scheme, host and target
 * @returns the address over https for a 308, or `null` if the request came over https
 * @throws {Forbidden} 403 `ERR_SECURITY_HTTPS_REQUIRED` for a request in clear text that changes something
 * @see Flask-Talisman: `force_https`; ASVS 5.0 V4.1.2; RFC 6797 §7.2
 */
export function httpsLocation(request: HttpsRequest): string | null {
  if (request.scheme === 'https') return null
  if (request.method !== 'GET' && request.method !== 'HEAD') throw httpsRequired()
  const name = parseHost(request.host)?.name
  // A target that is no path (an asterisk, an absolute address) or a host that is none leads to no address.
  if (name === undefined || !/^\/[\x21-\x7e]*$/.test(request.target)) throw httpsRequired()
  return `https://${name}${request.port === undefined || request.port === 443 ? '' : `:${request.port}`}${request.target}`
}
