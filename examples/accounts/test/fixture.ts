/** The app with a mailbox, a clock and browsers, anew for each test. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashPassword, type Mail } from '@dewar/auth'
import { generateKey } from '@dewar/signing'
import type { ConfigInput } from 'dewar'
import type { TestClient } from 'dewar/testing'
import { expect, onTestFinished } from 'vitest'
import { createAccounts } from '../app.ts'
import type { User } from '../users.ts'

export const origin = 'https://accounts.example'
export const email = 'ada@mail.example'
export const password = 'correct horse battery staple'
export const newPassword = 'velvet gondola thermos'

/** The quickest that is taken for new passwords: a hundred logins take no minute. */
const passwordMethod = 'argon2id:7168:5:1'
const hash = hashPassword(password, { method: passwordMethod })

/** Makes the app; its folder is deleted when the test is over. */
export async function setUp(config: ConfigInput = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'dewar-accounts-'))
  const clock = { now: Math.floor(Date.now() / 1000) }
  const mails: Mail[] = []
  const accounts = createAccounts({
    dataDir,
    secretKey: generateKey(),
    config: { TRUSTED_HOSTS: ['accounts.example'], LOG_LEVEL: 'fatal', ...config },
    mailer: { send: async (mail) => void mails.push(mail) },
    passwordMethod,
    now: () => clock.now,
  })
  onTestFinished(async () => {
    await accounts.app.stop()
    accounts.close()
    rmSync(dataDir, { recursive: true })
  })
  const { app, users, mailSent } = accounts
  const browser = (remoteAddr = '192.0.2.1') =>
    app.testClient({ baseUrl: origin, defaults: { remoteAddr, headers: { Accept: 'text/html' } } })
  const ada = users.add(email, 'Ada', await hash) as User
  /** The mails since the last time. */
  const newMails = async () => {
    await mailSent()
    return mails.splice(0)
  }
  /** The path of the link in the one new mail. */
  const link = async () => {
    const [mail, ...others] = await newMails()
    expect(others).toEqual([])
    const url = new URL(/https?:\/\/\S+/.exec(mail?.text ?? '')?.[0] ?? 'none:')
    expect(url.origin).toBe(origin)
    return url.pathname
  }
  return { app, users, ada, clock, browser, newMails, link }
}

export type Site = Awaited<ReturnType<typeof setUp>>

/** Signs in with the password. */
export function signIn(client: TestClient, form: Record<string, string> = {}) {
  return client.post('/login', { form: { email, password, ...form } })
}

/** Whether a browser gets to the account page. */
export async function isIn(client: TestClient): Promise<boolean> {
  return (await client.get('/account/')).status === 200
}
