import { describe, expect, it } from 'vitest'
import { clientKey } from '../src/index.ts'

describe('clientKey', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:5678', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['[::ffff:192.0.2.1]:443', '192.0.2.1'],
    ['2001:db8:0:1:aaaa:bbbb:cccc:dddd', '2001:db8:0:1::/64'],
    ['2001:DB8:0:1::1', '2001:db8:0:1::/64'],
    ['[2001:db8:0:1::2]:443', '2001:db8:0:1::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['unknown', 'unknown'],
    ['_hidden', 'unknown'],
    ['', 'unknown'],
    ['192.0.2.256', 'unknown'],
    ['[192.0.2.1', 'unknown'],
    [null, 'unknown'],
    [undefined, 'unknown'],
  ])('turns %s into %s', (address, expected) => {
    expect(clientKey(address)).toBe(expected)
  })

  it.each([
    [48, '2001:db8:12::/48'],
    [56, '2001:db8:12:3400::/56'],
    [1, '0::/1'],
    [128, '2001:db8:12:3456:0:0:0:9/128'],
  ])('cuts IPv6 at %i bits', (ipv6PrefixBits, expected) => {
    expect(clientKey('2001:db8:12:3456::9', { ipv6PrefixBits })).toBe(expected)
  })
})
