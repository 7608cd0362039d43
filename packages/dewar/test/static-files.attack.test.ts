import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sendFromDirectory } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

function site() {
  const root = mkdtempSync(join(tmpdir(), 'dewar-static-'))
  mkdirSync(join(root, 'static', 'css'), { recursive: true })
  mkdirSync(join(root, 'static-old'))
  writeFileSync(join(root, 'private.txt'), 'TOP SECRET')
  writeFileSync(join(root, 'static-old', 'old.txt'), 'TOP SECRET')
  writeFileSync(join(root, 'static', '.env'), 'TOP SECRET')
  writeFileSync(join(root, 'static', 'css', 'app.css'), 'body{}')
  writeFileSync(join(root, 'static', 'naïve plan.txt'), 'a plan')
  symlinkSync('../private.txt', join(root, 'static', 'link.txt'))
  const app = makeApp({ root })
  app.get('/read', async () => sendFromDirectory('static', 'css/app.css'))
  return testClient(app)
}

describe('static files', () => {
  it('are served with type, version and all security headers', async () => {
    const response = await site().get('/static/css/app.css')
    expect([response.status, response.text, response.headers.get('Content-Type')]).toEqual([
      200,
      'body{}',
      'text/css; charset=utf-8',
    ])
    for (const name of ['ETag', 'Last-Modified', 'X-Content-Type-Options', 'Content-Security-Policy']) {
      expect(response.headers.has(name)).toBe(true)
    }
    expect(response.headers.has('Set-Cookie')).toBe(false)
  })

  it('may have any honest name', async () => {
    expect((await site().get('/static/na%C3%AFve%20plan.txt')).text).toBe('a plan')
  })

  it('are not sent again to who has them', async () => {
    const client = site()
    const etag = (await client.get('/static/css/app.css')).headers.get('ETag') ?? ''
    const response = await client.get('/static/css/app.css', { headers: { 'If-None-Match': etag } })
    expect([response.status, response.text]).toEqual([304, ''])
    expect(response.headers.has('X-Content-Type-Options')).toBe(true)
  })

  it('can be sent from a view, relative to the root of the app', async () => {
    expect((await site().get('/read')).text).toBe('body{}')
  })

  it.each([
    '/static/../private.txt',
    '/static/%2e%2e/private.txt',
    '/static/..%2fprivate.txt',
    '/static/%252e%252e/private.txt',
    '/static/css/../../private.txt',
    '/static/..%5cprivate.txt',
    '/static/%00',
    '/static/css/app.css%00.txt',
    '/static/link.txt',
    '/static/.env',
    '/static-old/old.txt',
    '/static/../static-old/old.txt',
    '/static//etc/passwd',
    '/static/%2fetc/passwd',
    '/static/css',
    '/static/',
    '/static/css/app.css/',
    '/static/CON',
    '/static/%ff',
  ])('stay below their folder: %s', async (path) => {
    const response = await site().get(path)
    expect(response.text).not.toContain('TOP SECRET')
    expect([308, 400, 404]).toContain(response.status)
  })

  it('are only read', async () => {
    expect((await site().post('/static/css/app.css')).status).toBe(405)
  })
})
