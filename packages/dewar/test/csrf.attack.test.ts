import { describe, expect, it } from 'vitest'
import { csrfToken, request } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

function shop() {
  const app = makeApp()
  app.get('/form', () => csrfToken())
  app.post('/buy', async () => `bought ${(await request.form()).get('what') ?? 'nothing'}`)
  app.post('/hook', { unsafeCsrfExempt: true }, () => 'hooked')
  app.delete('/thing', () => 'deleted')
  return app
}

const bare = { csrf: false } as const
const origin = { Origin: 'http://localhost' }

describe('a form of this site', () => {
  it('passes with its token in the field, which the view still can read', async () => {
    const client = testClient(shop())
    const token = (await client.get('/form')).text
    const form = { csrf_token: token, what: 'tea' }
    expect((await client.post('/buy', { ...bare, form, headers: origin })).text).toBe('bought tea')
  })

  it('passes with its token in a header, as scripts send it', async () => {
    const client = testClient(shop())
    const token = (await client.get('/form')).text
    const response = await client.delete('/thing', { ...bare, headers: { ...origin, 'X-CSRF-Token': token } })
    expect(response.text).toBe('deleted')
  })

  it('passes without Origin and Sec-Fetch-Site, as old browsers on plain http send it, by its token', async () => {
    const client = testClient(shop())
    const token = (await client.get('/form')).text
    expect((await client.post('/buy', { ...bare, form: { csrf_token: token } })).status).toBe(200)
  })
})

describe('a request of another site', () => {
  it.each([
    ['another Origin', { Origin: 'https://evil.example' }],
    ['an opaque Origin', { Origin: 'null' }],
    ['Sec-Fetch-Site: cross-site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['Sec-Fetch-Site: same-site', { 'Sec-Fetch-Site': 'same-site' }],
    ['the right Origin and Sec-Fetch-Site: cross-site', { ...origin, 'Sec-Fetch-Site': 'cross-site' }],
  ])('is refused with a good token and %s', async (_what, headers: Record<string, string>) => {
    const client = testClient(shop())
    const token = (await client.get('/form')).text
    const response = await client.post('/buy', { ...bare, form: { csrf_token: token }, headers })
    expect(response.status).toBe(403)
    expect(response.text).not.toContain('bought')
  })

  it.each([
    ['no token', {}],
    ['an empty token', { csrf_token: '' }],
    ['a token of nobody', { csrf_token: 'A'.repeat(86) }],
  ])('is refused with the right Origin and %s', async (_what, form) => {
    const client = testClient(shop())
    await client.get('/form')
    const headers = { ...origin, 'Sec-Fetch-Site': 'same-origin' }
    expect((await client.post('/buy', { ...bare, form, headers })).status).toBe(403)
  })

  it("is refused with another session's token", async () => {
    const app = shop()
    const token = (await testClient(app).get('/form')).text
    const victim = testClient(app)
    await victim.get('/form')
    const response = await victim.post('/buy', { ...bare, form: { csrf_token: token }, headers: origin })
    expect(response.status).toBe(403)
  })

  it.each(['text/plain', 'application/json', 'application/x-www-form-urlencoded; charset=x', ''])(
    'is refused with a body of type %j and no token',
    async (type) => {
      const headers = { ...origin, 'Content-Type': type }
      const response = await testClient(shop()).post('/buy', { ...bare, body: 'what=tea', headers })
      expect(response.status).toBe(403)
    },
  )

  it("does not use up the visitor's own limit", async () => {
    const app = makeApp()
    app.post('/login', { limit: '2/minute' }, () => 'in')
    const client = testClient(app)
    const foreign = { ...bare, headers: { Origin: 'https://evil.example' } }
    for (let i = 0; i < 5; i++) expect((await client.post('/login', foreign)).status).toBe(403)
    expect((await client.post('/login')).text).toBe('in')
  })

  it('is not let in by naming another method', async () => {
    const client = testClient(shop())
    const headers = { 'X-HTTP-Method-Override': 'DELETE' }
    expect((await client.get('/thing?_method=DELETE', { headers })).status).toBe(405)
  })
})

describe('a route that is exempt', () => {
  it("takes other servers' calls, whatever they say of their origin", async () => {
    const client = testClient(shop())
    expect((await client.post('/hook', { ...bare, headers: { Origin: 'https://pay.example' } })).text).toBe(
      'hooked',
    )
    expect((await client.post('/hook', bare)).text).toBe('hooked')
  })
})

describe('csrfToken', () => {
  it('gives another token at each call, all good for the session', async () => {
    const app = shop()
    app.get('/two', () => [csrfToken(), csrfToken()])
    const client = testClient(app)
    const [first = '', second = ''] = (await client.get('/two')).json<string[]>()
    expect(first).not.toBe(second)
    for (const token of [first, second]) {
      expect((await client.post('/buy', { ...bare, form: { csrf_token: token } })).status).toBe(200)
    }
  })
})
