import { describe, expect, it } from 'vitest'
import { createBlueprint, csrfToken, renderTemplateString, urlFor } from '../src/index.ts'
import { type TestClient, testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

/** Tokens for `/transfer` are worth nothing at `/close`, and the other way round. */
function bank() {
  const app = makeApp()
  app.get('/form', () =>
    renderTemplateString(
      `<form method="post" action="/transfer">{{ csrf_field(path=url_for('transfer')) }}</form>`,
    ),
  )
  app.get('/token/<kind>', ({ kind }) => {
    if (kind === 'session') return csrfToken()
    return csrfToken(
      kind === 'close' ? { path: '/close', method: 'DELETE' } : { path: `${urlFor('transfer')}?a=1#b` },
    )
  })
  app.get('/self', () => csrfToken({}))
  app.post('/self', { csrf: 'bound' }, () => 'here')
  app.post('/transfer', { endpoint: 'transfer', csrf: 'bound' }, () => 'moved')
  app.put('/transfer', { csrf: 'bound' }, () => 'put')
  app.delete('/close', { csrf: 'bound' }, () => 'closed')
  app.post('/plain', () => 'plain')
  return testClient(app)
}

async function send(client: TestClient, method: string, path: string, token: string) {
  const init = { csrf: false, form: { csrf_token: token }, headers: { Origin: 'http://localhost' } } as const
  return (await client.open(method, path, init)).status
}

describe('a token made for one method and path', () => {
  it('passes there, as a call gives it and as a template writes it', async () => {
    const client = bank()
    const token = (await client.get('/token/transfer')).text
    expect(await send(client, 'POST', '/transfer', token)).toBe(200)
    expect(await send(client, 'POST', '/transfer?x=1', token)).toBe(200)
    const page = (await client.get('/form')).text
    expect(page.match(/csrf_token/g)).toHaveLength(1)
    const [, written = ''] = /value="([\w-]+)"/.exec(page) ?? []
    expect(await send(client, 'POST', '/transfer', written)).toBe(200)
    const closing = (await client.get('/token/close')).text
    expect(await send(client, 'DELETE', '/close', closing)).toBe(200)
  })

  it('is made for this page if nothing is said', async () => {
    const client = bank()
    expect(await send(client, 'POST', '/self', (await client.get('/self')).text)).toBe(200)
  })

  it.each([
    ['another path', 'transfer', 'DELETE', '/close'],
    ['another method', 'transfer', 'PUT', '/transfer'],
    ['a route that is not bound', 'transfer', 'POST', '/plain'],
    ['a bound route, with a token of the session', 'session', 'POST', '/transfer'],
  ])('is worth nothing at %s', async (_what, kind, method, path) => {
    const client = bank()
    expect(await send(client, method, path, (await client.get(`/token/${kind}`)).text)).toBe(403)
  })

  it('is worth nothing in another session', async () => {
    const token = (await bank().get('/token/transfer')).text
    const other = bank()
    await other.get('/self')
    expect(await send(other, 'POST', '/transfer', token)).toBe(403)
  })

  it('differs each time, and each time is good', async () => {
    const client = bank()
    const [one, two] = [(await client.get('/self')).text, (await client.get('/self')).text]
    expect(one).not.toBe(two)
    expect([await send(client, 'POST', '/self', one), await send(client, 'POST', '/self', two)]).toEqual([
      200, 200,
    ])
  })

  it('comes with the test client, as a page would send it', async () => {
    const client = bank()
    expect((await client.post('/transfer?a=1')).text).toBe('moved')
    expect((await client.delete('/close')).text).toBe('closed')
    expect((await client.post('/plain')).text).toBe('plain')
  })

  it('is asked for by a blueprint, and shows in the list of routes', async () => {
    const app = makeApp()
    const admin = createBlueprint('admin', { csrf: 'bound' })
    admin.post('/admin', () => 'x')
    app.register(admin)
    app.post('/hook', { unsafeCsrfExempt: true }, () => 'x')
    const { output } = await app.testCliRunner().invoke('routes')
    expect(output).toMatch(/\/admin .* bound/)
    expect(output).toMatch(/\/hook .* exempt/)
  })

  it.each([
    ['a word that says nothing', { csrf: 'off' as 'bound' }],
    ['exempt and bound at once', { csrf: 'bound', unsafeCsrfExempt: true } as const],
  ])('is refused at start for %s', (_what, options) => {
    const app = makeApp()
    app.post('/', options, () => 'x')
    expect(() => app.freeze()).toThrow(expect.objectContaining({ code: 'ERR_DEWAR_CSRF' }))
  })
})
