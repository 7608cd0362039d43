import { Headers } from '@dewar/http'
import { describe, expect, it } from 'vitest'
import { checkOrigin, isSafeMethod, parseTrustedOrigins } from '../src/index.ts'

function check(headers: Record<string, string>, more: Partial<Parameters<typeof checkOrigin>[0]> = {}) {
  return checkOrigin({
    method: 'POST',
    scheme: 'https',
    host: 'example.org',
    headers: new Headers(headers),
    ...more,
  })
}

describe('checkOrigin', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'TRACE'])('lets %s pass from anywhere', (method) => {
    expect(check({ 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }, { method })).toBe('safe')
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY', 'PURGE', 'get'])('checks %s', (method) => {
    expect(() => check({ 'Sec-Fetch-Site': 'cross-site' }, { method })).toThrow()
  })

  it.each([
    ['a form of this site', { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://example.org' }],
    ['a page sent without referrer', { 'Sec-Fetch-Site': 'same-origin', Origin: 'null' }],
    ['something the visitor typed', { 'Sec-Fetch-Site': 'none' }],
    ['an old browser', { Origin: 'https://example.org' }],
    ['a default port written out', { Origin: 'https://example.org:443' }],
    ['upper case', { Origin: 'HTTPS://EXAMPLE.ORG' }],
    ['only a Referer', { Referer: 'https://example.org/form?x=1' }],
  ])('accepts %s', (_, headers) => {
    expect(check(headers)).toBe('same')
  })

  it('accepts a form over plain http in a local network, where browsers send no Sec-Fetch-Site', () => {
    const lan = { scheme: 'http', host: '192.168.1.5:5000' }
    expect(check({ Origin: 'http://192.168.1.5:5000' }, lan)).toBe('same')
    expect(check({}, lan)).toBe('unknown')
  })

  it('asks for a Referer over https when nothing else is said, unless told not to', () => {
    expect(() => check({})).toThrow(
      expect.objectContaining({ status: 403, code: 'ERR_SECURITY_CSRF_REFERER' }),
    )
    expect(check({}, { sslStrict: false })).toBe('unknown')
  })

  it('accepts listed origins, whatever way they are told', () => {
    const trustedOrigins = parseTrustedOrigins(['https://Shop.example:443', 'http://localhost:5173'])
    expect(
      check({ 'Sec-Fetch-Site': 'cross-site', Origin: 'https://shop.example' }, { trustedOrigins }),
    ).toBe('trusted')
    expect(check({ Origin: 'http://localhost:5173' }, { trustedOrigins })).toBe('trusted')
    expect(check({ Referer: 'https://shop.example/cart' }, { trustedOrigins })).toBe('trusted')
    expect(() => check({ Origin: 'http://shop.example' }, { trustedOrigins })).toThrow()
  })
})

describe('parseTrustedOrigins', () => {
  it.each([
    'shop.example',
    'https://shop.example/',
    'https://*',
    'null',
    '*',
    'https://a@b',
    'ftp://shop.example',
  ])('refuses %s at setup', (origin) => {
    expect(() => parseTrustedOrigins([origin])).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_TRUSTED_ORIGIN' }),
    )
  })
})

describe('isSafeMethod', () => {
  it('counts what it does not know as unsafe', () => {
    expect(['GET', 'HEAD', 'POST', 'BREW', ''].map(isSafeMethod)).toEqual([true, true, false, false, false])
  })
})
