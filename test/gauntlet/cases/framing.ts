/** B1: bytes that two servers could read differently. Behind each stands a second request that must never be taken for one. */
import assert from 'node:assert/strict'
import { each, fine, holdsNoSecret, refused, type Sites, type Subject } from '../suite/case.ts'
import { converse, open, readToEnd, requestBytes } from '../suite/wire.ts'

const HOST = 'Host: gauntlet.example'
const SMUGGLED = `GET /log?message=SMUGGLED HTTP/1.1\r\n${HOST}\r\nConnection: close\r\n\r\n`

/** A POST with the given header lines, whose body is chunked to one reader and five bytes to another. */
const post = (...lines: string[]) =>
  `POST /hook HTTP/1.1\r\n${HOST}\r\n${lines.join('\r\n')}\r\n\r\n0\r\n\r\n${SMUGGLED}`
const chunked = (body: string) =>
  `POST /hook HTTP/1.1\r\n${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n${body}`
const line = (text: string, ...lines: string[]) =>
  `${text}\r\n${[HOST, ...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`

const ambiguous: Record<string, string> = {
  'length and chunks': post('Content-Length: 5', 'Transfer-Encoding: chunked'),
  'chunks and length': post('Transfer-Encoding: chunked', 'Content-Length: 5'),
  'two lengths': post('Content-Length: 5', 'Content-Length: 6'),
  'a list of lengths': post('Content-Length: 5, 6'),
  'a length with a plus': post('Content-Length: +5'),
  'a negative length': post('Content-Length: -5'),
  'a hexadecimal length': post('Content-Length: 0x5'),
  'a length of two words': post('Content-Length: 5 5'),
  'an empty length': post('Content-Length:'),
  'a length beyond all numbers': post('Content-Length: 99999999999999999999'),
  'an unknown encoding': post('Transfer-Encoding: xchunked'),
  'an encoding behind chunked': post('Transfer-Encoding: chunked, identity'),
  'the encoding identity': post('Transfer-Encoding: identity', 'Content-Length: 5'),
  'an encoding in quotes': post('Transfer-Encoding: "chunked"'),
  'a vertical tab in the encoding': post('Transfer-Encoding: \x0bchunked'),
  'two encodings': post('Transfer-Encoding: chunked', 'Transfer-Encoding: identity'),
  'chunked twice': post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'),
  'a blank before the colon': post('Transfer-Encoding : chunked'),
  'a tab before the colon': post('Content-Length\t: 5'),
  'a folded line': post('Content-Length: 5', 'X-Fold: a', '\tTransfer-Encoding: chunked'),
  'a field that begins with a blank': post(' Transfer-Encoding: chunked', 'Content-Length: 5'),
  'a line feed alone between fields': post('X: y\nTransfer-Encoding: chunked', 'Content-Length: 5'),
  'a carriage return alone in a field': post('X: y\rTransfer-Encoding: chunked', 'Content-Length: 5'),
  'a NUL in a field': post('X: a\0b', 'Content-Length: 5'),
  'a field without a name': post(': x', 'Content-Length: 5'),
  'a field without a colon': post('Transfer-Encoding chunked', 'Content-Length: 5'),
  'a blank in a field name': post('X Y: z', 'Content-Length: 5'),
  'chunks in HTTP/1.0': `POST /hook HTTP/1.0\r\n${HOST}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  'a chunk size that is no number': chunked(`g\r\nx\r\n0\r\n\r\n${SMUGGLED}`),
  'a negative chunk size': chunked(`-1\r\nx\r\n0\r\n\r\n${SMUGGLED}`),
  'a chunk size with 0x': chunked(`0x1\r\nx\r\n0\r\n\r\n${SMUGGLED}`),
  'a chunk size that overflows': chunked(`FFFFFFFFFFFFFFFFF\r\nx\r\n0\r\n\r\n${SMUGGLED}`),
  'a chunk that is longer than it says': chunked(`1\r\nxyz\r\n0\r\n\r\n${SMUGGLED}`),
  'a chunk ended by a line feed': chunked(`1\nx\n0\n\n${SMUGGLED}`),
  'a line feed in a chunk extension': chunked(`1;a\nb\r\nx\r\n0\r\n\r\n${SMUGGLED}`),
}

const malformed: Record<string, string> = {
  'two hosts': line('GET / HTTP/1.1', 'Host: evil.example'),
  'two equal hosts': line('GET / HTTP/1.1', HOST),
  'a small protocol name': line('GET / http/1.1'),
  'an unknown version': line('GET / HTTP/9.9'),
  'HTTP/2 in text': line('GET / HTTP/2.0'),
  'no version': line('GET /'),
  'a blank in the target': line('GET /a b HTTP/1.1'),
  'a line feed in the target': line('GET /a\n HTTP/1.1'),
  'a NUL in the target': line('GET /\0 HTTP/1.1'),
  'no target': line('GET  HTTP/1.1'),
  'the target of a proxy for another host': line('GET http://evil.example/ HTTP/1.1'),
  'a target of CONNECT': line('CONNECT evil.example:443 HTTP/1.1'),
  'a target of OPTIONS for GET': line('GET * HTTP/1.1'),
  'a target without a slash': line('GET account HTTP/1.1'),
  'a method in small letters': line('get / HTTP/1.1'),
  'a method with signs': line('G{T / HTTP/1.1'),
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a TLS greeting': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'no host in HTTP/1.1': 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
  'letters of no protocol': 'hello\r\n\r\n',
}

async function sendAlone(bytes: string, { direct }: Sites): Promise<void> {
  const answers = await converse(direct.port, bytes)
  assert(answers.length < 2, 'What was left on a refused connection was answered.')
  for (const answer of answers) refused(answer)
  assert(!(await direct.log()).includes('SMUGGLED'), 'The hidden request was run.')
}

async function pipelined({ direct }: Sites): Promise<void> {
  const paths = Array.from({ length: 10 }, (_, id) => `/items/${id}`)
  const bytes = paths.map((path, i) => requestBytes(path, {}, i < 9 ? 'keep-alive' : 'close'))
  const answers = await converse(direct.port, Buffer.concat(bytes))
  assert.deepEqual(
    answers.map(({ text }) => JSON.parse(text).id),
    paths.map((_, id) => id),
  )
}

async function headThenGet({ direct }: Sites): Promise<void> {
  const bytes = [requestBytes('/items/7', { method: 'HEAD' }, 'keep-alive'), requestBytes('/items/7')]
  const [head, get] = await converse(direct.port, Buffer.concat(bytes), ['HEAD', 'GET'])
  assert.equal(head?.get('content-length'), String(get?.body.length))
  assert.equal(get?.text.trim(), '{"id":7,"next":8}')
}

async function hookTakes(body: string, { direct }: Sites): Promise<void> {
  const [answer] = await converse(direct.port, body)
  assert(answer !== undefined)
  fine(answer)
  assert.deepEqual(JSON.parse(answer.text), { kind: 'data', length: 5 })
}

async function inPieces({ direct }: Sites): Promise<void> {
  const socket = await open(direct.port)
  const done = readToEnd(socket)
  for (const piece of [
    'GET /items/7 HTT',
    'P/1.1\r\nHo',
    'st: gauntlet.example\r',
    '\nConnection: close\r\n\r',
    '\n',
  ]) {
    socket.write(piece)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  assert.match((await done).toString(), /^HTTP\/1\.1 200 /)
}

export const framing: Subject = {
  name: 'framing',
  attacks: [
    ...each('B1', 'ambiguous framing', ambiguous, sendAlone),
    ...each('B1', 'a malformed head', malformed, sendAlone),
    {
      row: 'B1',
      what: 'a body that GET hides behind its length is no request',
      async run({ direct }) {
        const bytes = `GET /items/1 HTTP/1.1\r\n${HOST}\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`
        const answers = await converse(direct.port, `${bytes}${requestBytes('/items/2')}`)
        for (const answer of answers) holdsNoSecret(answer)
        assert(!(await direct.log()).includes('SMUGGLED'))
      },
    },
    {
      row: 'B1',
      what: 'fields of a trailer do not count as fields of the request',
      async run({ direct }) {
        const trailer = 'X-Tag: from the trailer\r\nContent-Length: 9\r\nHost: evil.example\r\n'
        const bytes = `GET /whoami HTTP/1.1\r\n${HOST}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\nx\r\n0\r\n${trailer}\r\n`
        const [answer] = await converse(direct.port, bytes)
        if (answer?.status === 200) assert.equal(JSON.parse(answer.text).header, null)
        else if (answer !== undefined) refused(answer)
      },
    },
  ],
  honest: [
    { row: 'B1', what: 'ten pipelined requests, answered in turn', run: pipelined },
    { row: 'B1', what: 'HEAD and GET on one connection', run: headThenGet },
    { row: 'B1', what: 'a head that arrives in pieces', run: inPieces },
    ...each(
      'B1',
      'a body in another form',
      {
        'one chunk': chunked('5\r\nhello\r\n0\r\n\r\n').replace(HOST, `${HOST}\r\nConnection: close`),
        'several chunks': chunked('2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n').replace(
          HOST,
          `${HOST}\r\nConnection: close`,
        ),
        'a chunk with leading zeros': chunked('005\r\nhello\r\n0\r\n\r\n').replace(
          HOST,
          `${HOST}\r\nConnection: close`,
        ),
        'a chunk with an extension': chunked('5;name=value\r\nhello\r\n0\r\n\r\n').replace(
          HOST,
          `${HOST}\r\nConnection: close`,
        ),
        'an empty line before the request': `\r\n${line('POST /hook HTTP/1.1', 'Content-Length: 5')}hello`,
        'blanks around a length': `${line('POST /hook HTTP/1.1', 'Content-Length: \t 5 \t')}hello`,
        'Expect: 100-continue': `${line('POST /hook HTTP/1.1', 'Content-Length: 5', 'Expect: 100-continue')}hello`,
      },
      hookTakes,
    ),
  ],
}
