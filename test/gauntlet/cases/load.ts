/** H9, H3, B3: many at once. */
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { each, fine, type Sites, type Subject } from '../suite/case.ts'
import { loggedIn, Visitor } from '../suite/visitor.ts'
import { converse, open, parseAnswers, readToEnd, requestBytes } from '../suite/wire.ts'

const many = (count: number) => Array.from({ length: count }, (_, i) => i)

/** Requests of several users on few connections, all waiting within the view for different times. */
async function interleave({ proxied }: Sites): Promise<void> {
  const users = [null, 'alice', 'bob'] as const
  const visitors = await Promise.all(
    users.map((name) => (name === null ? new Visitor(proxied) : loggedIn(proxied, name))),
  )
  await Promise.all(
    many(240).map(async (i) => {
      const who = i % users.length
      const answer = await visitors[who]?.get(`/whoami?tag=tag${i}&delay=${(i * 37) % 200}`, {
        'X-Tag': `header${i}`,
      })
      const found = JSON.parse(answer?.text ?? '{}')
      assert.deepEqual(found, { user: users[who], tag: `tag${i}`, g: `tag${i}`, header: `header${i}` })
    }),
  )
}

/** Pipelined requests on one connection, each slower than the next. */
async function pipelined({ direct }: Sites): Promise<void> {
  const bytes = many(20).map((i) =>
    requestBytes(`/whoami?tag=p${i}&delay=${(20 - i) * 5}`, {}, i < 19 ? 'keep-alive' : 'close'),
  )
  const found = await converse(direct.port, Buffer.concat(bytes))
  assert.deepEqual(
    found.map(({ text }) => JSON.parse(text).g),
    many(20).map((i) => `p${i}`),
  )
}

async function streams({ direct }: Sites): Promise<void> {
  await Promise.all(
    many(40).map(async (i) => {
      const answer = await direct.send(`/stream?rows=500&tag=stream${i}`)
      fine(answer)
      const rows = answer.text.split('\n').filter((line) => line !== '')
      assert.deepEqual(
        rows,
        many(500).map((row) => `row ${row} stream${i}`),
      )
    }),
  )
}

/** Streams whose clients go away in the middle. */
async function goneClients({ direct }: Sites): Promise<void> {
  await Promise.all(
    many(40).map(async (i) => {
      const socket = await open(direct.port)
      socket.write(requestBytes(`/stream?rows=1000&tag=${'x'.repeat(500)}${i}`))
      socket.once('data', () => socket.destroy())
      await setTimeout(50)
      socket.destroy()
    }),
  )
  fine(await direct.send('/items/7'))
}

async function steadyClient({ proxied }: Sites): Promise<void> {
  const visitor = new Visitor(proxied)
  const started = Date.now()
  const statuses: number[] = []
  await Promise.all(
    many(200).map(async (i) => {
      await setTimeout(i * 20)
      statuses.push((await visitor.get('/items/7')).status)
    }),
  )
  assert.deepEqual(new Set(statuses), new Set([200]))
  assert(Date.now() - started < 15_000)
}

/** As many connections as the proxy in front may hold. */
async function manyConnections({ proxied }: Sites): Promise<void> {
  const sockets = await Promise.all(many(300).map(() => open(proxied.port)))
  const fields = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '10.0.0.1' }
  const found = await Promise.all(
    sockets.map(async (socket) => {
      const done = readToEnd(socket, 20)
      socket.write(requestBytes('/items/7', { fields }))
      return parseAnswers(await done)[0]?.status
    }),
  )
  assert.deepEqual(new Set(found), new Set([200]))
}

async function quickBeside(work: Promise<unknown>, { direct }: Sites, path = '/items/7'): Promise<void> {
  let done = false
  const finished = work.finally(() => {
    done = true
  })
  const times: number[] = []
  while (!done) {
    const started = performance.now()
    fine(await direct.send(path))
    times.push(performance.now() - started)
    await setTimeout(20)
  }
  await finished
  times.sort((a, b) => a - b)
  assert(
    (times[Math.floor(times.length / 2)] ?? 0) < 2000,
    `Half of all took ${times[Math.floor(times.length / 2)]} ms.`,
  )
}

export const load: Subject = {
  name: 'many at once',
  inTurn: true,
  attacks: [
    { row: 'H9', what: 'nobody gets another’s user, header or store', run: interleave },
    { row: 'H9', what: 'nobody gets another’s on one connection', run: pipelined },
    { row: 'H9', what: 'streams do not mix', run: streams },
    { row: 'B3', what: 'streams whose clients go away leave nothing broken', run: goneClients },
    {
      row: 'H9',
      what: 'sessions counted at once stay their visitors’ own',
      async run({ proxied }) {
        await Promise.all(
          many(20).map(async (i) => {
            const visitor = new Visitor(proxied)
            for (const n of [1, 2, 3]) {
              const found = JSON.parse((await visitor.get(`/counter?pad=${'x'.repeat(i)}`)).text)
              assert.deepEqual(found, { n, pad: i })
            }
          }),
        )
      },
    },
    {
      row: 'H3',
      what: 'a flood of logins does not keep others waiting',
      async run(sites) {
        const flood = many(30).map(async () => {
          const visitor = new Visitor(sites.direct)
          return visitor.login('alice', 'wrong')
        })
        await quickBeside(Promise.all(flood), sites)
      },
    },
    {
      row: 'B3',
      what: 'a flood of large bodies does not keep others waiting',
      async run(sites) {
        const body = Buffer.alloc(8 * 1024 * 1024, 'x')
        const sent = { method: 'POST', body, fields: { 'Content-Type': 'application/octet-stream' } }
        await quickBeside(Promise.all(many(8).map(() => sites.direct.send('/hook', sent))), sites)
      },
    },
    ...each(
      'B3',
      'connections that were opened and dropped',
      {
        'at once': '',
        'within a head': 'GET / HTTP/1.1\r\nHo',
        'within a body': 'POST /hook HTTP/1.1\r\nHost: gauntlet.example\r\nContent-Length: 99\r\n\r\nx',
      },
      async (bytes, { direct }) => {
        await Promise.all(
          many(100).map(async () => {
            const socket = await open(direct.port)
            socket.write(bytes)
            await setTimeout(20)
            socket.resetAndDestroy()
          }),
        )
        fine(await direct.send('/items/7'))
      },
    ),
  ],
  honest: [
    { row: 'H3', what: 'fifty requests a second by one client', run: steadyClient },
    { row: 'B3', what: 'three hundred connections of the proxy', run: manyConnections },
    {
      row: 'H9',
      what: 'a stream of a thousand rows',
      async run({ direct }) {
        const answer = await direct.send(`/stream?rows=1000&tag=${encodeURIComponent('🍵 <3')}`)
        assert.equal(answer.text.split('\n')[999], 'row 999 🍵 <3')
        assert.match(answer.get('content-type') ?? '', /^text\/plain/)
      },
    },
  ],
}
