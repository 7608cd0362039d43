import { describe, expect, it } from 'vitest'
import {
  contentRangeHeader,
  Etags,
  encodeExtended,
  HeaderSet,
  httpDate,
  IfRange,
  parseAge,
  parseAuthorization,
  parseContentRange,
  parseDictHeader,
  parseHttpDate,
  parseListHeader,
  parseOptionsHeader,
  parseWwwAuthenticate,
  quoteEtag,
  quoteHeaderValue,
  Range,
  RequestCacheControl,
  ResponseCacheControl,
  serializeAge,
  serializeAuthorization,
  serializeOptionsHeader,
  unquoteHeaderValue,
} from '../src/index.ts'

describe('dates', () => {
  // RFC 9110 §5.6.7
  it.each([
    ['IMF-fixdate', 'Sun, 06 Nov 1994 08:49:37 GMT'],
    ['RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT'],
    ['asctime', 'Sun Nov  6 08:49:37 1994'],
    ['mail with a zone', 'Sun, 06 Nov 1994 09:49:37 +0100'],
  ])('reads %s', (_form, text) => {
    expect(parseHttpDate(text)?.getTime()).toBe(784_111_777_000)
  })

  it.each([
    '',
    'yesterday',
    'Sun, 32 Nov 1994 08:49:37 GMT',
    'Sun, 06 Foo 1994 08:49:37 GMT',
    '1994-11-06T08:49:37Z',
    `${'9'.repeat(99)}`,
  ])('reads %j as no date', (text) => {
    expect(parseHttpDate(text)).toBeNull()
  })

  it('writes a moment in whole seconds', () => {
    expect(httpDate(784_111_777.9)).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
    expect(httpDate(new Date(784_111_777_000))).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
    expect(() => httpDate(Number.NaN)).toThrow(expect.objectContaining({ code: 'ERR_HTTP_DATE' }))
  })

  it('reads and writes ages', () => {
    expect(parseAge('60')).toBe(60)
    expect(parseAge('-1')).toBeNull()
    expect(serializeAge(1.9)).toBe('1')
    expect(() => serializeAge(-1)).toThrow(expect.objectContaining({ code: 'ERR_HTTP_AGE' }))
  })
})

describe('lists and parameters', () => {
  it('splits lists at commas outside of quotes', () => {
    expect(parseListHeader('a, "b, \\"c\\"" ,, d')).toEqual(['a', 'b, "c"', 'd'])
    expect(parseListHeader('a, "b')).toEqual([])
    expect(parseListHeader(null)).toEqual([])
  })

  it('reads pairs, with null for a bare name', () => {
    expect([...parseDictHeader('a=b, c="d, e", f, g*=UTF-8\'\'%C3%BC')]).toEqual([
      ['a', 'b'],
      ['c', 'd, e'],
      ['f', null],
      ['g', 'ü'],
    ])
  })

  it('quotes what is no token', () => {
    expect(quoteHeaderValue('token')).toBe('token')
    expect(quoteHeaderValue('')).toBe('""')
    expect(quoteHeaderValue('a "b" \\')).toBe('"a \\"b\\" \\\\"')
    expect(unquoteHeaderValue('"a \\"b\\" \\\\"')).toBe('a "b" \\')
  })

  it.each<[string, string, string, Record<string, string>]>([
    ['a parameter', 'text/html; Charset=UTF-8', 'text/html', { charset: 'UTF-8' }],
    ['quotes', 'form-data; name="a;b"; filename="c\\"d"', 'form-data', { name: 'a;b', filename: 'c"d' }],
    [
      'an extended value',
      "attachment; filename*=UTF-8''na%C3%AFve.txt",
      'attachment',
      { filename: 'naïve.txt' },
    ],
    ['ISO-8859-1', "a; b*=iso-8859-1'en'%A3", 'a', { b: '£' }],
    ['continuations', 'a; b*0=x; b*1=y', 'a', { b: 'xy' }],
    ['nothing malformed', 'a; =x; b; "c"=d; e="f; g=h', 'a', { g: 'h' }],
    ['no parameters', 'a', 'a', {}],
  ])('reads %s', (_what, header, value, params) => {
    const parsed = parseOptionsHeader(header)

    expect(parsed.value).toBe(value)
    expect(Object.fromEntries(parsed.params)).toEqual(params)
  })

  it('writes parameters, extended ones as they are', () => {
    expect(
      serializeOptionsHeader('attachment', {
        filename: 'a b.txt',
        'filename*': encodeExtended('ü.txt'),
        none: null,
      }),
    ).toBe('attachment; filename="a b.txt"; filename*=UTF-8\'\'%C3%BC.txt')
  })
})

describe('Etags', () => {
  it('compares strongly and weakly', () => {
    const etags = Etags.parse('"a", W/"b", bare')

    expect(etags.has('a')).toBe(true)
    expect(etags.has('b')).toBe(false)
    expect(etags.hasWeak('b')).toBe(true)
    expect(etags.has('bare')).toBe(true)
    expect(etags.hasRaw('W/"a"')).toBe(true)
    expect(String(etags)).toBe('"a", "bare", W/"b"')
  })

  it('takes a star for any version', () => {
    expect(Etags.parse('*').has('anything')).toBe(true)
    expect(Etags.parse('"*"').has('anything')).toBe(false)
    expect(Etags.parse(null).isEmpty).toBe(true)
  })

  it.each(['a"b', 'a\nb', 'ü☃'])('refuses the tag %j', (tag) => {
    expect(() => quoteEtag(tag)).toThrow(expect.objectContaining({ code: 'ERR_HTTP_ETAG' }))
  })
})

describe('Range', () => {
  it.each<[string, [number, number | null][] | null]>([
    ['bytes=0-499', [[0, 500]]],
    ['bytes=-500', [[-500, null]]],
    ['bytes=9500-', [[9500, null]]],
    [
      'bytes=0-0,5-9',
      [
        [0, 1],
        [5, 10],
      ],
    ],
    ['bytes=5-4', null],
    ['bytes=0-5,3-9', null],
    ['bytes=-', null],
    ['bytes=a-b', null],
    ['bytes', null],
    ['bytes=0-99999999999999999999', null],
  ])('reads %s', (header, parts) => {
    expect(Range.parse(header)?.parts ?? null).toEqual(parts)
  })

  it('fits one part to a length', () => {
    expect(Range.parse('bytes=-5')?.forLength(11)).toEqual([6, 11])
    expect(Range.parse('bytes=0-100')?.forLength(11)).toEqual([0, 11])
    expect(Range.parse('bytes=11-')?.forLength(11)).toBeNull()
    expect(Range.parse('items=0-1')?.forLength(11)).toBeNull()
    expect(Range.parse('bytes=0-1,3-4')?.forLength(11)).toBeNull()
  })

  it('reads and writes Content-Range', () => {
    expect(parseContentRange('bytes 0-4/11')).toEqual({ units: 'bytes', start: 0, stop: 5, length: 11 })
    expect(parseContentRange('bytes */11')).toEqual({ units: 'bytes', start: null, stop: null, length: 11 })
    expect(parseContentRange('bytes 5-4/11')).toBeNull()
    expect(contentRangeHeader('bytes', 0, 5, null)).toBe('bytes 0-4/*')
    expect(() => contentRangeHeader('bytes', 5, 4, 11)).toThrow(
      expect.objectContaining({ code: 'ERR_HTTP_RANGE' }),
    )
  })

  it('reads If-Range as a tag or a date', () => {
    expect(IfRange.parse('"a"').etag).toBe('a')
    expect(IfRange.parse('Sun, 06 Nov 1994 08:49:37 GMT').date?.getTime()).toBe(784_111_777_000)
    expect(String(IfRange.parse('"a"'))).toBe('"a"')
  })
})

describe('cache control', () => {
  it('reads the directives of a request', () => {
    const control = RequestCacheControl.parse('No-Cache, max-age=5, max-stale, min-fresh=x')

    expect(control.noCache).toBe(true)
    expect(control.maxAge).toBe(5)
    expect(control.maxStale).toBe(true)
    expect(control.minFresh).toBeNull()
  })

  it('writes the directives of a response', () => {
    const control = ResponseCacheControl.parse('private="Set-Cookie", max-age=5')

    expect(control.private).toBe('Set-Cookie')
    control.private = true
    control.maxAge = null
    control.sMaxage = 7
    control.immutable = true
    control.set('stale-while-revalidate', 3)

    expect(String(control)).toBe('private, s-maxage=7, immutable, stale-while-revalidate=3')
    expect(() => (control.maxAge = Number.NaN)).toThrow(
      expect.objectContaining({ code: 'ERR_HTTP_CACHE_CONTROL' }),
    )
  })
})

describe('authentication', () => {
  it.each<[string, string, unknown]>([
    ['Basic', 'Basic dXNlcjpwYTpzcw==', { type: 'basic', username: 'user', password: 'pa:ss' }],
    ['Bearer', 'bearer a.b.c', { type: 'bearer', token: 'a.b.c' }],
    [
      'parameters',
      'Digest username="a, b", nc=1',
      {
        type: 'digest',
        token: null,
        params: new Map([
          ['username', 'a, b'],
          ['nc', '1'],
        ]),
      },
    ],
    ['bad Base64', 'Basic !!!', null],
    ['Base64 that is no UTF-8', 'Basic /w==', null],
    ['nothing', '', null],
  ])('reads %s', (_what, header, wanted) => {
    expect(parseAuthorization(header)).toEqual(wanted)
  })

  it('writes credentials and challenges', () => {
    expect(serializeAuthorization({ type: 'basic', username: 'ü', password: 'a:b' })).toBe('Basic w7w6YTpi')
    expect(serializeAuthorization({ type: 'bearer', token: 'abc' })).toBe('Bearer abc')
    expect(String(parseWwwAuthenticate('digest realm=x, algorithm=MD5'))).toBe(
      'Digest realm="x", algorithm=MD5',
    )
    expect(String(parseWwwAuthenticate('Negotiate ab='))).toBe('Negotiate ab=')
    expect(parseWwwAuthenticate(null)).toBeNull()
  })
})

describe('HeaderSet', () => {
  it('keeps order and case, compares without case, and tells of changes only', () => {
    const seen: string[] = []
    const set = HeaderSet.parse('a, B', (changed) => seen.push(String(changed)))

    set.add('b', 'C d')
    set.delete('A')
    set.delete('absent')
    set.clear()

    expect(seen).toEqual(['a, B, "C d"', 'B, "C d"', ''])
  })

  it('is read by position', () => {
    const set = new HeaderSet(['GET', 'POST'])

    expect(set.at(-1)).toBe('POST')
    expect(set.indexOf('post')).toBe(1)
    expect(set.has('get')).toBe(true)
    expect(set.size).toBe(2)
  })
})
