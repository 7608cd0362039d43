import { Headers } from '@dewar/http'
import { describe, expect, it } from 'vitest'
import { createProxyTrust, type TrustProxyOptions, trustProxy } from '../src/index.ts'

function see(
  headers: Record<string, string | string[]>,
  options: TrustProxyOptions = {},
  remoteAddr: string | null = '10.0.0.1',
) {
  return trustProxy(
    {
      headers: new Headers({ Host: 'internal:8000', ...headers }),
      remoteAddr,
      scheme: 'http',
      rootPath: '/old',
    },
    options,
  )
}

describe('trustProxy', () => {
  it('believes address and scheme of one proxy, and nothing else, if left to itself', () => {
    expect(
      see({
        'X-Forwarded-For': '192.0.2.7',
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Host': 'pub.example',
        'X-Forwarded-Port': '8443',
        'X-Forwarded-Prefix': '/app',
      }),
    ).toEqual({ remoteAddr: '192.0.2.7', scheme: 'https', host: 'internal:8000', rootPath: '/old' })
  })

  it.each([
    ['the last of several', '1.1.1.1, 2.2.2.2', 1, '2.2.2.2'],
    ['the one before, with two proxies', '1.1.1.1, 2.2.2.2', 2, '1.1.1.1'],
    ['none, with more proxies than values', '1.1.1.1, 2.2.2.2', 3, '10.0.0.1'],
    ['none, when the count is zero', '1.1.1.1', 0, '10.0.0.1'],
    ['none, when the header is empty', '', 1, '10.0.0.1'],
    ['none, when the value is empty', ',', 1, '10.0.0.1'],
    ['the one in quotes', '"1.1.1.1", 2.2.2.2', 2, '1.1.1.1'],
    ['the one behind quotes that hold a comma', '"a, b", c', 1, 'c'],
    ['none, when a quote does not close', '"unterminated, x', 1, '10.0.0.1'],
    ['values without blanks', '1.1.1.1,2.2.2.2', 1, '2.2.2.2'],
  ])('takes %s', (_, value, count, expected) => {
    expect(see({ 'X-Forwarded-For': value }, { for: count }).remoteAddr).toBe(expected)
  })

  it('counts over repeated headers', () => {
    expect(see({ 'X-Forwarded-For': ['1.1.1.1', '2.2.2.2'] }, { for: 2 }).remoteAddr).toBe('1.1.1.1')
  })

  it.each([
    ['host', { 'X-Forwarded-Host': 'a.example, pub.example' }, 'pub.example'],
    ['port', { 'X-Forwarded-Port': '9000' }, 'internal:9000'],
    [
      'host and port',
      { 'X-Forwarded-Host': 'pub.example:444', 'X-Forwarded-Port': '8443' },
      'pub.example:8443',
    ],
    ['IPv6 host and port', { 'X-Forwarded-Host': '[::1]', 'X-Forwarded-Port': '80' }, '[::1]:80'],
    ['no port that is none', { 'X-Forwarded-Host': 'pub.example', 'X-Forwarded-Port': 'a' }, 'pub.example'],
    ['no port beyond 65535', { 'X-Forwarded-Port': '99999' }, 'internal:8000'],
  ])('takes over %s', (_, headers, expected) => {
    expect(see(headers, { host: 1, port: 1 }).host).toBe(expected)
  })

  it('makes no host out of a port alone', () => {
    const head = {
      headers: new Headers({ 'X-Forwarded-Port': '9000' }),
      remoteAddr: null,
      scheme: 'http',
      rootPath: '',
    }
    expect(trustProxy(head, { port: 1 }).host).toBe(null)
  })

  it.each([
    ['/app', '/app'],
    ['/app/', '/app'],
    ['/a/b', '/a/b'],
    ['/a, /b', '/b'],
  ])('takes over the prefix %s', (value, expected) => {
    expect(see({ 'X-Forwarded-Prefix': value }, { prefix: 1 }).rootPath).toBe(expected)
  })

  it('believes only the proxies it is told, if it is told any', () => {
    const trust = createProxyTrust({ from: ['10.0.0.0/8', 'fd00::/8', '127.0.0.1'] })
    const headers = new Headers({ Host: 'a.example', 'X-Forwarded-For': '192.0.2.7' })
    const seen = (remoteAddr: string | null) =>
      trust({ headers, remoteAddr, scheme: 'http', rootPath: '' }).remoteAddr
    expect(['10.1.2.3', 'fd00::5', '127.0.0.1', '::ffff:10.1.2.3'].map(seen)).toEqual(
      Array(4).fill('192.0.2.7'),
    )
    expect(['11.0.0.1', 'fe80::1', null, 'unix'].map(seen)).toEqual(['11.0.0.1', 'fe80::1', null, 'unix'])
  })

  it.each(['10.0.0.0/33', '10.0.0/8', 'proxy.example', '10.0.0.0/', '::/129', '10.0.0.0/8/8', '10.0.0.0/-1'])(
    'refuses the range %s at setup',
    (range) => {
      expect(() => createProxyTrust({ from: [range] })).toThrow(
        expect.objectContaining({ code: 'ERR_SECURITY_PROXY_RANGE' }),
      )
    },
  )

  it('refuses unknown options and counts below zero', () => {
    expect(() => createProxyTrust({ for: -1 })).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_OPTION' }),
    )
    expect(() => createProxyTrust({ x_for: 1 } as TrustProxyOptions)).toThrow()
  })
})
