import { setTimeout as sleep } from 'node:timers/promises'
import { Response } from '@dewar/http'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningServer, serve } from '../src/index.ts'
import { open, readToEnd, statuses } from './sockets.ts'

const failures: unknown[] = []
let server: RunningServer

beforeAll(async () => {
  server = await serve(
    async (request) => {
      const bytes = await request.data()
      if (request.path === '/stream') return new Response(slices(bytes))
      return new Response(bytes)
    },
    {
      port: 0,
      lingerTimeout: 1,
      onError: (error) => failures.push(error),
    },
  )
})
afterAll(() => server.close())

async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
}

/** Sends bytes cut into pieces, each in a packet of its own. */
async function send(bytes: Buffer, cuts: readonly number[]): Promise<Buffer> {
  const socket = await open(server.port)
  const answer = readToEnd(socket)
  let at = 0
  for (const cut of cuts) {
    if (at >= bytes.length) break
    socket.write(bytes.subarray(at, at + cut))
    at += cut
    await sleep(0)
  }
  socket.end(bytes.subarray(at))
  return Buffer.from(await answer, 'latin1')
}

/** The body of an answer, chunked or not. */
function bodyOf(answer: Buffer): Buffer {
  const start = answer.indexOf('\r\n\r\n') + 4
  if (!answer.subarray(0, start).includes('Transfer-Encoding: chunked')) return answer.subarray(start)
  const parts: Buffer[] = []
  for (let at = start; ; ) {
    const lineEnd = answer.indexOf('\r\n', at)
    const size = Number.parseInt(answer.subarray(at, lineEnd).toString('latin1'), 16)
    if (size === 0) return Buffer.concat(parts)
    parts.push(answer.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
}

const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 12 })

it('gives back what was sent, however it was framed and cut', async () => {
  const path = fc.constantFrom('/', '/stream')
  const body = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes))

  await fc.assert(
    fc.asyncProperty(
      path,
      body,
      fc.integer({ min: 0, max: 30 }),
      cuts,
      async (target, bytes, chunk, pieces) => {
        const head = `POST ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n`
        const framed =
          chunk === 0
            ? [Buffer.from(`${head}Content-Length: ${bytes.length}\r\n\r\n`), bytes]
            : [Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n`), ...chunked(bytes, chunk)]

        const answer = await send(Buffer.concat(framed), pieces)

        expect(statuses(answer.toString('latin1'))[0]).toBe(200)
        expect(bodyOf(answer).equals(bytes)).toBe(true)
      },
    ),
    { numRuns: 150 },
  )
  expect(failures).toEqual([])
})

function chunked(bytes: Buffer, size: number): Buffer[] {
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size)
    parts.push(Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n'))
  }
  return [...parts, Buffer.from('0\r\n\r\n')]
}

it('answers any bytes with a 2xx to each request it saw, at most one refusal at the end, and lives on', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'GET / HTTP/1.1\r\n',
      'POST / HTTP/1.1\r\n',
      'GET / HTTP/1.0\r\n',
      'Host: a\r\n',
      'Content-Length: 5\r\n',
      'Content-Length: 0\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Expect: 100-continue\r\n',
      'Connection: keep-alive\r\n',
      'Connection: Upgrade\r\nUpgrade: websocket\r\n',
      '\r\n',
      '\r\n\r\n',
      '5\r\nhello\r\n',
      '0\r\n\r\n',
      'hello',
      '\n',
      '\0',
    ),
    fc.string({ maxLength: 6 }),
  )
  const bytes = fc.array(piece, { maxLength: 14 }).map((list) => Buffer.from(list.join(''), 'latin1'))

  await fc.assert(
    fc.asyncProperty(bytes, cuts, async (garbage, pieces) => {
      const answer = (await send(garbage, pieces)).toString('latin1')

      const list = statuses(answer).filter((status) => status !== 100)
      for (const status of list.slice(0, -1)) expect(status).toBe(200)
      expect([200, 400, 413, 417, 431, 501, undefined]).toContain(list.at(-1))
    }),
    { numRuns: 400 },
  )
  expect(await (await fetch(server.url)).text()).toBe('')
})
