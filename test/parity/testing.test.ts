/** Flask's test_testing.py, test_views.py, test_logging.py and test_cli.py. Each name begins with that of Flask's test. */
import {
  createBlueprint,
  type MaybePromise,
  MethodView,
  redirect,
  request,
  session,
  urlFor,
  View,
  type ViewResult,
} from 'dewar'
import { describe, expect, it } from 'vitest'
import { makeApp } from './setup.ts'

describe('the test client', () => {
  it('environ_defaults_from_config: is where SERVER_NAME and APPLICATION_ROOT say', async () => {
    const app = makeApp({ config: { SERVER_NAME: 'example.com:1234', APPLICATION_ROOT: '/foo' } })
    app.get('/', () => request.url)
    expect(app.testRequestContext('/', () => request.url)).toBe('http://example.com:1234/foo/')
    expect((await app.testClient().get('/')).text).toBe('http://example.com:1234/foo/')
  })

  it('environ_defaults, environ_base_default, environ_base_modified: localhost, and what the client says', async () => {
    const app = makeApp()
    app.get('/', () => `${request.url} ${request.remoteAddr} ${request.userAgent}`)
    expect(app.testRequestContext('/', () => request.url)).toBe('http://localhost/')
    const client = app.testClient({
      defaults: { remoteAddr: '192.0.2.22', headers: { 'User-Agent': 'Foo' } },
    })
    expect((await client.get('/')).text).toBe('http://localhost/ 192.0.2.22 Foo')
    expect((await client.get('/', { headers: { 'User-Agent': 'Bar' } })).text).toBe(
      'http://localhost/ 192.0.2.22 Bar',
    )
  })

  it('specify_url_scheme, path_is_url, full_url_request: a URL says scheme, host and query', async () => {
    const app = makeApp()
    app.route(
      '/action',
      { methods: ['GET', 'POST'] },
      async () => `${request.url} ${(await request.form()).get('vodka')}`,
    )
    expect((await app.testClient().get('/action', { scheme: 'https' })).text).toBe(
      'https://localhost/action undefined',
    )
    const answer = await app.testClient().post('http://domain.com/action?vodka=42', { form: { vodka: 43 } })
    expect(answer.text).toBe('http://domain.com/action?vodka=42 43')
    expect(app.testRequestContext('https://example.com/action?x=1', () => request.url)).toBe(
      'https://example.com/action?x=1',
    )
  })

  it('environbuilder_json_dumps: a made-up request has a body, too', async () => {
    const app = makeApp()
    const made = { target: '/', method: 'POST', json: { a: new Date(0) } }
    await app.testRequestContext(made, async () =>
      expect(await request.json()).toEqual({ a: '1970-01-01T00:00:00.000Z' }),
    )
    await app.testRequestContext({ method: 'POST', form: { x: ['1', '2'] }, query: { q: 'ä' } }, async () => {
      expect((await request.form()).getAll('x')).toEqual(['1', '2'])
      expect(request.args.get('q')).toBe('ä')
    })
  })

  it('blueprint_with_subdomain, subdomain, nosubdomain: hosts of subdomains', async () => {
    const app = makeApp({
      subdomainMatching: true,
      config: { SERVER_NAME: 'example.com:1234', APPLICATION_ROOT: '/foo' },
    })
    const bp = createBlueprint('company', { subdomain: 'xxx' })
    bp.get('/<company_id>', function view({ company_id }) {
      return `${company_id} ${request.url}`
    })
    app.register(bp)
    const url = app.testRequestContext('/', () => urlFor('company.view', { company_id: 'acme' }))
    expect(url).toBe('http://xxx.example.com:1234/foo/acme')
    const answer = await app.testClient().get('http://xxx.example.com:1234/acme')
    expect(answer.text).toBe('acme http://xxx.example.com:1234/foo/acme')
  })

  it('redirect_session: keeps the session over redirects', async () => {
    const app = makeApp()
    app.get('/redirect', () => {
      session.set('value', 'foo')
      return redirect('/target')
    })
    app.get('/target', { endpoint: 't' }, () => session.get('value') ?? 'none')
    const client = app.testClient()
    expect((await client.get('/redirect', { followRedirects: true })).text).toBe('foo')
    expect(client.context(() => session.get('value'))).toBe('foo')
  })

  it('session_transactions, session_transactions_keep_context: the session between requests', async () => {
    const app = makeApp()
    app.get('/', () => session.get('value') ?? '')
    const client = app.testClient()
    await client.sessionTransaction((change) => {
      expect(change.size).toBe(0)
      change.set('value', 'bar')
    })
    expect((await client.get('/')).text).toBe('bar')
    await client.sessionTransaction((change) => expect(change.get('value')).toBe('bar'))
  })

  it('session_transactions_no_null_sessions: needs a key', async () => {
    const app = makeApp({ config: { SECRET_KEY: null } })
    await expect(app.testClient().sessionTransaction(() => {})).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_NO_SECRET_KEY' }),
    )
  })

  it('session_transaction_needs_cookies: and a client that keeps cookies', async () => {
    const app = makeApp()
    await expect(app.testClient({ cookies: false }).sessionTransaction(() => {})).rejects.toThrow(/cookies/)
  })

  it('test_client_context_binding, reuse_client, client_pop_all_preserved: knows the context of its last request', async () => {
    const app = makeApp({ config: { TESTING: false } })
    app.get('/', () => 'Hello World!')
    app.get('/other', { endpoint: 'other' }, () => {
      throw new RangeError()
    })
    const client = app.testClient()
    await client.get('/')
    expect(client.context(() => request.path)).toBe('/')
    expect((await client.get('/other')).status).toBe(500)
    expect(client.context(() => request.path)).toBe('/other')
    expect((await client.get('/missing')).status).toBe(404)
  })

  it('json_request_and_response, client_json_no_app_context: JSON in and out', async () => {
    const app = makeApp()
    app.post('/echo', async () => (await request.json<object>()) ?? {})
    const data = { drink: { gin: 1, tonic: true }, price: 10 }
    const answer = await app.testClient().post('/echo', { json: data })
    expect([answer.headers.get('Content-Type'), answer.json()]).toEqual(['application/json', data])
  })

  it('cli_invoke, cli_custom_obj: runs commands', async () => {
    const app = makeApp()
    app.command('hello', () => console.log('Hello, World!'))
    expect((await app.testCliRunner().invoke('hello')).output).toBe('Hello, World!\n')
  })
})

describe('class views (test_views.py)', () => {
  class Counter extends MethodView {
    get(): MaybePromise<ViewResult> {
      return 'GET'
    }
    post(): ViewResult {
      return 'POST'
    }
  }

  it('basic_view, method_based_view: methods of a class', async () => {
    class Index extends View {
      static override readonly methods = ['GET', 'POST']
      override dispatchRequest(): ViewResult {
        return request.method
      }
    }
    const app = makeApp()
    app.addUrlRule({ rule: '/', view: Index.asView('index') })
    app.addUrlRule({ rule: '/m', view: Counter.asView('m') })
    const client = app.testClient()
    for (const path of ['/', '/m']) {
      expect((await client.get(path)).text).toBe('GET')
      expect((await client.post(path)).text).toBe('POST')
      expect((await client.put(path)).status).toBe(405)
      expect((await client.options(path)).headers.get('Allow')).toBe('GET, HEAD, OPTIONS, POST')
    }
  })

  it('view_inheritance, methods_var_inheritance, multiple_inheritance, remove_method_from_parent: what a class takes over', async () => {
    class Better extends Counter {
      delete(): ViewResult {
        return 'DELETE'
      }
    }
    const app = makeApp()
    app.addUrlRule({ rule: '/', view: Better.asView('index') })
    expect((await app.testClient().options('/')).headers.get('Allow')).toBe(
      'DELETE, GET, HEAD, OPTIONS, POST',
    )
    expect([...(Better.methods ?? [])].sort()).toEqual(['DELETE', 'GET', 'POST'])
  })

  it('view_decorators: around the view', async () => {
    class Awesome extends View {
      static override readonly decorators = [
        (view: (args: Record<string, unknown>) => unknown) => (args: Record<string, unknown>) => {
          const text = view(args)
          return `decorated ${String(text)}`
        },
      ]
      override dispatchRequest(): ViewResult {
        return 'Awesome'
      }
    }
    const app = makeApp()
    app.addUrlRule({ rule: '/', view: Awesome.asView('index') })
    expect((await app.testClient().get('/')).text).toBe('decorated Awesome')
  })

  it('view_provide_automatic_options_attr, view_provide_automatic_options_attr_disable, view_provide_automatic_options_attr_enable, provide_automatic_options_method_disable: who answers OPTIONS', async () => {
    class Refuses extends View {
      static override readonly automaticOptions = false
      override dispatchRequest(): ViewResult {
        return 'x'
      }
    }
    class Answers extends View {
      static override readonly methods = ['OPTIONS']
      override dispatchRequest(): ViewResult {
        return 'mine'
      }
    }
    const app = makeApp()
    app.addUrlRule({ rule: '/a', view: Refuses.asView('a') })
    app.addUrlRule({ rule: '/b', view: Answers.asView('b') })
    expect((await app.testClient().options('/a')).status).toBe(405)
    expect((await app.testClient().options('/b')).text).toBe('mine')
  })

  it('implicit_head, explicit_head: HEAD is get unless there is a head', async () => {
    class Implicit extends MethodView {
      get(): ViewResult {
        return new globalThis.Response('Blub', { headers: { 'X-Method': request.method } })
      }
    }
    class Explicit extends MethodView {
      get(): ViewResult {
        return 'GET'
      }
      head(): ViewResult {
        return new globalThis.Response('', { headers: { 'X-Method': 'HEAD' } })
      }
    }
    const app = makeApp()
    app.addUrlRule({ rule: '/i', view: Implicit.asView('i') })
    app.addUrlRule({ rule: '/e', view: Explicit.asView('e') })
    const client = app.testClient()
    const implicit = await client.head('/i')
    expect([implicit.text, implicit.headers.get('X-Method')]).toEqual(['', 'HEAD'])
    expect((await client.head('/e')).headers.get('X-Method')).toBe('HEAD')
    expect((await client.get('/e')).text).toBe('GET')
  })

  it('endpoint_override: another view under the same name is refused', () => {
    const app = makeApp()
    app.addUrlRule({ rule: '/', view: Counter.asView('index') })
    expect(() => app.addUrlRule({ rule: '/other', view: Counter.asView('index') })).toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_ENDPOINT_TAKEN' }),
    )
  })

  it('init_once: one object for all requests', async () => {
    let made = 0
    class Once extends View {
      static override readonly initEveryRequest = false
      readonly #number = ++made
      override dispatchRequest(): ViewResult {
        return String(this.#number)
      }
    }
    const app = makeApp()
    app.addUrlRule({ rule: '/', view: Once.asView('index') })
    expect((await app.testClient().get('/')).text).toBe('1')
    expect((await app.testClient().get('/')).text).toBe('1')
  })
})

describe('the log (test_logging.py)', () => {
  it('logger, logger_debug, has_level_handler: has the name of the app, and says more with debug', () => {
    expect(makeApp({ name: 'shop', logger: {} }).logger.level).toBe('info')
    expect(makeApp({ config: { DEBUG: true }, logger: {} }).logger.level).toBe('debug')
    expect(makeApp({ name: 'shop' }).logger.bindings()['name']).toBe('shop')
  })

  it('existing_handler: may be one that exists', () => {
    const own = makeApp({ name: 'other' }).logger
    expect(makeApp({ logger: own }).logger).toBe(own)
  })

  it('log_view_exception: says which request failed, with the stack', async () => {
    const lines: { readonly msg: string; readonly err?: { readonly stack: string } }[] = []
    const app = makeApp({
      config: { TESTING: false },
      logger: { level: 'error', destination: { write: (line: string) => void lines.push(JSON.parse(line)) } },
    })
    app.get('/', () => {
      throw new Error('test')
    })
    expect((await app.testClient().get('/')).status).toBe(500)
    expect(lines.map(({ msg }) => msg)).toEqual(['Exception on / [GET]'])
    expect(lines[0]?.err?.stack).toContain('Error: test')
  })
})

describe('the command line (test_cli.py)', () => {
  it('cli_name, app_cli_has_app_context, with_appcontext: commands run in a context of the app', async () => {
    const { currentApp } = await import('dewar')
    const app = makeApp({ name: 'shop' })
    app.command('check-name', () => console.log(currentApp.name))
    expect((await app.testCliRunner().invoke('check-name')).output).toBe('shop\n')
  })

  it('cli_blueprints: commands of a blueprint stand under its name', async () => {
    const app = makeApp()
    const outputOf = async (...words: string[]) => (await app.testCliRunner().invoke(...words)).output
    const withCommand = (name: string, cliGroup?: string | null) => {
      const bp = createBlueprint(name, { cliGroup })
      bp.cli.command(`${name}_command`, () => console.log(`${name}_result`))
      return bp
    }
    app.register(withCommand('plain'))
    app.register(withCommand('custom', 'customized'))
    app.register(withCommand('merged', null))
    app.register(withCommand('late'), { cliGroup: 'late_registration' })
    expect(await outputOf('plain', 'plain_command')).toBe('plain_result\n')
    expect(await outputOf('customized', 'custom_command')).toBe('custom_result\n')
    expect(await outputOf('merged_command')).toBe('merged_result\n')
    expect(await outputOf('late_registration', 'late_command')).toBe('late_result\n')
  })

  it('cli_empty: a blueprint without commands has no group', async () => {
    const app = makeApp()
    app.register(createBlueprint('blue'))
    const { status } = await app.testCliRunner().invoke('blue')
    expect(status).not.toBe(0)
  })
})
