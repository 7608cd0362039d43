/** Several processes of one app, as far as they share a store: two apps on one SQLite file. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from '@dewar/signing'
import { createApp, request } from 'dewar'
import { type TestClient, testClient } from 'dewar/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAuth } from '../src/index.ts'
import { rememberCookie, sessionCookie } from './club.ts'

const ada = { id: 1, name: 'ada' }

function workers(count: number) {
  const root = mkdtempSync(join(tmpdir(), 'dewar-workers-'))
  const key = generateKey()
  const apps = Array.from({ length: count }, () => {
    const app = createApp({ root, config: { SECRET_KEY: key }, environment: {}, logger: { level: 'silent' } })
    const auth = createAuth(app, { load: (id) => (id === '1' ? ada : null) })
    app.get('/in', () => String(auth.login(ada, { remember: request.args.has('remember') })))
    app.get('/out', () => {
      auth.logout()
      return 'out'
    })
    app.get('/everywhere', async () => {
      await auth.logoutEverywhere(ada)
      return 'out'
    })
    app.get('/who', () => auth.user?.name ?? 'stranger')
    app.get('/sessions', async () => String((await auth.sessions(ada)).length))
    return app
  })
  onTestFinished(async () => {
    for (const app of apps) await app.stop()
    rmSync(root, { recursive: true, force: true })
  })
  return apps.map((app) => () => testClient(app))
}

function copy(from: TestClient, to: TestClient, names = [sessionCookie, rememberCookie]): TestClient {
  for (const name of names) {
    const value = from.getCookie(name)
    if (value !== undefined) to.setCookie(name, value)
  }
  return to
}

const who = async (client: TestClient) => (await client.get('/who')).text

describe('workers on one store', () => {
  it('agree that a session has ended', async () => {
    const [first, second] = workers(2)
    const client = first?.() as TestClient
    await client.get('/in')
    const thief = copy(client, second?.() as TestClient)
    expect(await who(thief)).toBe('ada')
    await client.get('/out')
    expect(await who(thief)).toBe('stranger')
  })

  it('take the requests of one browser that come to both at once for one browser', async () => {
    const [first, second] = workers(2)
    const client = first?.() as TestClient
    await client.get('/in?remember')
    const tabs = Array.from({ length: 8 }, (_, i) =>
      copy(client, (i % 2 === 0 ? first : second)?.() as TestClient, [rememberCookie]),
    )
    expect(await Promise.all(tabs.map(who))).toEqual(tabs.map(() => 'ada'))
    expect(new Set(tabs.map((tab) => tab.getCookie(rememberCookie))).size).toBe(1)
    expect((await client.get('/sessions')).text).toBe('1')
  })

  it('let nobody back who came while all were signed out', async () => {
    const [first, second] = workers(2)
    const client = first?.() as TestClient
    await client.get('/in?remember')
    const tabs = Array.from({ length: 6 }, () => copy(client, second?.() as TestClient, [rememberCookie]))
    await Promise.all([...tabs.map(who), client.get('/everywhere')])
    expect(await Promise.all(tabs.map(who))).toEqual(tabs.map(() => 'stranger'))
    for (const tab of tabs) tab.deleteCookie(sessionCookie)
    expect(await Promise.all(tabs.map(who))).toEqual(tabs.map(() => 'stranger'))
  })

  it('note every one of many logins at once', async () => {
    const [first, second] = workers(2)
    const clients = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? first : second)?.() as TestClient)
    await Promise.all(clients.map((client) => client.get('/in')))
    expect((await clients[0]?.get('/sessions'))?.text).toBe('12')
  })
})
