import { Response } from '@dewar/http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, serve } from '../src/index.ts'
import { exchange, open, readToEnd, readUntil, statuses } from './sockets.ts'

const seen: string[] = []
let server: RunningServer

beforeAll(async () => {
  server = await serve(
    async (request) => {
      seen.push(request.target)
      if (request.target === '/read') await request.data()
      return new Response(`answer to ${request.target}`)
    },
    {
      port: 0,
      onError: () => undefined,
      lingerTimeout: 1,
      errorHeaders: () => [['X-Content-Type-Options', 'nosniff']],
    },
  )
})
afterAll(() => server.close())

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'

describe('heads that two parties could read differently', () => {
  it.each([
    ['no version, as in HTTP/0.9', 'GET /\r\nHost: a\r\n\r\n', 505],
    ['HTTP/2 written as text', 'GET / HTTP/2.0\r\nHost: a\r\n\r\n', 505],
    [
      'two Content-Type lines',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
      400,
    ],
    ['two Host lines', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400],
    ['no Host line', 'GET / HTTP/1.1\r\nAccept: */*\r\n\r\n', 400],
    [
      'two Content-Length lines',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n',
      400,
    ],
    [
      'two equal Content-Length lines',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n',
      400,
    ],
    ['a list in Content-Length', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0, 5\r\n\r\n', 400],
    ['a signed Content-Length', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello', 400],
    [
      'both framings',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'both framings, reversed',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'a coding that hides chunked',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
      501,
    ],
    [
      'a coding before chunked',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
      501,
    ],
    [
      'two codings on two lines',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['chunked in HTTP/1.0', 'POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ['a blank before the colon', 'GET / HTTP/1.1\r\nHost : a\r\n\r\n', 400],
    ['a folded line', 'GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n', 400],
    ['a bare line feed', 'GET / HTTP/1.1\nHost: a\n\n', 400],
    ['a bare carriage return', 'GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n', 400],
    ['a NUL in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n', 400],
    ['a fragment', 'GET /#x HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['another host in the target', 'GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['user information in the target', 'GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['an asterisk for GET', 'GET * HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['an unknown expectation', 'GET / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n', 417],
    ['too many lines', `GET / HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(256)}\r\n`, 431],
    ['a head too large', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(25_000)}\r\n\r\n`, 431],
    ['a target too long', `GET /${'y'.repeat(25_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ])('refuses %s and takes nothing behind it for a request', async (_, head, status) => {
    seen.length = 0

    const text = await exchange(server.port, head + smuggled)

    expect(statuses(text)).toEqual([status])
    expect(seen).toEqual([])
    expect(text).toContain('Connection: close')
    expect(text).toContain('X-Content-Type-Options: nosniff')
  })

  it.each([
    ['a chunk size that is no number', 'zz\r\nhello\r\n0\r\n\r\n'],
    ['a chunk longer than said', '3\r\nhello\r\n0\r\n\r\n'],
    ['a chunk ended by a line feed', '5\r\nhello\n0\r\n\r\n'],
    ['a chunk size ended by a line feed', '5\nhello\r\n0\r\n\r\n'],
    ['a chunk size with a blank', '5 \r\nhello\r\n0\r\n\r\n'],
    ['a chunk size too large', 'ffffffffffffffffff\r\nhello\r\n0\r\n\r\n'],
  ])('refuses a body with %s', async (_, body) => {
    const head = 'POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'

    const text = await exchange(server.port, head + body + smuggled)

    expect(statuses(text)).toEqual([400])
    expect(text).not.toContain('/smuggled')
  })

  it.each([
    ['refuses', 'one byte in extensions of ten thousand', `1;${'a'.repeat(10_000)}\r\nx\r\n`, 300, 400],
    ['takes', 'chunks of a byte each', '1\r\nx\r\n', 300_000, 200],
  ])('%s %s', async (_, _what, chunk, count, status) => {
    const head = 'POST /read HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n'

    const text = await exchange(server.port, `${head + chunk.repeat(count)}0\r\n\r\n`)

    expect(statuses(text)).toEqual([status])
  })

  it('never takes an unread body for a request', async () => {
    seen.length = 0
    const head = `POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: ${smuggled.length}\r\n\r\n`

    const text = await exchange(server.port, head + smuggled + smuggled)

    expect(statuses(text)).toEqual([200])
    expect(text).toContain('Connection: close')
    expect(seen).toEqual(['/unread'])
  })
})

describe('their legitimate twins', () => {
  it.each([
    ['a plain GET', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    [
      'a body with a length',
      'POST /read HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello',
    ],
    [
      'a chunked body',
      'POST /read HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    ],
    ['an absolute target', 'GET http://a/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    [
      'an absolute target with only a query',
      'GET http://a?x=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    ],
    ['HTTP/1.0 without Host', 'GET / HTTP/1.0\r\n\r\n'],
    ['99 further lines', `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${'X: y\r\n'.repeat(98)}\r\n`],
    ['a quoted bracket in the target', 'GET /a[b]|"c" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
  ])('answers %s', async (_, bytes) => {
    const text = await exchange(server.port, bytes)

    expect(statuses(text)).toEqual([200])
  })

  it('answers OPTIONS for the whole server', async () => {
    const text = await exchange(server.port, 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')

    expect(statuses(text)).toEqual([204])
    expect(text).toContain('X-Content-Type-Options: nosniff')
  })

  it('keeps the connection after a body that was read', async () => {
    const socket = await open(server.port)

    socket.write('POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello')
    const first = await readUntil(socket, /answer to \/read$/)
    socket.write('GET /again HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    const second = await readToEnd(socket)

    expect(first).toContain('Connection: keep-alive')
    expect(second).toContain('answer to /again')
  })

  it('answers pipelined requests in their order, one at a time', async () => {
    seen.length = 0
    const bytes = ['/a', '/b', '/c'].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join('')

    const text = await exchange(
      server.port,
      `${bytes}GET /d HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    )

    expect(text.match(/answer to \/\w/g)).toEqual([
      'answer to /a',
      'answer to /b',
      'answer to /c',
      'answer to /d',
    ])
    expect(seen).toEqual(['/a', '/b', '/c', '/d'])
  })
})
