/** Flask's test_appctx.py, test_reqctx.py, test_async.py and test_session_interface.py. Each name begins with that of Flask's test. */
import { EventEmitter } from 'node:events'
import {
  copyCurrentRequestContext,
  createBlueprint,
  currentApp,
  g,
  hasContext,
  hasRequestContext,
  makeResponse,
  request,
  session,
  urlFor,
  useContext,
} from 'dewar'
import { expect, it } from 'vitest'
import { makeApp } from './setup.ts'

declare module 'dewar' {
  interface SessionData {
    fizz: string
  }
}

it('basic_url_generation: absolute outside of a request, from the settings', () => {
  const app = makeApp({ config: { SERVER_NAME: 'localhost', PREFERRED_URL_SCHEME: 'https' } })
  app.get('/', function index() {
    return ''
  })
  app.context(() => expect(urlFor('index')).toBe('https://localhost/'))
})

it('url_generation_requires_server_name, url_generation_without_context_fails: errors that say what is missing', () => {
  const app = makeApp()
  app.get('/', function index() {
    return ''
  })
  app.context(() => {
    expect(() => urlFor('index')).toThrow(expect.objectContaining({ code: 'ERR_DEWAR_NO_TRUSTED_HOST' }))
  })
  expect(() => urlFor('index')).toThrow(expect.objectContaining({ code: 'ERR_DEWAR_NO_CONTEXT' }))
})

it('request_context_means_app_context, app_context_provides_current_app: currentApp in both, and in nothing else', () => {
  const app = makeApp()
  const seen = app.testRequestContext('/', () => useContext().app)
  expect(seen).toBe(app)
  expect(app.context(() => currentApp.name)).toBe('dewar')
  expect([hasContext(), hasRequestContext()]).toEqual([false, false])
  expect(() => currentApp.name).toThrow(expect.objectContaining({ code: 'ERR_DEWAR_NO_CONTEXT' }))
})

it('app_tearing_down: runs at the end of a context', () => {
  const app = makeApp()
  const ended: unknown[] = []
  app.teardownAppContext((error) => void ended.push(error))
  app.context(() => {})
  expect(ended).toEqual([undefined])
})

it('app_tearing_down_with_previous_exception, app_tearing_down_with_handled_exception_by_except_block: not with an error that was caught', () => {
  const app = makeApp()
  const ended: unknown[] = []
  app.teardownAppContext((error) => void ended.push(error))
  try {
    throw new Error('before')
  } catch {
    app.context(() => {
      try {
        throw new Error('within')
      } catch {}
    })
  }
  expect(ended).toEqual([undefined])
})

it('app_tearing_down_with_handled_exception_by_app_handler: not with an error that a handler answered', async () => {
  const app = makeApp({ config: { PROPAGATE_EXCEPTIONS: true } })
  const ended: unknown[] = []
  app.teardownAppContext((error) => void ended.push(error))
  app.get('/', () => {
    throw new Error('dummy')
  })
  app.errorHandler(Error, (error) => makeResponse(error.message))
  await app.testClient().get('/')
  expect(ended).toEqual([undefined])
})

it('app_tearing_down_with_unhandled_exception, robust_teardown: with the error nobody handled, every function', async () => {
  const app = makeApp()
  const ended: string[] = []
  app.teardownAppContext((error) => void ended.push(`1 ${(error as Error).message}`))
  app.teardownAppContext((error) => {
    ended.push(`2 ${(error as Error).message}`)
    throw new TypeError('its own')
  })
  app.get('/', () => {
    throw new RangeError('dummy')
  })
  await expect(app.testClient().get('/')).rejects.toThrow('dummy')
  expect(ended).toEqual(['2 dummy', '1 dummy'])
})

it('context_refcounts, clean_pop: request functions first, then those of the context, once', async () => {
  const app = makeApp()
  const called: string[] = []
  app.teardownRequest(() => void called.push('request'))
  app.teardownAppContext(() => void called.push('app'))
  app.get('/', () => {
    expect([hasContext(), hasRequestContext()]).toEqual([true, true])
    return ''
  })
  const answer = await app.testClient().get('/')
  expect([answer.status, answer.text, called]).toEqual([200, '', ['request', 'app']])
})

it('teardown_on_pop, teardown_with_previous_exception, teardown_with_handled_exception: request functions of a made-up request', () => {
  const app = makeApp()
  const ended: unknown[] = []
  app.teardownRequest((error) => void ended.push(error))
  try {
    throw new Error('previous')
  } catch {
    app.testRequestContext('/', () => {
      try {
        throw new Error('handled')
      } catch {}
      expect(ended).toEqual([])
    })
  }
  expect(ended).toEqual([undefined])
})

it('proper_test_request_context: URLs with and without SERVER_NAME and subdomains', () => {
  const app = makeApp({ subdomainMatching: true, config: { SERVER_NAME: 'localhost.localdomain:5000' } })
  app.get('/', function index() {
    return null as never
  })
  app.get('/', { subdomain: 'foo' }, function sub() {
    return null as never
  })
  app.testRequestContext({ target: '/', headers: { Host: 'localhost.localdomain:5000' } }, () => {
    expect(urlFor('index', {}, { external: true })).toBe('http://localhost.localdomain:5000/')
    expect(urlFor('sub', {}, { external: true })).toBe('http://foo.localhost.localdomain:5000/')
  })
})

it('context_binding, context_test, manual_context_binding: a request only within its context', () => {
  const app = makeApp()
  app.get('/', () => `Hello ${request.args.get('name')}!`)
  const greet = () => `Hello ${request.args.get('name')}!`
  app.testRequestContext('/?name=World', () => {
    expect([greet(), hasRequestContext(), hasContext()]).toEqual(['Hello World!', true, true])
  })
  expect(hasRequestContext()).toBe(false)
  expect(greet).toThrow(expect.objectContaining({ code: 'ERR_DEWAR_NO_CONTEXT' }))
})

it('greenlet_context_copying, greenlet_context_copying_api: callbacks of others see the request once they are bound', async () => {
  const app = makeApp()
  const emitter = new EventEmitter()
  const seen: unknown[] = []
  app.get('/', () => {
    session.set('fizz', 'buzz')
    emitter.once(
      'late',
      copyCurrentRequestContext(() => seen.push(request.path, request.args.get('foo'), session.get('fizz'))),
    )
    return 'Hello World!'
  })
  expect((await app.testClient().get('/?foo=bar')).text).toBe('Hello World!')
  emitter.emit('late')
  expect(seen).toEqual(['/', 'bar', 'buzz'])
})

it('session_error_pops_context: what goes wrong with the session ends the context, too', async () => {
  const app = makeApp({ config: { SECRET_KEY: null } })
  app.get('/', () => String(session.size))
  await expect(app.testClient().get('/')).rejects.toThrow(/session/i)
  expect([hasContext(), hasRequestContext()]).toEqual([false, false])
})

it('async_route, async_error_handler, async_before_after_request: everything may be asynchronous, in blueprints too', async () => {
  class AppError extends Error {}
  class BlueprintError extends Error {}
  const later = () => new Promise((resolve) => setTimeout(resolve, 1))
  const app = makeApp()
  const called: string[] = []
  app.beforeRequest(async () => {
    await later()
    called.push('app before')
  })
  app.afterRequest(async (response) => {
    await later()
    called.push('app after')
    return response
  })
  app.route('/', { methods: ['GET', 'POST'] }, async () => {
    await later()
    return request.method
  })
  app.get('/error', { endpoint: 'error' }, async () => {
    await later()
    throw new AppError()
  })
  app.errorHandler(AppError, async () => {
    await later()
    return makeResponse('', 412)
  })
  const bp = createBlueprint('bp')
  bp.beforeRequest(async () => {
    await later()
    called.push('bp before')
  })
  bp.get('/bp/error', { endpoint: 'error' }, async () => {
    await later()
    throw new BlueprintError()
  })
  bp.errorHandler(BlueprintError, async () => {
    await later()
    return makeResponse('', 412)
  })
  app.register(bp)
  const client = app.testClient()
  expect((await client.get('/')).text).toBe('GET')
  expect((await client.post('/')).text).toBe('POST')
  expect((await client.get('/error')).status).toBe(412)
  expect((await client.get('/bp/error')).status).toBe(412)
  expect(called.slice(-3)).toEqual(['app before', 'bp before', 'app after'])
})

it('open_session_with_endpoint: when the session opens, the request knows its endpoint', async () => {
  const app = makeApp()
  let endpoint: string | null = null
  app.get('/', function index() {
    void session.size
    endpoint = request.endpoint
    return 'Hello, World!'
  })
  expect((await app.testClient().get('/')).status).toBe(200)
  expect(endpoint).toBe('index')
})

it('app_ctx_globals_methods: g belongs to its context', () => {
  const app = makeApp()
  app.context(() => {
    g.foo = 'outer'
    app.context(() => expect(g.foo).toBe(undefined))
    expect(g.foo).toBe('outer')
  })
})

it.each([
  ['bad_environ_raises_bad_request: a host that is none is a 400', '\u2603.example', 400],
  ['bad_environ_raises_bad_request: and so is one with a space', 'a b', 400],
  [
    'environ_for_valid_idna_completes: a name of another alphabet is met in its ASCII form',
    'xn--on-0ia.com',
    200,
  ],
  ['normal_environ_completes: any name will do', 'example.com', 200],
])('%s', async (_name, host, status) => {
  const app = makeApp()
  app.get('/', () => 'Hello World!')
  const answer = await app.handle(
    app.createRequest({ method: 'GET', target: '/', headers: hostHeader(host) }),
  )
  expect(answer.status).toBe(status)
  await answer.close()
})

function hostHeader(host: string): [string, string][] {
  return [['Host', Buffer.from(host).toString('latin1')]]
}

it('session_dynamic_cookie_name: the name of the cookie is a setting, one for each app', async () => {
  const cookieOf = async (name: string) => {
    const app = makeApp({ config: { SESSION_COOKIE_NAME: name } })
    app.get('/', () => {
      session.set('fizz', name)
      return ''
    })
    return (await app.testClient().get('/')).headers.get('Set-Cookie') ?? ''
  }
  expect(await cookieOf('one')).toMatch(/^__Host-one=/)
  expect(await cookieOf('two')).toMatch(/^__Host-two=/)
})
