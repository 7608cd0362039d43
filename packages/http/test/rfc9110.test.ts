/** The examples of RFC 9110, section by section. */
import { describe, expect, it } from 'vitest'
import {
  Accept,
  contentRangeHeader,
  Etags,
  Headers,
  httpDate,
  IfRange,
  MethodNotAllowed,
  parseAuthorization,
  parseContentRange,
  parseEtag,
  parseHttpDate,
  parseListHeader,
  parseOptionsHeader,
  parseWwwAuthenticate,
  Range,
  Request,
  Response,
} from '../src/index.ts'

function request(fields: Readonly<Record<string, string>>, target = '/'): Request {
  return new Request({ method: 'GET', target, headers: new Headers({ Host: 'www.example.org', ...fields }) })
}

describe('§5.3 field order', () => {
  it('joins the lines of a list with commas', () => {
    const headers = new Headers([
      ['Example-Field', 'Foo, Bar'],
      ['Example-Field', 'Baz'],
    ])

    expect(headers.getJoined('Example-Field')).toBe('Foo, Bar, Baz')
  })
})

describe('§5.6.1.2 lists', () => {
  it.each([
    ['foo,bar', ['foo', 'bar']],
    ['foo ,bar,', ['foo', 'bar']],
    ['foo , ,bar,charlie', ['foo', 'bar', 'charlie']],
    ['', []],
    [',', []],
    [',   ,', []],
  ])('reads %j', (value, items) => {
    expect(parseListHeader(value)).toEqual(items)
  })

  it('leaves commas inside of quoted strings alone (§5.5)', () => {
    expect(parseListHeader('"http://example.com/a.html,foo", "http://without-a-comma.example.com/"')).toEqual(
      ['http://example.com/a.html,foo', 'http://without-a-comma.example.com/'],
    )
  })
})

describe('§5.6.7 dates', () => {
  it.each([
    ['IMF-fixdate', 'Sun, 06 Nov 1994 08:49:37 GMT'],
    ['the obsolete RFC 850 form', 'Sunday, 06-Nov-94 08:49:37 GMT'],
    ['the asctime form', 'Sun Nov  6 08:49:37 1994'],
  ])('reads %s and writes IMF-fixdate', (_form, text) => {
    const date = parseHttpDate(text)

    expect(date?.toISOString()).toBe('1994-11-06T08:49:37.000Z')
    expect(httpDate(date ?? 0)).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
  })
})

describe('§8.3.1 media types', () => {
  it.each([
    'text/html;charset=utf-8',
    'Text/HTML;Charset="utf-8"',
    'text/html; charset="utf-8"',
    'text/html;charset=UTF-8',
  ])('reads %s as the same type', (value) => {
    const { mimetype, mimetypeParams } = request({ 'Content-Type': value })

    expect([mimetype, mimetypeParams.get('charset')?.toLowerCase()]).toEqual(['text/html', 'utf-8'])
  })

  it('reads multipart types', () => {
    const { params } = parseOptionsHeader('multipart/byteranges; boundary=THIS_STRING_SEPARATES')

    expect(params.get('boundary')).toBe('THIS_STRING_SEPARATES')
  })
})

describe('§8.4 to §8.7 the body described', () => {
  it('reads and writes codings, languages, lengths and locations', () => {
    const response = new Response('')
    response.contentEncoding = 'gzip'
    response.contentLanguage = ['mi', 'en']
    response.contentLength = 3495
    response.contentLocation = '/pub/WWW/People.html'

    expect(String(response.headers)).toContain(
      'Content-Encoding: gzip\r\nContent-Language: mi, en\r\nContent-Length: 3495\r\n',
    )
    expect([...response.contentLanguage]).toEqual(['mi', 'en'])
  })
})

describe('§8.8 validators', () => {
  it('reads and writes Last-Modified', () => {
    const response = new Response('', { headers: { 'Last-Modified': 'Tue, 15 Nov 1994 12:45:26 GMT' } })

    expect(response.lastModified?.toISOString()).toBe('1994-11-15T12:45:26.000Z')
  })

  it.each([
    ['"xyzzy"', { tag: 'xyzzy', weak: false }],
    ['W/"xyzzy"', { tag: 'xyzzy', weak: true }],
    ['""', { tag: '', weak: false }],
  ])('reads the tag %s', (value, tag) => {
    expect(parseEtag(value)).toEqual(tag)
  })

  it.each([
    ['W/"1"', 'W/"1"', false, true],
    ['W/"1"', 'W/"2"', false, false],
    ['W/"1"', '"1"', false, true],
    ['"1"', '"1"', true, true],
  ])('compares %s and %s (§8.8.3.2)', (first, second, strong, weak) => {
    const response = new Response('', { headers: { ETag: second } })
    const statusFor = (name: string) => {
      const copy = new Response('', { headers: new Headers(response.headers) })
      return copy.makeConditional(request({ [name]: first })).status
    }

    expect(statusFor('If-Match') === 200).toBe(strong)
    expect(statusFor('If-None-Match') === 304).toBe(weak)
  })
})

describe('§7.2 and §4.2 where a request goes', () => {
  it('puts the address together from Host and target', () => {
    expect(request({}, '/pub/WWW/').url).toBe('http://www.example.org/pub/WWW/')
  })

  it('reads the target in its absolute form', () => {
    const absolute = request({}, 'http://www.example.org/pub/WWW/TheProject.html')

    expect([absolute.host, absolute.path]).toEqual(['www.example.org', '/pub/WWW/TheProject.html'])
  })

  it('leaves the port out where it is the scheme’s', () => {
    const secure = new Request({
      method: 'GET',
      target: '/~smith/home.html',
      scheme: 'https',
      headers: new Headers({ Host: 'example.com:443' }),
    })

    expect(secure.url).toBe('https://example.com/~smith/home.html')
  })
})

describe('§10 the context of a message', () => {
  it('reads Referer and User-Agent', () => {
    const { referrer, userAgent } = request({
      Referer: 'http://www.example.org/hypertext/Overview.html',
      'User-Agent': 'CERN-LineMode/2.15 libwww/2.17b3',
    })

    expect([referrer, userAgent]).toEqual([
      'http://www.example.org/hypertext/Overview.html',
      'CERN-LineMode/2.15 libwww/2.17b3',
    ])
  })

  it('writes Allow, for 405 too (§10.2.1, §15.5.6)', () => {
    const error = new MethodNotAllowed(null, { validMethods: ['GET', 'HEAD', 'PUT'] })

    expect(error.toResponse().headers.get('Allow')).toBe('GET, HEAD, PUT')
  })

  it.each([
    ['/People.html#tim', 'http://www.example.org/People.html#tim'],
    ['http://www.example.net/index.html', 'http://www.example.net/index.html'],
  ])('writes Location: %s as it is (§10.2.2)', (location, target) => {
    const response = Response.redirect(location)

    expect(response.location).toBe(location)
    expect(new URL(response.location ?? '', 'http://www.example.org/~tim').href).toBe(target)
  })

  it('reads Retry-After in both forms (§10.2.3)', () => {
    const after = (value: string) => new Response('', { headers: { 'Retry-After': value } }).retryAfter

    expect(after('Fri, 31 Dec 1999 23:59:59 GMT')).toEqual(new Date('1999-12-31T23:59:59Z'))
    expect(after('120')).toBe(120)
  })
})

describe('§11 authentication', () => {
  it('reads a challenge with quoted quotes (§11.6.1)', () => {
    const challenge = parseWwwAuthenticate('Newauth realm="apps", type=1, title="Login to \\"apps\\""')

    expect(challenge?.type).toBe('newauth')
    expect([...(challenge?.params ?? [])]).toEqual([
      ['realm', 'apps'],
      ['type', '1'],
      ['title', 'Login to "apps"'],
    ])
  })

  it('reads Basic credentials (RFC 7617 §2)', () => {
    expect(parseAuthorization('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==')).toEqual({
      type: 'basic',
      username: 'Aladdin',
      password: 'open sesame',
    })
    expect(parseAuthorization('Basic dGVzdDoxMjPCow==')).toMatchObject({ password: '123£' })
  })
})

describe('§12.5.1 Accept', () => {
  it('prefers what is wanted more', () => {
    const accept = Accept.mime('audio/*; q=0.2, audio/basic')

    expect(accept.bestMatch(['audio/ogg', 'audio/basic'])).toBe('audio/basic')
    expect(accept.quality('audio/ogg')).toBe(0.2)
  })

  it('orders four types', () => {
    const accept = Accept.mime('text/plain; q=0.5, text/html,\r\n  text/x-dvi; q=0.8, text/x-c')

    expect(accept.bestMatch(['text/plain', 'text/x-dvi'])).toBe('text/x-dvi')
    expect(accept.bestMatch(['text/plain'])).toBe('text/plain')
    expect(accept.quality('text/x-c')).toBe(accept.quality('text/html'))
  })

  it('looks at the most specific range first', () => {
    const accept = Accept.mime('text/*, text/plain, text/plain;format=flowed, */*')

    expect(accept.values().map((range) => range.replaceAll(' ', ''))).toEqual([
      'text/plain;format=flowed',
      'text/plain',
      'text/*',
      '*/*',
    ])
  })

  it.each([
    ['text/plain;format=flowed', 1],
    ['text/plain', 0.7],
    ['text/html', 0.3],
    ['image/jpeg', 0.5],
    ['text/plain;format=fixed', 0.4],
    ['text/html;level=3', 0.3],
  ])('gives %s the quality %d', (type, quality) => {
    const accept = Accept.mime(
      'text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5',
    )

    expect(accept.quality(type)).toBe(quality)
  })
})

describe('§12.5.3 Accept-Encoding', () => {
  it.each<[string, string | null]>([
    ['compress, gzip', 'gzip'],
    ['', null],
    ['*', 'gzip'],
    ['compress;q=0.5, gzip;q=1.0', 'gzip'],
    ['gzip;q=1.0, identity; q=0.5, *;q=0', 'gzip'],
  ])('%j', (header, best) => {
    expect(Accept.encoding(header).bestMatch(['gzip', 'br'])).toBe(best)
  })
})

describe('§12.5.4 Accept-Language', () => {
  const accept = Accept.language('da, en-gb;q=0.8, en;q=0.7')

  it.each([
    [['en', 'da'], 'da'],
    [['en', 'en-GB'], 'en-GB'],
    [['en', 'de'], 'en'],
  ])('chooses from %j', (offers, best) => {
    expect(accept.bestMatch(offers)).toBe(best)
  })
})

describe('§12.5.5 Vary', () => {
  it('lists the headers that the response depends on', () => {
    const response = new Response('')
    response.vary.add('accept-encoding', 'accept-language')

    expect(response.headers.get('Vary')).toBe('accept-encoding, accept-language')
  })
})

describe('§13.1 conditions', () => {
  it.each([
    ['"xyzzy"', true],
    ['"xyzzy", "r2d2xxxx", "c3piozzzz"', true],
    ['W/"xyzzy"', true],
    ['W/"xyzzy", W/"r2d2xxxx", W/"c3piozzzz"', true],
    ['*', true],
    ['"r2d2xxxx"', false],
  ])('If-None-Match: %s', (header, matches) => {
    const etags = Etags.parse(header)

    expect(etags.star || etags.hasWeak('xyzzy')).toBe(matches)
  })

  it('If-Modified-Since: Sat, 29 Oct 1994 19:43:31 GMT', () => {
    const since = request({ 'If-Modified-Since': 'Sat, 29 Oct 1994 19:43:31 GMT' })
    const statusOf = (lastModified: string) =>
      new Response('', { headers: { 'Last-Modified': lastModified } }).makeConditional(since).status

    expect(statusOf('Sat, 29 Oct 1994 19:43:31 GMT')).toBe(304)
    expect(statusOf('Sat, 29 Oct 1994 19:43:32 GMT')).toBe(200)
  })

  it('If-Unmodified-Since: Sat, 29 Oct 1994 19:43:31 GMT', () => {
    const since = request({ 'If-Unmodified-Since': 'Sat, 29 Oct 1994 19:43:31 GMT' })
    const statusOf = (lastModified: string) =>
      new Response('', { headers: { 'Last-Modified': lastModified } }).makeConditional(since).status

    expect(statusOf('Sat, 29 Oct 1994 19:43:31 GMT')).toBe(200)
    expect(statusOf('Sat, 29 Oct 1994 19:43:32 GMT')).toBe(412)
  })

  it('If-Range holds a strong tag or a date', () => {
    expect(IfRange.parse('"xyzzy"').etag).toBe('xyzzy')
    expect(IfRange.parse('Sat, 29 Oct 1994 19:43:31 GMT').date).toEqual(new Date('1994-10-29T19:43:31Z'))
  })
})

describe('§14.1.2 byte ranges of 10 000 bytes', () => {
  it.each([
    ['the first 500 bytes', 'bytes=0-499', [0, 500]],
    ['the second 500 bytes', 'bytes=500-999', [500, 1000]],
    ['the final 500 bytes', 'bytes=-500', [9500, 10_000]],
    ['the final 500 bytes, from their start', 'bytes=9500-', [9500, 10_000]],
  ])('%s: %s', (_what, header, part) => {
    expect(Range.parse(header)?.forLength(10_000)).toEqual(part)
  })

  it.each([
    ['the first and last bytes only', 'bytes=0-0,-1', 2],
    ['with blanks', 'bytes= 0-999, 4500-5499, -1000', 3],
    ['adjacent parts', 'bytes=500-600,601-999', 2],
  ])('several parts: %s', (_what, header, count) => {
    expect(Range.parse(header)?.parts).toHaveLength(count)
  })

  it('takes no overlapping parts, which RFC 9110 lets servers refuse (§14.2)', () => {
    expect(Range.parse('bytes=500-700,601-999')).toBeNull()
  })
})

describe('§14.4 Content-Range', () => {
  it.each([
    ['bytes 42-1233/1234', { units: 'bytes', start: 42, stop: 1234, length: 1234 }],
    ['bytes 42-1233/*', { units: 'bytes', start: 42, stop: 1234, length: null }],
    ['bytes */1234', { units: 'bytes', start: null, stop: null, length: 1234 }],
    ['bytes 0-499/1234', { units: 'bytes', start: 0, stop: 500, length: 1234 }],
    ['bytes 500-999/1234', { units: 'bytes', start: 500, stop: 1000, length: 1234 }],
    ['bytes 500-1233/1234', { units: 'bytes', start: 500, stop: 1234, length: 1234 }],
    ['bytes 734-1233/1234', { units: 'bytes', start: 734, stop: 1234, length: 1234 }],
  ])('%s', (header, fields) => {
    expect(parseContentRange(header)).toEqual(fields)
    expect(contentRangeHeader(fields.units, fields.start, fields.stop, fields.length)).toBe(header)
  })

  it('answers 206 with the part that was asked for', () => {
    const response = new Response('x'.repeat(47_022), { mimetype: 'image/gif' })
    response.makeConditional(request({ Range: 'bytes=21010-47021' }), { acceptRanges: true })

    expect(response.status).toBe(206)
    expect(response.headers.get('Content-Range')).toBe('bytes 21010-47021/47022')
    expect(response.toWire().headers.join(': ')).toContain('Content-Length: 26012')
  })
})
