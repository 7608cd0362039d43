import { describe, expect, it } from 'vitest'
import { ContentSecurityPolicy } from '../src/index.ts'

describe('ContentSecurityPolicy', () => {
  it('puts the nonce wherever its place is', () => {
    const policy = new ContentSecurityPolicy({
      'script-src': "'nonce' 'strict-dynamic'",
      'style-src': ["'self'", "'nonce'"],
    })
    expect(policy.serialize('abc')).toBe(
      "script-src 'nonce-abc' 'strict-dynamic'; style-src 'self' 'nonce-abc'",
    )
  })

  it("allows the site's own files where an answer has no nonce", () => {
    const policy = new ContentSecurityPolicy({ 'script-src': "'nonce'", 'style-src': ["'self'", "'nonce'"] })
    expect(policy.serialize()).toBe("script-src 'self'; style-src 'self'")
    expect(String(policy)).toBe(policy.serialize())
  })

  it('reads a policy as browsers do: first directive wins, names have no case, blanks do not count', () => {
    const policy = ContentSecurityPolicy.parse(
      "  Default-Src  'self' ;; IMG-SRC *; default-src https://evil.example; ",
    )
    expect(policy.serialize()).toBe("default-src 'self'; img-src *")
    expect(ContentSecurityPolicy.parse('').names).toEqual([])
  })

  it('writes directives without value', () => {
    expect(new ContentSecurityPolicy({ 'upgrade-insecure-requests': [], sandbox: '' }).serialize()).toBe(
      'upgrade-insecure-requests; sandbox',
    )
  })

  it('replaces and removes directives in a copy', () => {
    const policy = new ContentSecurityPolicy({ 'default-src': "'self'", 'object-src': "'none'" })
    const other = policy.with({ 'default-src': "'none'", 'object-src': null, 'img-src': 'https:' })
    expect(other.serialize()).toBe("default-src 'none'; img-src https:")
    expect(policy.serialize()).toBe("default-src 'self'; object-src 'none'")
  })

  it('adds sources, starting from default-src where the directive is new', () => {
    const policy = new ContentSecurityPolicy({ 'default-src': "'self'", 'frame-ancestors': "'none'" })
    const other = policy.extend({
      'img-src': 'https://cdn.example',
      'frame-ancestors': 'https://partner.example',
    })
    expect(other.get('img-src')).toEqual(["'self'", 'https://cdn.example'])
    expect(other.get('frame-ancestors')).toEqual(['https://partner.example'])
    expect(other.get('font-src')).toBeUndefined()
  })

  it('takes hashes, schemes, ports, wildcards and Trusted Types', () => {
    const text =
      "script-src 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' https://*.cdn.example:8443 wss:; require-trusted-types-for 'script'; trusted-types default none"
    expect(ContentSecurityPolicy.parse(text).serialize()).toBe(text)
  })

  it.each([
    ['script-scr', "Did you mean 'script-src'?"],
    ['frame-ancestor', "Did you mean 'frame-ancestors'?"],
    ['__proto__', 'Known: '],
  ])('refuses the directive %s and says what was meant', (name, fix) => {
    expect(() => ContentSecurityPolicy.parse(`${name} 'self'`)).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_CSP_DIRECTIVE', fix: expect.stringContaining(fix) }),
    )
  })

  it.each([
    ['a keyword without quotes', 'self'],
    ['an unknown keyword', "'sefl'"],
    ['an unclosed quote', "'self"],
    ['a semicolon', 'https://a.example;script-src'],
    ['a comma', 'https://a.example,b'],
    ['a blank', 'https://a.example b'],
    ['a line break', 'https://a.example\r\nX:'],
    ['a character outside ASCII', 'https://ä.example'],
    ['nothing', ''],
    ['a nonce that is no base64', "'nonce-<x>'"],
  ])('refuses a source with %s', (_, source) => {
    expect(() => new ContentSecurityPolicy({ 'img-src': [source] })).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_CSP_SOURCE' }),
    )
  })

  it("refuses 'none' beside other sources, which browsers would ignore", () => {
    expect(() => new ContentSecurityPolicy({ 'img-src': "'none' 'self'" })).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_CSP_SOURCE' }),
    )
  })
})
