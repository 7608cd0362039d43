/** Flask's test_basic.py: hooks, errors and `g`. Each name begins with that of Flask's test. */
import {
  abort,
  afterThisRequest,
  BadRequest,
  type ConfigInput,
  Forbidden,
  g,
  HttpError,
  InternalServerError,
  makeResponse,
  NotFound,
  request,
  useContext,
} from 'dewar'
import { describe, expect, it } from 'vitest'
import { makeApp } from './setup.ts'

declare module 'dewar' {
  interface Globals {
    foo: string
    bar: string
    baz: string
    fizz: string
  }
}

const quiet = { TESTING: false }

it('request_processing: before the view, then the view, then after it', async () => {
  const app = makeApp()
  const events: string[] = []
  app.beforeRequest(() => {
    events.push('before')
  })
  app.afterRequest(async (response) => {
    events.push('after')
    return makeResponse(`${await response.text()}|after`)
  })
  app.get('/', () => {
    expect(events).toEqual(['before'])
    return 'request'
  })
  const answer = await app.testClient().get('/')
  expect([events, answer.text]).toEqual([['before', 'after'], 'request|after'])
})

it('request_preprocessing_early_return: a value of a hook is the answer', async () => {
  const app = makeApp()
  const events: number[] = []
  app.beforeRequest(() => {
    events.push(1)
  })
  app.beforeRequest(() => {
    events.push(2)
    return 'hello'
  })
  app.beforeRequest(() => {
    events.push(3)
    return 'bye'
  })
  app.get('/', () => {
    events.push(4)
    return 'damnit'
  })
  expect((await app.testClient().get('/')).text.trim()).toBe('hello')
  expect(events).toEqual([1, 2])
})

it('after_request_processing: a function for this response', async () => {
  const app = makeApp()
  app.get('/', () => {
    afterThisRequest((response) => {
      response.headers.set('X-Foo', 'a header')
      return response
    })
    return 'Test'
  })
  const answer = await app.testClient().get('/')
  expect([answer.status, answer.headers.get('X-Foo')]).toEqual([200, 'a header'])
})

it.each([
  ['teardown_request_handler', false],
  ['teardown_request_handler_debug_mode', true],
])('%s: runs once, without an error', async (_name, debug) => {
  const app = makeApp({ config: { DEBUG: debug } })
  const called: unknown[] = []
  app.teardownRequest((error) => {
    called.push(error)
  })
  app.get('/', () => 'Response')
  const answer = await app.testClient().get('/')
  expect([answer.status, answer.text, called]).toEqual([200, 'Response', [undefined]])
})

it('teardown_request_handler_error: each gets the error, whatever the others throw', async () => {
  const app = makeApp({ config: quiet })
  const called: string[] = []
  for (const name of ['1', '2']) {
    app.teardownRequest((error) => {
      called.push(`${name}:${(error as Error).name}`)
      throw new TypeError('its own')
    })
  }
  app.get('/', () => {
    throw new RangeError('x')
  })
  const answer = await app.testClient().get('/')
  expect([answer.status, answer.text.includes('Internal Server Error')]).toEqual([500, true])
  expect(called).toEqual(['2:RangeError', '1:RangeError'])
})

it('before_after_request_order: outwards in reverse', async () => {
  const called: number[] = []
  const app = makeApp()
  app.beforeRequest(() => void called.push(1))
  app.beforeRequest(() => void called.push(2))
  app.afterRequest(() => void called.push(4))
  app.afterRequest(() => void called.push(3))
  app.teardownRequest(() => void called.push(6))
  app.teardownRequest(() => void called.push(5))
  app.get('/', () => '42')
  expect((await app.testClient().get('/')).text).toBe('42')
  expect(called).toEqual([1, 2, 3, 4, 5, 6])
})

it('error_handling: by status, for what is aborted and for what is thrown', async () => {
  const app = makeApp({ config: quiet })
  app.errorHandler(404, () => makeResponse('not found', 404))
  app.errorHandler(500, () => makeResponse('internal server error', 500))
  app.errorHandler(Forbidden, () => makeResponse('forbidden', 403))
  app.get('/', () => abort(404))
  app.get('/error', { endpoint: 'error' }, () => {
    throw new RangeError('1 // 0')
  })
  app.get('/forbidden', { endpoint: 'f' }, () => abort(403))
  const client = app.testClient()
  const get = async (path: string) => {
    const { status, text } = await client.get(path)
    return [status, text]
  }
  expect(await get('/')).toEqual([404, 'not found'])
  expect(await get('/error')).toEqual([500, 'internal server error'])
  expect(await get('/forbidden')).toEqual([403, 'forbidden'])
  expect(await get('/nowhere')).toEqual([404, 'not found'])
})

it('error_handling_processing: the way out runs for errors, too', async () => {
  const app = makeApp({ config: quiet })
  app.errorHandler(500, () => makeResponse('internal server error', 500))
  app.get('/', () => {
    throw new RangeError('x')
  })
  app.afterRequest((response) => {
    response.mimetype = 'text/x-special'
    return response
  })
  const answer = await app.testClient().get('/')
  expect([answer.headers.get('Content-Type'), answer.text]).toEqual([
    'text/x-special; charset=utf-8',
    'internal server error',
  ])
})

it('baseexception_error_handling: what is no Error is a 500 all the same, and reaches teardown', async () => {
  const app = makeApp({ config: quiet })
  let seen: unknown
  app.teardownRequest((error) => {
    seen = error
  })
  app.get('/', () => {
    throw 'a text'
  })
  expect((await app.testClient().get('/')).status).toBe(500)
  expect(seen).toBe('a text')
})

it('before_request_and_routing_errors: hooks run before a 404', async () => {
  const app = makeApp()
  app.beforeRequest(() => {
    g.foo = 'attach'
  })
  app.errorHandler(404, () => makeResponse(g.foo, 404))
  const answer = await app.testClient().get('/')
  expect([answer.status, answer.text]).toEqual([404, 'attach'])
})

it('user_error_handling: errors of the app’s own', async () => {
  class MyError extends Error {}
  const app = makeApp()
  app.errorHandler(MyError, (error) => {
    expect(error).toBeInstanceOf(MyError)
    return makeResponse('42', 200)
  })
  app.get('/', () => {
    throw new MyError()
  })
  expect((await app.testClient().get('/')).text).toBe('42')
})

it('http_error_subclass_handling: a subclass of an HTTP error has handlers of its own, before its status', async () => {
  class ForbiddenSubclass extends Forbidden {}
  const app = makeApp()
  app.errorHandler(ForbiddenSubclass, () => makeResponse('banana', 200))
  app.errorHandler(403, () => makeResponse('apple', 403))
  app.get('/1', { endpoint: '1' }, () => {
    throw new ForbiddenSubclass()
  })
  app.get('/2', { endpoint: '2' }, () => abort(403))
  app.get('/3', { endpoint: '3' }, () => {
    throw new Forbidden()
  })
  const client = app.testClient()
  const texts = await Promise.all(['/1', '/2', '/3'].map(async (path) => (await client.get(path)).text))
  expect(texts).toEqual(['banana', 'apple', 'apple'])
})

it('errorhandler_precedence: the class nearest to the error wins', async () => {
  class E1 extends Error {}
  class E3 extends E1 {}
  const app = makeApp()
  app.errorHandler(E1, () => 'E1')
  app.errorHandler(Error, () => 'Exception')
  app.get('/E1', { endpoint: 'e1' }, () => {
    throw new E1()
  })
  app.get('/E3', { endpoint: 'e3' }, () => {
    throw new E3()
  })
  app.get('/other', { endpoint: 'other' }, () => {
    throw new TypeError()
  })
  const client = app.testClient()
  expect((await client.get('/E1')).text).toBe('E1')
  expect((await client.get('/E3')).text).toBe('E1')
  expect((await client.get('/other')).text).toBe('Exception')
})

it.each([
  { debug: false, trap: undefined, status: 400, names: false },
  { debug: true, trap: undefined, status: 400, names: true },
  { debug: false, trap: true, thrown: true },
  { debug: true, trap: false, status: 400, names: false },
])('trap_bad_request_key_error: %o', async ({ debug, trap, status, names, thrown }) => {
  const config = { DEBUG: debug, ...(trap === undefined ? {} : { TRAP_BAD_REQUEST_ERRORS: trap }) }
  const app = makeApp({ config: { ...config, TESTING: thrown === true } })
  app.get('/key', async () => (await request.form()).require('missing_key'))
  const pending = app.testClient().get('/key')
  if (thrown) return expect(pending).rejects.toThrow(expect.objectContaining({ key: 'missing_key' }))
  const answer = await pending
  expect([answer.status, answer.text.includes('missing_key')]).toEqual([status, names])
})

it('trapping_of_all_http_exceptions: each is thrown', async () => {
  const app = makeApp({ config: { TRAP_HTTP_EXCEPTIONS: true } })
  app.get('/fail', () => abort(404))
  await expect(app.testClient().get('/fail')).rejects.toThrow(NotFound)
})

it('error_handler_after_processor_error: what hooks throw goes to the handler of 500', async () => {
  for (const trigger of ['before', 'after']) {
    const app = makeApp({ config: quiet })
    app.beforeRequest(() => {
      if (trigger === 'before') throw new RangeError('x')
    })
    app.afterRequest(() => {
      if (trigger === 'after') throw new RangeError('x')
    })
    app.get('/', () => 'Foo')
    app.errorHandler(500, () => makeResponse('Hello Server Error', 500))
    const answer = await app.testClient().get('/')
    expect([answer.status, answer.text]).toEqual([500, 'Hello Server Error'])
  }
})

it('enctype_debug_helper: a file that was sent as text is explained', async () => {
  const app = makeApp({ config: { DEBUG: true, TESTING: false } })
  app.post('/fail', async () => (await request.files()).require('foo').filename ?? '')
  const answer = await app.testClient().post('/fail', { form: { foo: 'index.txt' } })
  expect(answer.text).toContain('enctype=&#34;multipart/form-data&#34;')
})

it('request_locals, get_method_on_g, g_iteration_protocol: g is an object of the context', () => {
  const app = makeApp()
  expect(() => g.foo).toThrow(expect.objectContaining({ code: 'ERR_DEWAR_NO_CONTEXT' }))
  app.context(() => {
    expect(g.foo).toBe(undefined)
    expect('foo' in g).toBe(false)
    g.foo = 'bar'
    g.bar = 'baz'
    expect('foo' in g).toBe(true)
    expect(Object.keys(g).sort()).toEqual(['bar', 'foo'])
    delete (g as Partial<typeof g>).foo
    expect('foo' in g).toBe(false)
  })
})

it('exception_propagation, werkzeug_passthrough_errors: errors reach whoever calls the app, if told so', async () => {
  const rows: readonly (readonly [ConfigInput, boolean])[] = [
    [{ TESTING: true }, true],
    [{ TESTING: false, PROPAGATE_EXCEPTIONS: true }, true],
    [{ TESTING: true, PROPAGATE_EXCEPTIONS: false }, false],
    [{ TESTING: false }, false],
  ]
  for (const [config, isThrown] of rows) {
    const app = makeApp({ config })
    app.get('/', () => {
      throw new RangeError('x')
    })
    const pending = app.testClient().get('/')
    if (isThrown) await expect(pending).rejects.toThrow(RangeError)
    else expect((await pending).status).toBe(500)
  }
})

describe('user error handlers (test_user_error_handler.py)', () => {
  it('error_handler_no_match: a 500 handler gets the wrapped error, a keyed one the cause', async () => {
    class Custom extends Error {}
    class Unacceptable extends HttpError {
      static readonly status = 508
    }
    const app = makeApp({ config: quiet })
    app.errorHandler(Custom, () => makeResponse('custom'))
    app.errorHandler(500, (error) => {
      expect(error).toBeInstanceOf(InternalServerError)
      return error.cause === undefined ? 'direct' : `wrapped ${(error.cause as Error).name}`
    })
    app.get('/custom', { endpoint: 'a' }, () => {
      throw new Custom()
    })
    app.get('/keyerror', { endpoint: 'b' }, () => {
      throw new RangeError()
    })
    app.get('/abort', { endpoint: 'c' }, () => abort(500))
    const client = app.testClient()
    expect((await client.get('/custom')).text).toBe('custom')
    expect((await client.get('/keyerror')).text).toBe('wrapped RangeError')
    expect((await client.get('/abort')).text).toBe('direct')
    expect(Unacceptable.status).toBe(508)
  })

  it('error_handler_subclass: the nearest of parents and children', async () => {
    class Parent extends Error {}
    class Unregistered extends Parent {}
    class Registered extends Parent {}
    const app = makeApp()
    app.errorHandler(Parent, () => 'parent')
    app.errorHandler(Registered, () => 'registered')
    for (const type of [Parent, Unregistered, Registered]) {
      app.get(`/${type.name}` as '/x', { endpoint: type.name }, () => {
        throw new type()
      })
    }
    const client = app.testClient()
    expect((await client.get('/Parent')).text).toBe('parent')
    expect((await client.get('/Unregistered')).text).toBe('parent')
    expect((await client.get('/Registered')).text).toBe('registered')
  })

  it('error_handler_http_subclass, handle_class_or_code: the class before the status, whichever was first', async () => {
    class Registered extends Forbidden {}
    class Unregistered extends Forbidden {}
    const app = makeApp()
    app.errorHandler(403, () => 'code')
    app.errorHandler(Registered, () => 'subclass')
    app.get('/forbidden', { endpoint: 'a' }, () => abort(403))
    app.get('/registered', { endpoint: 'b' }, () => {
      throw new Registered()
    })
    app.get('/unregistered', { endpoint: 'c' }, () => {
      throw new Unregistered()
    })
    const client = app.testClient()
    expect((await client.get('/forbidden')).text).toBe('code')
    expect((await client.get('/registered')).text).toBe('subclass')
    expect((await client.get('/unregistered')).text).toBe('code')
  })

  it('error_handler_blueprint: a handler of the app for one class, of a blueprint for another', async () => {
    const { createBlueprint } = await import('dewar')
    const bp = createBlueprint('bp')
    bp.errorHandler(500, () => 'bp-error')
    bp.get('/error', function error() {
      throw new InternalServerError()
    })
    const app = makeApp()
    app.errorHandler(500, () => 'app-error')
    app.get('/error', { endpoint: 'e' }, () => {
      throw new InternalServerError()
    })
    app.register(bp, { urlPrefix: '/bp' })
    expect((await app.testClient().get('/error')).text).toBe('app-error')
    expect((await app.testClient().get('/bp/error')).text).toBe('bp-error')
  })

  it('default_error_handler, handle_generic_http: one handler for all HTTP errors', async () => {
    const app = makeApp()
    app.errorHandler(HttpError, (error) => `http ${error.status}`)
    app.errorHandler(Error, () => 'generic')
    app.get('/error', { endpoint: 'e' }, () => {
      throw new BadRequest()
    })
    app.get('/plain', { endpoint: 'p' }, () => {
      throw new RangeError()
    })
    app.get('/slash/', { endpoint: 's' }, () => 'slash')
    const client = app.testClient()
    expect((await client.get('/error')).text).toBe('http 400')
    expect((await client.get('/undefined')).text).toBe('http 404')
    expect((await client.get('/plain')).text).toBe('generic')
    // A redirect to the slash is no error, and goes to no handler.
    expect((await client.get('/slash', { followRedirects: true })).text).toBe('slash')
  })

  it('handle_generic: a handler of everything sees what was thrown itself', async () => {
    const app = makeApp()
    app.errorHandler(Error, (error) => `${error.name} ${useContext().request?.path}`)
    app.get('/custom', () => {
      throw new RangeError()
    })
    app.get('/abort', { endpoint: 'x' }, () => abort(500))
    const client = app.testClient()
    expect((await client.get('/custom')).text).toBe('RangeError /custom')
    expect((await client.get('/abort')).text).toMatch(/^InternalServerError \/abort$/)
  })
})

it('aborting: errors with constructors of their own survive', async () => {
  class Foo extends Error {
    readonly whatever: number
    constructor(whatever: number) {
      super()
      this.whatever = whatever
    }
  }
  const app = makeApp()
  app.errorHandler(Foo, (error) => String(error.whatever))
  app.get('/', () => abort(makeResponse('', 302, { Location: '/test' })))
  app.get('/test', { endpoint: 't' }, () => {
    throw new Foo(42)
  })
  const client = app.testClient()
  const answer = await client.get('/')
  expect(answer.location).toBe('/test')
  expect((await client.get('/test')).text).toBe('42')
})

it('suppressed_exception_logging: a log of the app’s own may keep silent', async () => {
  const lines: string[] = []
  const app = makeApp({
    config: quiet,
    logger: { level: 'silent', destination: { write: (line: string) => void lines.push(line) } },
  })
  app.get('/', () => {
    throw new Error('test')
  })
  const answer = await app.testClient().get('/')
  expect([answer.status, answer.text.includes('Internal Server Error'), lines]).toEqual([500, true, []])
})
