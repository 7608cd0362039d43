/** The part of a client's address that stands for one customer: what rates are counted by. */
import { isIPv4, isIPv6 } from 'node:net'
import { clientDefaults } from './defaults.ts'

/** Options of {@link clientKey}. */
export interface ClientKeyOptions {
  /** How many bits of an IPv6 address make one client. */
  readonly ipv6PrefixBits?: number | undefined
}

/**
 * Turns a client's address into a key to count by: an IPv4 address as it is, an IPv6 address cut to its network, since
 * one customer has at least 2⁶⁴ addresses. IPv4 inside IPv6, brackets, zones and the ports that some proxies append are
 * taken off, so that no client gets two keys.
 *
 * @param remoteAddr the address; `null` for sockets without one
 * @param options how many bits of IPv6 count, 64 if left out
 * @returns such as `192.0.2.1`, `2001:db8:0:1::/64`, or `unknown` for what is no address
 * @see RFC 6177; RFC 4291 §2.5.5.2
 */
export function clientKey(remoteAddr: string | null | undefined, options: ClientKeyOptions = {}): string {
  const address = bareAddress(remoteAddr ?? '')
  if (isIPv4(address)) return address
  if (!isIPv6(address)) return 'unknown'
  const groups = expand(address)
  const mapped = mappedIPv4(groups)
  return mapped ?? network(groups, options.ipv6PrefixBits ?? clientDefaults.ipv6PrefixBits.value)
}

/** `[2001:db8::1]:443`, `192.0.2.1:5678` and `fe80::1%eth0` without what is no address. */
function bareAddress(text: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1]
  const withoutPort = bracketed ?? text.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
  return withoutPort.replace(/%.*$/s, '')
}

/** The eight groups of an IPv6 address that `isIPv6` has let pass. */
function expand(address: string): readonly number[] {
  const [head = '', tail] = address.split('::', 2)
  const left = groupsOf(head)
  const right = tail === undefined ? [] : groupsOf(tail)
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right]
}

function groupsOf(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
    return [a * 256 + b, c * 256 + d]
  })
}

function mappedIPv4(groups: readonly number[]): string | null {
  const [g0, g1, g2, g3, g4, g5, high = 0, low = 0] = groups
  if (g0 !== 0 || g1 !== 0 || g2 !== 0 || g3 !== 0 || g4 !== 0 || g5 !== 0xffff) return null
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}

function network(groups: readonly number[], bits: number): string {
  const kept = groups.map((group, index) => {
    const inGroup = Math.min(16, Math.max(0, bits - index * 16))
    return group & (0xffff << (16 - inGroup)) & 0xffff
  })
  const used = Math.ceil(bits / 16)
  const text = kept
    .slice(0, used)
    .map((group) => group.toString(16))
    .join(':')
  return used === 8 ? `${text}/${bits}` : `${text}::/${bits}`
}
