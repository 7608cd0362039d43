import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, createApp, urlFor } from 'dewar'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFolderMailer } from '../src/folder-mailer.ts'
import { isMailAddress, type Mail } from '../src/mail.ts'
import { Outbox } from '../src/outbox.ts'

let instancePath: string
let log: string[]
let app: App

beforeEach(() => {
  instancePath = mkdtempSync(join(tmpdir(), 'dewar-mail-'))
  log = []
  app = createApp({
    instancePath,
    logger: { level: 'info', destination: { write: (line: string) => void log.push(line) } },
  })
})

afterEach(() => rmSync(instancePath, { recursive: true, force: true }))

const mail: Mail = { to: 'ada@mail.example', subject: 'Grüße', text: 'Follow\nhttps://a.example/reset/t0ken' }
const mails = () => readdirSync(join(instancePath, 'mail')).map((name) => join(instancePath, 'mail', name))

describe('createFolderMailer', () => {
  it('writes a mail that programs open, which nobody else may read', async () => {
    await createFolderMailer(app).send({ ...mail, html: '<p>Follow</p>' })
    const [file = ''] = mails()
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const text = readFileSync(file, 'utf8')
    expect(text).toContain(
      'To: ada@mail.example\r\nSubject: =?UTF-8?B?R3LDvMOfZQ==?=\r\nMIME-Version: 1.0\r\n',
    )
    expect(text).toContain('Follow\r\nhttps://a.example/reset/t0ken')
    expect(text).toContain('<p>Follow</p>')
  })

  it('tells the log who gets it, and nothing of what it says', async () => {
    await createFolderMailer(app).send(mail)
    expect(log.join()).toContain('ada@mail.example')
    expect(log.join()).not.toContain('t0ken')
  })

  it.each([
    ['a second recipient', { to: 'ada@mail.example, eve@mail.example' }],
    ['a header in the recipient', { to: 'ada@mail.example\r\nBcc: eve@mail.example' }],
    ['a header in the subject', { subject: 'Hello\r\nBcc: eve@mail.example' }],
    ['no recipient', { to: '' }],
  ])('refuses %s', async (_, change) => {
    await expect(createFolderMailer(app).send({ ...mail, ...change })).rejects.toMatchObject({
      code: 'ERR_AUTH_MAIL',
    })
  })
})

describe('isMailAddress', () => {
  it.each(['ada@mail.example', "o'neil+tag@sub.mail.example", 'müller@straße.example', 'root@localhost'])(
    'takes %s',
    (text) => expect(isMailAddress(text)).toBe(true),
  )

  it.each([
    '',
    'ada',
    '@mail.example',
    'ada@',
    'a b@mail.example',
    'a@b@c',
    'a@mail.example\n',
    'a,b@mail.example',
    `${'a'.repeat(65)}@x.example`,
    '<a@mail.example>',
    'a@-x.example',
  ])('refuses %j', (text) => expect(isMailAddress(text)).toBe(false))
})

describe('Outbox', () => {
  it('sends after the caller has gone on, one after the other', async () => {
    const sent: string[] = []
    const outbox = new Outbox(app, { send: async ({ subject }) => void sent.push(subject) })
    outbox.post({ ...mail, subject: '1' })
    outbox.post(async () => ({ ...mail, subject: '2' }))
    outbox.post(() => null)
    outbox.post({ ...mail, subject: '3' })
    expect(sent).toEqual([])
    await outbox.drained()
    expect(sent).toEqual(['1', '2', '3'])
  })

  it('makes a mail later, with the request it was asked for in, and also when the app stops before', async () => {
    const sent: Mail[] = []
    const site = createApp({ config: { TRUSTED_HOSTS: ['a.example'] }, logger: { level: 'silent' } })
    const outbox = new Outbox(site, { send: async (made) => void sent.push(made) })
    site.get('/reset', { endpoint: 'reset' }, () => {
      outbox.post(() => ({ ...mail, text: urlFor('reset', {}, { canonical: true }) }))
      return `${sent.length}`
    })
    const client = site.testClient({ baseUrl: 'https://a.example' })
    expect((await client.get('/reset')).text).toBe('0')
    await site.stop()
    expect(sent.map(({ text }) => text)).toEqual(['https://a.example/reset'])

    await client.get('/reset')
    expect(sent).toHaveLength(1)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect(sent).toHaveLength(2)
  })

  it('tells the log of a mail that failed, without what it says, and goes on', async () => {
    let count = 0
    const outbox = new Outbox(app, {
      send: async () => {
        if (++count === 1) throw new Error('no route to host')
      },
    })
    outbox.post(mail)
    outbox.post(mail)
    await outbox.drained()
    expect(count).toBe(2)
    expect(log.join()).toContain('no route to host')
    expect(log.join()).not.toContain('t0ken')
  })

  it('has sent everything when the app has stopped', async () => {
    let sent = 0
    const outbox = new Outbox(app, { send: async () => void sent++ })
    await app.start()
    outbox.post(mail)
    await app.stop()
    expect(sent).toBe(1)
  })

  it('refuses a recipient that is none at once, and holds a bounded number', async () => {
    let sent = 0
    const outbox = new Outbox(app, { send: async () => void sent++ })
    expect(() => outbox.post({ ...mail, to: 'nobody' })).toThrow(
      expect.objectContaining({ code: 'ERR_AUTH_MAIL' }),
    )
    for (let index = 0; index < 1010; index++) outbox.post(mail)
    await outbox.drained()
    expect(sent).toBe(1000)
  })
})
