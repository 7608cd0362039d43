/**
 * B3: clients that take their time. These cases begin when everything begins and are asked for at the end: they last up to
 * a minute and do nothing.
 */
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { type Case, each, fine, type Sites } from '../suite/case.ts'
import { open, parseAnswers } from '../suite/wire.ts'

const PATIENCE = 75

const HEAD = 'POST /hook HTTP/1.1\r\nHost: gauntlet.example\r\nContent-Type: text/plain\r\n'

interface Slow {
  /** Sent at once. */
  first: string
  /** Sent a piece a second. */
  drip: string
}

const drips: Record<string, Slow> = {
  'nothing at all': { first: '', drip: '' },
  'half a head and no more': { first: 'GET / HTTP/1.1\r\nHost: gauntlet.example\r\n', drip: '' },
  'a byte of a head each second': { first: 'GET / HTTP/1.1\r\nX: ', drip: 'y' },
  'a line of a head each second': { first: 'GET / HTTP/1.1\r\n', drip: 'X: y\r\n' },
  'a byte of a body each second': { first: `${HEAD}Content-Length: 100000\r\n\r\n`, drip: 'x' },
  'a chunk each second': { first: `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, drip: '1\r\nx\r\n' },
  'a byte of a chunk size each second': { first: `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, drip: '0' },
  'a body that never comes': { first: `${HEAD}Content-Length: 5\r\n\r\n`, drip: '' },
}

/** Drips until the target closes. Gives the seconds it took, and the status it answered with, if any. */
async function endsWithin({ first, drip }: Slow, { direct }: Sites): Promise<void> {
  const socket = await open(direct.port)
  const pieces: Buffer[] = []
  let closed = false
  socket.on('data', (piece: Buffer) => pieces.push(piece))
  for (const event of ['end', 'close'] as const)
    socket.on(event, () => {
      closed = true
    })
  const started = Date.now()
  if (first !== '') socket.write(first)
  while (!closed && Date.now() - started < PATIENCE * 1000) {
    await setTimeout(1000)
    if (drip !== '' && socket.writable) socket.write(drip)
  }
  socket.destroy()
  assert(closed, `It was still open after ${PATIENCE} s.`)
  for (const { status } of parseAnswers(Buffer.concat(pieces)))
    assert(status >= 400 && status < 500, `${status}`)
}

/** A hundred slow clients of each kind, while others are served. */
async function starve(sites: Sites): Promise<void> {
  const { direct } = sites
  const sockets = await Promise.all(Array.from({ length: 100 }, () => open(direct.port)))
  for (const [i, socket] of sockets.entries())
    socket.write(i % 2 === 0 ? 'GET / HTTP/1.1\r\nX: ' : `${HEAD}Content-Length: 1000\r\n\r\n`)
  for (let second = 0; second < 15; second++) {
    for (const socket of sockets) if (socket.writable) socket.write('y')
    const started = Date.now()
    fine(await direct.send('/items/7'))
    fine(await direct.send('/'))
    assert(Date.now() - started < 5000, 'Others wait.')
    await setTimeout(1000)
  }
  for (const socket of sockets) socket.destroy()
}

export const slow: readonly Case[] = [
  ...each('B3', 'an end for who sends', drips, endsWithin),
  { row: 'B3', what: 'a hundred slow clients keep nobody from being served', run: starve },
]

/** Honest, and slow. */
export const patient: readonly Case[] = [
  {
    row: 'B3',
    what: 'a body of 20 kB on a bad line, in ten seconds',
    async run({ direct }) {
      const socket = await open(direct.port)
      const pieces: Buffer[] = []
      socket.on('data', (piece: Buffer) => pieces.push(piece))
      socket.write(`${HEAD}Content-Length: 20000\r\nConnection: close\r\n\r\n`)
      for (let i = 0; i < 10; i++) {
        await setTimeout(1000)
        socket.write('x'.repeat(2000))
      }
      await setTimeout(1000)
      socket.destroy()
      const [answer] = parseAnswers(Buffer.concat(pieces))
      assert.deepEqual(JSON.parse(answer?.text ?? '{}'), { kind: 'data', length: 20_000 })
    },
  },
]
