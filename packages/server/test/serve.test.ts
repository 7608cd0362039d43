import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Request, Response } from '@dewar/http'
import { afterEach, describe, expect, it } from 'vitest'
import { type Handler, type RunningServer, type ServeOptions, serve } from '../src/index.ts'
import { exchange, open, readToEnd, readUntil, statuses } from './sockets.ts'

const running: RunningServer[] = []

async function start(handler: Handler, options: ServeOptions = {}): Promise<RunningServer> {
  const server = await serve(handler, { port: 0, lingerTimeout: 1, ...options })
  running.push(server)
  return server
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()))
})

const hello: Handler = () => new Response('hello')

describe('listening', () => {
  it('takes a free port on this machine only', async () => {
    const server = await start(hello)

    expect(server.host).toBe('127.0.0.1')
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
    expect(await (await fetch(server.url)).text()).toBe('hello')
  })

  it('names a port that is taken and what to do', async () => {
    const { port } = await start(hello)

    await expect(serve(hello, { port })).rejects.toMatchObject({
      code: 'ERR_SERVER_PORT_IN_USE',
      message: `127.0.0.1:${port} is already in use.`,
      fix: expect.stringContaining('port 0'),
    })
  })

  it('names an address that this machine does not have', async () => {
    await expect(serve(hello, { host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
      code: 'ERR_SERVER_HOST_UNAVAILABLE',
    })
  })

  it.each([
    ['an unknown option', { prot: 1 }],
    ['a port out of range', { port: 70_000 }],
    ['a clock of zero', { headersTimeout: 0 }],
    ['a clock of zero for bodies', { requestTimeout: 0 }],
    ['a clock of zero for idle connections', { keepAliveTimeout: 0 }],
  ])('refuses %s', async (_, options) => {
    await expect(serve(hello, options as ServeOptions)).rejects.toMatchObject({ code: 'ERR_SERVER_OPTION' })
  })

  it('closes itself at the end of a block', async () => {
    let url = ''
    {
      await using server = await serve(hello, { port: 0 })
      url = server.url
    }

    await expect(fetch(url)).rejects.toThrow()
  })
})

describe('clocks', () => {
  it('ends a head that comes too slowly with 408', async () => {
    const server = await start(hello, {
      headersTimeout: 1,
      errorHeaders: () => [['X-Content-Type-Options', 'nosniff']],
    })
    const socket = await open(server.port)

    socket.write('GET / HTTP/1.1\r\nHost: a\r\n')
    const drip = setInterval(() => socket.write('X: y\r\n'), 100)
    const text = await readToEnd(socket)
    clearInterval(drip)

    expect(statuses(text)).toEqual([408])
    expect(text).toContain('X-Content-Type-Options: nosniff')
  })

  it('ends a body whose client sends a byte now and then, long before the clock for whole requests', async () => {
    const server = await start(async (request) => new Response(await request.text()), { bodyGrace: 1 })
    const socket = await open(server.port)

    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n')
    const drip = setInterval(() => socket.write('x'), 100)
    const text = await readToEnd(socket)
    clearInterval(drip)

    expect(statuses(text)).toEqual([408])
    expect(text).toMatch(/connection: close/i)
  })

  it.each([
    { what: 'a body that never comes', head: 'Content-Length: 5', drip: '' },
    { what: 'a body that stops half-way', head: 'Content-Length: 5\r\n\r\nxx', drip: '' },
    { what: 'a chunk whose size never ends', head: 'Transfer-Encoding: chunked', drip: '0' },
  ])('ends $what', async ({ head, drip }) => {
    const errors: unknown[] = []
    const server = await start(async (request) => new Response(await request.text()), {
      bodyGrace: 1,
      onError: (error: unknown) => errors.push(error),
    })
    const socket = await open(server.port)

    socket.write(`POST / HTTP/1.1\r\nHost: a\r\n${head}${head.includes('\r\n\r\n') ? '' : '\r\n\r\n'}`)
    const dripping = setInterval(() => drip !== '' && socket.write(drip), 100)
    const text = await readToEnd(socket)
    clearInterval(dripping)

    expect(statuses(text)).toEqual([408])
    expect(errors).toEqual([])
  })

  it('waits for a body as long as its client keeps the pace, and never blames it for a slow reader', async () => {
    const slowReader = async (request: Request) => {
      let size = 0
      for await (const chunk of request.body ?? []) {
        size += chunk.byteLength
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
      return new Response(String(size))
    }
    const server = await start(slowReader, { bodyGrace: 1 })
    const socket = await open(server.port)

    socket.write('POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 6000\r\n\r\n')
    for (let i = 0; i < 6; i++) {
      await new Promise((resolve) => setTimeout(resolve, 300))
      socket.write('x'.repeat(1000))
    }

    expect(await readToEnd(socket)).toContain('6000')
  })

  it('ends a body that comes too slowly', async () => {
    const server = await start(async (request) => new Response(await request.text()), {
      headersTimeout: 1,
      requestTimeout: 1,
      onError: () => undefined,
    })
    const socket = await open(server.port)

    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n')
    const drip = setInterval(() => socket.write('x'), 100)
    const text = await readToEnd(socket)
    clearInterval(drip)

    expect(statuses(text)).toEqual([408])
  })

  it('ends an idle connection', async () => {
    const server = await start(hello, { keepAliveTimeout: 1 })
    const socket = await open(server.port)

    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    const text = await readToEnd(socket)

    expect(statuses(text)).toEqual([200])
  })

  it('ends a connection whose client stops reading', async () => {
    let closed = false
    const server = await start(
      () => {
        async function* endless(): AsyncGenerator<Uint8Array, void> {
          for (;;) yield new Uint8Array(65_536)
        }
        const response = new Response(endless())
        response.onClose(() => {
          closed = true
        })
        return response
      },
      { socketTimeout: 1 },
    )
    const socket = await open(server.port)

    socket.pause()
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await sleep(2500)
    socket.destroy()

    expect(closed).toBe(true)
  })

  it('ends a connection whose client does not read a large answer', async () => {
    const server = await start(() => new Response(new Uint8Array(50_000_000)), { socketTimeout: 1 })
    const socket = await open(server.port)

    socket.pause()
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await sleep(2500)
    socket.resume()
    const text = await readToEnd(socket)

    expect(text.length).toBeLessThan(50_000_000)
  })

  it('leaves a handler alone that works longer than a client may stall', async () => {
    const server = await start(
      async () => {
        await sleep(1500)
        return new Response('done')
      },
      { socketTimeout: 1 },
    )

    expect(await (await fetch(server.url)).text()).toBe('done')
  })

  it('leaves a handler that works longer than any head may take alone', async () => {
    const server = await start(
      async () => {
        await sleep(1800)
        return new Response('done')
      },
      { headersTimeout: 1 },
    )

    expect(await (await fetch(server.url)).text()).toBe('done')
  })
})

describe('pipelining', () => {
  it('takes only so many requests ahead of their answers, and says so by closing', async () => {
    let handled = 0
    const server = await start(
      async () => {
        handled++
        await sleep(5)
        return new Response('x')
      },
      { maxPipelined: 4 },
    )

    const text = await exchange(server.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(50))

    expect(handled).toBe(5)
    expect(statuses(text)).toEqual([200, 200, 200, 200, 200])
    expect(text.match(/Connection: close/g)).toHaveLength(1)
  })

  it('answers what was whole before the connection turned to nonsense', async () => {
    const server = await start(async () => {
      await sleep(20)
      return new Response('whole')
    })

    const text = await exchange(server.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\nNONSENSE\r\n\r\n')

    expect(statuses(text)).toEqual([200])
    expect(text).toContain('Connection: close')
  })
})

describe('closing', () => {
  it('lets a request in flight finish, says that the connection ends, and takes no further ones', async () => {
    const server = await start(async () => {
      await sleep(200)
      return new Response('finished')
    })
    const socket = await open(server.port)

    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await sleep(50)
    const closing = server.close()
    const late = await fetch(server.url).then(
      () => 'answered',
      () => 'refused',
    )
    const text = await readToEnd(socket)
    await closing

    expect(text).toContain('finished')
    expect(text).toContain('Connection: close')
    expect(late).toBe('refused')
  })

  it('ends a connection as soon as the stream on it is done', async () => {
    const server = await start(() => {
      async function* slowly(): AsyncGenerator<string, void> {
        yield 'first '
        await sleep(200)
        yield 'last'
      }
      return new Response(slowly())
    })
    const socket = await open(server.port)

    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await readUntil(socket, /first/)
    const before = Date.now()
    const closing = server.close()
    const text = await readToEnd(socket)
    await closing

    expect(text).toContain('last')
    expect(Date.now() - before).toBeLessThan(2000)
  })

  it('ends idle and silent connections at once', async () => {
    const server = await start(hello)
    const idle = await open(server.port)
    const silent = await open(server.port)
    idle.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await readUntil(idle, /hello/)
    const ends = [idle, silent].map((socket) => once(socket.resume(), 'end'))

    const before = Date.now()
    await server.close()
    await Promise.all(ends)

    expect(Date.now() - before).toBeLessThan(1000)
  })

  it('cuts what is not done after the grace', async () => {
    const server = await start(() => new Promise<Response>(() => undefined), { shutdownGrace: 1 })
    const socket = await open(server.port)
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    await sleep(50)

    const before = Date.now()
    await server.close()
    const took = Date.now() - before

    expect(took).toBeGreaterThan(900)
    expect(took).toBeLessThan(3000)
  })

  it('has one end, however often it is called', async () => {
    const server = await start(hello)

    expect(server.close()).toBe(server.close())
  })
})
