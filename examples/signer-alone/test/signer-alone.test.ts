import { execFile } from 'node:child_process'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { generateKey, KeyRing } from '@dewar/signing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createApp } from '../app.ts'
import { createLinks, type Links } from '../links.ts'

const run = promisify(execFile)
let server: Server
let url: string
let links: Links
let time: number
let mails: string[]

beforeEach(async () => {
  time = 1_750_000_000
  mails = []
  links = createLinks(new KeyRing(generateKey()), () => time)
  const ann = { id: '7', email: 'ann@mail.example', passwordHash: 'hash of the old password' }
  const app = createApp({
    links,
    origin: 'https://app.example',
    users: new Map([[ann.id, ann]]),
    files: new Map([
      ['report.txt', 'All is well.'],
      ['payroll.txt', 'Secret.'],
    ]),
    mail: (_, text) => mails.push(text),
    hashPassword: (password) => `hash of ${password}`,
  })
  server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(() => {
  server.close()
  server.closeAllConnections()
})

const post = (path: string, body: Record<string, string>) =>
  fetch(url + path, { method: 'POST', body: new URLSearchParams(body) })

async function resetPath(): Promise<string> {
  await post('/forgot', { email: 'ann@mail.example' })
  const { pathname, search } = new URL(mails.at(-1) ?? '')
  return pathname + search
}

describe('the password-reset link', () => {
  it('leads to a form, which uses up nothing, and whose address goes nowhere else', async () => {
    const path = await resetPath()
    const page = await fetch(url + path)
    expect([page.status, page.headers.get('Referrer-Policy'), page.headers.get('Cache-Control')]).toEqual([
      200,
      'no-referrer',
      'no-store',
    ])
    expect(await page.text()).toContain('<form method="post">')
    expect((await post(path, { password: 'a new long password' })).status).toBe(200)
    expect((await fetch(url + path)).status).toBe(400)
  })

  it('sets a new password, once', async () => {
    const path = await resetPath()
    const [first, second] = [
      await post(path, { password: 'a new long password' }),
      await post(path, { password: 'another long password' }),
    ]
    expect([first.status, second.status]).toEqual([200, 400])
  })

  it('is made for the site, whatever host the visitor names', async () => {
    await resetPath()
    expect(mails[0]).toMatch(/^https:\/\/app\.example\/reset\?token=[\w.-]+$/)
  })

  it('survives a password that is too short', async () => {
    const path = await resetPath()
    expect((await post(path, { password: 'short' })).status).toBe(422)
    expect((await post(path, { password: 'a new long password' })).status).toBe(200)
  })

  it('ends after a quarter of an hour', async () => {
    const path = await resetPath()
    time += 900
    expect((await post(path, { password: 'a new long password' })).status).toBe(400)
  })

  it('does not tell who is known', async () => {
    const [known, unknown] = [
      await post('/forgot', { email: 'ann@mail.example' }),
      await post('/forgot', { email: 'eve@mail.example' }),
    ]
    expect(await known.text()).toBe(await unknown.text())
    expect(mails).toHaveLength(1)
  })

  it('cannot be made of a download token', async () => {
    const token = links.downloadToken('["7","x"]')
    expect((await post(`/reset?token=${token}`, { password: 'a new long password' })).status).toBe(400)
  })

  it.each(['', '?token=', '?token=a.b.c', '?token=a&token=b'])(
    'is refused as %j, not an error',
    async (query) => {
      expect((await post(`/reset${query}`, { password: 'a new long password' })).status).toBe(400)
    },
  )
})

describe('the download link', () => {
  it('gives its file, and no other', async () => {
    const token = links.downloadToken('/files/report.txt')
    const [own, other] = [
      await fetch(`${url}/files/report.txt?token=${token}`),
      await fetch(`${url}/files/payroll.txt?token=${token}`),
    ]
    expect([own.status, await own.text(), other.status]).toEqual([200, 'All is well.', 403])
  })

  it('ends after five minutes', async () => {
    const token = links.downloadToken('/files/report.txt')
    time += 300
    expect((await fetch(`${url}/files/report.txt?token=${token}`)).status).toBe(403)
  })
})

describe('the script', () => {
  const script = join(import.meta.dirname, '..', 'script.ts')
  const env = { ...process.env, SECRET_KEY: generateKey() }

  it('signs and verifies', async () => {
    const { stdout } = await run(process.execPath, [script, 'sign', '/files/7'], { env })
    const verified = await run(process.execPath, [script, 'verify', stdout.trim()], { env })
    expect(verified.stdout).toBe('/files/7\n')
  })

  it('says why it refuses', async () => {
    const failure = run(process.execPath, [script, 'verify', 'a.b.c'], { env })
    await expect(failure).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^The .*\.\n$/),
    })
  })

  it.each([
    { what: 'none', key: '', message: /^Neither SECRET_KEY nor SECRET_KEY_FILE is set\. Set .*\n$/ },
    { what: 'one from a tutorial', key: 'changeme', message: /^The key is a well-known one .*\n$/ },
  ])('says in one line what to do about the key: $what', async ({ key, message }) => {
    const failure = run(process.execPath, [script, 'sign', 'x'], { env: { ...process.env, SECRET_KEY: key } })
    await expect(failure).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(message) })
  })
})

describe('bad input', () => {
  it.each([
    { what: 'a form that is too large', path: '/forgot', body: 'a'.repeat(20_000), status: 413 },
    { what: 'a path that cannot be decoded', path: '/files/%E0%A4%A', body: null, status: 400 },
  ])('of the kind $what is answered without a stack', async ({ path, body, status }) => {
    const form = { method: 'POST', body, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }
    const response = await fetch(url + path, body === null ? {} : form)
    expect(response.status).toBe(status)
    expect(await response.text()).not.toMatch(/\n|node_modules/)
  })
})
