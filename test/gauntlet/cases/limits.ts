/** B3: too much of everything, and as much as honest clients send. */
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { each, fine, refused, type Sites, type Subject } from '../suite/case.ts'
import type { Visitor } from '../suite/visitor.ts'
import { Visitor as Browser } from '../suite/visitor.ts'
import { type Answer, open, parseAnswers, readToEnd, type Sent, silence } from '../suite/wire.ts'

const URLENCODED = 'application/x-www-form-urlencoded'
const MULTIPART = 'multipart/form-data; boundary=b'
const MIB = 1024 * 1024

const repeat = (count: number, make: (i: number) => string, between = '') =>
  Array.from({ length: count }, (_, i) => make(i)).join(between)

const parts = (count: number, head = 'X: y') =>
  `${repeat(count, (i) => `--b\r\nContent-Disposition: form-data; name="f${i}"\r\n${head}\r\n\r\nv\r\n`)}--b--\r\n`

const hook = (type: string, body: string | Buffer, fields: Record<string, string> = {}): Sent => ({
  method: 'POST',
  body,
  fields: { 'Content-Type': type, ...fields },
})

interface Try {
  path: string
  sent?: Sent
}

const tooMuch: Record<string, Try> = {
  'five thousand pairs in a query': { path: `/args?${repeat(5000, (i) => `a${i}`, '&').slice(0, 60_000)}` },
  'five thousand short pairs in a query': { path: `/args?${repeat(5000, () => 'q', '&')}` },
  'ten thousand fields': {
    path: '/hook',
    sent: hook(
      URLENCODED,
      repeat(10_000, (i) => `a${i}=1`, '&'),
    ),
  },
  'a hundred thousand empty fields': {
    path: '/hook',
    sent: hook(
      URLENCODED,
      repeat(100_000, () => 'a', '&'),
    ),
  },
  'four thousand parts': { path: '/hook', sent: hook(MULTIPART, parts(4000)) },
  'four thousand parts of one byte': {
    path: '/hook',
    sent: hook(
      MULTIPART,
      repeat(4000, () => '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'),
    ),
  },
  'four thousand files': {
    path: '/hook',
    sent: hook(
      MULTIPART,
      `${repeat(4000, (i) => `--b\r\nContent-Disposition: form-data; name="f"; filename="${i}"\r\n\r\nv\r\n`)}--b--\r\n`,
    ),
  },
  'a part with a head of 64 kB': {
    path: '/hook',
    sent: hook(MULTIPART, parts(1, `X: ${'y'.repeat(65_000)}`)),
  },
  'a part with a thousand lines': {
    path: '/hook',
    sent: hook(
      MULTIPART,
      parts(
        1,
        repeat(1000, (i) => `X${i}: y`, '\r\n'),
      ),
    ),
  },
  'a part without an end of its head': {
    path: '/hook',
    sent: hook(MULTIPART, `--b\r\nX: ${'y'.repeat(MIB)}`),
  },
  'a field name of 100 kB': { path: '/hook', sent: hook(URLENCODED, `${'a'.repeat(100_000)}=1`) },
  'a field of two megabytes': { path: '/hook', sent: hook(URLENCODED, `a=${'x'.repeat(2 * MIB)}`) },
  'a thousand cookies': { path: '/', sent: { fields: { Cookie: repeat(1000, (i) => `c${i}=1`, '; ') } } },
  'a thousand cookies in a hundred lines': {
    path: '/',
    sent: {
      fields: Array.from(
        { length: 100 },
        (_, i) => ['Cookie', repeat(10, (j) => `c${i}x${j}=1`, '; ')] as const,
      ),
    },
  },
  'a thousand lines': {
    path: '/',
    sent: { fields: Array.from({ length: 1000 }, (_, i) => [`X${i}`, 'y'] as const) },
  },
  'a line of 64 kB': { path: '/', sent: { fields: { X: 'y'.repeat(65_000) } } },
  'a name of 64 kB': { path: '/', sent: { fields: { ['X'.repeat(65_000)]: 'y' } } },
  'a path of 64 kB': { path: `/${'a'.repeat(65_000)}` },
  'a query of 64 kB': { path: `/args?q=${'a'.repeat(65_000)}` },
  'a method of 64 kB': { path: '/', sent: { method: 'G'.repeat(65_000) } },
  'a thousand folders in a path': { path: `/paths/${repeat(4000, () => 'a', '/')}` },
  'millions of lists': { path: '/hook', sent: hook('application/json', `[${'[],'.repeat(5_000_000)}[]]`) },
  'a million keys': {
    path: '/hook',
    sent: hook('application/json', `{${repeat(1_000_000, (i) => `"${i}":0`, ',')}}`),
  },
  'a frontier of 1 kB': {
    path: '/hook',
    sent: hook(`multipart/form-data; boundary=${'b'.repeat(1000)}`, 'x'),
  },
  'no frontier': { path: '/hook', sent: hook('multipart/form-data', parts(1)) },
}

/** Heads that cost a careless parser more than they cost the client. */
const costly: Record<string, Record<string, string>> = {
  'a range of very many parts': { Range: `bytes=${repeat(2000, () => '0-', ',')}` },
  'ranges that overlap': { Range: `bytes=${repeat(1000, (i) => `${i}-`, ',')}` },
  'very many media types': { Accept: repeat(2000, (i) => `a/b${i};q=0.${i % 9}`, ',').slice(0, 14_000) },
  'very many languages': { 'Accept-Language': repeat(2000, () => 'en', ',') },
  'very many versions': { 'If-None-Match': repeat(2000, () => '"a"', ',') },
  'blanks without end': { Accept: `text/html${' '.repeat(14_000)}x` },
  'quotes without end': { 'Content-Type': `a/b; x="${'\\"'.repeat(7000)}` },
  'parameters without end': { 'Content-Type': `a/b${repeat(3000, () => ';x=y')}`.slice(0, 14_000) },
  'a date of very many digits': { 'If-Modified-Since': '1'.repeat(14_000) },
  'a cookie of equal signs': { Cookie: '='.repeat(14_000) },
  'a cookie of quotes': { Cookie: `a="${'\\'.repeat(14_000)}` },
  'a Basic login of nothing': { Authorization: `Basic ${'='.repeat(14_000)}` },
  'a digest of commas': { Authorization: `Digest ${','.repeat(14_000)}` },
}

/** A body that is announced and never sent, or sent piece by piece until the target has had enough. */
async function oversized(
  { direct }: Sites,
  head: string,
  pieces: number,
): Promise<{ answer: Answer; sent: number }> {
  const socket = await open(direct.port)
  const done = readToEnd(socket, 20)
  socket.write(`POST /hook HTTP/1.1\r\nHost: gauntlet.example\r\nContent-Type: text/plain\r\n${head}\r\n\r\n`)
  let isAnswered = false
  socket.once('data', () => {
    isAnswered = true
  })
  const piece = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 'x'), Buffer.from('\r\n')])
  let sent = 0
  for (; sent < pieces && !isAnswered && socket.writable; sent++) {
    socket.write(piece)
    await setTimeout(1)
  }
  socket.end()
  const [answer = silence] = parseAnswers(await done)
  return { answer, sent }
}

async function works({ path, sent }: Try, { direct }: Sites): Promise<Answer> {
  const answer = await direct.send(path, sent)
  fine(answer)
  return answer
}

const enough: Record<string, Try> = {
  'a thousand pairs in a query': { path: `/args?${repeat(1000, () => 'q=1', '&')}` },
  'a thousand fields': {
    path: '/hook',
    sent: hook(
      URLENCODED,
      repeat(1000, (i) => `a${i}=1`, '&'),
    ),
  },
  'a thousand parts': { path: '/hook', sent: hook(MULTIPART, parts(1000)) },
  'a part with two hundred lines': {
    path: '/hook',
    sent: hook(
      MULTIPART,
      parts(
        1,
        repeat(199, (i) => `X${i}: y`, '\r\n'),
      ),
    ),
  },
  'a part with a head of 15 kB': {
    path: '/hook',
    sent: hook(MULTIPART, parts(1, `X: ${'y'.repeat(15_000)}`)),
  },
  'two hundred cookies': {
    path: '/',
    sent: { fields: { Cookie: repeat(200, (i) => `cookie${i}=value`, '; ') } },
  },
  'two hundred lines': {
    path: '/',
    sent: { fields: Array.from({ length: 197 }, (_, i) => [`X-Line-${i}`, 'y'] as const) },
  },
  'a head of 16 kB': { path: '/', sent: { fields: { X: 'y'.repeat(16_000) } } },
  'a path of 8 kB': { path: `/paths/${'a'.repeat(7900)}` },
  'a field of 100 kB': { path: '/hook', sent: hook(URLENCODED, `a=${'x'.repeat(100_000)}`) },
  'a part of 100 kB': { path: '/hook', sent: hook(MULTIPART, parts(1).replace('v', 'v'.repeat(100_000))) },
  'JSON of 100 kB': {
    path: '/hook',
    sent: hook('application/json', JSON.stringify({ a: 'x'.repeat(100_000) })),
  },
  'a file of 1 MiB': {
    path: '/hook',
    sent: hook(
      MULTIPART,
      `--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n${'v'.repeat(MIB)}\r\n--b--\r\n`,
    ),
  },
  'a body of 16 MiB': { path: '/hook', sent: hook('application/octet-stream', Buffer.alloc(16 * MIB)) },
}

export const limits: Subject = {
  name: 'limits',
  inTurn: true,
  attacks: [
    ...each('B3', 'too much', tooMuch, async ({ path, sent }, { direct }) => {
      const started = Date.now()
      refused(await direct.send(path, sent))
      assert(Date.now() - started < 10_000)
    }),
    ...each('B3', 'a costly head', costly, async (fields, { direct }) => {
      for (const path of ['/static/hello.txt', '/', '/nowhere']) {
        const started = Date.now()
        const answer = await direct.send(path, { fields })
        assert(answer.status < 500, `${answer.status}`)
        assert(answer.body.length < 100_000)
        assert(Date.now() - started < 8000, path)
      }
    }),
    {
      row: 'B3',
      what: 'a body that is announced as too long is refused before it is sent',
      async run(sites) {
        const { answer } = await oversized(sites, `Content-Length: ${17 * MIB}`, 0)
        fine(answer, 413)
      },
    },
    {
      row: 'B3',
      what: 'a body without an end is refused before its end',
      async run(sites) {
        const { answer, sent } = await oversized(sites, 'Transfer-Encoding: chunked', 2000)
        refused(answer)
        assert(sent < 2000, 'Nothing was said for 125 MB.')
      },
    },
    {
      row: 'B3',
      what: 'a body that is too long for a form of the site',
      async run({ proxied }) {
        const visitor: Visitor = new Browser(proxied)
        const fields = { 'Content-Type': URLENCODED, ...visitor.sameOrigin() }
        refused(await visitor.post('/comments', `author=${'x'.repeat(3 * MIB)}`, fields))
      },
    },
    {
      row: 'B3',
      what: 'a compressed body is not blown up',
      async run({ direct }) {
        const bomb = gzipSync(Buffer.alloc(50 * MIB))
        const answer = await direct.send(
          '/hook',
          hook('application/json', bomb, { 'Content-Encoding': 'gzip' }),
        )
        refused(answer)
      },
    },
    {
      row: 'B3',
      what: 'a thousand requests on one connection at once',
      async run({ direct }) {
        const socket = await open(direct.port)
        const done = readToEnd(socket, 20)
        socket.write('GET /items/1 HTTP/1.1\r\nHost: gauntlet.example\r\n\r\n'.repeat(1000))
        socket.end()
        for (const answer of parseAnswers(await done)) assert(answer.status === 200 || answer.status >= 400)
      },
    },
  ],
  honest: [
    ...each('B3', 'enough', enough, async (request, sites) => {
      const answer = await works(request, sites)
      if (request.path.startsWith('/args')) assert.equal(JSON.parse(answer.text).all.length, 1000)
    }),
    {
      row: 'B3',
      what: 'a thousand fields, counted',
      async run(sites) {
        for (const type of ['a thousand fields', 'a thousand parts'] as const) {
          const answer = await works(enough[type] as Try, sites)
          assert.deepEqual(JSON.parse(answer.text), { kind: 'form', length: 1000 })
        }
      },
    },
  ],
}
