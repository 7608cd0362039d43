/** What the tests of Go's `http.CrossOriginProtection` and of Flask-WTF ask of a CSRF check, asked of this one. */
import { channel } from 'node:diagnostics_channel'
import { describe, expect, it, onTestFinished } from 'vitest'
import { csrfToken, request, type SecurityEvent, session } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

const here = 'https://shop.example'

function makeShop(config: NonNullable<Parameters<typeof makeApp>[0]>['config'] = {}) {
  const app = makeApp({ config })
  app.get('/', () => csrfToken())
  app.route('/', { methods: ['POST', 'PUT', 'PATCH', 'DELETE'], endpoint: 'change' }, () => 'changed')
  app.post('/json', async () => ({ got: await request.json() }))
  app.post('/hook', { unsafeCsrfExempt: true }, () => 'hooked')
  app.post('/hook/sensitive', () => 'changed')
  app.post('/login', () => {
    session.set('who' as never, 'mallory' as never)
    return 'logged in'
  })
  return app
}

/** A visitor of the shop over https who has a good token; what varies is what the browser says of the origin. */
async function visit(config: Parameters<typeof makeShop>[0] = {}, baseUrl = here) {
  const client = testClient(makeShop(config), { baseUrl })
  const token = (await client.get('/')).text
  const send = (method: string, headers: Record<string, string>, path = '/') =>
    client.open(method, path, { csrf: false, headers: { 'X-CSRF-Token': token, ...headers } })
  return { client, token, send }
}

const evil = { Origin: 'https://evil.example' }
const own = { Origin: here }

describe("Go's table", () => {
  it.each([
    ['same-origin', 'POST', { 'Sec-Fetch-Site': 'same-origin' }, 200],
    ['none', 'POST', { 'Sec-Fetch-Site': 'none' }, 200],
    ['cross-site', 'POST', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['same-site', 'POST', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['a word of the future', 'POST', { 'Sec-Fetch-Site': 'elsewhere' }, 403],
    ['nothing but the own origin', 'POST', own, 200],
    ['nothing but a foreign origin', 'POST', evil, 403],
    ['nothing but the origin null', 'POST', { Origin: 'null' }, 403],
    ['the own name in clear text', 'POST', { Origin: 'http://shop.example' }, 403],
    ['the own name at another port', 'POST', { Origin: 'https://shop.example:8443' }, 403],
    ['cross-site', 'GET', { 'Sec-Fetch-Site': 'cross-site' }, 200],
    ['cross-site', 'HEAD', { 'Sec-Fetch-Site': 'cross-site' }, 200],
    ['cross-site', 'OPTIONS', { 'Sec-Fetch-Site': 'cross-site' }, 200],
    ['cross-site', 'PUT', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['cross-site', 'DELETE', { 'Sec-Fetch-Site': 'cross-site' }, 403],
  ])('%s, %s', async (_what, method, headers, status) => {
    const { send } = await visit()
    expect((await send(method, headers as unknown as Record<string, string>)).status).toBe(status)
  })

  it.each([
    ['a listed origin', { Origin: 'https://trusted.example' }, 200],
    [
      'a listed origin, cross-site',
      { Origin: 'https://trusted.example', 'Sec-Fetch-Site': 'cross-site' },
      200,
    ],
    ['another origin', { Origin: 'https://attacker.example' }, 403],
    [
      'another origin, cross-site',
      { Origin: 'https://attacker.example', 'Sec-Fetch-Site': 'cross-site' },
      403,
    ],
    ['cross-site without an origin', { 'Sec-Fetch-Site': 'cross-site' }, 403],
  ])('trusts by list: %s', async (_what, headers, status) => {
    const { send } = await visit({ CSRF_TRUSTED_ORIGINS: ['https://trusted.example'] })
    expect((await send('POST', headers as unknown as Record<string, string>)).status).toBe(status)
  })

  it('asks a listed origin for the token still', async () => {
    const { client } = await visit({ CSRF_TRUSTED_ORIGINS: ['https://trusted.example'] })
    const headers = { Origin: 'https://trusted.example' }
    expect((await client.post('/', { csrf: false, headers })).status).toBe(403)
  })

  it.each([
    'shop.example',
    'https://',
    'https://shop.example/',
    'https://shop.example?x',
    'https://shop.example#x',
    'https://me@shop.example',
    'null',
    '*',
    'ftp://shop.example',
    '',
  ])('refuses %j in the list', (origin) => {
    expect(() => makeApp({ config: { CSRF_TRUSTED_ORIGINS: [origin] } }).freeze()).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_TRUSTED_ORIGIN' }),
    )
  })

  it.each([
    '/hook/sensitive',
    '/hook/../hook/sensitive',
    '/hook//sensitive',
    '/hook%2fsensitive',
    '/hook;/sensitive',
  ])('exempts one route and nothing around it: %s', async (path) => {
    const { send } = await visit()
    expect((await send('POST', evil, '/hook')).status).toBe(200)
    expect((await send('POST', evil, path)).text).not.toContain('changed')
  })
})

describe("Flask-WTF's cases", () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s needs the token', async (method) => {
    const { client, send } = await visit()
    expect((await client.open(method, '/', { csrf: false, headers: own })).status).toBe(403)
    expect((await send(method, own)).text).toBe('changed')
  })

  it.each([
    ['no Referer', {}, 403],
    ['a foreign one', { Referer: 'https://evil.example/page' }, 403],
    ['one in clear text', { Referer: 'http://shop.example/' }, 403],
    ['one of another port', { Referer: 'https://shop.example:8443/' }, 403],
    ['one that begins alike', { Referer: 'https://shop.example.evil.example/' }, 403],
    ['the own', { Referer: 'https://shop.example/form?a=1' }, 200],
  ])('over https, where browsers say nothing else, Referer decides: %s', async (_what, headers, status) => {
    const { send } = await visit({ CSRF_SSL_STRICT: true })
    expect((await send('POST', headers as Record<string, string>)).status).toBe(status)
  })

  it('over http without any of them the token decides', async () => {
    const { send } = await visit({ SESSION_COOKIE_SECURE: false }, 'http://shop.example')
    expect((await send('POST', {})).text).toBe('changed')
  })

  it.each([
    ['changed at the end', (token: string) => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`],
    ['cut', (token: string) => token.slice(1)],
    ['doubled', (token: string) => token + token],
    ['with padding', (token: string) => `${token}=`],
    ['with a blank', (token: string) => `${token} x`],
    ['empty', () => ''],
    ['of another session', () => 'other'],
  ])('a token that is %s is refused', async (what, change) => {
    const { client, token } = await visit()
    const bad = what === 'of another session' ? (await visit()).token : change(token)
    const init = { csrf: false, form: { csrf_token: bad }, headers: own } as const
    expect((await client.post('/', init)).status).toBe(403)
  })

  it('a token in the address counts for nothing: addresses end in logs and Referer', async () => {
    const { client, token } = await visit()
    expect((await client.post(`/?csrf_token=${token}`, { csrf: false, headers: own })).status).toBe(403)
  })

  it('a token in a cookie counts for nothing: browsers send cookies by themselves', async () => {
    const { client, token } = await visit()
    client.setCookie('csrf_token', token)
    expect((await client.post('/', { csrf: false, headers: own })).status).toBe(403)
  })
})

describe('ways round', () => {
  it.each([
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    '',
  ])('JSON sent as %j needs the header', async (type) => {
    const { client, token, send } = await visit()
    const body = `{"csrf_token":"${token}","amount":1}`
    const init = { csrf: false, body, headers: { ...own, 'Content-Type': type } } as const
    expect((await client.post('/json', init)).status).toBeGreaterThanOrEqual(400)
    expect((await send('POST', { ...own, 'Content-Type': 'application/json' }, '/json')).status).toBe(400)
    const good = {
      csrf: false,
      body,
      headers: { ...own, 'X-CSRF-Token': token, 'Content-Type': 'application/json' },
    } as const
    expect((await client.post('/json', good)).status).toBe(200)
  })

  it('logging a visitor in as somebody else needs the proof too', async () => {
    const stranger = testClient(makeShop(), { baseUrl: here })
    expect((await stranger.post('/login', { csrf: false, headers: evil })).status).toBe(403)
    expect((await stranger.post('/login', { csrf: false, headers: own })).status).toBe(403)
    expect(stranger.getCookie('__Host-session')).toBe(undefined)
    expect((await stranger.post('/login')).text).toBe('logged in')
  })

  it.each([
    ['X-HTTP-Method-Override', {}],
    ['X-HTTP-Method', {}],
    ['X-Method-Override', {}],
  ])('%s names no other method', async (name) => {
    const { client, send } = await visit()
    expect((await client.get('/', { headers: { [name]: 'DELETE' } })).text).not.toContain('changed')
    const init = { csrf: false, form: { _method: 'GET' }, headers: { ...own, [name]: 'GET' } } as const
    expect((await client.post('/', init)).status).toBe(403)
    expect((await send('POST', own)).status).toBe(200)
  })

  it('the page says what to do, the log what happened, neither holds the token', async () => {
    const events: SecurityEvent[] = []
    const keep = (event: unknown): void => void events.push(event as SecurityEvent)
    channel('dewar:security').subscribe(keep)
    onTestFinished(() => {
      channel('dewar:security').unsubscribe(keep)
    })
    const { client } = await visit()
    const { token } = await visit()
    const response = await client.post('/', { csrf: false, form: { csrf_token: token }, headers: own })
    expect(response.text).toContain('Go back, reload the page and try again.')
    expect(events).toMatchObject([
      { type: 'csrf-refused', details: { reason: 'token' }, request: { path: '/' } },
    ])
    expect(response.text + JSON.stringify(events)).not.toContain(token)
  })
})
