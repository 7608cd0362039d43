/** The examples of RFC 9111, section by section. */
import { describe, expect, it } from 'vitest'
import { parseAge, RequestCacheControl, Response, ResponseCacheControl } from '../src/index.ts'

describe('§5.1 Age', () => {
  it.each([
    ['0', 0],
    ['3600', 3600],
    ['-1', null],
    ['1.5', null],
  ])('%s', (value, seconds) => {
    expect(parseAge(value)).toBe(seconds)
  })
})

describe('§5.2.1 directives of requests', () => {
  it.each<[string, Partial<Record<keyof RequestCacheControl, unknown>>]>([
    ['max-age=5', { maxAge: 5 }],
    ['max-stale=10', { maxStale: 10 }],
    ['min-fresh=20', { minFresh: 20 }],
    ['no-cache', { noCache: true }],
    ['no-store, no-transform', { noStore: true, noTransform: true }],
    ['only-if-cached', { onlyIfCached: true }],
    ['MAX-AGE=5, No-Cache', { maxAge: 5, noCache: true }],
  ])('%s', (header, directives) => {
    expect(RequestCacheControl.parse(header)).toMatchObject(directives)
  })
})

describe('§5.2.2 directives of responses', () => {
  it.each<[string, Partial<Record<keyof ResponseCacheControl, unknown>>]>([
    ['max-age=5', { maxAge: 5 }],
    ['must-revalidate, max-age=0', { mustRevalidate: true, maxAge: 0 }],
    ['must-understand, no-store', { mustUnderstand: true, noStore: true }],
    ['no-cache', { noCache: true }],
    ['no-cache="set-cookie"', { noCache: 'set-cookie' }],
    ['private', { private: true }],
    ['private="x-personal, x-name"', { private: 'x-personal, x-name' }],
    ['public, s-maxage=10', { public: true, sMaxage: 10 }],
    ['proxy-revalidate', { proxyRevalidate: true }],
  ])('%s', (header, directives) => {
    expect(ResponseCacheControl.parse(header)).toMatchObject(directives)
  })

  it('keeps extensions: private, community="UCI" (§5.2.3)', () => {
    const control = ResponseCacheControl.parse('private, community="UCI"')

    expect(control.private).toBe(true)
    expect([...control]).toContainEqual(['community', 'UCI'])
  })
})

describe('§5.3 Expires', () => {
  it('reads a date, and what is none as none', () => {
    const expires = (value: string) => new Response('', { headers: { Expires: value } }).expires

    expect(expires('Thu, 01 Dec 1994 16:00:00 GMT')).toEqual(new Date('1994-12-01T16:00:00Z'))
    expect(expires('0')).toBeNull()
  })
})
