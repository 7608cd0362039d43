/**
 * What a proxy in front says about the visitor, and no more than that.
 *
 * Threat: `X-Forwarded-*` and `Forwarded` are ordinary headers; a client can send them and choose its own address, scheme
 * and host.
 * Construction: each header has a count of proxies that set it. A proxy appends on the right, so the value to believe
 * stands that many places from the right; if there are fewer, none is believed. Values that cannot be what they claim
 * (a scheme other than http and https, a port that is no number, a prefix that is no path) are not taken over. Either
 * `X-Forwarded-*` or `Forwarded` is read, never both: a proxy that sets one lets the other pass from the client. With
 * `from`, nothing is believed that came over another address.
 * Defaults: one proxy that sets address and scheme. The app itself trusts none until told.
 * When not to change: a count too high hands the choice to the client.
 */
import { BlockList, isIP, isIPv6 } from 'node:net'
import { resolveSettings, type SettingsOptions } from '@dewar/base'
import type { Headers } from '@dewar/http'
import { proxyDefaults } from './defaults.ts'
import { badProxyRange, mixedProxyHeaders } from './errors.ts'
import { parseForwarded } from './forwarded.ts'

/** Options of {@link trustProxy}: how many proxies set each header, and where they are. */
export type TrustProxyOptions = SettingsOptions<typeof proxyDefaults>

/** A request's head as it came over the socket. */
export interface ReceivedHead {
  /** The headers. */
  readonly headers: Headers
  /** The peer's address, or `null`. */
  readonly remoteAddr: string | null
  /** The scheme of the connection. */
  readonly scheme: string
  /** The path below which the app is mounted, without a slash at the end. */
  readonly rootPath: string
}

/** The visitor's side of the request. */
export interface VisitorHead {
  /** The visitor's address as the proxy gives it. */
  readonly remoteAddr: string | null
  /** The scheme the visitor used. */
  readonly scheme: string
  /** The host the visitor asked for, still to be checked; `null` if there is none. */
  readonly host: string | null
  /** The path prefix the visitor sees. */
  readonly rootPath: string
}

/** Looks through the declared proxies. */
export type ProxyTrust = (head: ReceivedHead) => VisitorHead

/**
 * Prepares the reading of forwarding headers; the options are read once.
 *
 * @param options how many proxies set each header: `for` and `proto` 1, the others 0 if left out; `forwarded`: how many
 *   set `Forwarded`, in place of all these; `from`: the proxies' addresses or ranges
 * @returns a function of a request's head
 * @throws {DewarError} `ERR_SECURITY_OPTION`; `ERR_SECURITY_PROXY_RANGE` if an entry of `from` is no range;
 *   `ERR_SECURITY_PROXY_MIX` if both kinds of header are asked for
 * @see Werkzeug: `ProxyFix`
 */
export function createProxyTrust(options: TrustProxyOptions = {}): ProxyTrust {
  const trust = resolveSettings('security', proxyDefaults, options)
  const { for: _for, proto, host, port, prefix } = options
  if (trust.forwarded > 0 && [_for, proto, host, port, prefix].some((count) => count))
    throw mixedProxyHeaders()
  const read = trust.forwarded > 0 ? standardReader(trust.forwarded) : customReader(trust)
  const proxies = trust.from === null ? null : parseRanges(trust.from)
  return (head) => {
    const said = proxies === null || isWithin(head.remoteAddr, proxies) ? read(head.headers) : nothing
    const scheme = said.proto?.toLowerCase()
    const host = said.host ?? head.headers.get('host')
    return {
      remoteAddr: said.for ?? head.remoteAddr,
      scheme: scheme === 'http' || scheme === 'https' ? scheme : head.scheme,
      host: withPort(host, said.port),
      rootPath:
        said.prefix !== null && isPathPrefix(said.prefix) ? said.prefix.replace(/\/$/, '') : head.rootPath,
    }
  }
}

/** What the outermost declared proxy says; `null` where it says nothing. */
interface Said {
  readonly for: string | null
  readonly proto: string | null
  readonly host: string | null
  readonly port: string | null
  readonly prefix: string | null
}

const nothing: Said = Object.freeze({ for: null, proto: null, host: null, port: null, prefix: null })

type Counts = { readonly [name in keyof Said]: number }

function customReader(counts: Counts): (headers: Headers) => Said {
  return (headers) => ({
    for: forwarded(headers, 'x-forwarded-for', counts.for),
    proto: forwarded(headers, 'x-forwarded-proto', counts.proto),
    host: forwarded(headers, 'x-forwarded-host', counts.host),
    port: forwarded(headers, 'x-forwarded-port', counts.port),
    prefix: forwarded(headers, 'x-forwarded-prefix', counts.prefix),
  })
}

function standardReader(count: number): (headers: Headers) => Said {
  return (headers) => {
    const joined = headers.getJoined('forwarded', ',')
    const elements = joined === null ? null : parseForwarded(joined)
    const element = elements?.[elements.length - count]
    if (element === undefined) return nothing
    return { ...nothing, for: element.for ?? null, proto: element.proto ?? null, host: element.host ?? null }
  }
}

/**
 * Reads forwarding headers once; {@link createProxyTrust} is the same for many requests.
 *
 * @param head the request as it came over the socket
 * @param options as for {@link createProxyTrust}
 */
export function trustProxy(head: ReceivedHead, options: TrustProxyOptions = {}): VisitorHead {
  return createProxyTrust(options)(head)
}

/** The value that the outermost of `count` proxies has set, or `null`. */
function forwarded(headers: Headers, name: string, count: number): string | null {
  if (count === 0) return null
  const joined = headers.getJoined(name, ',')
  if (joined === null) return null
  const values = splitList(joined)
  const value = values === null ? undefined : values[values.length - count]
  return value === undefined || value === '' ? null : value
}

/*
 * list = *( "," / item ) ;  item = token text / quoted-string (RFC 9110 §5.6.1, §5.6.4)
 */
function splitList(text: string): readonly string[] | null {
  if (!text.includes('"')) return text.split(',').map((value) => value.trim())
  const values: string[] = []
  const item = /(?:[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*|([^",]*))(,|$)/y
  while (item.lastIndex < text.length) {
    const match = item.exec(text)
    // A quote that does not close, or text beside it: nobody can say where the values end.
    if (match === null) return null
    values.push(match[1]?.replace(/\\(.)/g, '$1') ?? match[2]?.trim() ?? '')
  }
  return values
}

/** The host with another port, if the port is one. */
function withPort(host: string | null, port: string | null): string | null {
  if (host === null || port === null || !/^\d{1,5}$/.test(port)) return host
  if (Number(port) === 0 || Number(port) > 65_535) return host
  return `${host.replace(/:\d*$/, '')}:${port}`
}

/** A path that cannot be read as another host: one slash at each start, no dots that climb, no odd characters. */
function isPathPrefix(prefix: string): boolean {
  return /^(?:\/[\w~!$&'()*+;=:@%.-]+)+\/?$/.test(prefix) && !/\/\.{1,2}(?:\/|$)/.test(prefix)
}

function parseRanges(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits, ...rest] = range.split('/')
    const version = isIP(address)
    const width = version === 4 ? 32 : 128
    const length = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
    if (version === 0 || rest.length > 0 || !(length >= 0 && length <= width)) throw badProxyRange(range)
    list.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}

function isWithin(remoteAddr: string | null, ranges: BlockList): boolean {
  if (remoteAddr === null || isIP(remoteAddr) === 0) return false
  return ranges.check(remoteAddr, isIPv6(remoteAddr) ? 'ipv6' : 'ipv4')
}
