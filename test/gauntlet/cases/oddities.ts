/** Odd, but honest: what old clients, programs and proxies send. Beside them, what only looks like it. */
import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { type Case, each, fine, leadsTo, refused, type Sites, type Subject } from '../suite/case.ts'
import { attribute, elementById, parsePage } from '../suite/page.ts'
import { loggedIn, Visitor } from '../suite/visitor.ts'
import { converse, open, parseAnswers, readToEnd, silence } from '../suite/wire.ts'

const HOST = 'Host: gauntlet.example'
const END = 'Connection: close\r\n\r\n'
const GIF = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'

const bodies: Record<string, [type: string, body: string, kind: string, length: number]> = {
  'a form with a charset': ['application/x-www-form-urlencoded; charset=UTF-8', 'a=1&b=%C3%BC', 'form', 2],
  'a form in capitals': ['Application/X-WWW-Form-Urlencoded', 'a=1', 'form', 1],
  'a form of a name alone': ['application/x-www-form-urlencoded', 'a', 'form', 1],
  'a form with plus and per cent': ['application/x-www-form-urlencoded', 'a=1+1&b=100%', 'form', 2],
  'JSON with a charset': ['application/json; charset=utf-8', '{"a":1}', 'json', 1],
  'JSON with a mark of byte order': ['application/json', '\ufeff{"a":1}', 'json', 1],
  'a frontier in quotes': [
    'multipart/form-data; boundary="a b"',
    '--a b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--a b--\r\n',
    'form',
    1,
  ],
  'a frontier of many signs': [
    'multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW',
    '------WebKitFormBoundary7MA4YWxkTrZu0gW\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n------WebKitFormBoundary7MA4YWxkTrZu0gW--\r\n',
    'form',
    1,
  ],
  'a part with a type': [
    'multipart/form-data; boundary=b',
    '--b\r\nContent-Disposition: form-data; name="x"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nü\r\n--b--\r\n',
    'form',
    1,
  ],
  'a preamble and an epilogue': [
    'multipart/form-data; boundary=b',
    'hello\r\n--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--b--\r\ngoodbye',
    'form',
    1,
  ],
  'no line break at the end': [
    'multipart/form-data; boundary=b',
    '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--b--',
    'form',
    1,
  ],
  'a name with an accent': [
    'multipart/form-data; boundary=b',
    '--b\r\nContent-Disposition: form-data; name="naïve"\r\n\r\n1\r\n--b--\r\n',
    'form',
    1,
  ],
  'an empty form': ['application/x-www-form-urlencoded', '', 'form', 0],
  'no type': ['', 'hello', 'data', 5],
  'an unknown type': ['x/y', 'hello', 'data', 5],
}

const fileNames: Record<string, string> = {
  'in the way of RFC 5987': "filename*=UTF-8''na%C3%AFve%20plan.gif",
  'in both ways': 'filename="naive plan.gif"; filename*=UTF-8\'\'na%C3%AFve%20plan.gif',
  'as it is': 'filename="naïve plan.gif"',
  'with an escaped quote': 'filename="a%22b%22.gif"',
  'without quotes': 'filename=plan.gif',
  'with a path of Windows': 'filename="C:\\pictures\\plan.gif"',
}

/** Ways to write a request that are all well. */
const requests: Record<string, string> = {
  'HTTP/1.0': `GET /items/7 HTTP/1.0\r\n${HOST}\r\n\r\n`,
  'a target with its host, as to a proxy': `GET http://gauntlet.example/items/7 HTTP/1.1\r\n${HOST}\r\n${END}`,
  'names of fields in small letters': `GET /items/7 HTTP/1.1\r\nhost: gauntlet.example\r\nconnection: close\r\n\r\n`,
  'no blank behind the colon': `GET /items/7 HTTP/1.1\r\nHost:gauntlet.example\r\nConnection:close\r\n\r\n`,
  'an empty field': `GET /items/7 HTTP/1.1\r\n${HOST}\r\nX-Empty:\r\n${END}`,
  'an empty query': `GET /items/7? HTTP/1.1\r\n${HOST}\r\n${END}`,
  'a query of separators': `GET /items/7?&&&=& HTTP/1.1\r\n${HOST}\r\n${END}`,
  'letters of the path, encoded': `GET /%69tems/7 HTTP/1.1\r\n${HOST}\r\n${END}`,
  'a wish for WebSockets': `GET /items/7 HTTP/1.1\r\n${HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  'a wish for HTTP/2': `GET /items/7 HTTP/1.1\r\n${HOST}\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nConnection: Upgrade, HTTP2-Settings, close\r\n\r\n`,
  'a body with GET': `GET /items/7 HTTP/1.1\r\n${HOST}\r\nContent-Length: 5\r\n${END}hello`,
  'TE: trailers': `GET /items/7 HTTP/1.1\r\n${HOST}\r\nTE: trailers\r\n${END}`,
  'two lines of cookies': `GET /items/7 HTTP/1.1\r\n${HOST}\r\nCookie: a=1\r\nCookie: b=2\r\n${END}`,
  'a cookie with odd signs': `GET /items/7 HTTP/1.1\r\n${HOST}\r\nCookie: a={"x":[1,2]}; b; =c; d="q;\r\n${END}`,
}

/** Targets that are nothing, and must not be a mistake of the server either. */
const targets: Record<string, string> = {
  'bytes that are no UTF-8': '/paths/%ff',
  'half an escape': '/paths/%2',
  'an escape of no digits': '/paths/%zz',
  'a query of no UTF-8': '/args?q=%ff',
  'a fragment': '/items/7#x',
  'a user name': '/@evil.example',
  'a very large number': `/items/${'9'.repeat(400)}`,
  'an argument of a function': '/items/7;x=1',
  'half a surrogate': '/paths/%ED%A0%80',
}

async function chunkedLogin({ proxied }: Sites): Promise<void> {
  const visitor = new Visitor(proxied)
  const token = await visitor.token()
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const body = 'username=bob&password=bob-Green-Lantern-52'
  const chunks =
    body
      .match(/.{1,7}/g)
      ?.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`)
      .join('') ?? ''
  const head = [
    'POST /login HTTP/1.1',
    HOST,
    'X-Forwarded-Proto: https',
    `X-Forwarded-For: ${visitor.address}`,
    `Cookie: ${cookie}`,
    `X-CSRF-Token: ${token}`,
    'Origin: https://gauntlet.example',
    'Content-Type: application/x-www-form-urlencoded',
    'Transfer-Encoding: chunked',
  ].join('\r\n')
  const [answer = silence] = await converse(proxied.port, `${head}\r\n${END}${chunks}0\r\n\r\n`)
  leadsTo(answer, '/account')
}

async function manyCookies({ proxied }: Sites): Promise<void> {
  const visitor = await loggedIn(proxied, 'bob')
  for (let i = 0; i < 150; i++) visitor.cookies.set(`other${i}`, 'x')
  assert.equal(await visitor.whoami(), 'bob')
}

/** A second request on a connection that is kept, whose head never ends. */
async function slowSecond({ direct }: Sites): Promise<void> {
  const socket = await open(direct.port)
  const done = readToEnd(socket, 60)
  socket.write(`GET /items/7 HTTP/1.1\r\n${HOST}\r\n\r\n`)
  await setTimeout(500)
  socket.write('GET / HTTP/1.1\r\nX: ')
  const found = parseAnswers(await done).map(({ status }) => status)
  assert.equal(found[0], 200)
  assert(found.slice(1).every((status) => status === 408 || status === 400))
}

/** An honest visitor who reads a while before the next click, on a connection that was closed meanwhile or not. */
const idle: Case = {
  row: 'B3',
  what: 'a pause between two requests of a connection',
  async run({ direct }) {
    const socket = await open(direct.port)
    const done = readToEnd(socket, 20)
    socket.write(`GET /items/7 HTTP/1.1\r\n${HOST}\r\n\r\n`)
    await setTimeout(1500)
    socket.write(`GET /items/8 HTTP/1.1\r\n${HOST}\r\n${END}`)
    assert.deepEqual(
      parseAnswers(await done).map(({ status }) => status),
      [200, 200],
    )
  },
}

export const oddities: Subject = {
  name: 'oddities',
  attacks: [
    ...each('C3', 'no mistake of the server', targets, async (path, { direct }) => {
      const answer = await direct.send(path)
      assert(answer.status < 500, `${answer.status}`)
    }),
    ...each(
      'H3',
      'an address that is none',
      {
        words: 'unknown',
        nothing: '',
        'a script': '<script>',
        'a port': '[2001:db8::7]:4711',
        'very many': '1.1.1.1,'.repeat(500),
        bytes: '\x01',
      },
      async (address, { proxied }) => {
        const fields = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': address }
        const answer = await proxied.send('/whoami', { fields })
        assert(answer.status < 500, `${answer.status}`)
      },
    ),
    ...each(
      'H4',
      'a part that is read in two ways',
      {
        'two names': 'Content-Disposition: form-data; name="a"; name="file"; filename="x.gif"',
        'two file names': 'Content-Disposition: form-data; name="file"; filename="x.gif"; filename="x.php"',
        'two dispositions':
          'Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="file"; filename="x.gif"',
        'another disposition': 'Content-Disposition: attachment; name="file"; filename="x.gif"',
        'a folded line': 'Content-Disposition: form-data;\r\n name="file"; filename="x.php"',
        'a name of RFC 5987 that climbs':
          'Content-Disposition: form-data; name="file"; filename*=UTF-8\'\'..%2F..%2Fx.php',
        'a transfer encoding':
          'Content-Disposition: form-data; name="file"; filename="x.gif"\r\nContent-Transfer-Encoding: base64',
      },
      async (head, { proxied }) => {
        const visitor = await uploader(proxied)
        const answer = await post(visitor, head, Buffer.from(GIF, 'base64'))
        if (answer.status === 201) assert.match(linkOf(answer.text), /^\/uploads\/[\w-]+\.gif$/)
        else refused(answer)
      },
    ),
    { row: 'B3', what: 'a slow second request on a connection that is kept', run: slowSecond },
  ],
  honest: [
    ...each('D4', 'a body', bodies, async ([type, body, kind, length], { direct }) => {
      const fields = type === '' ? {} : { 'Content-Type': type }
      const answer = await direct.send('/hook', { method: 'POST', body, fields })
      fine(answer)
      assert.deepEqual(JSON.parse(answer.text), { kind, length })
    }),
    ...each('B1', 'a request', requests, async (bytes, { direct }) => {
      const [answer = silence] = await converse(direct.port, bytes)
      fine(answer)
      assert.equal(answer.text.trim(), '{"id":7,"next":8}')
    }),
    ...each('H4', 'a file named', fileNames, async (name, { proxied }) => {
      const visitor = await uploader(proxied)
      const answer = await post(
        visitor,
        `Content-Disposition: form-data; name="file"; ${name}`,
        Buffer.from(GIF, 'base64'),
      )
      fine(answer, 201)
    }),
    { row: 'B1', what: 'a login in chunks', run: chunkedLogin },
    { row: 'B3', what: 'a session among 150 other cookies', run: manyCookies },
    idle,
  ],
}

const uploaders = new WeakMap<object, Promise<Visitor>>()

function uploader(site: Sites['proxied']): Promise<Visitor> {
  const found = uploaders.get(site) ?? loggedIn(site, 'carol')
  uploaders.set(site, found)
  return found
}

async function post(visitor: Visitor, head: string, content: Buffer) {
  const body = Buffer.concat([Buffer.from(`--b\r\n${head}\r\n\r\n`), content, Buffer.from('\r\n--b--\r\n')])
  return visitor.post('/upload', body, {
    'Content-Type': 'multipart/form-data; boundary=b',
    'X-CSRF-Token': await visitor.token(),
    ...visitor.sameOrigin(),
  })
}

const linkOf = (text: string) => attribute(elementById(parsePage(text), 'stored'), 'href') ?? ''
