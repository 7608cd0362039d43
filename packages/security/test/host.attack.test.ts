import { describe, expect, it } from 'vitest'
import { checkHost } from '../src/index.ts'

describe('hosts that only look like one', () => {
  it.each([
    ['a blank', 'example.org evil.example'],
    ['a blank at the start', ' example.org'],
    ['a tab', 'example.org\t'],
    ['userinfo', 'user@example.org'],
    ['userinfo that looks like the host', 'example.org@evil.example'],
    ['userinfo with a port', 'example.org:80@evil.example'],
    ['a path', 'example.org/evil'],
    ['a query', 'example.org?evil'],
    ['a fragment', 'example.org#evil'],
    ['a backslash', 'example.org\\evil.example'],
    ['two hosts', 'example.org,evil.example'],
    ['a percent sign', 'example%2eorg'],
    ['a NUL', 'example.org\0.evil.example'],
    ['a line break', 'example.org\r\nX: y'],
    ['an underscore', 'a_b.example.org'],
    ['characters outside ASCII', 'exämple.org'],
    ['a full-width dot', 'example。org'],
    ['an empty label', 'example..org'],
    ['a leading dot', '.example.org'],
    ['a port that is no number', 'example.org:80a'],
    ['an empty port', 'example.org:'],
    ['a port of zero', 'example.org:0'],
    ['a port beyond 65535', 'example.org:65536'],
    ['two ports', 'example.org:80:443'],
    ['IPv6 without brackets', '::1'],
    ['no IPv6 in the brackets', '[example.org]'],
    ['an IPv6 zone', '[fe80::1%25eth0]'],
    ['an unclosed bracket', '[::1'],
    ['markup', '<script>.example.org'],
    ['a quote', "example.org'"],
    ['a name of 300 characters', `${'a'.repeat(288)}.example.org`],
  ])('are refused whatever is trusted: %s', (_, host) => {
    expect(() => checkHost(host, null)).toThrow(
      expect.objectContaining({ status: 400, details: expect.objectContaining({ reason: 'malformed' }) }),
    )
    expect(() => checkHost(host, ['.example.org', 'example.org', '[::1]'])).toThrow(
      expect.objectContaining({ status: 400 }),
    )
  })

  it.each([
    ['a name that ends alike', 'evilexample.org', ['.example.org']],
    ['a trusted name as a label of another', 'example.org.evil.example', ['.example.org', 'example.org']],
    ['a trusted name with a hyphen', 'example.org-evil.example', ['example.org']],
    ['the address of a trusted name', '127.0.0.1', ['localhost']],
    ['another spelling of loopback', '127.1', ['127.0.0.1']],
    ['a final dot', 'example.org.', ['example.org']],
  ])('are refused when they are not trusted: %s', (_, host, trusted) => {
    expect(() => checkHost(host, trusted)).toThrow(expect.objectContaining({ status: 400 }))
  })

  it('never show the client what it sent', () => {
    try {
      checkHost('evil.example', ['example.org'])
      expect.unreachable()
    } catch (error) {
      expect(error).toHaveProperty('description', expect.not.stringContaining('evil'))
      expect(error).toHaveProperty('message', expect.not.stringContaining('evil'))
    }
  })

  it('leave honest hosts alone', () => {
    const trusted = ['.example.org', 'localhost', '[::1]']
    expect(
      ['example.org', 'www.example.org:8443', 'localhost:5000', '[::1]:5000'].map((host) =>
        checkHost(host, trusted),
      ),
    ).toEqual(['example.org', 'www.example.org:8443', 'localhost:5000', '[::1]:5000'])
  })
})
