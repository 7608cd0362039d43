/** Flask's test_blueprints.py. Each name begins with that of Flask's test. */
import {
  abort,
  createBlueprint,
  Forbidden,
  g,
  makeResponse,
  renderTemplate,
  request,
  sendFromDirectory,
  urlFor,
} from 'dewar'
import { describe, expect, it } from 'vitest'
import { makeApp, makeFolder } from './setup.ts'

declare module 'dewar' {
  interface Globals {
    steps: string[]
  }
}

it('blueprint_specific_error_handling: a blueprint’s handler, else the app’s', async () => {
  const frontend = createBlueprint('frontend')
  const backend = createBlueprint('backend')
  const sideend = createBlueprint('sideend')
  frontend.errorHandler(403, () => makeResponse('frontend says no', 403))
  frontend.get('/frontend-no', function no() {
    return abort(403)
  })
  backend.errorHandler(403, () => makeResponse('backend says no', 403))
  backend.get('/backend-no', function no() {
    return abort(403)
  })
  sideend.get('/what-is-a-sideend', function no() {
    return abort(403)
  })
  const app = makeApp()
  for (const bp of [frontend, backend, sideend]) app.register(bp)
  app.errorHandler(403, () => makeResponse('application itself says no', 403))
  const client = app.testClient()
  expect((await client.get('/frontend-no')).text).toBe('frontend says no')
  expect((await client.get('/backend-no')).text).toBe('backend says no')
  expect((await client.get('/what-is-a-sideend')).text).toBe('application itself says no')
})

it('blueprint_specific_user_error_handling: by class, and by function', async () => {
  class DecoratorError extends Error {}
  class FunctionError extends Error {}
  const blue = createBlueprint('blue')
  blue.errorHandler(DecoratorError, () => 'boom')
  blue.errorHandler(FunctionError, () => 'bam')
  blue.get('/decorator', function a() {
    throw new DecoratorError()
  })
  blue.get('/function', function b() {
    throw new FunctionError()
  })
  const app = makeApp()
  app.register(blue)
  expect((await app.testClient().get('/decorator')).text).toBe('boom')
  expect((await app.testClient().get('/function')).text).toBe('bam')
})

it('blueprint_app_error_handling: a handler for the whole app, from a blueprint', async () => {
  const errors = createBlueprint('errors')
  errors.appErrorHandler(403, () => makeResponse('you shall not pass', 403))
  const app = makeApp()
  app.get('/forbidden', () => abort(403))
  const other = createBlueprint('forbidden_bp')
  other.get('/nope', function x() {
    throw new Forbidden()
  })
  app.register(errors)
  app.register(other)
  const client = app.testClient()
  expect((await client.get('/forbidden')).text).toBe('you shall not pass')
  expect((await client.get('/nope')).text).toBe('you shall not pass')
})

it.each([
  ['', '/', '/'],
  ['/', '', '/'],
  ['/', '/', '/'],
  ['/foo', '', '/foo'],
  ['/foo/', '', '/foo/'],
  ['', '/bar', '/bar'],
  ['/foo/', '/bar', '/foo/bar'],
  ['/foo/', 'bar', '/foo/bar'],
  ['/foo', '/bar', '/foo/bar'],
  ['/foo/', '//bar', '/foo/bar'],
  ['/foo//', '/bar', '/foo/bar'],
])('blueprint_prefix_slash: %j and %j are %j', async (prefix, rule, url) => {
  const bp = createBlueprint('test', { urlPrefix: prefix })
  bp.addUrlRule({ rule, endpoint: 'index', view: () => makeResponse('', 204) })
  const app = makeApp()
  app.register(bp)
  expect((await app.testClient().get(url)).status).toBe(204)
})

it('blueprint_url_defaults, empty_url_defaults: values that rules do not hold', async () => {
  const bp = createBlueprint('test')
  bp.addUrlRule({
    rule: '/foo',
    endpoint: 'foo',
    defaults: { baz: 42 },
    view: ({ bar, baz }: { bar: string; baz: number }) => `${bar}/${baz}`,
  })
  bp.addUrlRule({ rule: '/bar', endpoint: 'bar', view: ({ bar }: { bar: number }) => String(bar) })
  const app = makeApp()
  app.register(bp, { urlPrefix: '/1', urlDefaults: { bar: 23 } })
  app.register(bp, { name: 'test2', urlPrefix: '/2', urlDefaults: { bar: 19 } })
  const client = app.testClient()
  expect((await client.get('/1/foo')).text).toBe('23/42')
  expect((await client.get('/2/foo')).text).toBe('19/42')
  expect((await client.get('/1/bar')).text).toBe('23')
  expect((await client.get('/2/bar')).text).toBe('19')
})

it('blueprint_url_processors: arguments of the prefix, taken out and put back', async () => {
  const bp = createBlueprint('frontend', { urlPrefix: '/<lang_code>' })
  const language = new WeakMap<object, string>()
  bp.urlDefaults((_endpoint, values) => {
    values['lang_code'] ??= language.get(g)
  })
  bp.urlValuePreprocessor((_endpoint, values) => {
    g.foo = String(values?.['lang_code'])
    if (values !== null) delete values['lang_code']
  })
  bp.urlDefaults((_endpoint, values) => {
    values['lang_code'] ??= g.foo
  })
  bp.get('/', function index() {
    return urlFor('.about')
  })
  bp.get('/about', function about() {
    return urlFor('.index')
  })
  const app = makeApp()
  app.register(bp)
  expect((await app.testClient().get('/de/')).text).toBe('/de/about')
  expect((await app.testClient().get('/de/about')).text).toBe('/de/')
})

it('templates_and_static, templates_list: folders of a blueprint', async () => {
  const root = makeFolder({
    'templates/frontend/index.html': 'Hello from the Frontend',
    'admin/templates/admin/index.html': 'Hello from the Admin',
    'admin/static/test.txt': 'Admin File',
    'admin/static/css/test.css': '/* nested file */',
  })
  const app = makeApp({ root })
  const admin = createBlueprint('admin', {
    root: `${root}/admin`,
    urlPrefix: '/admin',
    templateFolder: 'templates',
    staticFolder: 'static',
  })
  admin.get('/', function index() {
    return renderTemplate('admin/index.html')
  })
  app.register(admin)
  app.get('/', () => renderTemplate('frontend/index.html'))
  const client = app.testClient()
  expect((await client.get('/')).text).toBe('Hello from the Frontend')
  expect((await client.get('/admin/')).text).toBe('Hello from the Admin')
  expect((await client.get('/admin/static/test.txt')).text.trim()).toBe('Admin File')
  expect((await client.get('/admin/static/css/test.css')).text.trim()).toBe('/* nested file */')
  app.testRequestContext('/', () => {
    expect(urlFor('admin.static', { filename: 'test.txt' })).toBe('/admin/static/test.txt')
    expect(() => renderTemplate('missing.html')).toThrow(/missing\.html/)
  })
  expect([...app.templates.list()].sort()).toEqual(['admin/index.html', 'frontend/index.html'])
})

it('default_static_max_age: each blueprint says how long its files are kept', async () => {
  const root = makeFolder({ 'static/index.html': 'hi' })
  const app = makeApp({ config: { SEND_FILE_MAX_AGE_DEFAULT: 3600 } })
  const bp = createBlueprint('blueprint', { root, staticFolder: 'static', sendFileMaxAge: () => 100 })
  const plain = createBlueprint('plain', { root, urlPrefix: '/plain', staticFolder: 'static' })
  app.register(bp)
  app.register(plain)
  const maxAge = async (path: string) => (await app.testClient().get(path)).headers.get('Cache-Control')
  expect(await maxAge('/static/index.html')).toContain('max-age=100')
  expect(await maxAge('/plain/static/index.html')).toContain('max-age=3600')
})

describe('names', () => {
  it('dotted_name_not_allowed, empty_name_not_allowed: of blueprints', () => {
    const refused = expect.objectContaining({ code: 'ERR_DEWAR_BLUEPRINT_NAME' })
    expect(() => createBlueprint('app.ui')).toThrow(refused)
    expect(() => createBlueprint('')).toThrow(refused)
  })

  it('dotted_names_from_app: a view of the app builds the URL of a blueprint', async () => {
    const app = makeApp()
    app.get('/', () => urlFor('test.index'))
    const test = createBlueprint('test')
    test.get('/app', function index() {
      return request.endpoint ?? ''
    })
    app.register(test)
    expect((await app.testClient().get('/')).text).toBe('/app')
  })

  it('route_decorator_custom_endpoint, endpoint_decorator: endpoints of a name of their own', async () => {
    const bp = createBlueprint('bp')
    bp.get('/foo', function foo() {
      return request.endpoint ?? ''
    })
    bp.get('/bar', { endpoint: 'bar' }, () => request.endpoint ?? '')
    bp.get('/bar/123', { endpoint: '123' }, () => request.endpoint ?? '')
    bp.addUrlRule({ rule: '/later', endpoint: 'later' })
    bp.endpoint('later', () => request.endpoint ?? '')
    const app = makeApp()
    app.register(bp, { urlPrefix: '/py' })
    const client = app.testClient()
    const get = async (path: string) => (await client.get(path)).text
    expect(await get('/py/foo')).toBe('bp.foo')
    expect(await get('/py/bar')).toBe('bp.bar')
    expect(await get('/py/bar/123')).toBe('bp.123')
    expect(await get('/py/later')).toBe('bp.later')
    expect((await client.get('/bar')).status).toBe(404)
  })

  it('route_decorator_custom_endpoint_with_dots: are refused', () => {
    const bp = createBlueprint('bp')
    const refused = expect.objectContaining({ code: 'ERR_DEWAR_ENDPOINT_NAME' })
    expect(() => bp.get('/', { endpoint: 'a.b' }, () => '')).toThrow(refused)
    expect(() => bp.addUrlRule({ rule: '/', endpoint: 'a.b', view: () => '' })).toThrow(refused)
    const dotted = Object.defineProperty(() => '', 'name', { value: 'a.b' })
    expect(() => bp.addUrlRule({ rule: '/x', view: dotted })).toThrow(refused)
  })

  it('unique_blueprint_names, blueprint_renaming: a name is taken once, and register may give another', async () => {
    const bp = createBlueprint('bp')
    const other = createBlueprint('bp')
    bp.get('/', function index() {
      return request.endpoint ?? ''
    })
    bp.get('/error', function error() {
      return abort(403)
    })
    bp.errorHandler(403, () => makeResponse('Error', 403))
    const sub = createBlueprint('sub')
    sub.get('/', function index() {
      return request.endpoint ?? ''
    })
    sub.get('/error', function error() {
      return abort(403)
    })
    bp.register(sub, { urlPrefix: '/sub' })
    const app = makeApp()
    app.register(bp, { urlPrefix: '/a' })
    const taken = expect.objectContaining({ code: 'ERR_DEWAR_BLUEPRINT_TAKEN' })
    expect(() => app.register(bp, { urlPrefix: '/b' })).toThrow(taken)
    expect(() => app.register(other, { urlPrefix: '/b' })).toThrow(taken)
    app.register(bp, { urlPrefix: '/b', name: 'alt' })
    app.register(other, { name: 'not_bp' })
    const client = app.testClient()
    const get = async (path: string) => (await client.get(path)).text
    expect(await get('/a/')).toBe('bp.index')
    expect(await get('/b/')).toBe('alt.index')
    expect(await get('/a/sub/')).toBe('bp.sub.index')
    expect(await get('/b/sub/')).toBe('alt.sub.index')
    expect(await get('/a/error')).toBe('Error')
    expect(await get('/b/error')).toBe('Error')
    expect(await get('/a/sub/error')).toBe('Error')
  })

  it('self_registration: is refused', () => {
    const bp = createBlueprint('bp')
    expect(() => bp.register(bp)).toThrow(expect.objectContaining({ code: 'ERR_DEWAR_BLUEPRINT_NESTED' }))
  })
})

describe('templates of blueprints', () => {
  const reverse = (text: string) => [...text].reverse().join('')
  const folder = () =>
    makeFolder({
      'templates/f.html': "{{ 'abcd'|my_reverse }}",
      'templates/t.html': '{% if 1 is odd_one %}odd{% endif %}',
    })

  it('template_filter, add_template_filter, template_filter_with_name, template_filter_with_template, template_filter_after_route_with_template, add_template_filter_with_template, template_filter_with_name_and_template, add_template_filter_with_name, add_template_filter_with_name_and_template: a filter for the app', async () => {
    const app = makeApp({ root: folder() })
    const bp = createBlueprint('bp')
    bp.get('/', function index() {
      return renderTemplate('f.html')
    })
    bp.appTemplateFilter('my_reverse', reverse)
    app.register(bp, { urlPrefix: '/py' })
    expect((await app.testClient().get('/py/')).text).toBe('dcba')
  })

  it('template_test, add_template_test, template_test_with_name, add_template_test_with_name, template_test_with_template, template_test_after_route_with_template, add_template_test_with_template, template_test_with_name_and_template, add_template_test_with_name_and_template, template_global: a test, a global', async () => {
    const app = makeApp({ root: folder() })
    const bp = createBlueprint('bp')
    bp.appTemplateTest('odd_one', (value: number) => value % 2 === 1)
    bp.appTemplateGlobal('get_answer', () => 42)
    app.register(bp, { urlPrefix: '/py' })
    app.get('/', () => renderTemplate('t.html'))
    expect((await app.testClient().get('/')).text).toBe('odd')
    expect(app.context(() => app.templates.renderString('{{ get_answer() }}', {}))).toBe('42')
  })

  it('context_processing: of the blueprint for its views, of the app for all', async () => {
    const root = makeFolder({ 'templates/t.html': '{{ notmuch }}{{ answer }}' })
    const app = makeApp({ root })
    const answer = createBlueprint('answer_bp')
    answer.appContextProcessor(() => ({ notmuch: 'known' }))
    answer.contextProcessor(() => ({ answer: 42 }))
    answer.get('/bp', function inside() {
      return renderTemplate('t.html', { answer: 42 })
    })
    app.get('/', () => renderTemplate('t.html', { answer: 'own' }))
    app.register(answer)
    expect((await app.testClient().get('/')).text).toBe('knownown')
    expect((await app.testClient().get('/bp')).text).toBe('known42')
  })
})

describe('hooks of blueprints', () => {
  it.each([
    ['request_processing', false],
    ['app_request_processing', true],
  ])('%s: around the view', async (_name, isForApp) => {
    const app = makeApp()
    const bp = createBlueprint('bp')
    const events: string[] = []
    const after = async (response: { text(): Promise<string> }) => {
      events.push('after')
      return makeResponse(`${await response.text()}|after`)
    }
    if (isForApp) {
      bp.beforeAppRequest(() => void events.push('before'))
      bp.afterAppRequest(after)
      bp.teardownAppRequest(() => void events.push('teardown'))
    } else {
      bp.beforeRequest(() => void events.push('before'))
      bp.afterRequest(after)
      bp.teardownRequest(() => void events.push('teardown'))
    }
    bp.get('/bp', function inside() {
      return 'request'
    })
    app.register(bp)
    app.get('/', () => 'outside')
    expect((await app.testClient().get('/bp')).text).toBe('request|after')
    expect(events).toEqual(['before', 'after', 'teardown'])
    expect((await app.testClient().get('/')).text).toBe(isForApp ? 'outside|after' : 'outside')
  })

  it('app_url_processors: a language for every URL of the app', async () => {
    const app = makeApp()
    const bp = createBlueprint('bp')
    bp.appUrlDefaults((endpoint, values) => {
      if (app.urlMap.expects(endpoint, 'lang_code')) values['lang_code'] ??= g.foo
    })
    bp.appUrlValuePreprocessor((_endpoint, values) => {
      g.foo = String(values?.['lang_code'])
      if (values !== null) delete values['lang_code']
    })
    app.get('/<lang_code>/', function index() {
      return urlFor('about')
    })
    app.get('/<lang_code>/about', function about() {
      return urlFor('index')
    })
    app.register(bp)
    expect((await app.testClient().get('/de/')).text).toBe('/de/about')
    expect((await app.testClient().get('/de/about')).text).toBe('/de/')
  })

  it('nested_callback_order: app, parent, child inwards; child, parent, app outwards', async () => {
    const app = makeApp()
    const parent = createBlueprint('parent', { urlPrefix: '/parent' })
    const child = createBlueprint('child', { urlPrefix: '/child' })
    const ended: string[] = []
    app.beforeRequest(() => {
      g.steps = ['app 1']
    })
    app.teardownRequest(() => void ended.push('app'))
    parent.beforeRequest(() => void g.steps.push('parent 1'))
    parent.afterRequest(() => void g.steps.push('parent 2'))
    parent.teardownRequest(() => void ended.push('parent'))
    child.beforeRequest(() => void g.steps.push('child 1'))
    child.afterRequest(() => void g.steps.push('child 2'))
    child.teardownRequest(() => void ended.push('child'))
    child.get('/', function index() {
      g.steps.push('view')
      return ''
    })
    app.afterRequest(() => makeResponse(g.steps.join(' ')))
    parent.register(child)
    app.register(parent)
    const answer = await app.testClient().get('/parent/child/')
    expect(answer.text).toBe('app 1 parent 1 child 1 view child 2 parent 2')
    expect(ended).toEqual(['child', 'parent', 'app'])
  })

  it('nested_blueprint: handlers of the child, else of the parent, else of the app', async () => {
    const app = makeApp()
    const parent = createBlueprint('parent', { urlPrefix: '/parent' })
    const child = createBlueprint('child', { urlPrefix: '/child' })
    const grandchild = createBlueprint('grandchild', { urlPrefix: '/grandchild' })
    parent.errorHandler(403, () => makeResponse('Parent no', 403))
    parent.get('/no', function no() {
      return abort(403)
    })
    child.get('/no', function no() {
      return abort(403)
    })
    grandchild.errorHandler(403, () => makeResponse('Grandchild no', 403))
    grandchild.get('/no', function no() {
      return abort(403)
    })
    grandchild.get('/', function index() {
      return `${request.endpoint} ${request.blueprints.join(' ')}`
    })
    child.register(grandchild)
    parent.register(child)
    app.register(parent)
    const client = app.testClient()
    const get = async (path: string) => (await client.get(path)).text
    expect(await get('/parent/no')).toBe('Parent no')
    expect(await get('/parent/child/no')).toBe('Parent no')
    expect(await get('/parent/child/grandchild/no')).toBe('Grandchild no')
    expect(await get('/parent/child/grandchild/')).toBe(
      'parent.child.grandchild.index parent.child.grandchild parent.child parent',
    )
  })
})

it.each([
  ['/parent', '/child', undefined, undefined],
  ['/parent', undefined, undefined, '/child'],
  [undefined, undefined, '/parent', '/child'],
  ['/other', '/something', '/parent', '/child'],
])(
  'nesting_url_prefixes: %j %j registered under %j %j',
  async (parentPrefix, childPrefix, parentGiven, childGiven) => {
    const parent = createBlueprint('parent', { ...(parentPrefix && { urlPrefix: parentPrefix }) })
    const child = createBlueprint('child', { ...(childPrefix && { urlPrefix: childPrefix }) })
    child.get('/', function index() {
      return 'index'
    })
    parent.register(child, { urlPrefix: childGiven })
    const app = makeApp()
    app.register(parent, { urlPrefix: parentGiven })
    expect((await app.testClient().get('/parent/child/')).text).toBe('index')
  },
)

it('nesting_subdomains, child_and_parent_subdomain: the child’s before the parent’s', async () => {
  const app = makeApp({ subdomainMatching: true, config: { SERVER_NAME: 'example.test' } })
  const inherited = createBlueprint('inherited')
  inherited.get('/inherited', function index() {
    return 'inherited'
  })
  const own = createBlueprint('own', { subdomain: 'api' })
  own.get('/', function index() {
    return 'own'
  })
  const parent = createBlueprint('parent', { subdomain: 'parent' })
  parent.register(inherited)
  parent.register(own)
  app.register(parent)
  const client = app.testClient()
  expect((await client.get('http://parent.example.test/inherited')).text).toBe('inherited')
  expect((await client.get('http://api.parent.example.test/')).text).toBe('own')
  expect((await client.get('http://parent.example.test/')).status).toBe(404)
})

it('a folder of files may be served by a view of a blueprint', async () => {
  const root = makeFolder({ 'files/a.txt': 'text' })
  const bp = createBlueprint('files')
  bp.get('/files/<path:name>', function file({ name }) {
    return sendFromDirectory(`${root}/files`, name)
  })
  const app = makeApp()
  app.register(bp)
  expect((await app.testClient().get('/files/a.txt')).text).toBe('text')
  expect((await app.testClient().get('/files/../x')).status).toBe(404)
})
