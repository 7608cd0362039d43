/** E1, E2, E3, C1: what every kind of answer carries, and what none does. */
import assert from 'node:assert/strict'
import { each, fine, holdsNoSecret, leadsTo, refused, type Sites, type Subject } from '../suite/case.ts'
import { loggedIn, Visitor } from '../suite/visitor.ts'
import { type Answer, converse, type Sent, silence } from '../suite/wire.ts'

const MIB = 1024 * 1024

/** A kind of answer: how to get it, and its status. */
type Kind = readonly [status: number, path: string, sent?: Sent]

const kinds: Record<string, Kind> = {
  'a page': [200, '/'],
  'a page without a session': [200, '/search?q=x'],
  JSON: [200, '/items/7'],
  text: [200, '/log?message=x'],
  'a redirect': [302, '/go?next=/account'],
  'a redirect to the login': [302, '/account'],
  'a redirect to the right slash': [308, '/static//hello.txt'],
  'a static file': [200, '/static/hello.txt'],
  'a part of a file': [206, '/static/hello.txt', { fields: { Range: 'bytes=0-1' } }],
  'a part that is not there': [416, '/static/hello.txt', { fields: { Range: 'bytes=999-' } }],
  'a file of a folder': [200, '/files/readme.txt'],
  'a stream': [200, '/stream?rows=20&tag=x'],
  'a download': [200, '/respond?filename=report.txt'],
  HEAD: [200, '/', { method: 'HEAD' }],
  OPTIONS: [200, '/items/7', { method: 'OPTIONS' }],
  'OPTIONS of all': [204, '*', { method: 'OPTIONS' }],
  '400 for a host': [400, '/', { host: 'evil.example' }],
  '400 for a header': [400, '/respond?header=%0a'],
  '403': [403, '/comments', { method: 'POST', body: 'a=1', fields: { Origin: 'https://evil.example' } }],
  '404': [404, '/nowhere'],
  '404 of a file': [404, '/static/nothing.txt'],
  '405': [405, '/items/7', { method: 'POST', body: '' }],
  '413': [413, '/hook', { method: 'POST', body: Buffer.alloc(17 * MIB) }],
  '431': [431, '/', { fields: { X: 'y'.repeat(40_000) } }],
  '500': [500, '/boom'],
  '500 for programs': [500, '/boom', { fields: { Accept: 'application/json' } }],
}

const expected: Record<string, RegExp> = {
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^(?:DENY|SAMEORIGIN)$/,
  'referrer-policy': /^(?:strict-origin-when-cross-origin|same-origin|strict-origin)$/,
  'content-security-policy': /default-src|sandbox/,
  'permissions-policy': /camera=\(\)/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
}

const tellTales = ['server', 'x-powered-by', 'x-aspnet-version', 'via', 'x-runtime', 'x-debug-token']

function assertStamped(answer: Answer): void {
  for (const [name, pattern] of Object.entries(expected)) {
    assert.match(answer.get(name) ?? '', pattern, name)
    assert.equal(answer.all(name).length, 1, `${name} stands there twice.`)
  }
  for (const name of tellTales) assert.equal(answer.get(name), null, name)
  assert.equal(answer.get('access-control-allow-origin'), null)
  assert(answer.get('date') !== null)
  holdsNoSecret(answer)
}

/** Values that would become lines of their own. */
const breaking: Record<string, string> = {
  'a line': 'x%0d%0aevil:%201',
  'a line feed alone': 'x%0aevil:%201',
  'a carriage return alone': 'x%0devil:%201',
  'the end of the head': 'x%0d%0a%0d%0a%3Cscript%3Ealert(1)%3C/script%3E',
  'a cookie': 'x%0d%0aSet-Cookie:%20evil=1',
  'a NUL': 'x%00y',
  'letters whose low bytes are a line': '%E5%98%8D%E5%98%8Aevil:%201',
  'a line separator': 'x%E2%80%A8evil:%201',
  'a vertical tab': 'x%0bevil:%201',
  'a next line': 'x%C2%85evil:%201',
  'an escape': '%1b[31m',
  'a delete': '%7f',
  'half a surrogate': '%ED%A0%80',
  'an attribute': 'x; Domain=evil.example; evil=1',
  'a quote': '%22; evil=%221',
  'a folded line': 'x%0d%0a%20evil:%201',
  'an emoji': '%F0%9F%8D%B5',
  'ten thousand letters': 'a'.repeat(10_000),
}

async function breaksNothing(name: string, payload: string, { direct }: Sites): Promise<void> {
  const bytes = `GET /respond?${name}=${payload.replaceAll(' ', '%20')} HTTP/1.1\r\nHost: gauntlet.example\r\nConnection: close\r\n\r\n`
  const answers = await converse(direct.port, bytes)
  assert.equal(answers.length, 1, 'There are two answers.')
  const [answer = silence] = answers
  const names = answer.fields.map(([field]) => field.toLowerCase())
  assert(!names.includes('evil'), 'There is a header of its own.')
  for (const [, value] of answer.fields) assert.doesNotMatch(value, /[\0\x01-\x08\x0b\x0c\x0e-\x1f\x7f\n\r]/)
  for (const line of answer.all('set-cookie')) {
    assert.match(line, /^echo=/)
    assert.equal(line.split(/; */).filter((part) => /^(?:domain|evil)=/i.test(part)).length, 0, line)
  }
  if (answer.status === 200) assert.equal(answer.text, 'report')
  else refused(answer)
}

const everyPath = [
  '/',
  '/contexts?name=x',
  '/comments',
  '/login',
  '/search',
  '/go',
  '/static/hello.txt',
  '/files/readme.txt',
  '/items/7',
  '/args?q=1',
  '/respond?filename=a.txt',
  '/preview?text=x',
  '/reset',
  '/outbox',
  '/whoami',
  '/counter',
  '/stream?rows=5&tag=x',
  '/config',
  '/log?message=x',
  '/account',
  '/admin',
  '/notes/1',
  '/nowhere',
  '/boom',
]

const routes: Record<string, [path: string, methods: string[]]> = {
  'a page': ['/search', ['GET', 'HEAD', 'OPTIONS']],
  'a form': ['/comments', ['GET', 'HEAD', 'OPTIONS', 'POST']],
  JSON: ['/items/7', ['GET', 'HEAD', 'OPTIONS']],
  'a hook': ['/hook', ['OPTIONS', 'POST']],
  'a note': ['/notes/1', ['GET', 'HEAD', 'OPTIONS', 'POST']],
  'a static file': ['/static/hello.txt', ['GET', 'HEAD', 'OPTIONS']],
  'a logout': ['/logout', ['OPTIONS', 'POST']],
}

const allowed = (answer: Answer) => (answer.get('allow') ?? '').split(/, */).sort()

export const answers: Subject = {
  name: 'answers',
  attacks: [
    ...each('E1', 'headers of', kinds, async ([status, path, sent], { direct }) => {
      const answer = await direct.send(path, sent)
      fine(answer, status)
      assertStamped(answer)
    }),
    {
      row: 'E1',
      what: 'headers of 304',
      async run({ direct }) {
        const etag = (await direct.send('/static/hello.txt')).get('etag') ?? ''
        const answer = await direct.send('/static/hello.txt', { fields: { 'If-None-Match': etag } })
        fine(answer, 304)
        assertStamped(answer)
      },
    },
    {
      row: 'E1',
      what: 'headers of 400 from the parser',
      async run({ direct }) {
        const [answer = silence] = await converse(direct.port, 'GET / HTTP/1.1\r\nHost: a\r\nX Y: z\r\n\r\n')
        fine(answer, 400)
        assertStamped(answer)
      },
    },
    {
      row: 'E1',
      what: 'headers of pages behind the proxy, the login’s 401 and 429 among them',
      async run({ proxied }) {
        const visitor = new Visitor(proxied)
        const wrong = await visitor.login('alice', 'wrong')
        fine(wrong, 401)
        const found = [
          wrong,
          await visitor.get('/'),
          await visitor.get('/nowhere'),
          await visitor.get('/boom'),
        ]
        for (const answer of found) {
          assertStamped(answer)
          assert.match(answer.get('strict-transport-security') ?? '', /max-age=\d{8}/)
        }
      },
    },
    ...each('E3', 'a header of', breaking, (payload, sites) => breaksNothing('header', payload, sites)),
    ...each('E3', 'a cookie of', breaking, (payload, sites) => breaksNothing('cookie', payload, sites)),
    ...each('E3', 'a file name of', breaking, (payload, sites) => breaksNothing('filename', payload, sites)),
    {
      row: 'E3',
      what: 'a redirect of two lines',
      async run({ direct }) {
        const answer = await direct.send('/go?next=/x%0d%0aevil:%201')
        assert.equal(answer.get('evil'), null)
      },
    },
    ...each(
      'C1',
      'a method that no view takes',
      Object.fromEntries(
        ['PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'CONNECT', 'PURGE'].map((method) => [method, method]),
      ),
      async (method, { direct }) => {
        const answer = await direct.send('/items/7', { method, fields: { 'X-Reflect': 'REFLECTED' } })
        refused(answer)
        assert(!answer.text.includes('REFLECTED'))
      },
    ),
    ...each(
      'E2',
      'no permission for another origin on',
      {
        JSON: '/config',
        'who is here': '/whoami',
        'a page': '/account',
        'an error': '/nowhere',
        'a file': '/static/hello.txt',
      },
      async (path, { proxied }) => {
        const visitor = new Visitor(proxied)
        for (const origin of ['https://evil.example', 'null', 'https://gauntlet.example.evil.example']) {
          const answer = await visitor.get(path, { Origin: origin })
          assert.equal(answer.get('access-control-allow-origin'), null)
          assert.equal(answer.get('access-control-allow-credentials'), null)
        }
      },
    ),
    {
      row: 'E2',
      what: 'no permission by a preflight',
      async run({ proxied }) {
        const answer = await new Visitor(proxied).send('/api/echo', {
          method: 'OPTIONS',
          fields: {
            Origin: 'https://evil.example',
            'Access-Control-Request-Method': 'POST',
            'Access-Control-Request-Headers': 'x-csrf-token, content-type',
          },
        })
        for (const name of ['origin', 'methods', 'headers', 'credentials'])
          assert.equal(answer.get(`access-control-allow-${name}`), null)
      },
    },
    ...each(
      'E2',
      'no shared cache keeps',
      {
        'the account': '/account',
        'the first page': '/',
        'a note': '/notes/1',
        'who is here': '/whoami',
        'the counter': '/counter',
        'the mail form': '/mail',
      },
      async (path, { proxied }) => {
        const visitor = await alice(proxied)
        const answer = await visitor.get(path)
        fine(answer)
        assert.match(answer.get('cache-control') ?? '', /\b(?:private|no-store)\b/)
        assert.doesNotMatch(answer.get('cache-control') ?? '', /\bpublic\b|s-maxage/)
        assert.match(answer.get('vary') ?? '', /\bCookie\b/i)
      },
    ),
    {
      row: 'E2',
      what: 'a page is not taken for a static file by its name',
      async run({ proxied }) {
        const visitor = await alice(proxied)
        for (const path of ['/account/x.css', '/account;x.css', '/account%2fx.css', '/account.css'])
          refused(await visitor.get(path))
      },
    },
  ],
  honest: [
    {
      row: 'H9',
      what: 'a visitor’s own delay is bounded by the app',
      async run({ direct }) {
        for (const delay of ['100000000', '-1', 'x', '']) {
          const started = Date.now()
          fine(await direct.send(`/whoami?tag=x&delay=${delay}`))
          assert(Date.now() - started < 2000, delay)
        }
      },
    },
    ...each(
      'C1',
      'HEAD is GET without the body on',
      Object.fromEntries(everyPath.map((path) => [path, path])),
      async (path, { direct }) => {
        const [get, head] = [await direct.send(path), await direct.send(path, { method: 'HEAD' })]
        assert.equal(head.status, get.status)
        assert.equal(head.body.length, 0)
        for (const name of ['content-type', 'location', 'allow', 'content-disposition', 'accept-ranges'])
          assert.equal(head.get(name), get.get(name), name)
      },
    ),
    ...each('C1', 'OPTIONS and 405 name the methods of', routes, async ([path, methods], { direct }) => {
      const options = await direct.send(path, { method: 'OPTIONS' })
      assert([200, 204].includes(options.status))
      assert.deepEqual(allowed(options), methods)
      const wrong = await direct.send(path, { method: 'DELETE' })
      fine(wrong, 405)
      assert.deepEqual(allowed(wrong), methods)
    }),
    {
      row: 'E3',
      what: 'a header, a cookie and a file name at once',
      async run({ direct }) {
        const answer = await direct.send('/respond?header=hello%20world&cookie=a%20b&filename=report.txt')
        assert.equal(answer.text, 'report')
        assert.match(answer.get('content-type') ?? '', /^text\/plain/)
        assert.equal(answer.get('x-echo'), 'hello world')
        assert.match(answer.get('set-cookie') ?? '', /^echo="?a(?: |%20)b"?;/)
        assert.match(answer.get('content-disposition') ?? '', /^attachment; filename="?report\.txt"?$/)
      },
    },
    {
      row: 'E3',
      what: 'none of them if none is asked for',
      async run({ direct }) {
        const answer = await direct.send('/respond')
        assert.equal(answer.text, 'report')
        for (const name of ['x-echo', 'set-cookie', 'content-disposition'])
          assert.equal(answer.get(name), null)
      },
    },
    ...each(
      'E3',
      'a file name with',
      {
        'an accent': 'naïve plan.txt',
        quotes: 'a "b".txt',
        'a semicolon': 'a;b.txt',
        'an emoji': '🍵.txt',
        'a per cent sign': '100%.txt',
      },
      async (name, { direct }) => {
        const answer = await direct.send(`/respond?filename=${encodeURIComponent(name)}`)
        fine(answer)
        const header = answer.get('content-disposition') ?? ''
        const extended = /filename\*=UTF-8''([^;]*)/.exec(header)?.[1]
        const quoted = /filename="((?:[^"\\]|\\.)*)"/.exec(header)?.[1]?.replaceAll(/\\(.)/g, '$1')
        const plain = /filename=([^";]*)/.exec(header)?.[1]
        assert.equal(extended === undefined ? (quoted ?? plain) : decodeURIComponent(extended), name)
      },
    ),
    ...each(
      'E3',
      'a cookie with',
      { 'a semicolon': 'a;b', quotes: 'say "no"', 'an accent': 'Söhne', 'an emoji': '🍵', nothing: '' },
      async (value, { direct }) => {
        const answer = await direct.send(`/respond?cookie=${encodeURIComponent(value)}`)
        fine(answer)
        const line = Buffer.from(answer.get('set-cookie') ?? '', 'latin1').toString('latin1')
        assert.match(line, /^echo=/)
        assert.match(line, /; Secure/)
        assert.match(line, /; HttpOnly/)
      },
    ),
    {
      row: 'E3',
      what: 'a header with an umlaut',
      async run({ direct }) {
        const answer = await direct.send(`/respond?header=${encodeURIComponent("O'Brien & Söhne")}`)
        assert.equal(answer.get('x-echo'), "O'Brien & Söhne")
      },
    },
    {
      row: 'E2',
      what: 'a stranger who logs in comes back to where they were going',
      async run({ proxied }) {
        leadsTo(await new Visitor(proxied).get('/notes/1'), '/login?next=/notes/1')
      },
    },
  ],
}

const logins = new WeakMap<object, Promise<Visitor>>()

function alice(site: Sites['proxied']): Promise<Visitor> {
  const found = logins.get(site) ?? loggedIn(site, 'alice')
  logins.set(site, found)
  return found
}
