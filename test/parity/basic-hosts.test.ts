/** Flask's test_basic.py: hosts, subdomains, addresses and JSON output. Each name begins with that of Flask's test. */
import { createBlueprint, currentApp, jsonify, request, urlFor } from 'dewar'
import { expect, it, onTestFinished } from 'vitest'
import { makeApp } from './setup.ts'

it('server_name_matching: SERVER_NAME refuses no other host unless subdomains are matched', async () => {
  const app = makeApp({ config: { SERVER_NAME: 'example.com' } })
  app.get('/', () => request.host)
  const client = app.testClient()
  expect((await client.get('http://example.com/')).text).toBe('example.com')
  expect((await client.get('http://example.org/')).text).toBe('example.org')
  expect((await client.get('/')).text).toBe('example.com')
})

it.each(['http', 'https'] as const)(
  'server_name_subdomain: with any port and scheme, over %s',
  async (scheme) => {
    const app = makeApp({ subdomainMatching: true, config: { SERVER_NAME: 'example.com' } })
    app.get('/', () => 'default')
    app.get('/', { subdomain: 'foo', endpoint: 'sub' }, () => 'subdomain')
    const client = app.testClient()
    expect((await client.get(`${scheme}://example.com/`)).text).toBe('default')
    expect((await client.get(`${scheme}://foo.example.com/`)).text).toBe('subdomain')
    expect((await client.get(`${scheme}://elsewhere.org/`)).status).toBe(400)
  },
)

it('server_name_subdomain: SERVER_NAME with a default port is met without it', async () => {
  for (const [serverName, base] of [
    ['dev.local:80', 'http://dev.local'],
    ['dev.local:443', 'https://dev.local'],
    ['dev.local', 'https://dev.local'],
  ] as const) {
    const app = makeApp({ subdomainMatching: true, config: { SERVER_NAME: serverName } })
    app.get('/', () => 'default')
    app.get('/', { subdomain: 'foo', endpoint: 'sub' }, () => 'subdomain')
    const client = app.testClient()
    expect((await client.get(`${base}/`)).text).toBe('default')
    expect((await client.get(`${base.replace('//', '//foo.')}/`)).text).toBe('subdomain')
  }
})

it('subdomain_basic_support: two names, two views', async () => {
  const app = makeApp({ subdomainMatching: true, config: { SERVER_NAME: 'localhost.localdomain' } })
  app.get('/', () => 'normal index')
  app.get('/', { subdomain: 'test', endpoint: 'test' }, () => 'test index')
  const client = app.testClient()
  expect((await client.get('http://localhost.localdomain/')).text).toBe('normal index')
  expect((await client.get('http://test.localhost.localdomain/')).text).toBe('test index')
})

it.each([
  ['subdomain_matching', 'localhost.localdomain', 'http://mitsuhiko.localhost.localdomain/'],
  [
    'subdomain_matching_with_ports',
    'localhost.localdomain:3000',
    'http://mitsuhiko.localhost.localdomain:3000/',
  ],
])('%s: a subdomain may be an argument', async (_name, serverName, url) => {
  const app = makeApp({ subdomainMatching: true, config: { SERVER_NAME: serverName } })
  app.get('/', { subdomain: '<user>' }, (args) => `index for ${(args as { user?: string }).user}`)
  expect((await app.testClient().get(url)).text).toBe('index for mitsuhiko')
})

it('subdomain_matching_other_name: without subdomain matching a rule is met under every name', async () => {
  const app = makeApp({ config: { SERVER_NAME: 'localhost.localdomain:3000' } })
  app.get('/', () => '')
  const client = app.testClient()
  expect((await client.get('http://www.localhost.localdomain:3000/')).status).toBe(200)
  expect((await client.get('http://elsewhere/')).status).toBe(200)
})

it('a redirect to the slash stays at its host, below the path the app is mounted at', async () => {
  const app = makeApp({ hostMatching: true, staticFolder: null })
  app.get('/a/', { host: 'one.example' }, () => 'one')
  const answer = await app.testClient().get('http://one.example/a?x=1', { rootPath: '/root' })
  expect([answer.status, answer.location]).toEqual([308, '/root/a/?x=1'])
})

it.each([
  [
    'hosts',
    { hostMatching: true, staticFolder: null },
    { host: 'new.example.com' },
    { host: 'old.example.com' },
  ],
  ['subdomains', { subdomainMatching: true }, { subdomain: 'new' }, { subdomain: 'old' }],
])('an alias of another host leads there, with %s', async (_name, options, first, alias) => {
  const app = makeApp({ ...options, config: { SERVER_NAME: 'example.com' } })
  const view = () => 'page'
  app.get('/page', { ...first, endpoint: 'page' }, view)
  app.get('/page', { ...alias, endpoint: 'page', alias: true }, view)
  const client = app.testClient()
  const answer = await client.get('http://old.example.com/page?x=1', { rootPath: '/root' })
  expect([answer.status, answer.location]).toEqual([308, '//new.example.com/root/page?x=1'])
})

it('inject_blueprint_url_defaults: urlFor fills in what a blueprint knows', () => {
  const app = makeApp()
  const bp = createBlueprint('foo', { urlDefaults: {} })
  bp.urlDefaults((_endpoint, values) => {
    values['page'] = 'login'
  })
  bp.get('/<page>', function view() {
    return ''
  })
  app.register(bp)
  app.testRequestContext('/', () => {
    expect(urlFor('foo.view')).toBe('/login')
    expect(urlFor('foo.view', { page: 'ignored' })).toBe('/login')
  })
})

it.each([
  ['run_defaults: this machine, a port of its own', null, {}, /^http:\/\/127\.0\.0\.1:\d+$/],
  [
    'run_from_config: the host of SERVER_NAME',
    'localhost:0',
    {},
    /^http:\/\/(localhost|127\.0\.0\.1|\[::1\]):\d+$/,
  ],
  [
    'run_server_port: what run is told goes before it',
    'pocoo.org:80',
    { host: '127.0.0.1', port: 0 },
    /^http:\/\/127/,
  ],
])('%s', async (_name, serverName, where, url) => {
  const app = makeApp({ config: { SERVER_NAME: serverName } })
  app.get('/', () => 'up')
  const server = await app.run(serverName === null ? { port: 0 } : where)
  onTestFinished(() => server.close())
  expect(server.url).toMatch(url)
})

it('jsonify_no_prettyprint: compact, with a line break', async () => {
  const app = makeApp({ config: { JSON_COMPACT: true } })
  app.get('/', () => jsonify({ msg: { submsg: 'W00t' }, msg2: 'foobar' }))
  expect((await app.testClient().get('/')).text).toBe('{"msg":{"submsg":"W00t"},"msg2":"foobar"}\n')
})

it('jsonify_mimetype: of the app’s own', async () => {
  const app = makeApp()
  app.get('/', () => {
    const response = jsonify({ msg: 'x' })
    response.mimetype = 'application/vnd.api+json'
    return response
  })
  expect((await app.testClient().get('/')).headers.get('Content-Type')).toBe('application/vnd.api+json')
})

it('json_dump_dataclass: objects of a class are written with their fields', () => {
  class Data {
    readonly name: string
    constructor(name: string) {
      this.name = name
    }
  }
  const app = makeApp()
  app.context(() => {
    expect(JSON.parse(currentApp.json.stringify(new Data('Flask')))).toEqual({ name: 'Flask' })
  })
})

it('jsonify_args_and_kwargs_check: several values are a list, none is null', async () => {
  expect(await jsonify('a', 'b').text()).toBe('["a","b"]\n')
  expect(await jsonify().text()).toBe('null\n')
})
