import { Headers } from '@dewar/http'
import { describe, expect, it } from 'vitest'
import { createProxyTrust, parseForwarded, trustProxy } from '../src/index.ts'

describe('parseForwarded', () => {
  it.each([
    [
      'an address',
      'for=192.0.2.60;proto=http;by=203.0.113.43',
      [{ for: '192.0.2.60', proto: 'http', by: '203.0.113.43' }],
    ],
    [
      'names in any case and blanks',
      ' For=192.0.2.60 ; PROTO=https ',
      [{ for: '192.0.2.60', proto: 'https' }],
    ],
    [
      'several proxies',
      'for=192.0.2.43, for="[2001:db8:cafe::17]"',
      [{ for: '192.0.2.43' }, { for: '2001:db8:cafe::17' }],
    ],
    [
      'ports',
      'for="192.0.2.1:4711", for="[2001:db8::1]:4711"',
      [{ for: '192.0.2.1' }, { for: '2001:db8::1' }],
    ],
    ['hidden and unknown nodes', 'for=_gazonk;by=unknown', [{ for: '_gazonk', by: 'unknown' }]],
    ['quotes inside', 'host="a\\"b,c;d"', [{ host: 'a"b,c;d' }]],
    ['parameters it does not know', 'for=192.0.2.1;secret=x', [{ for: '192.0.2.1' }]],
    ['an empty header', '', [{}]],
    ['empty places', 'for=192.0.2.1;;, ,', [{ for: '192.0.2.1' }, {}, {}]],
  ])('reads %s', (_, text, expected) => {
    expect(parseForwarded(text)).toEqual(expected)
  })

  it.each([
    ['an unclosed quote', 'for="192.0.2.1'],
    ['text behind a quote', 'for="192.0.2.1"x'],
    ['no value', 'for='],
    ['no name', '=192.0.2.1'],
    ['a name alone', 'for'],
    ['a name twice', 'for=192.0.2.1;for=127.0.0.1'],
    ['a blank around the equals sign', 'for = 192.0.2.1'],
    ['a control character', 'host="a\x01b"'],
  ])('reads nothing out of %s', (_, text) => {
    expect(parseForwarded(text)).toBe(null)
  })

  it('takes no more than a moment for a hostile header', () => {
    const started = performance.now()
    expect(parseForwarded(`for="${'\\"'.repeat(50_000)}`)).toBe(null)
    expect(parseForwarded(`${' \t'.repeat(50_000)}x y`)).toBe(null)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('trustProxy with Forwarded', () => {
  function see(headers: Record<string, string | string[]>, forwarded = 1) {
    const head = {
      headers: new Headers({ Host: 'internal', ...headers }),
      remoteAddr: '10.0.0.1',
      scheme: 'http',
      rootPath: '',
    }
    return trustProxy(head, { forwarded })
  }

  it('takes what the declared proxy says', () => {
    expect(see({ Forwarded: 'for=203.0.113.9;proto=https;host="shop.example:8443"' })).toEqual({
      remoteAddr: '203.0.113.9',
      scheme: 'https',
      host: 'shop.example:8443',
      rootPath: '',
    })
  })

  it('counts from the right, over repeated headers', () => {
    const headers = { Forwarded: ['for=1.1.1.1', 'for=2.2.2.2, for=3.3.3.3'] }
    expect([1, 2, 3, 4].map((count) => see(headers, count).remoteAddr)).toEqual([
      '3.3.3.3',
      '2.2.2.2',
      '1.1.1.1',
      '10.0.0.1',
    ])
  })

  it.each([
    [
      'an element the client put in front',
      'for=127.0.0.1;proto=https;host=evil.example, for=203.0.113.9',
      '203.0.113.9',
      'http',
      'internal',
    ],
    ['a quote that swallows the proxy', 'for="127.0.0.1, for=203.0.113.9', '10.0.0.1', 'http', 'internal'],
    ['another scheme', 'for=203.0.113.9;proto=javascript', '203.0.113.9', 'http', 'internal'],
  ])('is not fooled by %s', (_, text, remoteAddr, scheme, host) => {
    expect(see({ Forwarded: text })).toEqual({ remoteAddr, scheme, host, rootPath: '' })
  })

  it('does not read X-Forwarded-* then, which the client may have sent', () => {
    expect(see({ 'X-Forwarded-For': '127.0.0.1', 'X-Forwarded-Proto': 'https' })).toMatchObject({
      remoteAddr: '10.0.0.1',
      scheme: 'http',
    })
  })

  it('refuses to read both kinds', () => {
    expect(() => createProxyTrust({ forwarded: 1, for: 1 })).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_PROXY_MIX' }),
    )
    expect(() => createProxyTrust({ forwarded: 1, for: 0 })).not.toThrow()
  })
})
