import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Request } from '@dewar/http'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendFromDirectory, serve } from '../src/index.ts'
import { exchange, statuses } from './sockets.ts'

let root: string
let served: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dewar-served-'))
  served = join(root, 'static')
  await mkdir(join(served, 'css', '.git'), { recursive: true })
  await mkdir(join(root, 'static-private'))
  await writeFile(join(served, 'index.html'), 'index')
  await writeFile(join(served, 'css', 'site.css'), 'css')
  await writeFile(join(served, 'a b.txt'), 'blank')
  await writeFile(join(served, '...txt'), 'dots')
  await writeFile(join(served, 'x..y.txt'), 'inner dots')
  await writeFile(join(served, '.env'), 'SECRET')
  await writeFile(join(served, 'css', '.git', 'config'), 'SECRET')
  await writeFile(join(root, 'secret.txt'), 'SECRET')
  await writeFile(join(root, 'static-private', 'secret.txt'), 'SECRET')
  await symlink(join(root, 'secret.txt'), join(served, 'out.txt'))
  await symlink(root, join(served, 'up'))
  await symlink(join(served, '.env'), join(served, 'visible.txt'))
  await symlink(join(served, 'index.html'), join(served, 'home.html'))
})
afterAll(() => rm(root, { recursive: true }))

describe('paths that lead out, or to what is hidden', () => {
  it.each([
    ['a parent', '../secret.txt'],
    ['a parent further down', 'css/../../secret.txt'],
    ['the parent itself', '..'],
    ['an absolute path', '/etc/passwd'],
    ['a sibling whose name begins alike', '../static-private/secret.txt'],
    ['a backslash', '..\\secret.txt'],
    ['a backslash further down', 'css\\..\\..\\secret.txt'],
    ['a NUL', 'index.html\0.png'],
    ['a Windows device', 'NUL'],
    ['a Windows device with an extension', 'css/con.css'],
    ['a Windows drive', 'C:/secret.txt'],
    ['an alternate data stream', 'CON:stream'],
    ['a link to a file outside', 'out.txt'],
    ['a link to a directory outside', 'up/secret.txt'],
    ['a link to a hidden file', 'visible.txt'],
    ['a dotfile', '.env'],
    ['a file in a hidden directory', 'css/.git/config'],
    ['the directory', ''],
    ['the directory by a dot', '.'],
    ['a directory inside', 'css'],
    ['a directory with a slash', 'css/'],
    ['a file with a final slash', 'index.html/'],
    ['an empty part', 'css//site.css'],
    ['a dot part', './index.html'],
    ['a missing file', 'nope.txt'],
    ['a very long name', 'x'.repeat(5000)],
    ['percent signs that are none of ours to decode', '%2e%2e/secret.txt'],
    ['doubly encoded dots', '%252e%252e%252fsecret.txt'],
    ['overlong dots', '\u00c0\u00ae\u00c0\u00ae/secret.txt'],
    ['full-width dots', '\uff0e\uff0e/secret.txt'],
  ])('%s: 404', async (_, path) => {
    await expect(sendFromDirectory(served, path)).rejects.toMatchObject({ status: 404 })
  })

  it('any path at all: a file below the directory or 404', async () => {
    const part = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '',
        'css',
        'up',
        'secret.txt',
        'index.html',
        '.env',
        '\\',
        '\0',
        '%2e%2e',
        '/',
      ),
      fc.string({ maxLength: 8 }),
    )
    const path = fc.array(part, { maxLength: 6 }).map((parts) => parts.join('/'))

    await fc.assert(
      fc.asyncProperty(path, async (text) => {
        const outcome = await sendFromDirectory(served, text).then(
          (response) => response.text(),
          (error: { status: number }) => error.status,
        )
        expect([404, 'index', 'css']).toContain(outcome)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['plain', '/../secret.txt'],
    ['encoded', '/%2e%2e/secret.txt'],
    ['encoded slash', '/..%2fsecret.txt'],
    ['doubly encoded', '/%252e%252e%252fsecret.txt'],
    ['encoded backslash', '/..%5csecret.txt'],
    ['encoded NUL', '/index.html%00.txt'],
    ['encoded dotfile', '/%2eenv'],
  ])('%s, over a socket: nothing', async (_, target) => {
    const server = await serve((request) => sendFromDirectory(served, request.path.slice(1), { request }), {
      port: 0,
    })

    const text = await exchange(server.port, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    await server.close()

    expect(statuses(text)).toEqual([404])
    expect(text).not.toContain('SECRET')
  })
})

describe('their legitimate twins', () => {
  it.each([
    ['a file', 'index.html', 'index'],
    ['a file further down', 'css/site.css', 'css'],
    ['a name with a blank', 'a b.txt', 'blank'],
    ['a name with dots inside', 'x..y.txt', 'inner dots'],
    ['a link to a file inside', 'home.html', 'index'],
  ])('%s: 200', async (_, path, body) => {
    const response = await sendFromDirectory(served, path)

    expect(await response.text()).toBe(body)
  })

  it('a directory relative to root', async () => {
    const response = await sendFromDirectory('static', 'index.html', { root })

    expect(await response.text()).toBe('index')
  })

  it('a directory that is itself a link', async () => {
    await symlink(served, join(root, 'current'))

    const response = await sendFromDirectory(join(root, 'current'), 'css/site.css')

    expect(await response.text()).toBe('css')
  })

  it('conditions and ranges', async () => {
    const request = new Request({ method: 'GET', target: '/', headers: { Range: 'bytes=1-2' } })

    const response = await sendFromDirectory(served, 'index.html', { request })

    expect(response.status).toBe(206)
    expect(await response.text()).toBe('nd')
  })
})
