import { generateKey, KeyRing, TimedSigner } from '@dewar/signing'
import { describe, expect, it } from 'vitest'
import { type App, type AppOptions, abort, MultiDict, request, session } from '../src/index.ts'
import { redact } from '../src/logger-redaction.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

type Line = Readonly<Record<string, unknown>>

/** An app and what it logs. */
function logged(options: AppOptions = {}, level = 'info'): { app: App; lines: Line[]; raw: string[] } {
  const lines: Line[] = []
  const raw: string[] = []
  const write = (text: string): void => {
    raw.push(text)
    lines.push(JSON.parse(text))
  }
  return { app: makeApp({ logger: { level, destination: { write } }, ...options }), lines, raw }
}

describe('a text of a client', () => {
  it.each([
    ['a line break', 'a\nb'],
    ['an escape', '\x1b[2J'],
    ['an escape of eight bits', '\x9b2J'],
    ['a delete', 'a\x7f'],
    ['a next line', 'a\x85b'],
    ['a line separator', 'a\u2028b'],
    ['a mark of direction', '\u202edrow'],
    ['an isolate', '\u2066a'],
  ])('moves no cursor and turns no line around: %s', (_, text) => {
    const { app, raw, lines } = logged()
    app.logger.info({ text, form: new MultiDict([[text, text]]) }, text)
    expect(raw[0]).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/)
    expect(raw[0]?.split('\n')).toHaveLength(2)
    expect(lines).toEqual([expect.objectContaining({ msg: text, text, form: { [text]: text } })])
  })

  it('stays readable', () => {
    const { app, raw } = logged()
    app.logger.info("O'Brien & Söhne سلام 🍵")
    expect(raw[0]).toContain("O'Brien & Söhne سلام 🍵")
  })
})

describe('the line of a request', () => {
  it('says who asked for what and how it went, once', async () => {
    const { app, lines } = logged()
    app.get('/posts/<int:id>', { endpoint: 'show' }, () => 'x')
    await testClient(app).get('/posts/7?page=2', { remoteAddr: '192.0.2.1' })
    expect(lines).toEqual([
      expect.objectContaining({
        level: 30,
        msg: 'GET /posts/7 200',
        method: 'GET',
        path: '/posts/7',
        status: 200,
        endpoint: 'show',
        remoteAddr: '192.0.2.1',
        requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
        duration: expect.any(Number),
      }),
    ])
  })

  it.each([
    { what: 'an unknown address', path: '/nope', status: 404 },
    { what: 'an error', path: '/boom', status: 500 },
    { what: 'a refused host', path: '/', host: 'evil.example', status: 400 },
  ])('is written of $what, too', async ({ path, status, host }) => {
    const { app, lines } = logged({ config: { TRUSTED_HOSTS: ['localhost'] } })
    app.get('/', () => 'x')
    app.get('/boom', () => {
      throw new Error('boom')
    })
    await testClient(app).get(path, host === undefined ? {} : { host })
    expect(lines.filter(({ msg }) => msg === `GET ${path} ${status}`)).toHaveLength(1)
  })

  it('comes after the last byte of a stream', async () => {
    const { app, lines } = logged()
    app.get('/', async function* () {
      yield 'a'
      expect(lines).toEqual([])
      yield 'b'
    })
    await testClient(app).get('/')
    expect(lines).toHaveLength(1)
  })

  it('is not written while the level is off', async () => {
    const { app, lines } = logged({}, 'warn')
    app.get('/', () => 'x')
    await testClient(app).get('/')
    expect(lines).toEqual([])
  })

  it.each([
    { rule: '/reset/<token>', path: '/reset/s3cret', shown: '/reset/<token>' },
    { rule: '/u/<int:id>/<any(a,b):sessionId>', path: '/u/1/a', shown: '/u/<int:id>/<any(a,b):sessionId>' },
    { rule: '/posts/<slug>', path: '/posts/s3cret', shown: '/posts/s3cret' },
  ])('shows $path of $rule as $shown', async ({ rule, path, shown }) => {
    const { app, lines } = logged()
    app.addUrlRule({ rule, view: () => 'x' })
    await testClient(app).get(path)
    expect(lines[0]?.['path']).toBe(shown)
  })

  it.each(['/reset/TOKEN/', '/rset/TOKEN', '/reset/TOKEN/x', '/%72eset/TOKEN/'])(
    'shows no signed token of a link that was copied badly: %s',
    async (path) => {
      const { app, raw } = logged()
      app.get('/reset/<token>', () => 'x')
      const token = new TimedSigner({ keys: new KeyRing(generateKey()), purpose: 'reset', maxAge: 60 }).sign(
        '7',
      )
      const response = await testClient(app).get(path.replace('TOKEN', token))
      expect(response.status).not.toBe(200)
      expect(raw.join('')).not.toContain(token.slice(0, 60))
      expect(raw.join('')).toContain('<token>')
    },
  )

  it('holds no query, no cookie, no token and no body', async () => {
    const { app, raw } = logged()
    app.post('/login', async () => {
      const form = await request.form()
      session.set('name', form.require('password'))
      return 'x'
    })
    const client = testClient(app)
    client.setCookie('other', 'COOKIE-VALUE')
    await client.post('/login?code=QUERY-VALUE', {
      form: { password: 'FORM-VALUE' },
      auth: { username: 'ada', password: 'BASIC-VALUE' },
      headers: { 'X-Api-Key': 'HEADER-VALUE' },
    })
    expect(raw.join('')).not.toMatch(/-VALUE|__Host-/)
  })
})

describe('the id of a request', () => {
  const trace = '0af7651916cd43dd8448eb211c80319c'

  it.each([
    { what: 'a traceparent', header: `00-${trace}-b7ad6b7169203331-01`, taken: true },
    { what: 'one of a later version', header: `01-${trace}-b7ad6b7169203331-01-more`, taken: true },
    { what: 'the forbidden version', header: `ff-${trace}-b7ad6b7169203331-01`, taken: false },
    { what: 'no trace', header: `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, taken: false },
    { what: 'no parent', header: `00-${trace}-${'0'.repeat(16)}-01`, taken: false },
    { what: 'capitals', header: `00-${trace.toUpperCase()}-b7ad6b7169203331-01`, taken: false },
    { what: 'a line of its own', header: '00-{"level":60}-b7ad6b7169203331-01', taken: false },
  ])('with $what: $taken', async ({ header, taken }) => {
    const { app, lines } = logged()
    app.get('/', () => request.id)
    const { text } = await testClient(app).get('/', { headers: { traceparent: header } })
    expect(text).toMatch(/^[0-9a-f]{32}$/)
    expect(text === trace).toBe(taken)
    expect(lines[0]?.['requestId']).toBe(text)
  })

  it('stands in every line that is logged during the request, and on the error page', async () => {
    const { app, lines } = logged()
    app.get('/', () => {
      app.logger.info('mine')
      throw new Error('boom')
    })
    app.get('/other', () => 'x')
    const page = await testClient(app).get('/', { headers: { Accept: 'application/json' } })
    const ids = new Set(lines.map(({ requestId }) => requestId))
    expect(lines.map(({ msg }) => msg)).toEqual(['mine', 'Exception on / [GET]', 'GET / 500'])
    expect(ids.size).toBe(1)
    expect(page.text).toContain(String(lines[0]?.['requestId']))
  })

  it('is another one for each request, and none outside', async () => {
    const { app, lines } = logged()
    app.get('/', () => 'x')
    await testClient(app).get('/')
    await testClient(app).get('/')
    app.logger.info('outside')
    expect(lines[0]?.['requestId']).not.toBe(lines[1]?.['requestId'])
    expect(lines[2]).not.toHaveProperty('requestId')
  })
})

describe('redaction', () => {
  it.each([
    { what: 'a password', value: { password: 'X-X' } },
    { what: 'a name in camel case', value: { newPassword: 'X-X' } },
    { what: 'a header', value: { headers: { Authorization: 'X-X', 'Set-Cookie': ['X-X'] } } },
    { what: 'a key of the environment', value: { env: { DEWAR_SECRET_KEY: 'X-X', STRIPE_API_KEY: 'X-X' } } },
    { what: 'what lies deep', value: { a: { b: [{ c: { d: { refresh_token: 'X-X' } } }] } } },
    { what: 'a Map', value: { form: new Map([['csrf_token', 'X-X']]) } },
    { what: 'a MultiDict', value: { form: new MultiDict([['password', 'X-X']]) } },
    { what: 'what is too deep to look at', value: deep(12, { password: 'X-X' }) },
    { what: 'a list under a telling name', value: { cookies: ['X-X', 'X-X'] } },
    { what: 'the query of an address', value: { Referer: 'https://a.example/login?next=/&password=X-X#b' } },
    { what: 'an encoded name in a query', value: { url: '/?user%5Bnew_password%5D=X-X' } },
    { what: 'the fragment of an address', value: { url: 'https://a.example/#access_token=X-X&b=1' } },
    { what: 'a form as text', value: { body: 'username=ada&password=X-X' } },
    { what: 'the last of very many fields', value: { body: wide(300, { password: 'X-X' }) } },
    { what: 'a short name', value: { pwd: 'X-X', userPass: 'X-X', 'X-Auth': 'X-X', jwt: 'X-X' } },
  ])('keeps $what out of the log', ({ value }) => {
    const { app, raw } = logged()
    app.logger.info(value)
    expect(raw).toHaveLength(1)
    expect(raw[0]).not.toContain('X-X')
  })

  it('keeps signed tokens out of the log, wherever they stand', () => {
    const token = new TimedSigner({ keys: new KeyRing(generateKey()), purpose: 'reset' }).sign('1')
    const { app, raw } = logged()
    app.logger.info({ Referer: `https://a.example/reset/${token}`, list: [`x ${token} y`] })
    expect(raw[0]).toContain('https://a.example/reset/[redacted]')
    expect(raw[0]).not.toContain(token.split('.')[2])
  })

  it('reaches what an error carries, and child loggers', () => {
    const { app, raw } = logged()
    const error = Object.assign(new Error('failed'), {
      config: { headers: { authorization: 'X-X' } },
      cause: Object.assign(new Error('inner'), { token: 'X-X' }),
    })
    app.logger.error({ err: error }, 'outer')
    app.logger.child({ token: 'X-X' }).info('child')
    expect(raw).toHaveLength(2)
    expect(raw.join('')).not.toContain('X-X')
    expect(raw.join('')).toContain('failed')
  })

  it('reaches request headers that are logged as they are', async () => {
    const { app, raw } = logged()
    app.get('/', () => {
      app.logger.info({ headers: request.headers }, 'head')
      return 'x'
    })
    await testClient(app).get('/', { headers: { Cookie: 'a=X-X', 'User-Agent': 'Browser/1' } })
    expect(raw[0]).toContain('Browser/1')
    expect(raw.join('')).not.toContain('X-X')
  })

  it.each([
    { what: 'that nothing is there', value: { token: null, password: undefined, hasCookie: true } },
    {
      what: 'names that only look alike',
      value: { pinned: 1, tokyo: 2, passage: 3, status: 200, author: 'a' },
    },
    { what: 'addresses without secrets', value: { url: '/search?q=a%20b&sort=name#top', text: 'a=b; c=d' } },
  ])('leaves $what', ({ value }) => {
    expect(redact(value)).toBe(value)
  })

  it('does not change what is logged', () => {
    const value = { user: { password: 'X-X' } }
    redact(value)
    expect(value.user.password).toBe('X-X')
  })

  it('ends for what contains itself', () => {
    const loop: Record<string, unknown> = { password: 'X-X' }
    loop['self'] = loop
    expect(JSON.stringify(redact(loop))).not.toContain('X-X')
  })
})

describe('the level', () => {
  it('is LOG_LEVEL', () => {
    const lines: string[] = []
    const destination = { write: (line: string) => void lines.push(line) }
    const app = makeApp({
      logger: { destination },
      config: { SECRET_KEY: generateKey(), LOG_LEVEL: 'error' },
    })
    app.logger.warn('no')
    app.logger.error('yes')
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['yes'])
  })
})

describe('an HTTP error that a view throws', () => {
  it('is no error of the log', async () => {
    const { app, lines } = logged()
    app.get('/', () => abort(404))
    await testClient(app).get('/')
    expect(lines.map(({ level }) => level)).toEqual([30])
  })
})

/** An object with very many names before those of another. */
function wide(count: number, last: object): object {
  return {
    ...Object.fromEntries(Array.from({ length: count }, (_, index) => [`field${index}`, ''])),
    ...last,
  }
}

function deep(levels: number, inner: object): object {
  return levels === 0 ? inner : { next: deep(levels - 1, inner) }
}
