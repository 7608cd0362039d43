/** Settings of the rooms reach the rooms: what the app says under Flask's name shows in an answer. */
import { describe, expect, it } from 'vitest'
import { type ConfigInput, csrfToken, renderTemplateString, request, session, urlFor } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

declare module 'dewar' {
  interface SessionData {
    setting: number
  }
}

function site(config: ConfigInput) {
  const app = makeApp({ config })
  app.get('/', () => {
    session.set('setting', 1)
    return 'x'
  })
  app.get('/token', () => csrfToken())
  app.get('/query', () => String(request.args.size))
  app.get('/url', () => urlFor('GET /'))
  app.get('/form', () => renderTemplateString('<form method="post"></form>'))
  app.post('/json', { unsafeCsrfExempt: true }, async () => [await request.json()])
  app.post('/form', async () => 'sent')
  return testClient(app, { defaults: { scheme: 'https' } })
}

describe('a header setting', () => {
  it.each<[ConfigInput, string, string | null]>([
    [{ FRAME_OPTIONS: 'SAMEORIGIN' }, 'X-Frame-Options', 'SAMEORIGIN'],
    [{ REFERRER_POLICY: 'same-origin' }, 'Referrer-Policy', 'same-origin'],
    [{ HSTS_MAX_AGE: 60 }, 'Strict-Transport-Security', 'max-age=60'],
    [{ CONTENT_SECURITY_POLICY: { 'img-src': "'none'" } }, 'Content-Security-Policy', "img-src 'none'"],
    [{ PERMISSIONS_POLICY: { camera: ['self'] } }, 'Permissions-Policy', 'camera=(self)'],
    [{ CROSS_ORIGIN_OPENER_POLICY: 'unsafe-none' }, 'Cross-Origin-Opener-Policy', 'unsafe-none'],
    [{ UNSAFE_OMIT_HEADERS: ['X-Frame-Options'] }, 'X-Frame-Options', null],
  ])('%j shows in %s', async (config, name, value) => {
    const found = (await site(config).get('/')).headers.get(name)
    if (value === null) expect(found).toBeNull()
    else expect(found).toContain(value)
  })
})

describe('a session setting', () => {
  it.each<[ConfigInput, string]>([
    [{ SESSION_COOKIE_NAME: 'mine' }, '__Host-mine='],
    [{ SESSION_COOKIE_SAMESITE: 'Strict' }, 'SameSite=Strict'],
    [{ SESSION_COOKIE_PARTITIONED: true }, 'Partitioned'],
    [{ SESSION_COOKIE_PATH: '/app' }, 'Path=/app'],
    [{ SESSION_COOKIE_DOMAIN: 'blog.example' }, 'Domain=blog.example'],
  ])('%j shows in the cookie', async (config, text) => {
    expect((await site(config).get('/')).headers.get('Set-Cookie')).toContain(text)
  })
})

describe('a limit', () => {
  it('MAX_QUERY_FIELDS bounds the query', async () => {
    const client = site({ MAX_QUERY_FIELDS: 2 })
    expect((await client.get('/query?a=1&b=2')).text).toBe('2')
    expect((await client.get('/query?a=1&b=2&c=3')).status).toBe(400)
  })

  it('MAX_JSON_DEPTH bounds JSON', async () => {
    const client = site({ MAX_JSON_DEPTH: 2 })
    expect((await client.post('/json', { json: [[1]] })).status).toBe(200)
    expect((await client.post('/json', { json: [[[1]]] })).status).toBe(400)
  })

  it('MAX_JSON_PARTS bounds JSON, too', async () => {
    const client = site({ MAX_JSON_PARTS: 3 })
    expect((await client.post('/json', { json: { a: [1, 2, 3] } })).status).toBe(200)
    expect((await client.post('/json', { json: { a: [1], b: 2 } })).status).toBe(413)
  })

  it('MAX_FORM_MEMORY_SIZE bounds forms', async () => {
    const client = site({ MAX_FORM_MEMORY_SIZE: 200 })
    expect((await client.post('/form', { form: { a: 'x'.repeat(100) }, csrf: true })).status).toBe(200)
    const token = (await client.get('/token')).text
    const form = { csrf_token: token, a: 'x'.repeat(300) }
    const headers = { Origin: 'https://localhost' }
    expect((await client.post('/form', { form, csrf: false, headers })).status).toBe(413)
  })
})

describe('a CSRF setting', () => {
  it('CSRF_FIELD_NAME names the field that is looked for and the one that is written', async () => {
    const client = site({ CSRF_FIELD_NAME: 'proof' })
    const token = (await client.get('/token')).text
    expect((await client.post('/form', { csrf: false, form: { csrf_token: token } })).status).toBe(403)
    const headers = { Origin: 'https://localhost' }
    expect((await client.post('/form', { csrf: false, headers, form: { proof: token } })).text).toBe('sent')
    expect((await client.post('/form', { csrf: false, headers, form: { csrf_token: token } })).status).toBe(
      403,
    )
    expect((await client.get('/form')).text).toContain('name="proof"')
  })

  it('CSRF_HEADERS names the headers', async () => {
    const client = site({ CSRF_HEADERS: ['X-Proof'] })
    const token = (await client.get('/token')).text
    const headers = { Origin: 'https://localhost', 'X-Proof': token }
    expect((await client.post('/form', { csrf: false, headers })).text).toBe('sent')
  })

  it('CSRF_TRUSTED_ORIGINS lets forms of a named site pass, with their token', async () => {
    const client = site({ CSRF_TRUSTED_ORIGINS: ['https://shop.example'] })
    const token = (await client.get('/token')).text
    const send = (origin: string) =>
      client.post('/form', { csrf: false, headers: { Origin: origin, 'X-CSRF-Token': token } })
    expect([
      (await send('https://shop.example')).status,
      (await send('https://evil.example')).status,
    ]).toEqual([200, 403])
  })

  it('CSRF_SSL_STRICT asks https requests where they come from, by itself where a session cookie could be planted', async () => {
    const post = async (settings: object) => {
      const client = site(settings)
      const token = (await client.get('/token')).text
      return (await client.post('/form', { csrf: false, headers: { 'X-CSRF-Token': token } })).status
    }
    expect([await post({ CSRF_SSL_STRICT: true }), await post({ CSRF_SSL_STRICT: false })]).toEqual([
      403, 200,
    ])
    expect([await post({}), await post({ SESSION_COOKIE_PATH: '/app' })]).toEqual([200, 403])
  })
})

it('APPLICATION_ROOT stands before URLs made outside of requests', () => {
  const app = makeApp({ config: { APPLICATION_ROOT: '/app', SERVER_NAME: 'blog.example' } })
  app.get('/x', { endpoint: 'x' }, () => 'x')
  expect(app.context(() => urlFor('x'))).toBe('https://blog.example/app/x')
})
