import { describe, expect, it } from 'vitest'
import { httpsLocation } from '../src/index.ts'

const request = { method: 'GET', scheme: 'http', host: 'example.org', target: '/a?b=%2F' }

describe('httpsLocation', () => {
  it('leaves https alone', () => {
    expect(httpsLocation({ ...request, scheme: 'https', method: 'POST' })).toBe(null)
  })

  it.each([
    ['the same address', {}, 'https://example.org/a?b=%2F'],
    ['HEAD too', { method: 'HEAD' }, 'https://example.org/a?b=%2F'],
    ['without the port of clear text', { host: 'example.org:8080' }, 'https://example.org/a?b=%2F'],
    ['to a port of its own', { host: '[::1]:8080', port: 8443 }, 'https://[::1]:8443/a?b=%2F'],
    ['on this host whatever the path', { target: '//evil.example/x' }, 'https://example.org//evil.example/x'],
  ])('sends a reader to %s', (_, change, expected) => {
    expect(httpsLocation({ ...request, ...change })).toBe(expected)
  })

  it.each([
    ['a form', { method: 'POST' }],
    ['an unknown method', { method: 'BREW' }],
    ['a target that is an address', { target: 'http://evil.example/' }],
    ['a target with a line break', { target: '/\r\nX: y' }],
    ['a target that is an asterisk', { target: '*' }],
    ['a host that is none', { host: 'a@evil.example' }],
  ])('refuses %s', (_, change) => {
    expect(() => httpsLocation({ ...request, ...change })).toThrow(
      expect.objectContaining({ status: 403, code: 'ERR_SECURITY_HTTPS_REQUIRED' }),
    )
  })
})
