import { describe, expect, it } from 'vitest'
import { session } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

declare module 'dewar' {
  interface SessionData {
    n: number
    list: number[]
    pad: string
  }
}

function counter(options: Parameters<typeof makeApp>[0] = {}) {
  const app = makeApp(options)
  app.get('/count', () => {
    const n = (session.get('n') ?? 0) + 1
    session.set('n', n)
    return String(n)
  })
  app.get('/look', () => String(session.has('n')))
  app.get('/untouched', () => 'x')
  app.get('/nested', () => {
    const list = session.get('list') ?? []
    if (list.length === 0) session.set('list', list)
    list.push(list.length)
    return String(list.length)
  })
  app.get('/clear', () => {
    session.clear()
    return 'cleared'
  })
  app.get('/large', () => {
    session.set('pad', 'x'.repeat(5000))
    return 'x'
  })
  return app
}

describe('session', () => {
  it('keeps what a view puts into it', async () => {
    const client = testClient(counter())
    expect([(await client.get('/count')).text, (await client.get('/count')).text]).toEqual(['1', '2'])
  })

  it('keeps changes inside a value', async () => {
    const client = testClient(counter())
    await client.get('/nested')
    await client.get('/nested')
    expect((await client.get('/nested')).text).toBe('3')
  })

  it('travels in a cookie that only https, this host and no script can have', async () => {
    const response = await testClient(counter()).get('/count')
    const cookie = response.headers.get('Set-Cookie') ?? ''
    expect(cookie).toMatch(/^__Host-session=[\w.-]+;/)
    for (const attribute of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/'])
      expect(cookie).toContain(attribute)
    expect(cookie).not.toContain('Domain')
  })

  it('does without Secure while debugging, as there is no https', async () => {
    const cookie = (await testClient(counter({ config: { DEBUG: true } })).get('/count')).headers.get(
      'Set-Cookie',
    )
    expect(cookie).toMatch(/^session=/)
    expect(cookie).toContain('HttpOnly')
    expect(cookie).not.toContain('Secure')
  })

  it('costs a request that never looks nothing: no cookie, no Vary', async () => {
    const client = testClient(counter())
    await client.get('/count')
    const { headers } = await client.get('/untouched')
    expect([headers.get('Set-Cookie'), headers.get('Vary'), headers.get('Cache-Control')]).toEqual([
      null,
      null,
      null,
    ])
  })

  it('keeps answers that depend on it out of shared caches', async () => {
    const client = testClient(counter())
    const look = await client.get('/look')
    expect([look.headers.get('Vary'), look.headers.get('Cache-Control')]).toEqual(['Cookie', 'no-store'])
    const count = await client.get('/count')
    expect([count.headers.get('Vary'), count.headers.get('Cache-Control')]).toEqual(['Cookie', 'no-store'])
  })

  it('keeps them out of shared caches whatever the view says', async () => {
    const app = counter()
    app.afterRequest(
      (response) => void response.headers.set('Cache-Control', 'public, max-age=60, s-maxage=600'),
    )
    const client = testClient(app)
    expect((await client.get('/untouched')).headers.get('Cache-Control')).toBe(
      'public, max-age=60, s-maxage=600',
    )
    expect((await client.get('/count')).headers.get('Cache-Control')).toBe('no-store')
    expect((await client.get('/look')).headers.get('Cache-Control')).toBe('private, max-age=60')
  })

  it('deletes its cookie when it is emptied', async () => {
    const client = testClient(counter())
    await client.get('/count')
    const response = await client.get('/clear')
    expect(response.headers.get('Set-Cookie')).toContain('Max-Age=0')
    expect((await client.get('/count')).text).toBe('1')
  })

  it('answers 500 rather than losing what does not fit into a cookie', async () => {
    const lines: string[] = []
    const app = counter({ logger: { destination: { write: (line: string) => void lines.push(line) } } })
    expect((await testClient(app).get('/large')).status).toBe(500)
    expect(lines.join('')).toContain('ERR_SESSIONS_COOKIE_TOO_LARGE')
  })

  it('starts afresh on an altered cookie', async () => {
    const client = testClient(counter())
    await client.get('/count')
    const value = client.getCookie('__Host-session') ?? ''
    client.setCookie('__Host-session', `${value.slice(0, -2)}${value.endsWith('AA') ? 'BB' : 'AA'}`)
    expect((await client.get('/count')).text).toBe('1')
  })

  it('asks for a key where there is none, and says how to make one', async () => {
    const lines: string[] = []
    const app = counter({
      config: { SECRET_KEY: null },
      logger: { destination: { write: (line: string) => void lines.push(line) } },
    })
    const client = testClient(app)
    expect((await client.get('/untouched')).status).toBe(200)
    expect((await client.get('/count')).status).toBe(500)
    expect(lines.join('')).toMatch(/ERR_DEWAR_NO_SECRET_KEY.*npx dewar secret/s)
  })

  it('can be prepared by a test', async () => {
    const client = testClient(counter())
    await client.sessionTransaction((data) => void data.set('n', 41))
    expect((await client.get('/count')).text).toBe('42')
  })
})
