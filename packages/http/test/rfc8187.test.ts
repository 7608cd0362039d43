/** The examples of RFC 8187 §3.2.3 and, for file names, of RFC 6266 §5. */
import { describe, expect, it } from 'vitest'
import { encodeExtended, Headers, parseOptionsHeader, serializeOptionsHeader } from '../src/index.ts'

describe('RFC 8187 §3.2.3', () => {
  it.each([
    ['a token', 'bar; title=Economy', 'Economy'],
    ['a quoted string', 'bar; title="US-$ rates"', 'US-$ rates'],
    ['an extended value with a language', "bar; title*=utf-8'en'%C2%A3%20rates", '£ rates'],
    ['an extended value', "bar; title*=UTF-8''%c2%a3%20and%20%e2%82%ac%20rates", '£ and € rates'],
    [
      'both forms, of which the extended one holds',
      'bar; title="EURO exchange rates"; title*=utf-8\'\'%e2%82%ac%20exchange%20rates',
      '€ exchange rates',
    ],
  ])('reads %s', (_what, header, title) => {
    expect(parseOptionsHeader(header).params.get('title')).toBe(title)
  })

  it('writes an extended value', () => {
    expect(encodeExtended('£ and € rates')).toBe("UTF-8''%C2%A3%20and%20%E2%82%AC%20rates")
  })
})

describe('RFC 6266 §5', () => {
  it.each([
    ['attachment; filename=example.html', 'attachment', 'example.html'],
    ['inline; FILENAME="an example.html"', 'inline', 'an example.html'],
    ["attachment; filename*=UTF-8''%e2%82%ac%20rates", 'attachment', '€ rates'],
    [`attachment; filename="EURO rates"; filename*=utf-8''%e2%82%ac%20rates`, 'attachment', '€ rates'],
  ])('reads %s', (header, value, name) => {
    const { value: disposition, params } = parseOptionsHeader(header)

    expect([disposition.toLowerCase(), params.get('filename')]).toEqual([value, name])
  })

  it('takes no blank beside the equals sign, which RFC 9110 §5.6.6 has forbidden since', () => {
    expect(parseOptionsHeader('INLINE; FILENAME= "an example.html"').params.size).toBe(0)
  })

  it('writes both forms of a name, the plain one first', () => {
    const headers = new Headers()
    headers.set('Content-Disposition', 'attachment', {
      filename: 'EURO rates',
      'filename*': encodeExtended('€ rates'),
    })

    expect(headers.get('Content-Disposition')).toBe(
      `attachment; filename="EURO rates"; filename*=UTF-8''%E2%82%AC%20rates`,
    )
    expect(
      parseOptionsHeader(serializeOptionsHeader('a', { 'b*': encodeExtended('ü') })).params.get('b'),
    ).toBe('ü')
  })
})
