import { describe, expect, it } from 'vitest'
import {
  Accept,
  Etags,
  Headers,
  parseCookie,
  parseOptionsHeader,
  parseQuery,
  Range,
  Request,
  Response,
} from '../src/index.ts'

describe('splitting a response', () => {
  it.each<[string, (response: Response) => void]>([
    ['a header value', (response) => response.headers.set('X-A', 'b\r\nSet-Cookie: admin=1')],
    ['a bare line feed', (response) => response.headers.add('X-A', 'b\nSet-Cookie: admin=1')],
    ['a bare carriage return', (response) => response.headers.add('X-A', 'b\rc')],
    ['NUL', (response) => response.headers.add('X-A', 'b\0c')],
    [
      'a character that turns into a line feed as a byte',
      (response) => response.headers.add('X-A', 'b\u010ac'),
    ],
    ['a header name', (response) => response.headers.set('X-A: b\r\nX-B', 'c')],
    ['a colon in a name', (response) => response.headers.set('X-A:', 'c')],
    [
      'a file name',
      (response) => response.headers.set('Content-Disposition', 'attachment', { filename: 'a\r\nb' }),
    ],
    [
      'a parameter name',
      (response) => response.headers.set('Content-Disposition', 'attachment', { 'a\r\nb': 'c' }),
    ],
    ['a redirect', (response) => (response.location = '/\r\nSet-Cookie: admin=1')],
    ['a cookie name', (response) => response.setCookie('a\r\nb', 'c')],
    ['a cookie path', (response) => response.setCookie('a', 'b', { domain: 'a.example\r\nX: y' })],
    ['a status text', (response) => (response.statusText = 'OK\r\nX: y')],
    ['a media type', (response) => (response.mimetype = 'text/html\r\nX: y')],
  ])('is refused through %s', (_way, attack) => {
    expect(() => attack(new Response(''))).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_HTTP_/) }),
    )
  })

  it('escapes line breaks in a cookie value, which may hold any text', () => {
    const response = new Response('')
    response.setCookie('a', 'b\r\nSet-Cookie: admin=1')

    expect(response.headers.getAll('Set-Cookie')).toHaveLength(1)
    expect(parseCookie(response.headers.get('Set-Cookie')?.split('; Sec')[0]).get('a')).toBe(
      'b\r\nSet-Cookie: admin=1',
    )
  })

  it('leaves ordinary values alone', () => {
    const response = new Response('', { headers: { 'X-A': 'b\tc é' } })

    expect(response.headers.get('X-A')).toBe('b\tc é')
  })
})

describe('leading a path to another host', () => {
  it.each([
    '//evil.example/',
    '///evil.example/',
    '/\\evil.example/',
    '\\\\evil.example',
    '/\\/evil.example',
  ])('cannot be done by the target %s', (target) => {
    let path = '/refused'
    try {
      const request = new Request({ method: 'GET', target, headers: { Host: 'a.example' } })
      path = request.fullPath
      expect(new URL(request.url).host).toBe('a.example')
    } catch (error) {
      expect(error).toMatchObject({ status: 400 })
    }
    expect(new URL(path, 'https://a.example').host).toBe('a.example')
  })
})

describe('poisoning prototypes', () => {
  it('cannot be done by query, cookies or parameters', () => {
    const request = new Request({
      method: 'GET',
      target: '/?__proto__=x&constructor=y&__proto__[admin]=1',
      headers: { Cookie: '__proto__=x', 'Content-Type': 'a/b; __proto__=x' },
    })

    Object.assign({}, request.args.toObject(), request.cookies.toObject())

    expect(request.args.get('__proto__')).toBe('x')
    expect(request.mimetypeParams.get('__proto__')).toBe('x')
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined()
  })
})

describe('a megabyte of', () => {
  const size = 1_000_000
  const budget = 1500 // milliseconds, generous: a quadratic parser needs minutes

  it.each<[string, () => unknown]>([
    ['commas in Accept', () => Accept.mime(','.repeat(size)).items],
    ['wishes in Accept', () => Accept.mime('a/b;q=0.5,'.repeat(size / 10)).bestMatch(['c/d'])],
    ['open quotes in Accept', () => Accept.mime('"\\'.repeat(size / 2)).items],
    ['parameters in Accept', () => Accept.mime(`a/b${';a=b'.repeat(size / 4)}`).bestMatch(['c/d'])],
    ['languages', () => Accept.language('aa-bb,'.repeat(size / 6)).bestMatch(['zz'])],
    ['quotes in Cookie', () => parseCookie('a="'.repeat(size / 3))],
    ['quoted cookies never closed', () => parseCookie(`a="${'\\"'.repeat(size / 2)}`)],
    ['semicolons in Cookie', () => parseCookie(';'.repeat(size))],
    ['names in Cookie', () => parseCookie('a;'.repeat(size / 2), { maxCookies: size })],
    ['open quotes in Cookie', () => parseCookie('a="\\";'.repeat(size / 6), { maxCookies: size })],
    ['blanks in Cookie', () => parseCookie(`a=${' '.repeat(size)}`)],
    ['ranges', () => Range.parse(`bytes=${'0-0,'.repeat(size / 4)}`)],
    [
      'ascending ranges',
      () => Range.parse(`bytes=${Array.from({ length: size / 14 }, (_, n) => `${n * 2}-${n * 2}`).join()}`),
    ],
    ['blanks in a range', () => Range.parse(`bytes=${' '.repeat(size)}x`)],
    ['tags', () => Etags.parse('"a",'.repeat(size / 4)).has('b')],
    ['open quotes in tags', () => Etags.parse('"'.repeat(size)).has('b')],
    ['blanks in tags', () => Etags.parse(`"a"${' '.repeat(size)}`).has('b')],
    ['semicolons in Content-Type', () => parseOptionsHeader(`a/b${';'.repeat(size)}`)],
    ['open quotes in Content-Type', () => parseOptionsHeader(`a/b${';a="'.repeat(size / 4)}`)],
    ['continuations', () => parseOptionsHeader(`a${';b*0=c'.repeat(size / 7)}`)],
    ['blanks in Content-Type', () => parseOptionsHeader(`a/b;${' '.repeat(size)}`)],
    ['percent signs in a query', () => parseQuery('%'.repeat(size))],
    ['broken UTF-8 in a query', () => parseQuery('%FF'.repeat(size / 3))],
    ['slashes in a target', () => new Request({ method: 'GET', target: '/'.repeat(size) }).rawPath],
    [
      'host',
      () => {
        try {
          return new Request({
            method: 'GET',
            target: '/',
            headers: Headers.fromRaw(['Host', 'a'.repeat(size)]),
          }).host
        } catch {
          return null
        }
      },
    ],
    [
      'Basic',
      () =>
        new Request({
          method: 'GET',
          target: '/',
          headers: Headers.fromRaw(['Authorization', `Basic ${'='.repeat(size)}`]),
        }).authorization,
    ],
    [
      'date',
      () =>
        new Request({ method: 'GET', target: '/', headers: Headers.fromRaw(['Date', ' '.repeat(size)]) })
          .date,
    ],
    [
      'content range',
      () => new Response('', { headers: { 'Content-Range': `bytes${' '.repeat(size)}x` } }).contentRange,
    ],
    [
      'cache control',
      () =>
        new Request({
          method: 'GET',
          target: '/',
          headers: Headers.fromRaw(['Cache-Control', 'a="'.repeat(size / 3)]),
        }).cacheControl,
    ],
  ])('%s is read in linear time', (_what, read) => {
    const start = performance.now()

    try {
      read()
    } catch (error) {
      expect(error).toHaveProperty('status')
    }

    expect(performance.now() - start).toBeLessThan(budget)
  })
})
