import { channel } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import { makeResponse, request, type SecurityEvent } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

/** Views that put what a client sent where it may break out, and look at nothing. */
function echoing() {
  const lines: Record<string, unknown>[] = []
  const app = makeApp({
    logger: { destination: { write: (line: string) => void lines.push(JSON.parse(line)) } },
  })
  app.get('/value', () => makeResponse('x', 200, { 'X-Echo': request.args.require('q') }))
  app.get('/name', () => makeResponse('x', 200, { [request.args.require('q')]: 'x' }))
  app.get('/cookie', () => {
    const response = makeResponse('x')
    response.setCookie('echo', request.args.require('q'))
    return response
  })
  app.get('/cookie-name', () => {
    const response = makeResponse('x')
    response.setCookie(request.args.require('q'), 'x')
    return response
  })
  app.get('/after', () => 'x')
  app.afterRequest((response) => {
    if (request.path === '/after') response.headers.set('X-Echo', request.args.require('q'))
  })
  app.get('/boom', () => {
    throw new Error('not a header')
  })
  return { client: testClient(app), lines }
}

describe('a value that cannot stand in a header', () => {
  it.each([
    { what: 'a line break', target: '/value?q=a%0d%0aSet-Cookie:%20admin=1' },
    { what: 'a NUL', target: '/value?q=a%00b' },
    { what: 'a character beyond ISO-8859-1', target: '/value?q=%F0%9F%8D%B5' },
    { what: 'a name of two lines', target: '/name?q=X%0d%0aY' },
    { what: 'a cookie that browsers drop', target: `/cookie?q=${'x'.repeat(5000)}` },
    { what: 'a cookie name with an attribute', target: '/cookie-name?q=a;%20Domain=evil.example' },
    { what: 'a line break in a function of afterRequest', target: '/after?q=a%0ab' },
  ])('is the client’s mistake: $what', async ({ target }) => {
    const { client } = echoing()
    const { status, text, headers } = await client.get(target)
    expect(status).toBe(400)
    expect(text).not.toMatch(/ERR_|X-Echo|U\+/)
    expect(headers.get('Set-Cookie')).toBeNull()
    expect(headers.get('X-Echo')).toBeNull()
    expect(headers.get('Content-Security-Policy')).not.toBeNull()
  })

  it('is in the log with its stack, and an event', async () => {
    const events: SecurityEvent[] = []
    const keep = (event: unknown) => void events.push(event as SecurityEvent)
    channel('dewar:security').subscribe(keep)
    const { client, lines } = echoing()
    await client.get('/value?q=a%0ab')
    channel('dewar:security').unsubscribe(keep)
    expect(events).toMatchObject([{ type: 'header-refused', details: { header: 'X-Echo' } }])
    expect(lines).toContainEqual(
      expect.objectContaining({ err: expect.objectContaining({ code: 'ERR_HTTP_HEADER_VALUE' }) }),
    )
  })

  it.each([
    {
      what: 'what a header can carry',
      target: "/value?q=O'Brien%20%26%20S%C3%B6hne",
      name: 'X-Echo',
      value: "O'Brien & Söhne",
    },
    { what: 'what a cookie must escape', target: '/cookie?q=a;b', name: 'Set-Cookie', value: '"a\\073b"' },
  ])('leaves $what alone', async ({ target, name, value }) => {
    const { status, headers } = await echoing().client.get(target)
    expect(status).toBe(200)
    expect(headers.get(name)).toContain(value)
  })

  it('leaves other errors the server’s', async () => {
    expect((await echoing().client.get('/boom')).status).toBe(500)
  })
})
