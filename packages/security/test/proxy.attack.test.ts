import { Headers } from '@dewar/http'
import { describe, expect, it } from 'vitest'
import { type TrustProxyOptions, trustProxy } from '../src/index.ts'

const all: TrustProxyOptions = { for: 1, proto: 1, host: 1, port: 1, prefix: 1 }

function see(headers: Record<string, string | string[]>, options: TrustProxyOptions) {
  return trustProxy(
    {
      headers: new Headers({ Host: 'internal', ...headers }),
      remoteAddr: '10.0.0.1',
      scheme: 'http',
      rootPath: '',
    },
    options,
  )
}

describe('a client behind a proxy', () => {
  it('cannot choose its address by sending the header itself', () => {
    // The proxy appends what it sees; the client's own values stand to the left.
    expect(see({ 'X-Forwarded-For': '127.0.0.1, 203.0.113.9' }, all).remoteAddr).toBe('203.0.113.9')
    expect(see({ 'X-Forwarded-For': ['127.0.0.1', '203.0.113.9'] }, all).remoteAddr).toBe('203.0.113.9')
    expect(see({ 'X-Forwarded-For': '"127.0.0.1, 203.0.113.9' }, all).remoteAddr).toBe('10.0.0.1')
  })

  it.each(['javascript', 'file', 'https://evil.example', 'ws', 'HTTPS:', 'https http', ''])(
    'cannot make the scheme %j',
    (scheme) => {
      expect(see({ 'X-Forwarded-Proto': scheme }, all).scheme).toBe('http')
    },
  )

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '/a/../..',
    '/./x',
    '/a//b',
    '/a?b',
    '/a#b',
    'a',
    '/<script>',
    '/a b',
    '/.',
  ])('cannot make the prefix %j', (prefix) => {
    expect(see({ 'X-Forwarded-Prefix': prefix }, all).rootPath).toBe('')
  })

  it.each(['80a', '-1', '0', '65536', '80, ', '1e3', ' '])('cannot make the port %j', (port) => {
    expect(see({ 'X-Forwarded-Port': port }, all).host).toBe('internal')
  })

  it('is not believed at all in headers that no proxy sets', () => {
    const spoofed = {
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Port': '1',
      'X-Forwarded-Prefix': '/evil',
      'X-Real-IP': '127.0.0.1',
      Forwarded: 'for=127.0.0.1;host=evil.example;proto=https',
    }
    expect(see(spoofed, { for: 0, proto: 0 })).toEqual({
      remoteAddr: '10.0.0.1',
      scheme: 'http',
      host: 'internal',
      rootPath: '',
    })
  })

  it.each([
    ['blanks', `${' '.repeat(100_000)}"`],
    ['commas', `"${','.repeat(100_000)}`],
    ['backslashes', `"${'\\'.repeat(100_000)}`],
    ['quotes', '"'.repeat(100_000)],
    ['blanks behind a quote', `"a"${' '.repeat(100_000)}b`],
  ])('takes no more than a moment with 100,000 %s', (_, value) => {
    const started = performance.now()
    expect(see({ 'X-Forwarded-For': value }, all).remoteAddr).toBe('10.0.0.1')
    expect(performance.now() - started).toBeLessThan(500)
  })

  it('is seen as it is by an honest proxy', () => {
    expect(
      see(
        {
          'X-Forwarded-For': '203.0.113.9',
          'X-Forwarded-Proto': 'https',
          'X-Forwarded-Host': 'shop.example',
        },
        all,
      ),
    ).toEqual({
      remoteAddr: '203.0.113.9',
      scheme: 'https',
      host: 'shop.example',
      rootPath: '',
    })
  })
})
