import { channel } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import {
  type App,
  abort,
  type FetchOptions,
  request,
  type StepMessage,
  session,
  urlFor,
} from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

function shop(): { app: App; log: string[] } {
  const log: string[] = []
  const app = makeApp({ config: { TRUSTED_HOSTS: ['shop.example'], MAX_CONTENT_LENGTH: 1000 } })
  app.get('/', { endpoint: 'index' }, () => ({
    url: request.url,
    remoteAddr: request.remoteAddr,
    external: urlFor('index', {}, { external: true }),
  }))
  app.post('/echo', { unsafeCsrfExempt: true }, async () => (await request.form()).toObject())
  app.post('/checked', () => 'x')
  app.get('/visits', () => {
    session.set('visits', 1)
    return 'x'
  })
  app.get('/stream', async function* () {
    try {
      for (let i = 0; i < 3; i++) yield `${i};`
    } finally {
      log.push('ended')
    }
  })
  app.get('/none', () => abort(404))
  app.get('/boom', () => {
    throw new Error('secret detail')
  })
  app.teardownRequest(() => void log.push('torn down'))
  return { app, log }
}

const ask = (app: App, path: string, init?: RequestInit, options?: FetchOptions) =>
  app.fetch(new Request(`https://shop.example${path}`, init), options)

describe('app.fetch', () => {
  it('answers a web request with a web response', async () => {
    const response = await ask(shop().app, '/?q=1', {}, { remoteAddr: '192.0.2.1', rootPath: '/shop' })
    expect(response).toBeInstanceOf(Response)
    expect(await response.json()).toEqual({
      url: 'https://shop.example/shop/?q=1',
      remoteAddr: '192.0.2.1',
      external: 'https://shop.example/shop/',
    })
  })

  it('takes every step of the walk, in the order of the other doors', async () => {
    const take = async (run: (app: App) => Promise<unknown>): Promise<string[]> => {
      const steps: string[] = []
      const note = (message: unknown): void => void steps.push((message as StepMessage).step)
      channel('dewar:step').subscribe(note)
      await run(shop().app)
      channel('dewar:step').unsubscribe(note)
      return steps.filter((step) => step !== 'receive' && step !== 'write')
    }
    const direct = await take((app) => testClient(app, { baseUrl: 'https://shop.example' }).get('/visits'))
    expect(await take((app) => ask(app, '/visits'))).toEqual(direct)
  })

  it('has the security headers, the session cookie and its protection from caches', async () => {
    const { headers } = await ask(shop().app, '/visits')
    expect(headers.get('Content-Security-Policy')).toContain("'nonce-")
    expect(headers.get('Strict-Transport-Security')).toContain('max-age=')
    expect(headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-session=.*; Secure; HttpOnly/)])
    expect(headers.get('Cache-Control')).toBe('no-store')
  })

  it.each([
    { what: 'a form', body: new URLSearchParams({ a: '1' }), is: { a: '1' } },
    { what: 'a multipart form', body: formData({ a: '1' }), is: { a: '1' } },
  ])('reads $what', async ({ body, is }) => {
    const response = await ask(shop().app, '/echo', { method: 'POST', body })
    expect(await response.json()).toMatchObject(is)
  })

  it.each([
    { what: 'an unsafe request without a token', path: '/checked', init: { method: 'POST' }, status: 403 },
    { what: 'what is not there', path: '/none', init: {}, status: 404 },
    { what: 'a method nobody serves', path: '/', init: { method: 'DELETE' }, status: 405 },
    {
      what: 'a body above the limit',
      path: '/echo',
      init: { method: 'POST', body: new URLSearchParams({ a: 'x'.repeat(2000) }) },
      status: 413,
    },
  ])('answers $status for $what', async ({ path, init, status }) => {
    expect((await ask(shop().app, path, init)).status).toBe(status)
  })

  it('refuses hosts that the app does not know', async () => {
    expect((await shop().app.fetch(new Request('https://evil.example/'))).status).toBe(400)
  })

  it('tells nothing of an error', async () => {
    const response = await ask(shop().app, '/boom')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret detail')
  })

  it('answers HEAD without a body', async () => {
    const response = await ask(shop().app, '/', { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  })

  it('ends the context once the answer is complete', async () => {
    const { app, log } = shop()
    await ask(app, '/')
    expect(log).toEqual(['torn down'])
  })

  it('ends the context of a stream after its last byte', async () => {
    const { app, log } = shop()
    const response = await ask(app, '/stream')
    expect(log).toEqual([])
    expect(await response.text()).toBe('0;1;2;')
    expect(log).toEqual(['ended', 'torn down'])
  })

  it('ends a stream that nobody wants any more', async () => {
    const { app, log } = shop()
    const response = await ask(app, '/stream')
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    expect(log).toEqual(['ended', 'torn down'])
  })
})

function formData(fields: Record<string, string>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  return data
}
