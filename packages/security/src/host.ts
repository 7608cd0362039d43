/**
 * The `Host` header, before anybody believes it.
 *
 * Threat: an attacker sends a `Host` of their own, and links, redirects, cached pages or password-reset mails then lead
 * to it; or one that parses differently here and in a proxy.
 * Construction: the header must be a plain name, an IPv4 address or a bracketed IPv6 address with an optional port; with
 * a list of trusted hosts it must also be in it. Ports are not compared, letter case does not count.
 * Defaults: `trustedHosts` is null: every well-formed host passes, and the app refuses to build absolute URLs.
 * When not to change: leave null only where nothing builds absolute URLs and no shared cache stands in front.
 */
import { isIPv6 } from 'node:net'
import { domainToASCII } from 'node:url'
import { hostDefaults } from './defaults.ts'
import { badHost, badTrustedHost } from './errors.ts'

/*
 * RFC 3986 §3.2.2, narrowed to what names real hosts (WHATWG URL, RFC 1123 §2.1):
 *   host = ( name / "[" IPv6 "]" ) [ ":" port ]
 *   name = label *( "." label ) [ "." ] ;  label = 1*( ALPHA / DIGIT / "-" )
 */
const hostGrammar = /^(?:([a-z\d-]+(?:\.[a-z\d-]+)*\.?)|\[([\da-f:.]+)\])(?::(\d{1,5}))?$/

/** A host name and port, checked against the grammar. */
export interface ParsedHost {
  /** The name or address in lower case, IPv6 in brackets, without port. */
  readonly name: string
  /** The port, or `null` if there is none. */
  readonly port: number | null
}

/**
 * Takes a `Host` header apart.
 *
 * @param host the header's value
 * @returns name and port, or `null` if it is no well-formed host
 * @see RFC 9110 §7.2, RFC 3986 §3.2.2
 */
export function parseHost(host: string): ParsedHost | null {
  if (host.length > hostDefaults.hostMaxLength.value) return null
  const match = hostGrammar.exec(host.toLowerCase())
  if (match === null) return null
  const [, name, address, digits] = match
  if (address !== undefined && !isIPv6(address)) return null
  const port = digits === undefined ? null : Number(digits)
  if (port !== null && (port === 0 || port > 65_535)) return null
  return { name: name ?? `[${address}]`, port }
}

/** Checks one `Host` header: gives it back in lower case, or throws. */
export type HostCheck = (host: string | null) => string

/**
 * Makes the check for a list of trusted hosts; the list is read once, so each request costs a comparison.
 *
 * @param trustedHosts names without scheme; `.example.com` means the domain and everything below it; ports are ignored
 *   and names outside ASCII compared as IDNA; `null` trusts every well-formed host
 * @returns the check
 * @throws {DewarError} `ERR_SECURITY_TRUSTED_HOST` if an entry is no host name
 */
export function createHostCheck(trustedHosts: readonly string[] | null): HostCheck {
  const entries = trustedHosts === null ? null : trustedHosts.map(parseTrustedHost)
  let lastGiven: string | null = null
  let lastAccepted = ''
  return (host) => {
    // Nearly every request of a site has the same Host as the one before.
    if (host !== null && host === lastGiven) return lastAccepted
    if (host === null || host === '') throw badHost('', 'missing')
    const parsed = parseHost(host)
    if (parsed === null) throw badHost(host, 'malformed')
    if (entries !== null && !isListed(parsed.name, entries)) throw badHost(host, 'untrusted')
    lastGiven = host
    lastAccepted = host.toLowerCase()
    return lastAccepted
  }
}

/**
 * Checks a request's host once; {@link createHostCheck} is the same for many requests.
 *
 * @param host the `Host` header, or `null` if there was none
 * @param trustedHosts as for {@link createHostCheck}
 * @returns the host in lower case, with its port if it had one
 * @throws {BadHost} 400 `ERR_HTTP_BAD_HOST` if it is missing, malformed or not trusted
 * @throws {DewarError} `ERR_SECURITY_TRUSTED_HOST` if an entry of the list is no host name
 * @see Werkzeug: `get_host`, `host_is_trusted`
 */
export function checkHost(host: string | null, trustedHosts: readonly string[] | null): string {
  return createHostCheck(trustedHosts)(host)
}

/**
 * Says whether a host is well formed and, with a list, in it.
 *
 * @param host the `Host` header, or `null` if there was none
 * @param trustedHosts as for {@link createHostCheck}
 * @see Werkzeug: `host_is_trusted`
 */
export function isTrustedHost(host: string | null, trustedHosts: readonly string[] | null): boolean {
  const parsed = host === null ? null : parseHost(host)
  if (parsed === null) return false
  return trustedHosts === null || isListed(parsed.name, trustedHosts.map(parseTrustedHost))
}

/** `name` for itself, `.name` for itself and everything below. */
function isListed(name: string, entries: readonly string[]): boolean {
  for (const entry of entries) {
    if (entry === name) return true
    if (entry.startsWith('.') && (name.endsWith(entry) || name === entry.slice(1))) return true
  }
  return false
}

function parseTrustedHost(entry: string): string {
  const dot = entry.startsWith('.') ? '.' : ''
  const bare = entry.slice(dot.length)
  const ascii = /[^\x00-\x7f]/.test(bare) ? domainToASCII(bare.replace(/:\d+$/, '')) : bare
  const parsed = parseHost(ascii)
  if (parsed === null || (dot !== '' && parsed.name.startsWith('['))) throw badTrustedHost(entry)
  return dot + parsed.name
}
