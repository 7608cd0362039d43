import { generateKey } from '@dewar/signing'
import { afterAll, describe, expect, it } from 'vitest'
import { type App, afterThisRequest, createApp, flash, g, redirect, request, session } from '../src/index.ts'
import { TestClient, testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

declare module '../src/index.ts' {
  interface SessionData {
    visits: number
  }
}

/** An app that shows what reaches it. */
function mirror(): App {
  const app = makeApp()
  app.route('/', { methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], endpoint: 'index' }, async () => ({
    method: request.method,
    url: request.url,
    type: request.headers.get('Content-Type'),
    auth: request.headers.get('Authorization'),
    body: await request.text(),
    remoteAddr: request.remoteAddr,
    cookie: request.cookies.get('mine') ?? null,
  }))
  app.get('/visits', () => {
    session.set('visits', (session.get('visits') ?? 0) + 1)
    return `${session.get('visits')}`
  })
  app.post('/upload', async () => {
    const files = (await request.files()).getAll('file')
    return Promise.all(files.map(async (file) => `${file.filename}=${await file.text()}`))
  })
  app.get('/stream', async function* () {
    yield 'one,'
    yield 'two'
  })
  app.route('/302', { methods: ['GET', 'POST'], endpoint: 'r302' }, () => redirect('/'))
  app.route('/307', { methods: ['GET', 'POST'], endpoint: 'r307' }, () => redirect('/', { status: 307 }))
  app.get('/loop', () => redirect('/loop'))
  app.get('/away', () => redirect('https://elsewhere.example/', { unsafeExternal: true }))
  app.get('/two-cookies', () => {
    afterThisRequest((response) => {
      response.setCookie('a', '1')
      response.setCookie('b', '2')
    })
    return 'x'
  })
  return app
}

const sockets: TestClient[] = []
const doors = [
  { door: 'direct' as const, open: (app: App) => testClient(app) },
  {
    door: 'socket' as const,
    open: (app: App) => {
      const client = testClient(app, { door: 'socket' })
      sockets.push(client)
      return client
    },
  },
]

afterAll(async () => {
  for (const client of sockets) await client.close()
})

describe.each(doors)('the test client, by the door $door', ({ open }) => {
  it('keeps cookies from request to request', async () => {
    const client = open(mirror())
    await client.get('/visits')
    expect((await client.get('/visits')).text).toBe('2')
    await client.get('/two-cookies')
    expect([client.getCookie('a'), client.getCookie('b')]).toEqual(['1', '2'])
  })

  it('sends forms, files, JSON and text', async () => {
    const client = open(mirror())
    const form = await client.post('/', { form: { a: '1', b: ['2', '3'] } })
    expect(form.json()).toMatchObject({ type: 'application/x-www-form-urlencoded', body: 'a=1&b=2&b=3' })
    const json = await client.put('/', { json: { a: 1 } })
    expect(json.json()).toMatchObject({ method: 'PUT', type: 'application/json', body: '{"a":1}' })
    const text = await client.patch('/', { body: 'plain', headers: { 'Content-Type': 'text/plain' } })
    expect(text.json()).toMatchObject({ body: 'plain' })
    const file = (filename: string) => ({ filename, content: filename.toUpperCase() })
    const upload = await client.post('/upload', { files: { file: [file('a.txt'), file('b.txt')] } })
    expect(upload.json()).toEqual(['a.txt=A.TXT', 'b.txt=B.TXT'])
  })

  it('follows redirects: 302 by GET, 307 with method and body', async () => {
    const client = open(mirror())
    const found = await client.post('/302', { form: { a: '1' }, followRedirects: true })
    expect(found.json()).toMatchObject({ method: 'GET', body: '' })
    expect(found.history.map(({ status, request: asked }) => [status, asked.path])).toEqual([[302, '/302']])
    const kept = await client.post('/307', { form: { a: '1' }, followRedirects: true })
    expect(kept.json()).toMatchObject({ method: 'POST', body: 'a=1' })
  })

  it.each([
    { path: '/loop', what: 'more than 20 redirects' },
    { path: '/away', what: 'another site' },
  ])('says that $path leads to $what', async ({ path, what }) => {
    await expect(open(mirror()).get(path, { followRedirects: true })).rejects.toMatchObject({
      code: 'ERR_DEWAR_TEST_REDIRECT',
      message: expect.stringContaining(what),
    })
  })

  it('gives a stream piece by piece', async () => {
    const stream = await open(mirror()).stream('GET', '/stream')
    let text = ''
    for await (const chunk of stream.body) text += new TextDecoder().decode(chunk)
    await stream.close()
    expect(stream.status).toBe(200)
    expect(text).toBe('one,two')
  })

  it('gives the head of a stream before its end, and may go away', async () => {
    const app = makeApp({ logger: { level: 'silent' } })
    let ended = false
    app.get('/', async function* () {
      try {
        for (;;) {
          yield 'tick\n'
          await new Promise((resolve) => setTimeout(resolve, 5))
        }
      } finally {
        ended = true
      }
    })
    {
      await using stream = await open(app).stream('GET', '/')
      for await (const chunk of stream.body) {
        expect(new TextDecoder().decode(chunk)).toContain('tick')
        break
      }
    }
    await expect.poll(() => ended).toBe(true)
  })

  it('shows the context of the last request', async () => {
    const client = open(mirror())
    expect(client.lastContext).toBe(null)
    await client.get('/visits?page=2')
    expect(client.lastContext?.request?.args.get('page')).toBe('2')
    expect(client.context(() => session.get('visits'))).toBe(1)
    expect(client.context(() => request.endpoint)).toBe('GET /visits')
  })

  it('changes the session between requests', async () => {
    const client = open(mirror())
    await client.sessionTransaction((data) => data.set('visits', 41))
    expect((await client.get('/visits')).text).toBe('42')
    expect(await client.sessionTransaction((data) => data.get('visits'))).toBe(42)
  })

  it('speaks https if told so', async () => {
    const client = open(mirror())
    expect((await client.get('/', { scheme: 'https' })).json()).toMatchObject({ url: 'https://localhost/' })
  })
})

describe('app.testClient', () => {
  it('is testClient', () => {
    expect(makeApp().testClient()).toBeInstanceOf(TestClient)
  })
})

describe('where a client thinks the app is', () => {
  it.each([
    { what: 'localhost', config: {}, options: {}, url: 'http://localhost/' },
    {
      what: 'SERVER_NAME',
      config: { SERVER_NAME: 'blog.example' },
      options: {},
      url: 'http://blog.example/',
    },
    {
      what: 'the base URL',
      config: {},
      options: { baseUrl: 'https://blog.example/shop/' },
      url: 'https://blog.example/shop/',
    },
  ])('is $what', async ({ config, options, url }) => {
    const app = makeApp({ config })
    app.get('/', () => request.url)
    expect((await app.testClient(options).get('/')).text).toBe(url)
  })

  it('is the URL of a request that has one', async () => {
    const app = makeApp()
    app.get('/a', () => request.url)
    const response = await app.testClient().get('https://shop.example/a?b=1')
    expect(response.text).toBe('https://shop.example/a?b=1')
  })
})

describe('options of a client', () => {
  it('are overridden by those of a request', async () => {
    const client = testClient(mirror(), { defaults: { remoteAddr: '192.0.2.1', headers: { 'X-A': '1' } } })
    expect((await client.get('/')).json()).toMatchObject({ remoteAddr: '192.0.2.1' })
    expect((await client.get('/', { remoteAddr: '192.0.2.2' })).json()).toMatchObject({
      remoteAddr: '192.0.2.2',
    })
  })

  it.each([
    { auth: { username: 'ada', password: 'x:y' }, header: `Basic ${btoa('ada:x:y')}` },
    { auth: { token: 't' }, header: 'Bearer t' },
  ])('send $header', async ({ auth, header }) => {
    expect((await testClient(mirror()).get('/', { auth })).json()).toMatchObject({ auth: header })
  })

  it('leave cookies out', async () => {
    const client = testClient(mirror(), { cookies: false })
    await client.get('/visits')
    expect((await client.get('/visits')).text).toBe('1')
  })

  it('put cookies in and take them out', async () => {
    const client = testClient(mirror())
    client.setCookie('mine', 'yes')
    expect((await client.get('/')).json()).toMatchObject({ cookie: 'yes' })
    client.deleteCookie('mine')
    expect((await client.get('/')).json()).toMatchObject({ cookie: null })
  })

  it('refuse two bodies', async () => {
    await expect(testClient(mirror()).post('/', { form: { a: '1' }, json: {} })).rejects.toMatchObject({
      code: 'ERR_DEWAR_TEST_BODY',
    })
  })
})

describe('client.context', () => {
  it('has flashed messages and g, as after the request', async () => {
    const app = makeApp()
    app.get('/', () => {
      Object.assign(g, { user: 'ada' })
      flash('Saved.')
      return 'x'
    })
    const client = testClient(app)
    await client.get('/')
    expect(client.context(() => Reflect.get(g, 'user'))).toBe('ada')
    expect(client.context(() => session.takeFlashes()).map(({ message }) => message)).toEqual(['Saved.'])
  })

  it('is an error before the first request', () => {
    expect(() => testClient(makeApp()).context(() => session.id)).toThrow(/before the first request/)
  })
})

describe('errors that nothing handles', () => {
  it('reach the test with TESTING, and are a 500 without', async () => {
    const make = (TESTING: boolean) => {
      const app = makeApp({ config: { TESTING } })
      app.get('/', () => {
        throw new RangeError('mine')
      })
      return testClient(app)
    }
    await expect(make(true).get('/')).rejects.toThrow('mine')
    expect((await make(false).get('/')).status).toBe(500)
  })
})

describe('app.testCliRunner', () => {
  const app = createApp({
    environment: {},
    config: { SECRET_KEY: generateKey() },
    logger: { level: 'silent' },
  })
  app.command('greet <name>', { options: { '--loud': 'In capitals.' } }, ({ name, loud }) => {
    console.log(loud ? name.toUpperCase() : name)
    console.error('warned')
    return loud ? 2 : 0
  })
  app.command('fail', () => {
    throw new Error('mine')
  })
  app.get('/', () => 'x')
  const runner = app.testCliRunner()

  it('catches what a command writes, and its status', async () => {
    expect(await runner.invoke('greet', 'ada')).toEqual({ status: 0, output: 'ada\n', errors: 'warned\n' })
    expect(await runner.invoke('greet', 'ada', '--loud')).toMatchObject({ status: 2, output: 'ADA\n' })
  })

  it('shows errors as the command line does', async () => {
    const { status, errors } = await runner.invoke('fail')
    expect(status).toBe(1)
    expect(errors).toContain('Error: mine')
    expect(await runner.invoke('gret', 'x')).toMatchObject({
      status: 2,
      errors: expect.stringContaining("Did you mean 'greet'?"),
    })
  })

  it("runs Dewar's own commands", async () => {
    expect((await runner.invoke('routes')).output).toContain('GET /')
  })

  it('puts the output back', async () => {
    const { write } = process.stdout
    await runner.invoke('greet', 'ada')
    expect(process.stdout.write).toBe(write)
  })

  it('runs one command at a time', async () => {
    const first = runner.invoke('greet', 'ada')
    await expect(runner.invoke('greet', 'bob')).rejects.toMatchObject({ code: 'ERR_DEWAR_TEST_CLI' })
    expect((await first).output).toBe('ada\n')
  })
})
