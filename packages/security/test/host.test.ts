import { describe, expect, it } from 'vitest'
import { checkHost, createHostCheck, isTrustedHost, parseHost } from '../src/index.ts'

describe('checkHost', () => {
  it.each([
    ['a plain name', 'example.org', null, 'example.org'],
    ['a name with a port', 'example.org:8080', null, 'example.org:8080'],
    ['any letter case, given back in lower case', 'EXAMPLE.org', ['example.org'], 'example.org'],
    ['letter case in the list', 'example.org', ['Example.ORG'], 'example.org'],
    ['a port that the list does not name', 'example.org:8080', ['example.org'], 'example.org:8080'],
    ['a name whose entry has a port', 'example.org', ['example.org:99'], 'example.org'],
    ['the domain of a dotted entry', 'example.org', ['.example.org'], 'example.org'],
    ['a subdomain of a dotted entry', 'a.b.example.org:1', ['.example.org'], 'a.b.example.org:1'],
    ['an IPv4 address', '127.0.0.1:5000', ['localhost', '127.0.0.1'], '127.0.0.1:5000'],
    ['an IPv6 address', '[::1]:80', ['[::1]'], '[::1]:80'],
    ['an internationalised entry', 'xn--bcher-kva.example', ['bücher.example'], 'xn--bcher-kva.example'],
    [
      'an internationalised entry below a dot',
      'www.xn--bcher-kva.example',
      ['.bücher.example'],
      'www.xn--bcher-kva.example',
    ],
  ])('accepts %s', (_, host, trusted, expected) => {
    expect(checkHost(host, trusted)).toBe(expected)
  })

  it.each([
    ['another host', 'evil.example', ['example.org']],
    ['a subdomain of an entry without dot', 'a.example.org', ['example.org']],
    ['every host when the list is empty', 'example.org', []],
  ])('refuses %s', (_, host, trusted) => {
    expect(() => checkHost(host, trusted)).toThrow(
      expect.objectContaining({ status: 400, details: expect.objectContaining({ reason: 'untrusted' }) }),
    )
  })

  it.each([
    ['missing', null],
    ['empty', ''],
  ])('refuses a host that is %s', (_, host) => {
    expect(() => checkHost(host, null)).toThrow(
      expect.objectContaining({ status: 400, code: 'ERR_HTTP_BAD_HOST' }),
    )
  })

  it.each([
    ['a scheme', 'https://example.org'],
    ['an asterisk', '*.example.org'],
    ['a path', 'example.org/x'],
    ['nothing', ''],
    ['only a dot', '.'],
    ['a dot before an address', '.[::1]'],
  ])('refuses a list whose entry holds %s, at setup', (_, entry) => {
    expect(() => createHostCheck([entry])).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_TRUSTED_HOST' }),
    )
  })

  it('answers the same for the same host again', () => {
    const check = createHostCheck(['example.org'])
    expect(check('Example.org:80')).toBe('example.org:80')
    expect(check('Example.org:80')).toBe('example.org:80')
    expect(() => check('evil.example')).toThrow()
    expect(() => check('evil.example')).toThrow()
    expect(check('example.org')).toBe('example.org')
  })
})

describe('isTrustedHost', () => {
  it('answers without throwing', () => {
    expect(isTrustedHost('example.org', ['.example.org'])).toBe(true)
    expect(isTrustedHost('evilexample.org', ['.example.org'])).toBe(false)
    expect(isTrustedHost('a b', null)).toBe(false)
    expect(isTrustedHost(null, null)).toBe(false)
  })
})

describe('parseHost', () => {
  it('takes name and port apart', () => {
    expect(parseHost('Example.org:8080')).toEqual({ name: 'example.org', port: 8080 })
    expect(parseHost('[2001:DB8::1]')).toEqual({ name: '[2001:db8::1]', port: null })
  })
})
