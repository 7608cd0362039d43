import { describe, expect, it } from 'vitest'
import { Headers, Response, WwwAuthenticate } from '../src/index.ts'

async function* stream(...parts: string[]): AsyncGenerator<string> {
  yield* parts
}

describe('a new response', () => {
  it('is 200 and HTML in UTF-8 by default', () => {
    const response = new Response('hi')

    expect(response.status).toBe(200)
    expect(response.contentType).toBe('text/html; charset=utf-8')
    expect(response.isStreamed).toBe(false)
  })

  it.each([
    ['text', 'text/plain', 'text/plain; charset=utf-8'],
    ['XML', 'application/atom+xml', 'application/atom+xml; charset=utf-8'],
    ['JSON', 'application/json', 'application/json'],
    ['an image', 'image/png', 'image/png'],
  ])('gives %s its charset or none', (_what, mimetype, contentType) => {
    expect(new Response('', { mimetype }).contentType).toBe(contentType)
  })

  it('takes a content type as it is, from options or headers', () => {
    expect(new Response('', { contentType: 'text/x' }).contentType).toBe('text/x')
    expect(new Response('', { contentType: null }).contentType).toBeNull()
    expect(new Response('', { headers: { 'content-type': 'text/y' } }).contentType).toBe('text/y')
  })

  it('copies the headers it is given', () => {
    const headers = new Headers({ A: 'b' })
    new Response('', { headers }).headers.set('A', 'c')

    expect(headers.get('A')).toBe('b')
  })

  it.each([0, 99, 600, 200.5, Number.NaN])('refuses the status %s', (status) => {
    expect(() => new Response('', { status })).toThrow(expect.objectContaining({ code: 'ERR_HTTP_STATUS' }))
  })

  it.each<[string, unknown]>([
    ['a number', 5],
    ['a plain object', { a: 1 }],
    ['an array', ['a']],
    ['true', true],
  ])('refuses %s as a body', (_what, body) => {
    expect(() => new Response(body as string)).toThrow(expect.objectContaining({ code: 'ERR_HTTP_BODY' }))
  })

  it('names the nearest option for a misspelt one', () => {
    expect(() => new Response('', { statuss: 200 } as object)).toThrow(
      expect.objectContaining({ code: 'ERR_HTTP_OPTION', fix: "Did you mean 'status'?" }),
    )
  })

  it('writes JSON compactly, and refuses what has none', () => {
    const response = Response.json({ a: [1] }, { status: 201 })

    expect(response.body).toBe('{"a":[1]}\n')
    expect(response.contentType).toBe('application/json')
    expect(response.status).toBe(201)
    expect(() => Response.json(undefined)).toThrow(expect.objectContaining({ code: 'ERR_HTTP_JSON' }))
    expect(() => Response.json(1n)).toThrow(expect.objectContaining({ code: 'ERR_HTTP_JSON' }))
  })

  it('redirects, percent-encoding what is not ASCII', async () => {
    const response = Response.redirect('/ü?a=<b>')

    expect(response.status).toBe(302)
    expect(response.location).toBe('/%C3%BC?a=%3Cb%3E')
    expect(await response.text()).toContain('href="/ü?a=&lt;b&gt;"')
    expect(() => Response.redirect('/', { status: 200 })).toThrow(
      expect.objectContaining({ code: 'ERR_HTTP_STATUS' }),
    )
  })
})

describe('header properties', () => {
  it('writes what it reads', () => {
    const response = new Response()
    const moment = new Date(784_111_777_000)

    response.lastModified = moment
    response.expires = moment
    response.date = 784_111_777
    response.age = 5
    response.retryAfter = 120
    response.contentLength = 7
    response.contentEncoding = 'gzip'
    response.acceptRanges = 'bytes'
    response.contentRange = { units: 'bytes', start: 0, stop: 5, length: 11 }
    response.wwwAuthenticate = [new WwwAuthenticate('basic', { realm: 'a b' })]
    response.etag = { tag: 'v1', weak: true }

    expect(response.headers.toJSON()).toEqual({
      'content-type': 'text/html; charset=utf-8',
      'last-modified': 'Sun, 06 Nov 1994 08:49:37 GMT',
      expires: 'Sun, 06 Nov 1994 08:49:37 GMT',
      date: 'Sun, 06 Nov 1994 08:49:37 GMT',
      age: '5',
      'retry-after': '120',
      'content-length': '7',
      'content-encoding': 'gzip',
      'accept-ranges': 'bytes',
      'content-range': 'bytes 0-4/11',
      'www-authenticate': 'Basic realm="a b"',
      etag: 'W/"v1"',
    })
    expect(response.lastModified).toEqual(moment)
    expect(response.retryAfter).toBe(120)
    expect(response.contentRange).toEqual({ units: 'bytes', start: 0, stop: 5, length: 11 })
    expect(response.wwwAuthenticate[0]?.params.get('realm')).toBe('a b')
    expect(response.etag).toEqual({ tag: 'v1', weak: true })
  })

  it('removes a header by null', () => {
    const response = new Response('', { headers: { Location: '/x', ETag: '"a"', Vary: 'A' } })

    response.location = null
    response.etag = null
    response.vary = null

    expect([...response.headers.keys()]).toEqual(['Vary', 'Content-Type'].slice(1))
  })

  it('writes changes of sets and cache control through', () => {
    const response = new Response()

    response.vary.add('Cookie', 'Accept', 'cookie')
    response.vary.delete('ACCEPT')
    response.allow = ['GET', 'HEAD']
    response.headerSet('Access-Control-Allow-Headers').add('X-A')
    response.cacheControl.noStore = true
    response.cacheControl.maxAge = 60.9
    response.cacheControl.noStore = false

    expect(response.headers.get('Vary')).toBe('Cookie')
    expect(response.headers.get('Allow')).toBe('GET, HEAD')
    expect(response.headers.get('Access-Control-Allow-Headers')).toBe('X-A')
    expect(response.headers.get('Cache-Control')).toBe('max-age=60')
  })

  it('removes a set that has become empty', () => {
    const response = new Response('', { headers: { Vary: 'Cookie' } })

    response.vary.clear()

    expect(response.headers.has('Vary')).toBe(false)
  })

  it('names a body by its hash, and keeps a name that is there', () => {
    const first = new Response('a')
    const second = new Response('a')
    const named = new Response('a', { headers: { ETag: '"mine"' } })

    first.addEtag()
    second.addEtag({ weak: true })
    named.addEtag()

    expect(first.etag?.tag).toBe(second.etag?.tag)
    expect(second.etag?.weak).toBe(true)
    expect(named.etag?.tag).toBe('mine')
  })
})

describe('the body', () => {
  it('is read as text, bytes or JSON, streams too', async () => {
    expect(await new Response('ü').bytes()).toEqual(new TextEncoder().encode('ü'))
    expect(await new Response(new TextEncoder().encode('ü')).text()).toBe('ü')
    expect(await new Response(stream('{"a"', ':1}')).json()).toEqual({ a: 1 })
    expect(await new Response(null).text()).toBe('')
  })

  it('keeps a stream that was read', async () => {
    const response = new Response(stream('a', 'b'))

    expect(response.isStreamed).toBe(true)
    expect(await response.text()).toBe('ab')
    expect(await response.text()).toBe('ab')
    expect(response.isStreamed).toBe(false)
  })
})

describe('the wire form', () => {
  it('announces the length of bodies that do not stream', () => {
    expect(new Response('ü').toWire().headers).toContain('Content-Length')
    expect(new Response('ü').toWire().headers).toContain('2')
    expect(new Response(stream('a')).toWire().headers).not.toContain('Content-Length')
  })

  it("corrects a length that is not the body's", () => {
    const response = new Response('abc', { headers: { 'Content-Length': '99' } })

    expect(response.toWire().headers.slice(0, 2)).toEqual(['Content-Length', '3'])
    expect(new Response(null, { headers: { 'Content-Length': '99' } }).toWire('HEAD').headers).toContain('99')
  })

  it('keeps the length and drops the body for HEAD', () => {
    const wire = new Response('abc').toWire('HEAD')

    expect(wire.body).toBeNull()
    expect(wire.headers).toContain('3')
  })

  it.each([204, 304])('has neither body nor length for %s', (status) => {
    const wire = new Response('abc', { status, headers: { 'Content-Length': '3', ETag: '"a"' } }).toWire()

    expect(wire.body).toBeNull()
    expect(wire.headers).not.toContain('Content-Length')
    expect(wire.headers).toContain('ETag')
  })

  it('keeps only what 304 may say', () => {
    const wire = new Response('', {
      status: 304,
      headers: { Expires: '0', 'Last-Modified': 'x', 'Content-Location': '/a' },
    }).toWire()

    expect(wire.headers).toEqual(['Expires', '0', 'Content-Location', '/a'])
  })

  it('percent-encodes a Location that was set by hand', () => {
    expect(new Response('', { status: 302, headers: { Location: '/ü' } }).toWire().headers).toContain(
      '/%C3%BC',
    )
  })
})

describe('closing', () => {
  it('runs what was asked for once, in order, and all of it', async () => {
    const seen: string[] = []
    const response = new Response('')
    response.onClose(() => void seen.push('a'))
    response.onClose(async () => {
      seen.push('b')
      throw new Error('b failed')
    })
    response.onClose(() => void seen.push('c'))

    await expect(response.close()).rejects.toThrow('b failed')
    await response.close()

    expect(seen).toEqual(['a', 'b', 'c'])
  })

  it.each<[string, (onCancel: () => void) => ConstructorParameters<typeof Response>[0]]>([
    ['a web stream', (cancel) => new ReadableStream({ cancel })],
    [
      'a generator that has begun',
      (cancel) => {
        const generator = (async function* () {
          try {
            yield 'a'
          } finally {
            cancel()
          }
        })()
        void generator.next()
        return generator
      },
    ],
  ])('lets go of %s', async (_kind, make) => {
    let isCancelled = false
    const response = new Response(make(() => (isCancelled = true)))

    await response.close()

    expect(isCancelled).toBe(true)
  })
})

describe('web responses', () => {
  it('are taken over with status, headers and body', async () => {
    const web = new globalThis.Response('hi', {
      status: 201,
      headers: [
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
      ],
    })
    const response = Response.fromWeb(web)

    expect(response.status).toBe(201)
    expect(response.headers.getAll('Set-Cookie')).toEqual(['a=1', 'b=2'])
    expect(await response.text()).toBe('hi')
    expect(Response.fromWeb(new globalThis.Response(null)).contentType).toBeNull()
  })

  it.each<[string, ConstructorParameters<typeof Response>[0]]>([
    ['text', 'hi'],
    ['bytes', new TextEncoder().encode('hi')],
    ['a stream', stream('h', 'i')],
  ])('are made of %s', async (_kind, body) => {
    const response = new Response(body, { status: 418 })
    response.setCookie('a', '1')
    const web = response.toWeb()

    expect(web.status).toBe(418)
    expect(web.headers.getSetCookie()).toHaveLength(1)
    expect(await web.text()).toBe('hi')
  })
})

describe('policies and cross-origin headers', () => {
  it('reads and writes each as its type', () => {
    const response = new Response('')
    response.contentSecurityPolicy = "default-src 'self'"
    response.contentSecurityPolicyReportOnly = { toString: () => "default-src 'none'" }
    response.crossOriginOpenerPolicy = 'same-origin'
    response.accessControlAllowOrigin = 'https://a.example'
    response.accessControlAllowCredentials = true
    response.accessControlAllowMethods = ['GET', 'PUT']
    response.accessControlAllowHeaders.add('X-A')
    response.accessControlExposeHeaders.add('X-B')
    response.accessControlMaxAge = 600

    expect([...response.headers].slice(1)).toEqual([
      ['Content-Security-Policy', "default-src 'self'"],
      ['Content-Security-Policy-Report-Only', "default-src 'none'"],
      ['Cross-Origin-Opener-Policy', 'same-origin'],
      ['Access-Control-Allow-Origin', 'https://a.example'],
      ['Access-Control-Allow-Credentials', 'true'],
      ['Access-Control-Allow-Methods', 'GET, PUT'],
      ['Access-Control-Allow-Headers', 'X-A'],
      ['Access-Control-Expose-Headers', 'X-B'],
      ['Access-Control-Max-Age', '600'],
    ])
    expect([...response.accessControlAllowMethods]).toEqual(['GET', 'PUT'])
    expect(response.accessControlMaxAge).toBe(600)
  })

  it('removes what is set to null or false', () => {
    const response = new Response('', { contentType: null })
    response.crossOriginEmbedderPolicy = 'require-corp'
    response.accessControlAllowCredentials = true
    response.crossOriginEmbedderPolicy = null
    response.accessControlAllowCredentials = false

    expect(response.headers.size).toBe(0)
  })

  it('takes an absent or malformed policy for the weakest, and writes no malformed one', () => {
    const response = new Response('', { headers: { 'Cross-Origin-Opener-Policy': 'bogus' } })

    expect(response.crossOriginOpenerPolicy).toBe('unsafe-none')
    expect(response.crossOriginEmbedderPolicy).toBe('unsafe-none')
    expect(() => (response.crossOriginOpenerPolicy = 'bogus' as 'same-origin')).toThrow(
      expect.objectContaining({ code: 'ERR_HTTP_POLICY' }),
    )
  })
})
