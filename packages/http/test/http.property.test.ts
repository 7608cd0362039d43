import { DewarError } from '@dewar/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Accept,
  type Authorization,
  contentRangeHeader,
  Etags,
  encodeExtended,
  HeaderSet,
  Headers,
  HttpError,
  httpDate,
  IfRange,
  iriToUri,
  parseAge,
  parseAuthorization,
  parseContentRange,
  parseCookie,
  parseDictHeader,
  parseEtag,
  parseHttpDate,
  parseListHeader,
  parseOptionsHeader,
  parseQuery,
  parseSetCookie,
  parseWwwAuthenticate,
  quoteEtag,
  quoteHeaderValue,
  Range,
  Request,
  RequestCacheControl,
  Response,
  ResponseCacheControl,
  serializeAge,
  serializeAuthorization,
  serializeCookie,
  serializeCookieHeader,
  serializeDictHeader,
  serializeListHeader,
  serializeOptionsHeader,
  serializeQuery,
  unquoteHeaderValue,
  uriToIri,
  WwwAuthenticate,
} from '../src/index.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 60 })
const wellFormed = fc.string({ unit: 'grapheme', maxLength: 40 })
const headerish = fc.string({ unit: fc.constantFrom(...'ab=;,"\\/*- \tW0159%q:.'), maxLength: 60 })
const visible = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 30,
})
const token = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_.!'), minLength: 1, maxLength: 12 })

const parsers: readonly (readonly [string, (text: string) => unknown])[] = [
  ['Accept.mime', (text) => Accept.mime(text).bestMatch(['text/html'])],
  ['Accept.language', (text) => Accept.language(text).bestMatch(['en', 'de-AT'])],
  ['Accept.encoding', (text) => Accept.encoding(text).bestMatch(['gzip'])],
  ['parseAuthorization', parseAuthorization],
  ['parseWwwAuthenticate', (text) => String(parseWwwAuthenticate(text))],
  ['RequestCacheControl', (text) => RequestCacheControl.parse(text).maxAge],
  ['ResponseCacheControl', (text) => String(ResponseCacheControl.parse(text))],
  ['parseContentRange', parseContentRange],
  ['parseHttpDate', parseHttpDate],
  ['Etags', (text) => Etags.parse(text).hasRaw(text)],
  ['IfRange', (text) => IfRange.parse(text)],
  ['Range', (text) => Range.parse(text)?.forLength(100)],
  ['HeaderSet', (text) => String(HeaderSet.parse(text))],
  ['parseListHeader', parseListHeader],
  ['parseDictHeader', parseDictHeader],
  ['parseOptionsHeader', parseOptionsHeader],
  ['parseQuery', (text) => parseQuery(text)],
  ['parseSetCookie', parseSetCookie],
  ['unquoteHeaderValue', unquoteHeaderValue],
]

describe('parsers of header values', () => {
  it.each(parsers)('%s throws for no text at all', (_name, parse) => {
    fc.assert(
      fc.property(fc.oneof(anyText, headerish), (text) => void parse(text)),
      { numRuns: 500 },
    )
  })

  it.each<[string, (text: string) => unknown]>([
    ['parseCookie', parseCookie],
    ['iriToUri', iriToUri],
    ['uriToIri', uriToIri],
  ])('%s throws nothing but its documented error', (_name, parse) => {
    fc.assert(
      fc.property(fc.oneof(anyText, headerish), (text) => {
        try {
          parse(text)
        } catch (error) {
          expect(error).toBeInstanceOf(DewarError)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('a request answers every property with a value or an HTTP error', () => {
    const names = Object.entries(Object.getOwnPropertyDescriptors(Request.prototype)).flatMap(
      ([name, { get }]) => (get === undefined ? [] : [name]),
    )
    const value = fc.oneof(anyText, headerish)
    const headerNames = [
      'Host',
      'Cookie',
      'Content-Type',
      'Content-Length',
      'Accept',
      'Authorization',
      'Range',
      'If-Range',
      'If-Match',
      'Date',
      'Pragma',
      'Max-Forwards',
    ]

    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          value.map((text) => `/${text}`),
        ),
        value,
        (target, text) => {
          const raw = headerNames.flatMap((name) => [name, text])
          const request = new Request({ method: 'GET', target, headers: Headers.fromRaw(raw) })
          for (const name of names) {
            try {
              void request[name as keyof Request]
            } catch (error) {
              expect(error).toBeInstanceOf(HttpError)
            }
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('what is written is read back', () => {
  it('lists', () => {
    fc.assert(
      fc.property(
        fc.array(visible),
        (items) => void expect(parseListHeader(serializeListHeader(items))).toEqual(items),
      ),
    )
  })

  it('pairs', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(token, fc.option(visible)), { selector: ([name]) => name }),
        (pairs) => void expect([...parseDictHeader(serializeDictHeader(pairs))]).toEqual(pairs),
      ),
    )
  })

  it('quoted values', () => {
    fc.assert(
      fc.property(
        visible,
        (text) => void expect(unquoteHeaderValue(quoteHeaderValue(text, { allowToken: false }))).toBe(text),
      ),
    )
  })

  it('parameters, plain and extended', () => {
    // %22 stands for a quote in multipart bodies, and is read so.
    const text = visible.filter((value) => !value.includes('%22') && !value.includes('\\'))
    fc.assert(
      fc.property(text, wellFormed, (plain, extended) => {
        const header = serializeOptionsHeader('x', { plain, 'extended*': encodeExtended(extended) })
        const { params } = parseOptionsHeader(header)
        expect(params.get('plain')).toBe(plain)
        if (extended !== '' && !/["\\]|%22/.test(extended)) expect(params.get('extended')).toBe(extended)
      }),
    )
  })

  it('cookies, from server to client and back', () => {
    fc.assert(
      fc.property(token, wellFormed, (name, value) => {
        const set = serializeCookie(name, value, { maxSize: 0 })
        expect(parseSetCookie(set)).toMatchObject({ name, value })
        expect(parseCookie(set.split('; Secure')[0]).get(name)).toBe(value)
        expect([...parseCookie(serializeCookieHeader({ [name]: value }))]).toEqual([[name, value]])
      }),
    )
  })

  it('query strings', () => {
    const pairs = fc
      .array(fc.tuple(wellFormed, wellFormed))
      .filter((list) => list.every(([name, value]) => name.isWellFormed() && value.isWellFormed()))
    fc.assert(fc.property(pairs, (list) => void expect(parseQuery(serializeQuery(list))).toEqual(list)))
  })

  it('ranges', () => {
    const part = fc
      .tuple(fc.nat(1000), fc.integer({ min: 1, max: 1000 }))
      .map(([start, size]) => [start, start + size] as const)
    fc.assert(
      fc.property(part, ([start, stop]) => {
        expect(Range.parse(String(new Range('bytes', [[start, stop]])))?.parts).toEqual([[start, stop]])
        expect(parseContentRange(contentRangeHeader('bytes', start, stop, 5000))).toEqual({
          units: 'bytes',
          start,
          stop,
          length: 5000,
        })
      }),
    )
  })

  it('tags', () => {
    const tag = visible.filter((text) => !text.includes('"'))
    fc.assert(
      fc.property(fc.uniqueArray(tag), fc.uniqueArray(tag), (strong, weak) => {
        const parsed = Etags.parse(String(new Etags(strong, weak)))
        expect([[...parsed.strong], [...parsed.weak]]).toEqual([strong, weak])
      }),
    )
  })

  it('dates, as the platform writes them', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e11, max: 1e12 }), (seconds) => {
        expect(httpDate(seconds)).toBe(new Date(seconds * 1000).toUTCString())
      }),
    )
  })

  it('dates', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 253_402_300_799 }),
        (seconds) => void expect(parseHttpDate(httpDate(seconds))?.getTime()).toBe(seconds * 1000),
      ),
    )
  })

  it('credentials and challenges', () => {
    const basic = fc.record({
      type: fc.constant('basic' as const),
      username: wellFormed.filter((name) => !name.includes(':')),
      password: wellFormed,
    })
    fc.assert(
      fc.property(basic, token, visible, (credentials: Authorization, name, value) => {
        expect(parseAuthorization(serializeAuthorization(credentials))).toEqual(credentials)
        const challenge = parseWwwAuthenticate(String(new WwwAuthenticate('digest', [[name, value]])))
        expect([...(challenge?.params ?? [])]).toEqual([[name, value]])
      }),
    )
  })

  it('words', () => {
    fc.assert(
      fc.property(fc.uniqueArray(visible, { selector: (word) => word.toLowerCase() }), (words) => {
        expect([...HeaderSet.parse(String(new HeaderSet(words)))]).toEqual(words)
      }),
    )
  })

  it('several ranges, and those from the end', () => {
    const gap = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }))
    fc.assert(
      fc.property(
        fc.array(gap, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 99 }),
        (gaps, last) => {
          let position = 0
          const parts: [number, number | null][] = gaps.map(([space, size]) => {
            const start = position + space
            position = start + size
            return [start, position]
          })
          for (const end of [[], [[position, null]], [[-last, null]]] as [number, number | null][][]) {
            const all = [...parts, ...end]
            expect(Range.parse(String(new Range('bytes', all)))?.parts).toEqual(all)
          }
        },
      ),
    )
  })

  it('parts of unknown wholes, and wholes without a part', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 1000 }), (start, size) => {
        for (const fields of [
          { units: 'bytes', start, stop: start + size, length: null },
          { units: 'bytes', start: null, stop: null, length: size },
        ]) {
          const header = contentRangeHeader(fields.units, fields.start, fields.stop, fields.length)
          expect(parseContentRange(header)).toEqual(fields)
        }
      }),
    )
  })

  it('a tag, and conditions of ranges', () => {
    const tag = visible.filter((text) => !text.includes('"'))
    fc.assert(
      fc.property(tag, fc.boolean(), fc.integer({ min: 0, max: 4e9 }), (text, weak, seconds) => {
        expect(parseEtag(quoteEtag(text, { weak }))).toEqual({ tag: text, weak })
        fc.pre(parseHttpDate(`"${text}"`) === null)
        expect(IfRange.parse(String(new IfRange(text)))).toEqual(new IfRange(text))
        const dated = new IfRange(null, new Date(seconds * 1000))
        expect(IfRange.parse(String(dated))).toEqual(dated)
      }),
    )
  })

  it('ages', () => {
    fc.assert(fc.property(fc.nat(), (seconds) => void expect(parseAge(serializeAge(seconds))).toBe(seconds)))
  })

  it('tokens and parameters of other schemes', () => {
    const scheme = fc.constantFrom('digest', 'hawk', 'negotiate', 'dpop')
    const token68 = fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,40}={0,2}$/)
    const params = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), visible), {
      selector: ([name]) => name,
      minLength: 1,
    })
    fc.assert(
      fc.property(scheme, token68, params, (type, token, pairs) => {
        const all: Authorization[] = [
          { type: 'bearer', token },
          { type, token, params: new Map() },
          { type, token: null, params: new Map(pairs) },
        ]
        for (const credentials of all) {
          expect(parseAuthorization(serializeAuthorization(credentials))).toEqual(credentials)
        }
        const challenge = new WwwAuthenticate(type, {}, token)
        expect(parseWwwAuthenticate(String(challenge))).toEqual(challenge)
        const withParams = new WwwAuthenticate(type, pairs)
        expect(parseWwwAuthenticate(String(withParams))).toEqual(withParams)
      }),
    )
  })

  it('cookies with all their attributes', () => {
    const options = fc.record(
      {
        maxAge: fc.integer({ min: -1, max: 34_560_000 }),
        path: fc.constantFrom('/', '/app', '/a/b-c'),
        domain: fc.constantFrom('site.example', 'www.site.example'),
        httpOnly: fc.boolean(),
        sameSite: fc.constantFrom<('Lax' | 'Strict' | 'None')[]>('Lax', 'Strict', 'None'),
        partitioned: fc.boolean(),
      },
      { requiredKeys: ['httpOnly'] },
    )
    fc.assert(
      fc.property(token, wellFormed, options, (name, value, given) => {
        const read = parseSetCookie(
          serializeCookie(name, value, { ...given, maxSize: 0, syncExpires: false }),
        )
        const { httpOnly, partitioned, sameSite, ...others } = given
        expect(read).toMatchObject({ name, value, options: { secure: true, ...others } })
        expect(read.options.httpOnly === true).toBe(httpOnly)
        expect(read.options.partitioned === true).toBe(partitioned === true)
        expect(String(read.options.sameSite).toLowerCase()).toBe((sameSite ?? 'Lax').toLowerCase())
      }),
    )
  })

  it('directives of requests and responses', () => {
    const seconds = fc.option(fc.nat(), { nil: null })
    fc.assert(
      fc.property(
        seconds,
        seconds,
        fc.boolean(),
        fc.option(visible, { nil: null }),
        (age, stale, flag, names) => {
          const control = ResponseCacheControl.parse(null)
          Object.assign(control, { maxAge: age, staleIfError: stale, immutable: flag, noStore: flag })
          if (names !== null && names !== '') control.private = names
          const read = ResponseCacheControl.parse(String(control))
          expect([...read]).toEqual([...control])
          const request = RequestCacheControl.parse(`max-age=${age ?? 1}, max-stale=${stale ?? 2}`)
          expect([...RequestCacheControl.parse(String(request))]).toEqual([...request])
        },
      ),
    )
  })

  it('media types and languages', () => {
    const part = fc.stringMatching(/^[a-z]{1,8}$/)
    const quality = fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000)
    fc.assert(
      fc.property(fc.array(fc.tuple(part, part, part, visible, quality)), (items) => {
        const mime = Accept.mime(
          items.map(([a, b, c, text, q]) => `${a}/${b};x${c}=${quoteHeaderValue(text)};q=${q}`).join(', '),
        )
        expect(Accept.mime(String(mime)).items).toEqual(mime.items)
        const language = Accept.language(items.map(([a, b, , , q]) => `${a}-${b};q=${q}`).join(','))
        expect(Accept.language(String(language)).items).toEqual(language.items)
      }),
    )
  })

  it('header fields, over the wire and over the platform’s Headers', () => {
    const value = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    })
    fc.assert(
      fc.property(fc.array(fc.tuple(token, value)), (pairs) => {
        const headers = new Headers(pairs)
        expect([...Headers.fromRaw(headers.toRaw())]).toEqual(pairs)
        const web = new Headers(new globalThis.Headers(pairs))
        for (const [name] of pairs) expect(web.getJoined(name)).toBe(headers.getJoined(name))
      }),
    )
  })

  it('JSON, whatever its keys and texts look like', async () => {
    const key = fc.oneof(anyText, headerish, fc.constantFrom('constructor', 'toString', '":{', 'a\\"', ':'))
    const value = fc.jsonValue({ stringUnit: 'binary' })
    // What is refused by intention: an object under a key that every object has.
    const reachesIn = (found: unknown): boolean =>
      typeof found === 'object' &&
      found !== null &&
      Object.entries(found).some(
        ([name, item]) =>
          reachesIn(item) ||
          (Object.hasOwn(Object.prototype, name) && typeof item === 'object' && item !== null),
      )
    const object = fc.dictionary(
      key.filter((name) => name !== '__proto__'),
      value,
    )
    await fc.assert(
      fc.asyncProperty(object, fc.nat(4), async (data, indent) => {
        const text = JSON.stringify(data, null, indent)
        fc.pre(!text.includes('__proto__') && !reachesIn(data))
        const body = (async function* () {
          yield new TextEncoder().encode(text)
        })()
        const request = new Request({ method: 'POST', target: '/', body })
        expect(await request.json({ force: true })).toEqual(JSON.parse(text))
      }),
    )
  })

  it('cache control', () => {
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (age, isPrivate) => {
        const control = ResponseCacheControl.parse(null)
        control.maxAge = age
        control.private = isPrivate
        const read = ResponseCacheControl.parse(String(control))
        expect([read.maxAge, read.private]).toEqual([age, isPrivate])
      }),
    )
  })

  it('wishes', () => {
    const quality = fc.integer({ min: 0, max: 1000 }).map((n) => n / 1000)
    fc.assert(
      fc.property(fc.array(fc.tuple(token, quality)), (items) => {
        const accept = Accept.encoding(items.map(([item, q]) => `${item};q=${q}`).join(', '))
        expect(Accept.encoding(String(accept)).items).toEqual(accept.items)
      }),
    )
  })
})

describe('no response', () => {
  const breakout = /[\r\n\0]/

  it('carries a line break or NUL out of any value it is given', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        const response = new Response('')
        const attempts: (() => void)[] = [
          () => response.headers.set(a, b),
          () => response.headers.add('X-A', a),
          () => response.headers.set('Content-Disposition', 'attachment', { filename: a, [b]: a }),
          () => response.setCookie(a, b),
          () => response.setCookie('a', b, { path: a, domain: b }),
          () => response.vary.add(a),
          () => response.cacheControl.set(a, b),
          () => response.setEtag(a),
          () => (response.location = a),
          () => (response.contentType = b),
          () => (response.mimetype = a),
          () => (response.statusText = a),
          () => (response.wwwAuthenticate = [new WwwAuthenticate(a, { realm: b })]),
        ]
        for (const attempt of attempts) {
          try {
            attempt()
          } catch (error) {
            expect(error).toBeInstanceOf(DewarError)
          }
        }
        const wire = response.toWire()
        expect(wire.headers.filter((text) => breakout.test(text))).toEqual([])
        expect(wire.statusText).not.toMatch(breakout)
      }),
      { numRuns: 1000 },
    )
  })
})
