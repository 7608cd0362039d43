import { LimitError } from '@dewar/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CookieOptions,
  cookieValues,
  parseCookie,
  parseSetCookie,
  Response,
  serializeCookie,
  serializeCookieHeader,
} from '../src/index.ts'

const bare: CookieOptions = { secure: false, httpOnly: false, sameSite: null }

describe('cookieValues', () => {
  it.each([
    { name: 'one among others', header: 'a=1; session=x; b=2', values: ['x'] },
    { name: 'several of the name, in order', header: 'session=x; a=1; session=y', values: ['x', 'y'] },
    {
      name: 'a name that contains it, or that it contains',
      header: 'sessions=1; xsession=2; sess=3',
      values: [],
    },
    { name: 'the name as a value', header: 'a=session; b=session=x', values: [] },
    { name: 'the name without a value', header: 'session', values: [''] },
    { name: 'quotes', header: 'session="a\\054b"', values: ['a,b'] },
    { name: 'blanks', header: '  session =\t x ;', values: ['x'] },
    { name: 'another white space, which is part of the name', header: '\u00a0session=x', values: [] },
    { name: 'nothing', header: '', values: [] },
  ])('reads $name', ({ header, values }) => {
    expect(cookieValues(header, 'session')).toEqual(values)
    expect(parseCookie(header).getAll('session')).toEqual(values)
  })

  it('agrees with parseCookie on any header', () => {
    const piece = fc.constantFrom('a', 'b', '=', ';', ' ', '"', '\\', '\t', '\u00a0', 'ab', ',')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const header = pieces.join('')
        expect(cookieValues(header, 'a')).toEqual(parseCookie(header).getAll('a'))
      }),
    )
  })
})

describe('parseCookie', () => {
  it.each<[string, string, [string, string][]]>([
    [
      'pairs',
      'a=1; b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'repeated names in order',
      'a=1; a=2',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['an octal escape', 'b="x\\054y"', [['b', 'x,y']]],
    ['octal UTF-8', 'b="\\303\\274"', [['b', 'ü']]],
    ['an escaped quote', 'b="\\"q\\""', [['b', '"q"']]],
    [
      'a semicolon as the end, in quotes too',
      'a="x; __Host-session=secret; b=y"',
      [
        ['a', '"x'],
        ['__Host-session', 'secret'],
        ['b', 'y"'],
      ],
    ],
    [
      'an unclosed quote as it is',
      'a="x; b=1',
      [
        ['a', '"x'],
        ['b', '1'],
      ],
    ],
    [
      'no blanks around',
      '\t a \t=\t b \t; c',
      [
        ['a', 'b'],
        ['c', ''],
      ],
    ],
    ['other white space as part of a name', '\u00a0__Host-a=1', [['\u00a0__Host-a', '1']]],
    ['other white space as part of a value', 'a=\u00a0b\u000b', [['a', '\u00a0b\u000b']]],
    ['a bare name', 'c', [['c', '']]],
    ['no empty name', '=v; ; a=1', [['a', '1']]],
    ['equals signs in values', 'e=f=g', [['e', 'f=g']]],
    ['no percent-decoding', 'a=%20', [['a', '%20']]],
    ['names that are properties elsewhere', '__proto__=x', [['__proto__', 'x']]],
  ])('reads %s', (_what, header, pairs) => {
    expect([...parseCookie(header)]).toEqual(pairs)
  })

  it('reads nothing as nothing', () => {
    expect(parseCookie(null).size).toBe(0)
    expect(parseCookie('').size).toBe(0)
  })

  it('answers 431 for countless cookies', () => {
    expect(parseCookie('a=1;'.repeat(256)).getAll('a')).toHaveLength(256)
    expect(() => parseCookie('a=1;'.repeat(257))).toThrow(expect.objectContaining({ status: 431 }))
  })
})

describe('serializeCookie', () => {
  it('is safe by default', () => {
    expect(serializeCookie('a', 'b')).toBe('a=b; Secure; HttpOnly; Path=/; SameSite=Lax')
  })

  it.each<[string, string, CookieOptions, string]>([
    ['nothing but the pair', 'v', { ...bare, path: null }, 'k=v'],
    ['what cookies cannot hold', 'a b;c,"é', { ...bare, path: null }, 'k="a b\\073c\\054\\"\\303\\251"'],
    [
      'a lifetime, twice',
      'v',
      { ...bare, path: null, maxAge: 10, now: 1_750_000_000 },
      'k=v; Expires=Sun, 15 Jun 2025 15:06:50 GMT; Max-Age=10',
    ],
    ['a lifetime once', 'v', { ...bare, path: null, maxAge: 10, syncExpires: false }, 'k=v; Max-Age=10'],
    [
      'a domain without dot and port',
      'v',
      { ...bare, path: null, domain: '.Ex.com:80' },
      'k=v; Domain=Ex.com',
    ],
    [
      'a domain in Punycode',
      'v',
      { ...bare, path: null, domain: 'bücher.example' },
      'k=v; Domain=xn--bcher-kva.example',
    ],
    ['an encoded path', 'v', { ...bare, path: '/ü;x' }, 'k=v; Path=/%C3%BC%3Bx'],
    [
      'Secure for partitioned cookies',
      'v',
      { ...bare, path: null, partitioned: true },
      'k=v; Secure; Partitioned',
    ],
    ['SameSite in any case', 'v', { ...bare, path: null, sameSite: 'strict' }, 'k=v; SameSite=Strict'],
  ])('writes %s', (_what, value, options, wanted) => {
    expect(serializeCookie('k', value, options)).toBe(wanted)
  })

  it.each<[string, string, CookieOptions, string]>([
    ['an empty name', '', {}, 'ERR_HTTP_COOKIE_NAME'],
    ['a name with a line break', 'a\nb', {}, 'ERR_HTTP_COOKIE_NAME'],
    ['a name with a semicolon', 'a;b', {}, 'ERR_HTTP_COOKIE_NAME'],
    ['a domain with a semicolon', 'k', { domain: 'a;b' }, 'ERR_HTTP_COOKIE_DOMAIN'],
    ['another SameSite', 'k', { sameSite: 'Lax; Secure' as 'Lax' }, 'ERR_HTTP_COOKIE_OPTION'],
    ['SameSite=None without Secure', 'k', { sameSite: 'None', secure: false }, 'ERR_HTTP_COOKIE_OPTION'],
    ['an endless lifetime', 'k', { maxAge: Number.POSITIVE_INFINITY }, 'ERR_HTTP_COOKIE_OPTION'],
    ['__Host- without Secure', '__Host-k', { secure: false }, 'ERR_HTTP_COOKIE_PREFIX'],
    ['__Host- with a domain', '__Host-k', { domain: 'a.example' }, 'ERR_HTTP_COOKIE_PREFIX'],
    ['__Host- with a path', '__host-k', { path: '/a' }, 'ERR_HTTP_COOKIE_PREFIX'],
    ['__Secure- without Secure', '__Secure-k', { secure: false }, 'ERR_HTTP_COOKIE_PREFIX'],
  ])('refuses %s', (_what, name, options, code) => {
    expect(() => serializeCookie(name, 'v', options)).toThrow(expect.objectContaining({ code }))
  })

  it('takes prefixes whose promise is kept', () => {
    expect(serializeCookie('__Host-k', 'v')).toContain('__Host-k=v; Secure;')
    expect(serializeCookie('__Secure-k', 'v', { domain: 'a.example' })).toContain('Domain=a.example')
  })

  it('names the nearest option for a misspelt one', () => {
    expect(() => serializeCookie('k', 'v', { httponly: true } as CookieOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_HTTP_COOKIE_OPTION', fix: "Did you mean 'httpOnly'?" }),
    )
  })

  it('refuses what browsers would drop for its size, naming both sizes', () => {
    const write = (maxSize?: number) => serializeCookie('k', 'x'.repeat(5000), { ...bare, maxSize })

    expect(() => write()).toThrow(LimitError)
    expect(() => write()).toThrow(
      expect.objectContaining({ code: 'ERR_HTTP_COOKIE_TOO_LARGE', maximum: 4093, actual: 5010 }),
    )
    expect(write(0)).toHaveLength(5010)
  })
})

describe('Set-Cookie on responses', () => {
  it('sets several cookies and deletes one', () => {
    const response = new Response()

    response.setCookie('a', '1')
    response.setCookie('b', '2', { path: '/b' })
    response.deleteCookie('c')

    expect(response.headers.getAll('Set-Cookie')).toEqual([
      'a=1; Secure; HttpOnly; Path=/; SameSite=Lax',
      'b=2; Secure; HttpOnly; Path=/b; SameSite=Lax',
      'c=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; HttpOnly; Path=/; SameSite=Lax',
    ])
  })
})

describe('the client side', () => {
  it('reads a Set-Cookie value', () => {
    expect(parseSetCookie(serializeCookie('a', 'ü, "x"', { maxAge: 5, domain: 'a.example' }))).toMatchObject({
      name: 'a',
      value: 'ü, "x"',
      options: { maxAge: 5, domain: 'a.example', path: '/', secure: true, httpOnly: true, sameSite: 'lax' },
    })
  })

  it('writes a Cookie header that servers read', () => {
    const header = serializeCookieHeader({ a: '1', b: 'x y; "ü"' })

    expect(parseCookie(header).toObject()).toEqual({ a: '1', b: 'x y; "ü"' })
  })
})
