import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import {
  BadHost,
  BadRequest,
  defaults,
  Headers,
  type HeadersInit,
  MultiDict,
  Request,
  type RequestOptions,
} from '../src/index.ts'

function make(target: string, headers: HeadersInit = {}, options: Partial<RequestOptions> = {}): Request {
  return new Request({
    method: 'GET',
    target,
    headers: new Headers([['Host', 'blog.example'], ...new Headers(headers)]),
    ...options,
  })
}

function nested(levels: number): unknown {
  return JSON.parse('['.repeat(levels) + ']'.repeat(levels))
}

async function* chunks(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield new TextEncoder().encode(part)
}

async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = []
  for await (const piece of body) pieces.push(piece)
  return pieces
}

describe('the target', () => {
  it.each([
    ['an ordinary path', '/posts?page=2', '/posts', 'page=2'],
    ['leading slashes as one', '//evil.example/x', '/evil.example/x', ''],
    ['an absolute target', 'http://blog.example/a?b', '/a', 'b'],
    ['an absolute target without path', 'http://blog.example', '/', ''],
    ['backslashes as escapes', '/\\evil.example', '/%5Cevil.example', ''],
    ['encoded slashes as they are', '/a%2Fb', '/a%2Fb', ''],
    ['an asterisk', '*', '*', ''],
  ])('reads %s', (_what, target, rawPath, queryString) => {
    const request = make(target)

    expect(request.rawPath).toBe(rawPath)
    expect(request.queryString).toBe(queryString)
  })

  it.each([
    ['an authority', 'blog.example:443'],
    ['another scheme', 'ftp://blog.example/'],
    ['nothing', ''],
    ['a fragment', '/a#b'],
  ])('answers 400 for %s', (_what, target) => {
    expect(() => make(target).path).toThrow(BadRequest)
  })

  it('decodes the path as UTF-8, or answers 400', () => {
    expect(make('/%C3%BC/a%20b').path).toBe('/ü/a b')
    expect(() => make('/%FF').path).toThrow(BadRequest)
    expect(() => make('/%zz').path).toThrow(BadRequest)
  })

  it('builds addresses from host, root and path, percent-encoded', () => {
    const request = make('/a%20b?c=d', {}, { scheme: 'https', rootPath: '/my app/' })

    expect(request.url).toBe('https://blog.example/my%20app/a%20b?c=d')
    expect(request.baseUrl).toBe('https://blog.example/my%20app/a%20b')
    expect(request.urlRoot).toBe('https://blog.example/my%20app/')
    expect(request.hostUrl).toBe('https://blog.example/')
    expect(request.fullPath).toBe('/a%20b?c=d')
    expect(make('/a').fullPath).toBe('/a')
    expect(request.isSecure).toBe(true)
  })
})

describe('the host', () => {
  it.each([
    ['a name', 'blog.example', 'blog.example'],
    ['a port', 'blog.example:8080', 'blog.example:8080'],
    ["the scheme's port", 'blog.example:80', 'blog.example'],
    ['an IPv6 address', '[::1]:5000', '[::1]:5000'],
    ['an underscore', 'my_service:5000', 'my_service:5000'],
  ])('takes %s', (_what, host, wanted) => {
    expect(new Request({ method: 'GET', target: '/', headers: { Host: host } }).host).toBe(wanted)
  })

  it.each([
    ['a path', 'blog.example/x'],
    ['user information', 'user@blog.example'],
    ['a blank', 'blog example'],
    ['two hosts', 'a.example, b.example'],
    ['nothing', ''],
    ['a port too large', 'blog.example:65536'],
    ['a port that is no number', 'blog.example:x'],
    ['markup', '"><script>'],
  ])('answers 400 for %s', (_what, host) => {
    const request = new Request({ method: 'GET', target: '/', headers: { Host: host } })

    expect(() => request.host).toThrow(BadHost)
    expect(() => request.url).toThrow(BadHost)
  })

  it('answers 400 where there is no host, unless the server has a name', () => {
    expect(() => new Request({ method: 'GET', target: '/' }).host).toThrow(BadHost)
    expect(new Request({ method: 'GET', target: '/', serverName: 'a.example:81' }).host).toBe('a.example:81')
  })

  it('prefers the host of an absolute target', () => {
    expect(make('http://other.example/').host).toBe('other.example')
  })
})

describe('args and cookies', () => {
  it('reads the fields of the query, read-only', () => {
    const { args } = make('/?a=1&a=2&b&c=%FF&=e&f=x+y')

    expect(args.getAll('a')).toEqual(['1', '2'])
    expect(args.get('b')).toBe('')
    expect(args.get('c')).toBe('%FF')
    expect(args.get('')).toBe('e')
    expect(args.get('f')).toBe('x y')
    expect(() => args.set('a', '3')).toThrow(expect.objectContaining({ code: 'ERR_HTTP_READ_ONLY' }))
    expect(args).toBeInstanceOf(MultiDict)
  })

  it('answers 400 for countless fields', () => {
    expect(make(`/?${'a&'.repeat(1000)}`).args.getAll('a')).toHaveLength(1000)
    expect(() => make(`/?${'a&'.repeat(1001)}`).args).toThrow(BadRequest)
  })

  it('keeps to the bounds it is given', async () => {
    const limits = { maxQueryFields: 1, maxCookies: 1, maxJsonDepth: 1, maxJsonParts: 2 }
    const request = make('/?a&b', { Cookie: 'a=1; b=2' }, { limits, body: chunks('[[]]') })

    expect(() => request.args).toThrow(expect.objectContaining({ status: 400 }))
    expect(() => request.cookies).toThrow(expect.objectContaining({ status: 431 }))
    await expect(request.json({ force: true })).rejects.toMatchObject({ status: 400 })
  })

  it('reads cookies from one header or several', () => {
    const request = make('/', [
      ['Cookie', 'a=1; b="x\\054y"'],
      ['Cookie', 'a=2'],
    ])

    expect(request.cookies.getAll('a')).toEqual(['1', '2'])
    expect(request.cookies.get('b')).toBe('x,y')
  })
})

describe('header properties', () => {
  it('reads what the headers say', () => {
    const request = make('/', {
      'Content-Type': 'Application/JSON; Charset="utf-8"',
      Referer: 'https://a.example/',
      Origin: 'null',
      'User-Agent': 'test',
      'If-None-Match': 'W/"a", "b"',
      'If-Modified-Since': 'Sun, 06 Nov 1994 08:49:37 GMT',
      Range: 'bytes=0-4',
      'Cache-Control': 'no-cache, max-age=5',
      'Sec-Fetch-Site': 'same-origin',
      'Sec-Fetch-User': '?1',
      'Max-Forwards': '3',
      Authorization: 'Bearer abc',
      'Access-Control-Request-Headers': 'X-A, X-B',
    })

    expect(request.mimetype).toBe('application/json')
    expect(request.mimetypeParams.get('charset')).toBe('utf-8')
    expect(request.isJson).toBe(true)
    expect(request.referrer).toBe('https://a.example/')
    expect(request.origin).toBe('null')
    expect(request.userAgent).toBe('test')
    expect(request.ifNoneMatch.hasWeak('a')).toBe(true)
    expect(request.ifModifiedSince?.getTime()).toBe(784_111_777_000)
    expect(request.range?.forLength(10)).toEqual([0, 5])
    expect(request.cacheControl.noCache).toBe(true)
    expect(request.cacheControl.maxAge).toBe(5)
    expect(request.secFetchSite).toBe('same-origin')
    expect(request.secFetchUser).toBe(true)
    expect(request.maxForwards).toBe(3)
    expect(request.authorization).toEqual({ type: 'bearer', token: 'abc' })
    expect([...request.accessControlRequestHeaders]).toEqual(['X-A', 'X-B'])
  })

  it('lists the addresses that the sender claims, the peer last', () => {
    const request = make('/', { 'X-Forwarded-For': '1.1.1.1, 2.2.2.2' }, { remoteAddr: '10.0.0.1' })

    expect(request.accessRoute).toEqual(['1.1.1.1', '2.2.2.2', '10.0.0.1'])
    expect(request.remoteAddr).toBe('10.0.0.1')
  })

  it('gives null or nothing for what was not sent', () => {
    const request = make('/')

    expect(request.mimetype).toBe('')
    expect(request.contentLength).toBeNull()
    expect(request.referrer).toBeNull()
    expect(request.userAgent).toBe('')
    expect(request.authorization).toBeNull()
    expect(request.acceptMimetypes.provided).toBe(false)
    expect(request.ifNoneMatch.isEmpty).toBe(true)
    expect(request.range).toBeNull()
    expect(request.remoteAddr).toBeNull()
  })

  it('answers 400 for a length that is no number', () => {
    expect(() => make('/', { 'Content-Length': '1e3' }).contentLength).toThrow(BadRequest)
    expect(make('/', { 'Content-Length': '12' }).contentLength).toBe(12)
    expect(make('/', { 'Content-Length': '12', 'Transfer-Encoding': 'chunked' }).contentLength).toBeNull()
  })
})

describe('the body', () => {
  it('is read once and kept', async () => {
    const request = make('/', {}, { body: chunks('a', 'b') })

    expect(await request.text()).toBe('ab')
    expect(await request.text()).toBe('ab')
    expect(await collect(request.body)).toEqual([new TextEncoder().encode('ab')])
  })

  it('gives pieces back to a source that can take them, and keeps what it keeps itself', async () => {
    const released: Uint8Array[] = []
    const body = () =>
      Object.assign(chunks('a'), { release: (piece: Uint8Array) => void released.push(piece) })
    const streamed = make('/', {}, { body: body() })
    const kept = make('/', {}, { body: body() })
    const plain = make('/', {}, { body: chunks('a') })

    const [piece = new Uint8Array()] = await collect(streamed.body)
    streamed.releasePiece(piece)
    kept.releasePiece(await kept.data())
    const [other = new Uint8Array()] = await collect(plain.body)
    plain.releasePiece(other)

    expect(released).toEqual([piece])
    expect(await kept.text()).toBe('a')
    expect(other).toHaveLength(1)
  })

  it('is empty where there is none', async () => {
    expect(await make('/').data()).toHaveLength(0)
  })

  it('answers 413 for an announced length above the bound, before anything is read', () => {
    let isTouched = false
    const body = (async function* () {
      isTouched = true
      yield new Uint8Array(1)
    })()
    const request = make('/', { 'Content-Length': '11' }, { body, maxContentLength: 10 })

    expect(() => request.data()).toThrow(expect.objectContaining({ status: 413 }))
    expect(() => request.body).toThrow(expect.objectContaining({ status: 413 }))
    expect(isTouched).toBe(false)
  })

  it('answers 413 while reading a body without a length', async () => {
    const request = make('/', {}, { body: chunks('12345', '678901'), maxContentLength: 10 })

    await expect(request.data()).rejects.toMatchObject({ status: 413, details: { maximum: 10, actual: 11 } })
  })

  it('leaves a node stream alive after 413, so that the answer can be sent', async () => {
    const body = Readable.from([new Uint8Array(8), new Uint8Array(8)])

    await expect(make('/', {}, { body, maxContentLength: 10 }).data()).rejects.toMatchObject({ status: 413 })

    expect(body.destroyed).toBe(false)
  })

  it('takes a body of exactly the bound', async () => {
    expect(await make('/', {}, { body: chunks('1234567890'), maxContentLength: 10 }).text()).toBe(
      '1234567890',
    )
  })

  it('is bounded by default, and without bound only on request', async () => {
    const big = 'x'.repeat((defaults.maxContentLength.value ?? 0) + 1)

    await expect(make('/', {}, { body: chunks(big) }).data()).rejects.toMatchObject({ status: 413 })
    expect(await make('/', {}, { body: chunks(big), maxContentLength: null }).data()).toHaveLength(big.length)
  })

  it('answers 400 if the client goes away', async () => {
    const body = (async function* (): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1)
      throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
    })()

    await expect(make('/', {}, { body }).data()).rejects.toMatchObject({
      code: 'ERR_HTTP_CLIENT_DISCONNECTED',
    })
  })
})

describe('JSON', () => {
  const json = (body: string, type = 'application/json') =>
    make('/', { 'Content-Type': type }, { body: chunks(body) })

  it.each([
    ['an object', '{"a":[1,null,"ü"]}', { a: [1, null, 'ü'] }],
    ['a byte order mark', '\uFEFF1', 1],
    ['equal keys in different objects', '[{"a":1},{"a":{"a":":"}}]', [{ a: 1 }, { a: { a: ':' } }]],
    ['200 levels', `${'['.repeat(200)}${']'.repeat(200)}`, nested(200)],
  ])('reads %s', async (_what, body, value) => {
    expect(await json(body).json()).toEqual(value)
  })

  it('takes suffixed types, and any if forced', async () => {
    expect(await json('1', 'application/vnd.api+json').json()).toBe(1)
    expect(await json('1', 'text/plain').json({ force: true })).toBe(1)
    await expect(json('1', 'text/plain').json()).rejects.toMatchObject({ status: 415 })
    expect(await json('1', 'text/plain').json({ silent: true })).toBeNull()
  })

  it.each([
    ['nothing', ''],
    ['half an object', '{"a":'],
    ['NaN', 'NaN'],
    ['too deep nesting', '['.repeat(257) + ']'.repeat(257)],
    ['nesting that would exhaust the stack', '['.repeat(1_000_000)],
    ['the same key twice', '{"a":1,"b":[{"c":":"}],"a":2}'],
    ['the same key twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['the same key twice, deep inside', '[[{"a":{"b":1,"b":1}}]]'],
    ['a key __proto__', '{"a":{"__proto__":{"admin":true}}}'],
    ['an escaped __proto__', '{"\\u005f_proto__":{}}'],
    ['constructor.prototype', '{"constructor":{"prototype":{}}}'],
    ['an object under constructor', '{"a":{"constructor":{"name":"x"}}}'],
    ['a list under toString', '{"toString":[1]}'],
  ])('answers 400 for %s', async (_what, body) => {
    await expect(json(body).json()).rejects.toMatchObject({ status: 400 })
    expect(await json(body).json({ silent: true })).toBeNull()
  })

  it('answers 413 for countless parts, however little they are', async () => {
    const full = `[${'[],'.repeat(499_998)}[]]`
    expect(await json(full).json()).toHaveLength(499_999)
    await expect(json(`[${'{},'.repeat(500_000)}{}]`).json()).rejects.toMatchObject({
      status: 413,
      details: { limit: 'MAX_JSON_PARTS', maximum: 500_000 },
    })
    await expect(json(`{"a":[${'{"b":1},'.repeat(250_000)}1]}`).json()).rejects.toMatchObject({ status: 413 })
    expect(await json(`[${'0,'.repeat(1_000_000)}":,[{"]`).json()).toHaveLength(1_000_001)
  })

  it.each([
    ['null', 'object'],
    ['"x"', 'object'],
    ['1', 'object'],
    ['[{}]', 'object'],
    ['{}', 'array'],
    ['null', 'array'],
  ] as const)('answers 400 for %s where an %s is expected', async (body, expect_) => {
    await expect(json(body).json({ expect: expect_ })).rejects.toMatchObject({ status: 400 })
    expect(await json(body).json({ expect: expect_, silent: true })).toBeNull()
  })

  it('reads what is expected', async () => {
    expect(await json('{"a":1}').json({ expect: 'object' })).toEqual({ a: 1 })
    expect(await json('[1]').json({ expect: 'array' })).toEqual([1])
    expect(await json('null').json()).toBeNull()
  })

  it('takes words that only look dangerous', async () => {
    expect(await json('{"constructor":"x","toString":1,"text":"__proto__"}').json()).toEqual({
      constructor: 'x',
      toString: 1,
      text: '__proto__',
    })
  })

  it('answers 400 for bytes that are no UTF-8', async () => {
    const body = (async function* () {
      yield new Uint8Array([0x22, 0xff, 0x22])
    })()

    await expect(make('/', { 'Content-Type': 'application/json' }, { body }).json()).rejects.toMatchObject({
      status: 400,
    })
  })
})

describe('a class that extends Request', () => {
  class AppRequest extends Request {
    #endpoint = 'index'
    get endpoint(): string {
      return this.#endpoint
    }
  }

  it('keeps what Request has and makes its own kind from web requests', async () => {
    const request = AppRequest.fromWeb(
      new globalThis.Request('https://a.example/x?y=1', { method: 'POST', body: 'hi' }),
    )

    expect(request).toBeInstanceOf(AppRequest)
    expect(request.endpoint).toBe('index')
    expect(request.url).toBe('https://a.example/x?y=1')
    expect(await request.text()).toBe('hi')
  })

  it('becomes a web request again', async () => {
    const web = make(
      '/x?y=1',
      { 'X-A': 'b' },
      { method: 'POST', scheme: 'https', body: chunks('hi') },
    ).toWeb()

    expect(web.url).toBe('https://blog.example/x?y=1')
    expect(web.headers.get('x-a')).toBe('b')
    expect(await web.text()).toBe('hi')
  })
})
