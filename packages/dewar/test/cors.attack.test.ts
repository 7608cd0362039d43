import { makeResponse } from 'dewar'
import { describe, expect, it } from 'vitest'
import { createBlueprint } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

const friend = 'https://app.example'

/** One route for everybody's own eyes, one that a friend's scripts may read. */
function makeApi() {
  const app = makeApp()
  app.get('/mine', () => 'mine')
  app.get('/shared', { cors: { origins: [friend], exposeHeaders: ['ETag'] } }, () => 'shared')
  app.post('/shared', { cors: { origins: [friend], methods: ['PUT'] } }, () => 'posted')
  app.put('/shared', { cors: { origins: [friend], methods: ['PUT'], credentials: true } }, () => 'put')
  app.get('/broken', { cors: { origins: [friend] } }, () => {
    throw new Error('x')
  })
  return app
}

function ask(origin: string | null, path = '/shared', headers: Record<string, string> = {}) {
  return testClient(makeApi()).get(path, {
    headers: { ...(origin !== null && { Origin: origin }), ...headers },
  })
}

function preflight(method: string, path = '/shared', headers: Record<string, string> = {}) {
  return testClient(makeApi()).options(path, {
    headers: { Origin: friend, 'Access-Control-Request-Method': method, ...headers },
  })
}

const permission = 'Access-Control-Allow-Origin'

describe('pages of other origins', () => {
  it.each([
    ['another site', 'https://evil.example'],
    ['a name that ends alike', 'https://evil-app.example'],
    ['a name that goes on', 'https://app.example.evil.example'],
    ['a subdomain', 'https://x.app.example'],
    ['the parent', 'https://example'],
    ['clear text', 'http://app.example'],
    ['another port', 'https://app.example:444'],
    ['no origin to speak of', 'null'],
    ['a list', 'https://app.example https://evil.example'],
    ['a list with a comma', 'https://app.example, https://evil.example'],
    ['a pattern', '*'],
    ['user information', 'https://app.example@evil.example'],
    ['capital letters', 'https://APP.example'],
    ['a path', 'https://app.example/'],
    ['a dot that fits a careless pattern', 'https://appxexample'],
    ['nothing', ''],
  ])('are not allowed to read: %s', async (_what, origin) => {
    const response = await ask(origin)
    expect(response.headers.has(permission)).toBe(false)
    expect(response.headers.get('Vary')).toContain('Origin')
  })

  it('reads what is shared if it is on the list, on error pages too', async () => {
    const response = await ask(friend)
    expect([response.text, response.headers.get(permission)]).toEqual(['shared', friend])
    expect(response.headers.get('Access-Control-Expose-Headers')).toBe('ETag')
    expect(response.headers.has('Access-Control-Allow-Credentials')).toBe(false)
    const broken = await ask(friend, '/broken')
    expect([broken.status, broken.headers.get(permission)]).toEqual([500, friend])
  })

  it('reads nothing that says nothing, whatever it asks for', async () => {
    const asked = await ask(friend, '/mine')
    expect([asked.text, asked.headers.has(permission), asked.headers.get('Vary') ?? '']).toEqual([
      'mine',
      false,
      '',
    ])
    const response = await preflight('GET', '/mine')
    expect([...response.headers].filter(([name]) => /^access-control/i.test(name))).toEqual([])
  })

  it('gets no reading permission for paths that do not exist', async () => {
    expect((await ask(friend, '/nowhere')).headers.has(permission)).toBe(false)
  })

  it('may read without being allowed to write', async () => {
    const app = makeApi()
    const response = await testClient(app).post('/shared', {
      headers: { Origin: friend, 'Sec-Fetch-Site': 'cross-site' },
    })
    expect(response.status).toBe(403)
  })
})

describe('preflights', () => {
  it('are answered for the route of the method they name, without body and session', async () => {
    const response = await preflight('PUT')
    expect([response.status, response.text]).toEqual([204, ''])
    expect(response.headers.has('Content-Type')).toBe(false)
    expect(response.headers.get(permission)).toBe(friend)
    expect(response.headers.get('Access-Control-Allow-Methods')).toBe('PUT')
    expect(response.headers.get('Access-Control-Allow-Credentials')).toBe('true')
    expect(response.headers.has('Set-Cookie')).toBe(false)
    expect(response.headers.get('Vary')).toMatch(/Origin.*Access-Control-Request-Method/)
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
  })

  it.each([
    ['a method that the policy does not list', 'POST', {}],
    ['a method that no route has', 'DELETE', {}],
    ['a header that the policy does not list', 'PUT', { 'Access-Control-Request-Headers': 'x-admin' }],
    ['a foreign origin', 'PUT', { Origin: 'https://evil.example' }],
    ['the origin null', 'PUT', { Origin: 'null' }],
  ])('say nothing of permissions for %s', async (_what, method, headers) => {
    const response = await preflight(method, '/shared', headers)
    expect([...response.headers].filter(([name]) => /^access-control/i.test(name))).toEqual([])
  })

  it('are not stopped by hooks and access rules, which they show nothing of', async () => {
    const app = makeApp({ cors: { origins: [friend], methods: ['PUT'] } })
    app.beforeRequest(() => makeResponse('please log in', 401))
    app.put('/thing', { access: 'authenticated' }, () => 'x')
    const headers = { Origin: friend, 'Access-Control-Request-Method': 'PUT' }
    expect((await testClient(app).options('/thing', { headers })).status).toBe(204)
    expect((await testClient(app).options('/thing')).status).toBe(401)
  })
})

describe('cors of an app and a blueprint', () => {
  it('is for routes that say nothing, and can be taken back', async () => {
    const app = makeApp({ cors: { origins: [friend] } })
    const api = createBlueprint('api', { urlPrefix: '/api', cors: { origins: ['https://other.example'] } })
    api.get('/open', () => 'x')
    api.get('/closed', { cors: null }, () => 'x')
    app.register(api)
    app.get('/', () => 'x')
    const client = testClient(app)
    const from = async (path: string, origin: string) =>
      (await client.get(path, { headers: { Origin: origin } })).headers.get(permission)
    expect(await from('/', friend)).toBe(friend)
    expect(await from('/api/open', friend)).toBe(null)
    expect(await from('/api/open', 'https://other.example')).toBe('https://other.example')
    expect(await from('/api/closed', 'https://other.example')).toBe(null)
  })

  it.each([
    ['a wildcard', { origins: ['*'] }, 'ERR_SECURITY_CORS_ORIGIN'],
    ['null', { origins: ['null'] }, 'ERR_SECURITY_CORS_ORIGIN'],
    [
      'every origin with cookies',
      { unsafeAnyOrigin: true, credentials: true },
      'ERR_SECURITY_CORS_CREDENTIALS',
    ],
    ['a typing error', { origin: [friend] } as object, 'ERR_SECURITY_OPTION'],
  ])('is refused at start with %s', (_what, cors, code) => {
    const app = makeApp()
    app.get('/', { cors }, () => 'x')
    expect(() => app.freeze()).toThrow(expect.objectContaining({ code }))
  })
})
