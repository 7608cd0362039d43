/** Flask's test_basic.py: routes, methods and URLs. Each name begins with that of Flask's test. */
import { makeResponse, Response, request, urlFor, View, type ViewResult } from 'dewar'
import { expect, it } from 'vitest'
import { makeApp, makeFolder } from './setup.ts'

it('options_work: OPTIONS names the methods, and is not the view', async () => {
  const app = makeApp()
  app.route('/', { methods: ['GET', 'POST'] }, () => 'Hello')
  const answer = await app.testClient().options('/')
  expect(answer.headers.get('Allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST'])
  expect([answer.status, answer.text]).toEqual([200, ''])
})

it('options_on_multiple_rules: OPTIONS names the methods of all rules of the URL', async () => {
  const app = makeApp()
  app.route('/', { methods: ['GET', 'POST'] }, () => 'Hello World')
  app.put('/', function other() {
    return 'Aha!'
  })
  const answer = await app.testClient().options('/')
  expect(answer.headers.get('Allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'])
})

it.each(['get', 'post', 'put', 'delete', 'patch'] as const)(
  'method_route: %s is a call of its own',
  async (method) => {
    const app = makeApp()
    app[method]('/', () => 'Hello')
    expect((await app.testClient()[method]('/')).text).toBe('Hello')
  },
)

it('method_route_no_methods: get, post and so on take no methods', () => {
  const app = makeApp()
  expect(() => app.get('/', { methods: ['POST'] } as never, () => 'x')).toThrow(
    expect.objectContaining({ code: 'ERR_DEWAR_METHODS' }),
  )
})

it('provide_automatic_options_attr, provide_automatic_options_kwarg, provide_automatic_options_attr_disable, provide_automatic_options_arg_disable: OPTIONS is refused where the rule says so', async () => {
  const app = makeApp()
  app.get('/', { automaticOptions: false }, () => 'Hello World!')
  const answer = await app.testClient().options('/')
  expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'GET, HEAD'])
})

it('provide_automatic_options_attr_enable, provide_automatic_options_method_disable: a rule that names OPTIONS answers it itself', async () => {
  const app = makeApp()
  app.route('/', { methods: ['OPTIONS'] }, () => 'mine')
  app.addUrlRule({
    rule: '/auto',
    methods: ['GET'],
    automaticOptions: true,
    view: () => 'x',
    endpoint: 'auto',
  })
  const client = app.testClient()
  expect((await client.options('/')).text).toBe('mine')
  expect((await client.options('/auto')).headers.get('Allow')).toBe('GET, HEAD, OPTIONS')
})

it('request_dispatching: the view sees the method; others are 405 with Allow', async () => {
  const app = makeApp()
  app.get('/', () => request.method)
  app.route('/more', { methods: ['GET', 'POST'] }, () => request.method)
  const client = app.testClient()
  expect((await client.get('/')).text).toBe('GET')
  const refused = await client.post('/')
  expect([refused.status, refused.headers.get('Allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
  expect((await client.head('/')).status).toBe(200)
  expect((await client.post('/more')).text).toBe('POST')
  expect((await client.get('/more')).text).toBe('GET')
  const deleted = await client.delete('/more')
  expect([deleted.status, deleted.headers.get('Allow')]).toEqual([405, 'GET, HEAD, OPTIONS, POST'])
})

it('disallow_string_for_allowed_methods: methods are a list', () => {
  const app = makeApp()
  expect(() => app.route('/', { methods: 'GET POST' as never }, () => 'x')).toThrow(
    expect.objectContaining({ code: 'ERR_DEWAR_METHODS' }),
  )
})

it('url_mapping: rules as data, with the same answers', async () => {
  const app = makeApp()
  app.addUrlRule({ rule: '/', endpoint: 'index', view: () => request.method })
  app.addUrlRule({ rule: '/more', endpoint: 'more', view: () => request.method, methods: ['GET', 'POST'] })
  app.addUrlRule({ rule: '/options', endpoint: 'options', view: () => request.method, methods: ['options'] })
  const client = app.testClient()
  expect((await client.get('/')).text).toBe('GET')
  expect((await client.post('/')).status).toBe(405)
  expect((await client.post('/more')).text).toBe('POST')
  expect((await client.options('/options')).text).toBe('OPTIONS')
  expect((await client.delete('/more')).headers.get('Allow')).toBe('GET, HEAD, OPTIONS, POST')
})

it('werkzeug_routing, endpoint_decorator: rules of the map get their views from endpoint()', async () => {
  const app = makeApp()
  app.addUrlRule({ rule: '/foo/', endpoint: 'bar' })
  app.endpoint('bar', () => 'bar')
  app.addUrlRule({ rule: '/foo/index', endpoint: 'index' })
  app.endpoint('index', () => 'index')
  const client = app.testClient()
  expect((await client.get('/foo/')).text).toBe('bar')
  expect((await client.get('/foo/index')).text).toBe('index')
})

it('route_decorator_custom_endpoint: the endpoint may have a name of its own', async () => {
  const app = makeApp()
  app.route('/foo/', function foo() {
    return request.endpoint ?? ''
  })
  app.route('/bar/', { endpoint: 'bar' }, () => request.endpoint ?? '')
  app.route('/bar/123', { endpoint: '123' }, () => request.endpoint ?? '')
  app.testRequestContext('/', () => {
    expect([urlFor('foo'), urlFor('bar'), urlFor('123')]).toEqual(['/foo/', '/bar/', '/bar/123'])
  })
  expect((await app.testClient().get('/bar/123')).text).toBe('123')
})

it('multi_route_rules: one view under two rules, the missing argument from its default', async () => {
  const app = makeApp()
  const index = ({ test = 'a' }: { test?: string }) => test
  app.addUrlRule({ rule: '/', view: index })
  app.addUrlRule({ rule: '/<test>/', view: index })
  const client = app.testClient()
  expect((await client.get('/')).text).toBe('a')
  expect((await client.get('/b/')).text).toBe('b')
})

it('multi_route_class_views: class views, too', async () => {
  class Index extends View {
    override dispatchRequest({ test = 'a' }: { test?: string }): ViewResult {
      return test
    }
  }
  const app = makeApp()
  const view = Index.asView('index')
  app.addUrlRule({ rule: '/', view })
  app.addUrlRule({ rule: '/<test>/', view })
  const client = app.testClient()
  expect((await client.get('/')).text).toBe('a')
  expect((await client.get('/b/')).text).toBe('b')
})

it('url_generation: URLs of endpoints, relative, absolute, escaped', () => {
  const app = makeApp()
  app.post('/hello/<name>', function hello() {
    return ''
  })
  app.testRequestContext('/', () => {
    expect(urlFor('hello', { name: 'test x' })).toBe('/hello/test%20x')
    expect(urlFor('hello', { name: 'test x' }, { external: true })).toBe('http://localhost/hello/test%20x')
  })
})

it('build_error_handler: a URL nobody can build is an error, which handlers may answer', () => {
  const app = makeApp()
  app.testRequestContext('/', () => {
    expect(() => urlFor('spam')).toThrow(expect.objectContaining({ code: 'ERR_ROUTING_BUILD' }))
  })
  const other = makeApp()
  other.urlBuildErrorHandler((_error, _endpoint, _values) => '/test_handler/')
  other.testRequestContext('/', () => expect(urlFor('spam')).toBe('/test_handler/'))
})

it('build_error_handler_reraise: what a handler throws is thrown', () => {
  const app = makeApp()
  app.urlBuildErrorHandler((error) => {
    throw error
  })
  app.testRequestContext('/', () => {
    expect(() => urlFor('not.existing')).toThrow(expect.objectContaining({ code: 'ERR_ROUTING_BUILD' }))
  })
})

it('url_for_passes_special_values_to_build_error_handler: a handler learns how the URL was to look', () => {
  const app = makeApp()
  app.urlBuildErrorHandler((_error, _endpoint, values, options) => {
    expect(values).toEqual({ id: 1 })
    expect(options).toMatchObject({ external: true, anchor: 'x' })
    return 'handled'
  })
  app.testRequestContext('/', () => {
    expect(urlFor('/', { id: 1 }, { external: true, anchor: 'x' })).toBe('handled')
  })
})

it('url_processors: a language is taken out of each URL and put back into those that are built', async () => {
  const app = makeApp()
  let language = ''
  app.urlDefaults((endpoint, values) => {
    if (language !== '' && app.urlMap.expects(endpoint, 'lang_code')) values['lang_code'] ??= language
  })
  app.urlValuePreprocessor((_endpoint, values) => {
    language = String(values?.['lang_code'] ?? '')
    if (values !== null) delete values['lang_code']
  })
  app.get('/<lang_code>/', function index() {
    return urlFor('about')
  })
  app.get('/<lang_code>/about', function about() {
    return urlFor('something_else')
  })
  app.get('/foo', function something_else() {
    return urlFor('about', { lang_code: 'en' })
  })
  const client = app.testClient()
  expect((await client.get('/de/')).text).toBe('/de/about')
  expect((await client.get('/de/about')).text).toBe('/foo')
  expect((await client.get('/foo')).text).toBe('/en/about')
})

it('nonascii_pathinfo: paths of other alphabets', async () => {
  const app = makeApp()
  app.get('/киртест', () => 'Hello World!')
  expect((await app.testClient().get('/киртест')).text).toBe('Hello World!')
  expect((await app.testClient().get(encodeURI('/киртест'))).text).toBe('Hello World!')
})

it('no_setup_after_first_request: registering is over, and the error names the call', async () => {
  const app = makeApp()
  app.get('/', () => 'Awesome')
  expect((await app.testClient().get('/')).text).toBe('Awesome')
  expect(() => app.get('/foo', () => 'Meh')).toThrow(/\/foo/)
  expect(() => app.beforeRequest(() => {})).toThrow(/beforeRequest/)
  expect(() => app.errorHandler(404, () => 'x')).toThrow(
    expect.objectContaining({ code: 'ERR_DEWAR_FROZEN' }),
  )
})

it('routing_redirect_debugging: a redirect to the slash keeps method and body, by 308', async () => {
  const app = makeApp({ config: { DEBUG: true } })
  app.route('/user/', { methods: ['GET', 'POST'] }, async () => (await request.form()).get('status') ?? '')
  const client = app.testClient()
  const answer = await client.post('/user', { form: { status: 'success' }, followRedirects: true })
  expect([answer.text, answer.history[0]?.status]).toEqual(['success', 308])
})

it('static_files: served with name and length, conditional', async () => {
  const root = makeFolder({ 'static/index.html': '<h1>Hello World!</h1>' })
  const app = makeApp({ root })
  const answer = await app.testClient().get('/static/index.html')
  expect([answer.status, answer.text.trim()]).toEqual([200, '<h1>Hello World!</h1>'])
  app.testRequestContext('/', () => {
    expect(urlFor('static', { filename: 'index.html' })).toBe('/static/index.html')
  })
})

it.each([
  ['static_url_path', '/foo', '/foo/index.html'],
  ['static_url_path_with_ending_slash', '/foo/', '/foo/index.html'],
  ['static_url_empty_path', '', '/index.html'],
])('%s: files below another URL', async (_name, staticUrlPath, url) => {
  const root = makeFolder({ 'static/index.html': 'hi' })
  const app = makeApp({ root, staticUrlPath })
  expect((await app.testClient().get(url)).text).toBe('hi')
  app.testRequestContext('/', () => expect(urlFor('static', { filename: 'index.html' })).toBe(url))
})

it.each([
  ['static_url_empty_path_default', 'static', '/static/index.html'],
  ['static_folder_with_ending_slash', 'static/', '/static/index.html'],
  ['static_folder_with_pathlib_path', 'assets/static', '/static/index.html'],
])('%s: the folder names the URL', async (_name, staticFolder, url) => {
  const root = makeFolder({ [`${staticFolder.replace(/\/$/, '')}/index.html`]: 'hi' })
  const app = makeApp({ root, staticFolder })
  expect((await app.testClient().get(url)).text).toBe('hi')
})

it('static_route_with_host_matching: static files live at a host, and both options come together', async () => {
  const root = makeFolder({ 'static/index.html': 'hi' })
  const app = makeApp({ root, hostMatching: true, staticHost: 'example.com' })
  expect((await app.testClient().get('http://example.com/static/index.html')).text).toBe('hi')
  expect((await app.testClient().get('http://example.org/static/index.html')).status).toBe(404)
  app.testRequestContext('/', () => {
    expect(urlFor('static', { filename: 'index.html' }, { external: true })).toBe(
      'http://example.com/static/index.html',
    )
  })
  expect(() => makeApp({ root, staticHost: 'example.com' })).toThrow(/staticHost/)
  expect(() => makeApp({ root, hostMatching: true })).toThrow(/staticHost/)
  makeApp({ root, hostMatching: true, staticFolder: null })
})

it('response_types: text, bytes, responses, with status and headers', async () => {
  const app = makeApp()
  app.get('/text', () => 'Hällo Wörld')
  app.get('/bytes', () => new TextEncoder().encode('Hällo Wörld'))
  app.get('/full', () =>
    makeResponse('Meh', 400, { 'X-Foo': 'Testing', 'Content-Type': 'text/plain; charset=utf-8' }),
  )
  app.get('/status', () => makeResponse('', 404))
  app.get('/response', () => new Response('hello', { status: 402, mimetype: 'text/x' }))
  app.get('/replaced', () =>
    makeResponse(new Response('Hello world', { status: 404 }), 500, { 'X-Foo': 'bar' }),
  )
  app.get('/dict', () => ({ foo: 'bar' }))
  app.get('/list', () => ['bar', 'foo'])
  app.get('/web', () => new globalThis.Response('web', { status: 203 }))
  const client = app.testClient()
  expect((await client.get('/text')).text).toBe('Hällo Wörld')
  expect((await client.get('/bytes')).text).toBe('Hällo Wörld')
  const full = await client.get('/full')
  expect([full.text, full.status, full.headers.get('X-Foo'), full.headers.getAll('Content-Type')]).toEqual([
    'Meh',
    400,
    'Testing',
    ['text/plain; charset=utf-8'],
  ])
  expect((await client.get('/status')).status).toBe(404)
  const response = await client.get('/response')
  expect([response.status, response.headers.get('Content-Type')]).toEqual([402, 'text/x; charset=utf-8'])
  const replaced = await client.get('/replaced')
  expect([replaced.status, replaced.headers.get('X-Foo'), replaced.text]).toEqual([500, 'bar', 'Hello world'])
  expect((await client.get('/dict')).json()).toEqual({ foo: 'bar' })
  expect((await client.get('/list')).json()).toEqual(['bar', 'foo'])
  expect((await client.get('/web')).status).toBe(203)
})

it.each([
  ['none', undefined],
  ['null', null],
  ['number', 5],
  ['boolean', true],
])('response_type_errors: %s is no answer, and the error names the view', async (name, value) => {
  const app = makeApp()
  app.get('/', { endpoint: name }, () => value as never)
  await expect(app.testClient().get('/')).rejects.toThrow(new RegExp(`'${name}'`))
})

it('make_response, make_response_with_response_instance: keeps what a response says unless told otherwise', () => {
  const empty = makeResponse()
  expect([empty.status, empty.mimetype]).toEqual([200, 'text/html'])
  const awesome = makeResponse('Awesome')
  expect(awesome.mimetype).toBe('text/html')
  const inner = new Response('Hello', { headers: { 'X-Foo': 'bar' } })
  const outer = makeResponse(inner, 400, { 'X-Foo': 'baz' })
  expect([outer.status, outer.headers.get('X-Foo')]).toEqual([400, 'baz'])
})
