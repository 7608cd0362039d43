/** The examples of RFC 6265bis: §3.1, §4.1.3, and the grammar of §4.1.1. */
import { describe, expect, it } from 'vitest'
import { type CookieOptions, parseCookie, parseSetCookie, serializeCookie } from '../src/index.ts'

const bare: CookieOptions = { secure: false, httpOnly: false, sameSite: null, path: null }

describe('§3.1 examples', () => {
  it('sets a session cookie, and gets it back', () => {
    expect(serializeCookie('SID', '31d4d96e407aad42', bare)).toBe('SID=31d4d96e407aad42')
    expect(parseCookie('SID=31d4d96e407aad42').get('SID')).toBe('31d4d96e407aad42')
  })

  it('scopes it by path and domain', () => {
    expect(serializeCookie('SID', '31d4d96e407aad42', { ...bare, path: '/', domain: 'site.example' })).toBe(
      'SID=31d4d96e407aad42; Domain=site.example; Path=/',
    )
  })

  it('sets a second one, and gets both back', () => {
    const sid = serializeCookie('SID', '31d4d96e407aad42', {
      ...bare,
      path: '/',
      secure: true,
      httpOnly: true,
    })

    expect(sid).toBe('SID=31d4d96e407aad42; Secure; HttpOnly; Path=/')
    expect([...parseCookie('SID=31d4d96e407aad42; lang=en-US')]).toEqual([
      ['SID', '31d4d96e407aad42'],
      ['lang', 'en-US'],
    ])
  })

  it('keeps a cookie until a date', () => {
    const expires = new Date('2021-06-09T10:18:14Z')

    expect(serializeCookie('lang', 'en-US', { ...bare, expires })).toBe(
      'lang=en-US; Expires=Wed, 09 Jun 2021 10:18:14 GMT',
    )
  })

  it('removes a cookie by a date in the past', () => {
    const expires = new Date('1994-11-06T08:49:37Z')

    expect(serializeCookie('lang', '', { ...bare, expires })).toBe(
      'lang=; Expires=Sun, 06 Nov 1994 08:49:37 GMT',
    )
  })
})

describe('§4.1.3 prefixes', () => {
  it.each<[string, string, CookieOptions]>([
    ['no Secure', '__Secure-SID', { domain: 'site.example' }],
    ['nothing', '__Host-SID', {}],
    ['Secure alone', '__Host-SID', { secure: true }],
    ['a domain alone', '__Host-SID', { domain: 'site.example' }],
    ['domain and path', '__Host-SID', { domain: 'site.example', path: '/' }],
    ['Secure, domain and path', '__Host-SID', { secure: true, domain: 'site.example', path: '/' }],
    ['another path', '__Host-SID', { secure: true, path: '/app' }],
    ['other case', '__hOST-SID', { path: '/' }],
  ])('refuses the cookie with %s', (_what, name, options) => {
    expect(() => serializeCookie(name, '12345', { ...bare, ...options })).toThrow(
      expect.objectContaining({ code: 'ERR_HTTP_COOKIE_PREFIX' }),
    )
  })

  it.each<[string, CookieOptions, string]>([
    ['__Secure-SID', { secure: true, domain: 'site.example' }, '; Domain=site.example; Secure'],
    ['__Host-SID', { secure: true, path: '/' }, '; Secure; Path=/'],
  ])('takes %s with what it promises', (name, options, attributes) => {
    expect(serializeCookie(name, '12345', { ...bare, ...options })).toBe(`${name}=12345${attributes}`)
  })
})

describe('§5.6 a Set-Cookie as a client reads it', () => {
  it.each<[string, string, object]>([
    [
      'attributes in any case',
      'a=b; PATH=/x; secure; HTTPONLY',
      { path: '/x', secure: true, httpOnly: true },
    ],
    ['Max-Age', 'a=b; Max-Age=3600', { maxAge: 3600 }],
    ['a negative Max-Age', 'a=b; Max-Age=-1', { maxAge: -1 }],
    ['SameSite', 'a=b; SameSite=strict', { sameSite: 'strict' }],
    ['unknown attributes', 'a=b; Colour=red', {}],
  ])('%s', (_what, header, options) => {
    expect(parseSetCookie(header)).toEqual({ name: 'a', value: 'b', options })
  })
})
