import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type ConfigInput, sendFile, sendFromDirectory } from '../src/index.ts'
import { makeApp } from './setup.ts'

const root = mkdtempSync(join(tmpdir(), 'dewar-hand-over-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
for (const folder of ['static', 'files/deep', 'other']) mkdirSync(join(root, folder), { recursive: true })
for (const name of ['static/app.css', 'files/a b%#?é.txt', 'files/deep/b.txt', 'other/c.txt', 'secret.txt']) {
  writeFileSync(join(root, name), `content of ${name}`)
}
symlinkSync(join(root, 'secret.txt'), join(root, 'files/link.txt'))

function serve(config: ConfigInput) {
  const app = makeApp({ root, config })
  app.get('/files/<path:name>', { endpoint: 'files' }, ({ name }) => sendFromDirectory('files', name))
  app.get('/other', { endpoint: 'other' }, () => sendFile('other/c.txt'))
  return app.testClient()
}

const nginx = {
  X_ACCEL_REDIRECT: { [join(root, 'files')]: '/internal/files/', [join(root, 'files/deep')]: '/deep' },
}

describe('files that the server in front reads', () => {
  it('are named to nginx by their internal location, encoded, and not sent', async () => {
    const answer = await serve(nginx).get(`/files/${encodeURIComponent('a b%#?é.txt')}`)
    expect(answer.headers.get('X-Accel-Redirect')).toBe('/internal/files/a%20b%25%23%3F%C3%A9.txt')
    expect([answer.text, answer.headers.get('Accept-Ranges')]).toEqual(['', null])
    expect(answer.headers.get('Content-Disposition')).toContain('inline')
    expect(answer.headers.get('ETag')).not.toBe(null)
  })

  it('belong to the innermost folder', async () => {
    const answer = await serve(nginx).get('/files/deep/b.txt')
    expect(answer.headers.get('X-Accel-Redirect')).toBe('/deep/b.txt')
  })

  it('are named by their paths with X-Sendfile, static ones too', async () => {
    const client = serve({ USE_X_SENDFILE: true })
    const answer = await client.get('/static/app.css')
    expect([answer.headers.get('X-Sendfile'), answer.text]).toEqual([join(root, 'static/app.css'), ''])
    expect((await client.get('/other')).headers.get('X-Sendfile')).toBe(join(root, 'other/c.txt'))
  })

  it('are not read again by who has them', async () => {
    const client = serve(nginx)
    const etag = (await client.get('/files/deep/b.txt')).headers.get('ETag') ?? ''
    const answer = await client.get('/files/deep/b.txt', { headers: { 'If-None-Match': etag } })
    expect([answer.status, answer.headers.get('X-Accel-Redirect')]).toEqual([304, null])
  })
})

describe('the server in front', () => {
  it('is told of no file outside of the folders that are listed', async () => {
    const answer = await serve(nginx).get('/other')
    expect([answer.text, answer.headers.get('X-Accel-Redirect')]).toEqual(['content of other/c.txt', null])
  })

  it.each([
    '/files/link.txt',
    '/files/../secret.txt',
    '/files/%2e%2e/secret.txt',
    '/files//etc/passwd',
    '/files/missing',
  ])('reads nothing for %s', async (path) => {
    for (const config of [nginx, { USE_X_SENDFILE: true }]) {
      const answer = await serve(config).get(path)
      expect(answer.status).toBeGreaterThanOrEqual(300)
      expect([answer.headers.get('X-Accel-Redirect'), answer.headers.get('X-Sendfile')]).toEqual([null, null])
    }
  })

  it('is not brought in by what a request says', async () => {
    const headers = {
      'X-Sendfile-Type': 'X-Accel-Redirect',
      'X-Accel-Mapping': '/=/',
      'X-Sendfile': '/etc/passwd',
    }
    const answer = await serve({}).get('/files/deep/b.txt', { headers })
    expect([answer.text, answer.headers.get('X-Accel-Redirect'), answer.headers.get('X-Sendfile')]).toEqual([
      'content of files/deep/b.txt',
      null,
      null,
    ])
  })

  it.each([
    ['a relative folder', { files: '/internal' }],
    ['a location without a slash', { [root]: 'internal' }],
    ['a location with a line break', { [root]: '/in\r\nX: y' }],
  ])('is not configured with %s', (_name, mapping) => {
    expect(() => makeApp({ root, config: { X_ACCEL_REDIRECT: mapping } })).toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_CONFIG' }),
    )
  })
})
