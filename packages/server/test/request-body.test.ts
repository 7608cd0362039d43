import { connect } from 'node:net'
import { Response } from '@dewar/http'
import { afterEach, expect, it } from 'vitest'
import { type Handler, type RunningServer, serve } from '../src/index.ts'

let running: RunningServer | undefined

afterEach(async () => {
  await running?.close()
  running = undefined
})

/** Sends bytes in several packets, so that they arrive as several pieces, and gives the answer's body. */
async function send(handler: Handler, ...packets: readonly string[]): Promise<string> {
  running = await serve(handler, { port: 0 })
  const socket = connect(running.port, '127.0.0.1').setNoDelay()
  const length = packets.join('').length
  socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`)
  for (const packet of packets) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    socket.write(packet)
  }
  let answer = ''
  for await (const text of socket.setEncoding('latin1')) answer += text
  return answer.split('\r\n\r\n')[1] ?? ''
}

it('pieces that are given back free their memory, and leave the pieces to come alone', async () => {
  const lengths: number[] = []

  const answer = await send(
    async (request) => {
      let text = ''
      for await (const piece of request.body) {
        text += Buffer.from(piece).toString('latin1')
        request.releasePiece(piece)
        lengths.push(piece.length, piece.buffer.byteLength)
      }
      return new Response(text)
    },
    'a'.repeat(5000),
    'b'.repeat(5000),
    'c',
  )

  expect(answer).toBe(`${'a'.repeat(5000)}${'b'.repeat(5000)}c`)
  expect(lengths.length).toBeGreaterThan(2)
  expect(lengths.every((length) => length === 0)).toBe(true)
})

it('pieces that nobody gives back stay as they are', async () => {
  const answer = await send(
    async (request) => {
      const pieces: Uint8Array[] = []
      for await (const piece of request.body) pieces.push(piece)
      return new Response(Buffer.concat(pieces).toString('latin1'))
    },
    'ab',
    'cd',
  )

  expect(answer).toBe('abcd')
})

it('a view of larger memory is left alone, since others may have it', async () => {
  const answer = await send(async (request) => {
    const pieces: Uint8Array[] = []
    for await (const piece of request.body) {
      request.releasePiece(piece.subarray(1))
      request.releasePiece(piece.subarray(0, 1))
      pieces.push(piece)
    }
    return new Response(Buffer.concat(pieces).toString('latin1'))
  }, 'abcd')

  expect(answer).toBe('abcd')
})
