import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep, setImmediate as tick } from 'node:timers/promises'
import { NotFound, Request, type RequestOptions, Response } from '@dewar/http'
import { afterEach, describe, expect, it } from 'vitest'
import { type Handler, type RunningServer, type ServeOptions, serve, toNodeHandler } from '../src/index.ts'
import { exchange, open, readToEnd, readUntil, statuses } from './sockets.ts'

const running: RunningServer[] = []
const errors: unknown[] = []

async function start(handler: Handler, options: ServeOptions = {}): Promise<RunningServer> {
  const server = await serve(handler, {
    port: 0,
    lingerTimeout: 1,
    shutdownGrace: 0,
    onError: (error) => errors.push(error),
    ...options,
  })
  running.push(server)
  return server
}

afterEach(async () => {
  errors.length = 0
  await Promise.all(running.splice(0).map((server) => server.close()))
})

const get = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
const head = 'HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'

/** What stands behind the head. */
function bodyOf(text: string): string {
  return text.slice(text.indexOf('\r\n\r\n') + 4)
}

describe('the request', () => {
  it('has method, target, headers, scheme and address as they came', async () => {
    let seen: Request | undefined
    const server = await start((request) => {
      seen = request
      return new Response('')
    })

    await exchange(
      server.port,
      'PATCH /a%20b?c=d HTTP/1.1\r\nHost: a:1\r\nX-One: 1\r\nX-One: 2\r\nConnection: close\r\n\r\n',
    )

    expect(seen).toMatchObject({
      method: 'PATCH',
      target: '/a%20b?c=d',
      scheme: 'http',
      remoteAddr: '127.0.0.1',
    })
    expect(seen?.headers.getAll('x-one')).toEqual(['1', '2'])
    expect(seen?.host).toBe('a:1')
  })

  it('is made by createRequest', async () => {
    class Own extends Request {
      readonly own = true
      constructor(options: RequestOptions) {
        super(options)
      }
    }
    const server = await serve((request: Own) => new Response(String(request.own)), {
      port: 0,
      createRequest: (options) => new Own(options),
    })
    running.push(server)

    const text = await exchange(server.port, get)

    expect(bodyOf(text)).toBe('true')
  })

  it('gives a body of any framing, byte for byte', async () => {
    const server = await start(async (request) => new Response(await request.data()))
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251))

    const plain = await fetch(server.url, { method: 'POST', body: bytes })
    const chunked = await fetch(server.url, {
      method: 'POST',
      body: new Blob([bytes]).stream(),
      duplex: 'half',
    } as RequestInit)

    expect(Buffer.from(await plain.arrayBuffer()).equals(bytes)).toBe(true)
    expect(Buffer.from(await chunked.arrayBuffer()).equals(bytes)).toBe(true)
  })

  it('says go on to a waiting client when the body is read, not before', async () => {
    const server = await start(async (request) => {
      await sleep(50)
      return new Response(await request.text())
    })
    const socket = await open(server.port)

    socket.write(
      'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n',
    )
    const interim = await readUntil(socket, /\r\n\r\n/)
    socket.write('ok')
    const final = await readToEnd(socket)

    expect(interim).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    expect(bodyOf(final)).toBe('ok')
  })

  it('never says go on to a client whose body nobody wants, and closes', async () => {
    const server = await start(() => new Response('no', { status: 413 }))

    const text = await exchange(
      server.port,
      'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n',
    )

    expect(statuses(text)).toEqual([413])
    expect(text).toContain('Connection: close')
  })

  it('fails as a 4xx when the client leaves before its body is complete', async () => {
    let failure: unknown
    const server = await start(async (request) => {
      await request.data().catch((error: unknown) => {
        failure = error
      })
      return new Response('')
    })
    const socket = await open(server.port)

    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf')
    await sleep(30)
    socket.destroy()
    await sleep(50)

    expect(failure).toMatchObject({ status: 400, code: 'ERR_HTTP_CLIENT_DISCONNECTED' })
  })
})

describe('the response', () => {
  it('goes out with its length, its date and nothing about the server', async () => {
    const server = await start(() => new Response('grüße'))

    const text = await exchange(server.port, get)

    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(text).toContain('Content-Length: 7\r\n')
    expect(text).toContain('Date: ')
    expect(text).not.toMatch(/server:|x-powered-by:/i)
  })

  it('keeps its own phrase and repeated headers', async () => {
    const server = await start(() => {
      const response = new Response('', { status: 404, statusText: 'Nope' })
      response.headers.add('Set-Cookie', 'a=1')
      response.headers.add('Set-Cookie', 'b=2')
      return response
    })

    const text = await exchange(server.port, get)

    expect(text).toMatch(/^HTTP\/1\.1 404 Nope\r\n/)
    expect(text.match(/Set-Cookie: \w=\d/g)).toEqual(['Set-Cookie: a=1', 'Set-Cookie: b=2'])
  })

  it('cannot break the framing with headers of its own', async () => {
    const server = await start(() => {
      const response = new Response('body')
      response.headers.set('Content-Length', '2')
      response.headers.set('Transfer-Encoding', 'chunked')
      response.headers.set('Connection', 'upgrade')
      return response
    })

    const text = await exchange(server.port, get)

    expect(text.match(/content-length: .*/gi)).toEqual(['Content-Length: 4'])
    expect(text).not.toMatch(/transfer-encoding|upgrade/i)
    expect(bodyOf(text)).toBe('body')
  })

  it('answers HEAD with the length of the body and without the body', async () => {
    const server = await start(() => new Response('hello'))

    const text = await exchange(server.port, head)

    expect(text).toContain('Content-Length: 5\r\n')
    expect(bodyOf(text)).toBe('')
  })

  it.each([
    ['204', 204],
    ['304', 304],
  ])('has neither body nor length at %s', async (_, status) => {
    const server = await start(() => new Response('ignored', { status }))

    const text = await exchange(server.port, get)

    expect(statuses(text)).toEqual([status])
    expect(text).not.toMatch(/content-length|transfer-encoding/i)
    expect(bodyOf(text)).toBe('')
  })

  it('has no content at 205', async () => {
    const server = await start(() => new Response('ignored', { status: 205 }))

    const text = await exchange(server.port, get)

    expect(text).toContain('Content-Length: 0\r\n')
    expect(bodyOf(text)).toBe('')
  })

  it('streams what comes in pieces, empty ones too', async () => {
    const server = await start(() => {
      async function* pieces(): AsyncGenerator<string | Uint8Array, void> {
        yield 'one'
        yield ''
        yield new TextEncoder().encode('two')
      }
      return new Response(pieces())
    })

    const response = await fetch(server.url)

    expect(response.headers.get('transfer-encoding')).toBe('chunked')
    expect(await response.text()).toBe('onetwo')
  })

  it('streams a web stream', async () => {
    const server = await start(() => new Response(new Blob(['from a blob']).stream()))

    expect(await (await fetch(server.url)).text()).toBe('from a blob')
  })

  it('is closed once, after the body went out', async () => {
    const order: string[] = []
    const server = await start(() => {
      async function* pieces(): AsyncGenerator<string, void> {
        yield 'x'
        order.push('last piece')
      }
      const response = new Response(pieces())
      response.onClose(() => void order.push('closed'))
      return response
    })

    await exchange(server.port, get)
    await tick()

    expect(order).toEqual(['last piece', 'closed'])
  })
})

describe('backpressure and clients that leave', () => {
  it('pulls no more than the client reads, and ends the source when it leaves', async () => {
    let pulled = 0
    let ended = 0
    let closed = 0
    const server = await start(() => {
      async function* endless(): AsyncGenerator<Uint8Array, void> {
        try {
          for (;;) {
            pulled++
            yield new Uint8Array(65_536)
          }
        } finally {
          ended++
        }
      }
      const response = new Response(endless())
      response.onClose(() => void closed++)
      return response
    })
    const socket = await open(server.port)

    socket.pause()
    socket.write(get)
    await sleep(200)
    const whileStuck = pulled
    await sleep(100)
    const stillStuck = pulled
    socket.destroy()
    await sleep(100)

    expect(stillStuck).toBe(whileStuck)
    expect(whileStuck).toBeLessThan(1000)
    expect({ ended, closed }).toEqual({ ended: 1, closed: 1 })
  })

  it('closes the response at once when the client leaves while the source waits', async () => {
    let closed = 0
    const server = await start(() => {
      async function* stuck(): AsyncGenerator<string, void> {
        yield 'first'
        await new Promise(() => undefined)
      }
      const response = new Response(stuck())
      response.onClose(() => void closed++)
      return response
    })
    const socket = await open(server.port)

    socket.write(get)
    await readUntil(socket, /first/)
    socket.destroy()
    await sleep(50)

    expect(closed).toBe(1)
  })

  it('never starts a stream for HEAD, and closes the response', async () => {
    const order: string[] = []
    const server = await start(() => {
      async function* pieces(): AsyncGenerator<string, void> {
        order.push('started')
        yield 'x'
      }
      const response = new Response(pieces())
      response.onClose(() => void order.push('closed'))
      return response
    })

    const text = await exchange(server.port, head)
    await tick()

    expect(bodyOf(text)).toBe('')
    expect(order).toEqual(['closed'])
  })

  it('closes a response whose client left before it was made', async () => {
    let closed = 0
    const server = await start(async () => {
      await sleep(80)
      const response = new Response('late')
      response.onClose(() => void closed++)
      return response
    })
    const socket = await open(server.port)

    socket.write(get)
    await sleep(20)
    socket.destroy()
    await sleep(120)

    expect(closed).toBe(1)
  })

  it.each([
    ['shorter', 10],
    ['longer', 2],
  ])('cuts the connection under a stream that is %s than announced', async (_, announced) => {
    const server = await start(() => {
      async function* pieces(): AsyncGenerator<string, void> {
        yield 'hello'
      }
      const response = new Response(pieces())
      response.contentLength = announced
      return response
    })
    const socket = await open(server.port)

    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n')
    const text = await readToEnd(socket)

    expect(statuses(text).length).toBeLessThanOrEqual(1)
    expect(errors).toMatchObject([{ code: 'ERR_SERVER_CONTENT_LENGTH' }])
  })

  it('cuts the connection under a stream that fails, and reports why', async () => {
    const failure = new Error('disk on fire')
    const server = await start(() => {
      async function* pieces(): AsyncGenerator<string, void> {
        yield 'hello'
        throw failure
      }
      return new Response(pieces())
    })

    const text = await exchange(server.port, get)

    expect(text).not.toContain('\r\n0\r\n')
    expect(text).not.toContain('disk on fire')
    expect(errors).toEqual([failure])
  })
})

describe('bodies nobody reads', () => {
  it('lets the client see the answer although it is still sending', async () => {
    const server = await start(() => new Response('too much', { status: 413 }))

    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(server.url, { method: 'POST', headers: { 'Content-Length': 50_000_000 } })
      request.on('response', (response) => resolve(response.statusCode))
      request.on('error', reject)
      request.write(Buffer.alloc(1_000_000))
    })

    expect(status).toBe(413)
  })

  it('closes after a body that was read in part', async () => {
    const server = await start(async (request) => {
      for await (const _ of request.body) break
      return new Response('enough')
    })
    const socket = await open(server.port)

    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nsome')
    const text = await readToEnd(socket)

    expect(text).toContain('Connection: close')
    expect(bodyOf(text)).toBe('enough')
  })
})

describe('handlers that fail', () => {
  const boom = new Error('secret detail')

  it.each<[string, Handler]>([
    [
      'throw',
      () => {
        throw boom
      },
    ],
    ['reject', () => Promise.reject(boom)],
  ])('%s: 500 without a word of why, and a report', async (_, handler) => {
    const server = await start(handler, { errorHeaders: () => [['X-Frame-Options', 'DENY']] })

    const text = await exchange(server.port, get)

    expect(statuses(text)).toEqual([500])
    expect(text).toContain('X-Frame-Options: DENY')
    expect(text).not.toContain('secret detail')
    expect(errors).toEqual([boom])
  })

  it('fail while the extra headers fail too: 500 all the same', async () => {
    const server = await start(
      () => {
        throw boom
      },
      { errorHeaders: () => ({ 'X-Bad': 'a\r\nSet-Cookie: b=c' }) },
    )

    const text = await exchange(server.port, get)

    expect(statuses(text)).toEqual([500])
    expect(text).not.toContain('Set-Cookie')
    expect(errors).toMatchObject([boom, { code: 'ERR_HTTP_HEADER_VALUE' }])
  })

  it('throw an HttpError: its response, and no report below 500', async () => {
    const server = await start(() => {
      throw new NotFound()
    })

    const text = await exchange(server.port, get)

    expect(statuses(text)).toEqual([404])
    expect(errors).toEqual([])
  })

  it.each([
    ['nothing', undefined],
    ['a string', 'hello'],
    ['a web Response', new globalThis.Response('')],
  ])('return %s: 500 and a report that says what to do', async (_, value) => {
    const server = await start((() => value) as unknown as Handler)

    const text = await exchange(server.port, get)

    expect(statuses(text)).toEqual([500])
    expect(errors).toMatchObject([{ code: 'ERR_SERVER_NO_RESPONSE' }])
  })

  it('answer with an interim status: 500, a report, and the response is closed', async () => {
    let closed = 0
    const server = await start(() => {
      const response = new Response('', { status: 103 })
      response.onClose(() => void closed++)
      return response
    })

    const text = await exchange(server.port, get)

    expect(statuses(text)).toEqual([500])
    expect(errors).toMatchObject([{ code: 'ERR_SERVER_STATUS' }])
    expect(closed).toBe(1)
  })

  it('fail in onClose: the answer stands and the failure is reported', async () => {
    const server = await start(() => {
      const response = new Response('fine')
      response.onClose(() => {
        throw boom
      })
      return response
    })

    const text = await exchange(server.port, get)
    await tick()

    expect(bodyOf(text)).toBe('fine')
    expect(errors).toEqual([boom])
  })
})

describe('a server of one’s own', () => {
  it('takes the handler as its listener', async () => {
    const server = createServer(toNodeHandler((request) => new Response(request.path)))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo

    const text = await (await fetch(`http://127.0.0.1:${port}/mine`)).text()
    server.close()
    server.closeAllConnections()

    expect(text).toBe('/mine')
  })

  it('refuses options it does not know, naming the nearest', () => {
    const options = { maxHeader: 5 } as unknown as ServeOptions

    expect(() => toNodeHandler(() => new Response(''), options)).toThrow(
      expect.objectContaining({ code: 'ERR_SERVER_OPTION', fix: "Did you mean 'maxHeaders'?" }),
    )
  })
})
