import { describe, expect, it } from 'vitest'
import { iriToUri, parseQuery, quoteUrl, serializeQuery, uriToIri } from '../src/index.ts'

describe('query strings', () => {
  it.each<[string, string, [string, string][]]>([
    ['blanks and escapes', 'a+b=%C3%BC', [['a b', 'ü']]],
    ['only & as separator', 'a=1;b=2', [['a', '1;b=2']]],
    [
      'blank names and values',
      'a&=b&',
      [
        ['a', ''],
        ['', 'b'],
      ],
    ],
    ['bytes that are no UTF-8 as they are', 'a=x%e9y%C3%A9z', [['a', 'x%E9yéz']]],
    ['broken escapes as they are', 'a=%zz%', [['a', '%zz%']]],
    ['brackets as characters', 'a[b]=1', [['a[b]', '1']]],
  ])('reads %s', (_what, text, pairs) => {
    expect(parseQuery(text)).toEqual(pairs)
  })

  it('stops at a maximum', () => {
    expect(parseQuery('a&b&c', { maximum: 2 })).toHaveLength(2)
  })

  it('writes pairs, leaving out null', () => {
    expect(
      serializeQuery([
        ['a b', 'c&d'],
        ['n', null],
        ['ü', 1],
      ]),
    ).toBe('a+b=c%26d&%C3%BC=1')
  })
})

describe('addresses', () => {
  it.each([
    [
      'hosts and parts',
      'http://bücher.example/ü?ü=ö#ä',
      'http://xn--bcher-kva.example/%C3%BC?%C3%BC=%C3%B6#%C3%A4',
    ],
    ['escapes, kept', '/a%20b+c', '/a%20b+c'],
    ['backslashes', '/\\evil.example', '/%5Cevil.example'],
    ['relative references', '?a=ü', '?a=%C3%BC'],
    ['user information', 'http://ü:p@h.example/', 'http://%C3%BC:p@h.example/'],
  ])('encodes %s', (_what, iri, uri) => {
    expect(iriToUri(iri)).toBe(uri)
  })

  it.each([
    ['readable text', 'http://xn--bcher-kva.example/%C3%BC', 'http://bücher.example/ü'],
    ['no delimiters', '/a%2Fb%3F?x=%26%2B', '/a%2Fb%3F?x=%26%2B'],
    ['no blanks or controls', '/a%20%0A%25', '/a%20%0A%25'],
    ['no stray bytes', '/%FF', '/%FF'],
  ])('decodes %s', (_what, uri, iri) => {
    expect(uriToIri(uri)).toBe(iri)
  })

  it.each([
    'http://h.example:99999/',
    'http://h.example:x/',
    `http://${'a'.repeat(64)}.example/`,
    'http://[x]/',
  ])('refuses %s', (url) => {
    expect(() => iriToUri(url)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_HTTP_URL/) }),
    )
  })

  it('percent-encodes all but the named characters', () => {
    expect(quoteUrl('a b/ü~')).toBe('a%20b/%C3%BC~')
    expect(quoteUrl('a/b', '')).toBe('a%2Fb')
  })
})

describe('serializeQuery', () => {
  it('takes an object as well as pairs, and no inherited fields', () => {
    const fields = Object.assign(Object.create({ inherited: 'x' }), { a: 1, b: 'c d&', e: null })

    expect(serializeQuery(fields)).toBe('a=1&b=c+d%26')
    expect(
      serializeQuery([
        ['a', true],
        ['a', 'ü'],
      ]),
    ).toBe('a=true&a=%C3%BC')
  })
})
