import { Headers } from '@dewar/http'
import { describe, expect, it } from 'vitest'
import { checkOrigin } from '../src/index.ts'

function check(headers: Record<string, string>, scheme = 'https', host = 'example.org') {
  return checkOrigin({ method: 'POST', scheme, host, headers: new Headers(headers) })
}

describe('requests from other sites', () => {
  it.each([
    ['another site', { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }],
    ['a sibling subdomain', { 'Sec-Fetch-Site': 'same-site', Origin: 'https://evil.example.org' }],
    ['a value browsers do not have', { 'Sec-Fetch-Site': 'SAME-ORIGIN' }],
    ['two values in one', { 'Sec-Fetch-Site': 'same-origin, cross-site' }],
    ['an empty value', { 'Sec-Fetch-Site': '' }],
    [
      'another site with a forged-looking Origin',
      { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://example.org' },
    ],
    ['an old browser on another site', { Origin: 'https://evil.example' }],
    ['a sandboxed frame', { Origin: 'null' }],
    ['an empty Origin', { Origin: '' }],
    ['the clear-text twin', { Origin: 'http://example.org' }],
    ['another port', { Origin: 'https://example.org:8443' }],
    ['a name that ends alike', { Origin: 'https://evilexample.org' }],
    ['a name that starts alike', { Origin: 'https://example.org.evil.example' }],
    ['userinfo', { Origin: 'https://example.org@evil.example' }],
    ['a backslash', { Origin: 'https://evil.example\\.example.org' }],
    ['a path', { Origin: 'https://evil.example/https://example.org' }],
    ['two origins', { Origin: 'https://example.org https://evil.example' }],
    ['a browser extension', { Origin: 'chrome-extension://abcdef' }],
    ['a file', { Origin: 'file://' }],
    ['a foreign Referer', { Referer: 'https://evil.example/https://example.org/' }],
    ['a Referer with userinfo', { Referer: 'https://example.org@evil.example/' }],
    ['an unreadable Referer', { Referer: 'about:blank' }],
    ['a Referer with another scheme', { Referer: 'http://example.org/' }],
  ])('are refused: %s', (_, headers) => {
    expect(() => check(headers)).toThrow(
      expect.objectContaining({ status: 403, code: 'ERR_SECURITY_CSRF_ORIGIN' }),
    )
  })

  it.each([
    ['Origin, ours first', 'Origin', ['https://example.org', 'https://evil.example']],
    ['Origin, ours last', 'Origin', ['https://evil.example', 'https://example.org']],
    ['Sec-Fetch-Site', 'Sec-Fetch-Site', ['same-origin', 'cross-site']],
    ['Referer', 'Referer', ['https://example.org/', 'https://evil.example/']],
  ])('are refused if a header comes twice: %s', (_, name, values) => {
    expect(() =>
      checkOrigin({
        method: 'POST',
        scheme: 'https',
        host: 'example.org',
        headers: new Headers({ [name]: values }),
      }),
    ).toThrow(expect.objectContaining({ status: 403, code: 'ERR_SECURITY_CSRF_ORIGIN' }))
  })

  it.each([
    ['a foreign Origin', { Origin: 'http://evil.example' }],
    ['a foreign Referer', { Referer: 'http://evil.example/' }],
    ['an opaque origin', { Origin: 'null' }],
  ])('are refused over plain http too: %s', (_, headers) => {
    expect(() => check(headers, 'http', '192.168.1.5:5000')).toThrow(expect.objectContaining({ status: 403 }))
  })

  it('do not pass because the host is unreadable as well', () => {
    expect(() => check({ Origin: 'null' }, 'https', 'not a host')).toThrow()
  })

  it('leave the site itself alone', () => {
    expect(check({ 'Sec-Fetch-Site': 'same-origin', Origin: 'https://example.org' })).toBe('same')
    expect(check({ Origin: 'http://192.168.1.5:5000' }, 'http', '192.168.1.5:5000')).toBe('same')
  })
})
