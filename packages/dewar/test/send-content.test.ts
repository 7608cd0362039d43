import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sendFile, urlFor } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

const csv = new TextEncoder().encode('a,b\n1,2\n')

describe('sendFile with content', () => {
  function client() {
    const app = makeApp()
    app.get('/bytes', () => sendFile(csv, { downloadName: 'übersicht.csv', asAttachment: true, maxAge: 60 }))
    app.get('/stream', () => sendFile(lines(), { mimetype: 'text/csv' }))
    app.get('/nameless', () => sendFile(csv))
    return testClient(app)
  }

  async function* lines() {
    yield 'a,b\n'
    yield '1,2\n'
  }

  it('sends bytes with type, name, version and cache time', async () => {
    const response = await client().get('/bytes')
    expect(response.text).toBe('a,b\n1,2\n')
    expect(response.headers.get('Content-Type')).toBe('text/csv; charset=utf-8')
    expect(response.headers.get('Content-Disposition')).toBe(
      "attachment; filename=ubersicht.csv; filename*=UTF-8''%C3%BCbersicht.csv",
    )
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=60')
    expect(response.headers.get('ETag')).toMatch(/^".+"$/)
  })

  it('answers conditions and ranges', async () => {
    const etag = (await client().get('/bytes')).headers.get('ETag') ?? ''
    expect((await client().get('/bytes', { headers: { 'If-None-Match': etag } })).status).toBe(304)
    const part = await client().get('/bytes', { headers: { Range: 'bytes=0-2' } })
    expect([part.status, part.text, part.headers.get('Content-Range')]).toEqual([206, 'a,b', 'bytes 0-2/8'])
    expect((await client().get('/bytes', { headers: { Range: 'bytes=20-' } })).status).toBe(416)
  })

  it('streams', async () => {
    const response = await client().get('/stream')
    expect(response.text).toBe('a,b\n1,2\n')
    expect(response.headers.get('Cache-Control')).toBe('no-cache')
    expect(response.headers.has('ETag')).toBe(false)
  })

  it('refuses content of which nobody says what it is', async () => {
    const app = makeApp({ config: { TESTING: true } })
    app.get('/', () => sendFile(csv))
    await expect(testClient(app).get('/')).rejects.toMatchObject({ code: 'ERR_DEWAR_SEND_FILE' })
  })
})

describe('STATIC_VERSIONS', () => {
  function folder() {
    const root = mkdtempSync(join(tmpdir(), 'dewar-'))
    mkdirSync(join(root, 'static'))
    writeFileSync(join(root, 'static', 'site.css'), 'body{}')
    return root
  }

  it('puts the version of a file into its URL, which may then be kept for ever', async () => {
    const app = makeApp({ root: folder(), config: { STATIC_VERSIONS: true } })
    app.get('/', () => urlFor('static', { filename: 'site.css' }))
    const client = testClient(app)
    const url = (await client.get('/')).text
    expect(url).toMatch(/^\/static\/site\.css\?v=[\w-]{12}$/)
    const file = await client.get(url)
    expect(file.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
  })

  it('gives another version to another content, and keeps no wrong one', async () => {
    const root = folder()
    const app = makeApp({ root, config: { STATIC_VERSIONS: true } })
    app.get('/', () => urlFor('static', { filename: 'site.css' }))
    const client = testClient(app)
    const before = (await client.get('/')).text
    writeFileSync(join(root, 'static', 'site.css'), 'body{margin:0}')
    expect((await client.get('/')).text).not.toBe(before)
    const stale = await client.get(before)
    expect([stale.text, stale.headers.get('Cache-Control')]).toEqual(['body{margin:0}', 'no-cache'])
  })

  it.each(['missing.css', '../secret', '/etc/passwd'])('gives no version to %s', async (filename) => {
    const app = makeApp({ root: folder(), config: { STATIC_VERSIONS: true } })
    app.get('/', () => urlFor('static', { filename }))
    expect((await testClient(app).get('/')).text).not.toContain('?v=')
  })

  it('leaves URLs alone by default', async () => {
    const app = makeApp({ root: folder() })
    app.get('/', () => urlFor('static', { filename: 'site.css' }))
    expect((await testClient(app).get('/')).text).toBe('/static/site.css')
  })
})
