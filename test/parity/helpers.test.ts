/** Flask's test_helpers.py, test_instance_config.py, test_converters.py and test_request.py. Each name begins with that of Flask's test. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  abort,
  BadRequest,
  createBlueprint,
  defineConverter,
  hasRequestContext,
  makeResponse,
  Response,
  redirect,
  request,
  sendFile,
  sendFromDirectory,
  session,
  streamWithContext,
  urlFor,
} from 'dewar'
import { describe, expect, it } from 'vitest'
import { makeApp, makeFolder } from './setup.ts'

describe('files', () => {
  it('send_file, send_from_directory: relative to the root of the app', async () => {
    const root = makeFolder({ 'static/index.html': '<h1>hi</h1>' })
    const app = makeApp({ root })
    app.get('/file', { endpoint: 'a' }, () => sendFile('static/index.html'))
    app.get('/dir', { endpoint: 'b' }, () => sendFromDirectory('static', 'index.html'))
    const file = await app.testClient().get('/file')
    expect([file.headers.get('Content-Type'), file.text]).toEqual(['text/html; charset=utf-8', '<h1>hi</h1>'])
    expect((await app.testClient().get('/dir')).text).toBe('<h1>hi</h1>')
  })

  it('static_file: for how long it may be kept: a setting, or a function of the name', async () => {
    const root = makeFolder({ 'static/index.html': 'hi', 'static/app.js': 'x' })
    const cacheOf = async (options: Parameters<typeof makeApp>[0], path = '/static/index.html') => {
      const app = makeApp({ root, ...options })
      app.get('/sent', () => sendFile('static/index.html'))
      return (await app.testClient().get(path)).headers.get('Cache-Control')
    }
    expect(await cacheOf({})).toBe('no-cache')
    expect(await cacheOf({ config: { SEND_FILE_MAX_AGE_DEFAULT: 3600 } })).toBe('public, max-age=3600')
    const byName = { sendFileMaxAge: (name: string) => (name.endsWith('.html') ? 10 : null) }
    expect(await cacheOf(byName)).toBe('public, max-age=10')
    expect(await cacheOf(byName, '/sent')).toBe('public, max-age=10')
    expect(await cacheOf({ ...byName, config: { SEND_FILE_MAX_AGE_DEFAULT: 3600 } }, '/static/app.js')).toBe(
      'no-cache',
    )
    expect(makeApp(byName).getSendFileMaxAge('a.html')).toBe(10)
  })

  it('open_resource, open_resource_with_encoding: files of the app and of a blueprint', async () => {
    const root = makeFolder({ 'static/index.html': '<h1>Hello World!</h1>', 'bp/notes.txt': 'tést' })
    const app = makeApp({ root })
    await using file = await app.openResource('static/index.html')
    expect(await file.readFile('utf8')).toContain('<h1>Hello World!</h1>')
    await using notes = await createBlueprint('bp', { root: `${root}/bp` }).openResource('notes.txt')
    expect(await notes.readFile('utf8')).toBe('tést')
  })

  it.each([
    ['out of the folder', '../secret'],
    ['an absolute path', '/etc/passwd'],
    ['a file that is not there', 'missing.txt'],
  ])('open_resource_exceptions: %s', async (_name, path) => {
    const app = makeApp({ root: makeFolder({}) })
    await expect(app.openResource(path)).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_RESOURCE' }),
    )
  })

  it('open_resource_exceptions: a mode that is none, and an app without a root', async () => {
    const refused = expect.objectContaining({ code: 'ERR_DEWAR_RESOURCE' })
    const app = makeApp({ root: makeFolder({ 'a.txt': '' }) })
    await expect(app.openInstanceResource('a.txt', 'rw' as never)).rejects.toThrow(refused)
    await expect(makeApp().openResource('a.txt')).rejects.toThrow(refused)
  })

  it('explicit_instance_paths: private data has a folder of its own', async () => {
    const root = makeFolder({ 'instance/kept.txt': 'kept', 'own/x': '' })
    const app = makeApp({ root })
    expect(app.instancePath).toBe(join(root, 'instance'))
    {
      await using kept = await app.openInstanceResource('kept.txt')
      expect(await kept.readFile('utf8')).toBe('kept')
      await using log = await app.openInstanceResource('new.txt', 'w')
      await log.write('written')
    }
    expect(readFileSync(join(root, 'instance/new.txt'), 'utf8')).toBe('written')
    expect(makeApp({ instancePath: join(root, 'own') }).instancePath).toBe(join(root, 'own'))
    expect(() => makeApp({ instancePath: 'instance' })).toThrow(/absolute/)
  })
})

describe('urlFor', () => {
  const views = (options: Parameters<typeof makeApp>[0] = {}) => {
    const app = makeApp(options)
    app.get('/', function index() {
      return '42'
    })
    return app
  }

  it('url_for_with_anchor, url_for_with_scheme, url_for_with_scheme_not_external, url_for_with_alternating_schemes', () => {
    views().testRequestContext('/', () => {
      expect(urlFor('index', {}, { anchor: 'x y' })).toBe('/#x%20y')
      expect(urlFor('index', {}, { external: true, scheme: 'https' })).toBe('https://localhost/')
      expect(urlFor('index', {}, { scheme: 'https' })).toBe('https://localhost/')
      expect(urlFor('index', {}, { external: true })).toBe('http://localhost/')
      expect(() => urlFor('index', {}, { scheme: 'https', external: false })).toThrow(
        expect.objectContaining({ code: 'ERR_DEWAR_URL_SCHEME' }),
      )
      expect(urlFor('index', {}, { external: true })).toBe('http://localhost/')
    })
  })

  it('url_with_method: the rule of an endpoint that answers the method', () => {
    const app = makeApp()
    const view = () => ''
    app.get('/myview/', { endpoint: 'myview' }, view)
    app.get('/myview/<int:id>', { endpoint: 'myview' }, view)
    app.post('/myview/create', { endpoint: 'myview' }, view)
    app.testRequestContext('/', () => {
      expect(urlFor('myview', {}, { method: 'GET' })).toBe('/myview/')
      expect(urlFor('myview', { id: 42 }, { method: 'GET' })).toBe('/myview/42')
      expect(urlFor('myview', {}, { method: 'POST' })).toBe('/myview/create')
    })
  })

  it('url_for_with_self: names of values are free', () => {
    const app = makeApp()
    app.get('/<self>', function index() {
      return '42'
    })
    app.testRequestContext('/', () => expect(urlFor('index', { self: '2' })).toBe('/2'))
  })
})

it('redirect_no_app, redirect_with_app: a 302 by default, another status if asked for', () => {
  const app = makeApp()
  app.testRequestContext('/', () => {
    const response = redirect('/other', { status: 307 })
    expect([response.location, response.status]).toEqual(['/other', 307])
    expect(redirect('https://localhost/x', { unsafeExternal: true }).status).toBe(302)
  })
})

it('abort_no_app, abort_with_app, app_aborter_class: a status there is, an error of the app’s own', () => {
  expect(() => abort(400)).toThrow(BadRequest)
  expect(() => abort(900)).toThrow()
  class Teapot extends BadRequest {}
  expect(() => {
    throw new Teapot('short and stout')
  }).toThrow(BadRequest)
})

describe('streaming', () => {
  it('streaming_with_context, streaming_with_context_as_decorator: a stream sees its request', async () => {
    const app = makeApp()
    app.get('/', () => {
      async function* generate() {
        yield 'Hello '
        yield request.args.get('name') ?? ''
        yield '!'
      }
      return new Response(streamWithContext(generate()))
    })
    app.get('/plain', { endpoint: 'plain' }, function* generate() {
      yield 'Hello '
      yield String(hasRequestContext())
    } as never)
    expect((await app.testClient().get('/?name=World')).text).toBe('Hello World!')
    expect((await app.testClient().get('/plain')).text).toBe('Hello true')
  })

  it('streaming_with_context_and_custom_close: a stream that is given up is closed', async () => {
    const app = makeApp()
    const closed: string[] = []
    app.get('/', () => {
      async function* generate() {
        try {
          yield 'Hello '
          yield request.args.get('name') ?? ''
        } finally {
          closed.push(request.path)
        }
      }
      return streamWithContext(generate())
    })
    expect((await app.testClient().get('/?name=World')).text).toBe('Hello World')
    expect(closed).toEqual(['/'])
    await using stream = await app.testClient().stream('GET', '/')
    for await (const _piece of stream.body) break
    expect(closed).toEqual(['/', '/'])
  })

  it('stream_keeps_session: what the view has put in is there while streaming', async () => {
    const app = makeApp()
    app.get('/', () => {
      session.set('value', 'flask')
      return (async function* generate() {
        yield session.get('value') ?? ''
      })()
    })
    expect((await app.testClient().get('/')).text).toBe('flask')
  })
})

it('async_view, make_response: views may be asynchronous and give responses', async () => {
  const app = makeApp()
  app.get('/', async () => makeResponse('async', 201))
  const answer = await app.testClient().get('/')
  expect([answer.status, answer.text]).toEqual([201, 'async'])
})

it.each([
  ['', false],
  ['0', false],
  ['False', false],
  ['No', false],
  ['off', false],
  ['True', true],
  ['1', true],
])('get_debug_flag: DEWAR_DEBUG=%s', (text, debug) => {
  if (text === '') return expect(makeApp({ environment: {} }).debug).toBe(false)
  expect(makeApp({ environment: { DEWAR_DEBUG: text } }).debug).toBe(debug)
})

declare module '@dewar/routing' {
  interface Converters {
    list: string[]
    context: string
  }
}

it('custom_converters: read values out of URLs, and write them', async () => {
  const list = defineConverter({
    regex: '[^/]+',
    parse: (text: string) => text.split(','),
    format: (value: readonly string[]) => value.join(','),
  })
  const app = makeApp({ converters: { list } })
  app.get('/<list:args>', function index({ args }) {
    return args.join('|')
  })
  expect((await app.testClient().get('/1,2,3')).text).toBe('1|2|3')
  app.testRequestContext('/', () => expect(urlFor('index', { args: ['4', '5', '6'] })).toBe('/4,5,6'))
})

it('context_available: a converter may use the request and the session', async () => {
  const context = defineConverter({
    regex: '[^/]+',
    parse: (text: string) => {
      expect([hasRequestContext(), request.method, session.size]).toEqual([true, 'GET', 0])
      return text
    },
  })
  const app = makeApp({ converters: { context } })
  app.get('/<context:name>', ({ name }) => name)
  expect((await app.testClient().get('/admin')).text).toBe('admin')
})

it('max_content_length, limit_config: of the app, and of this request before its body is read', async () => {
  const app = makeApp({ config: { MAX_CONTENT_LENGTH: 50 } })
  app.post('/', async () => (await request.form()).get('myfile') ?? '')
  const answer = await app.testClient().post('/', { form: { myfile: 'foo'.repeat(50) } })
  expect(answer.status).toBe(413)
})

it('trusted_hosts_config: other hosts are refused', async () => {
  const app = makeApp({ config: { TRUSTED_HOSTS: ['example.test', '.other.test'] } })
  app.get('/', () => '')
  const client = app.testClient()
  const status = async (host: string) => (await client.get('/', { host })).status
  expect(await status('example.test')).toBe(200)
  expect(await status('a.other.test')).toBe(200)
  expect(await status('bad.test')).toBe(400)
})
