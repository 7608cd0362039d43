import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { MemoryStore, type Store } from '@dewar/stores'
import { RedisStore } from '@dewar/stores/redis'
import { afterEach, describe, expect, it } from 'vitest'
import { type RunningService, startRedis } from '../../../test/tools/running-services.ts'
import { describeWithRedis } from '../../../test/tools/services.ts'
import { createApp } from '../app.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

/** A browser: it keeps its cookie and finds the token in the page. */
class Browser {
  cookie = ''
  readonly #url: string
  readonly #name: string

  constructor(url: string, name = 'Firefox') {
    this.#url = url
    this.#name = name
  }

  async get(path = '/') {
    return this.#send(path, {})
  }

  async post(path: string, fields: Record<string, string>, { token = true } = {}) {
    const page = token ? await (await this.get()).text() : ''
    const csrf = /name="csrf_token" value="([^"]+)"/.exec(page)?.[1] ?? ''
    const body = new URLSearchParams(token ? { ...fields, csrf_token: csrf } : fields)
    return this.#send(path, { method: 'POST', body })
  }

  logIn(name = 'ann', password = 'right') {
    return this.post('/login', { name, password })
  }

  async #send(path: string, init: RequestInit) {
    const headers = { cookie: this.cookie, 'user-agent': this.#name }
    const response = await fetch(this.#url + path, { ...init, headers, redirect: 'manual' })
    const [setCookie] = response.headers.getSetCookie()
    if (setCookie !== undefined) this.cookie = setCookie.split(';')[0] ?? ''
    return response
  }
}

async function start(store: Store): Promise<string> {
  const checkPassword = async (_: string, password: string) => password === 'right'
  const server = createApp({ store, checkPassword }).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const memory = () => start(new MemoryStore())

describe('Dewar’s sessions in Express', () => {
  it('remember who is logged in, in a cookie of an id only', async () => {
    const browser = new Browser(await memory())
    expect((await browser.logIn()).status).toBe(303)
    expect(browser.cookie).toMatch(/^__Host-session=[\w-]{43}$/)
    expect(await (await browser.get()).text()).toContain('<h1>ann</h1>')
  })

  it('tell caches, and only where the session was used', async () => {
    const browser = new Browser(await memory())
    const [page, health] = [await browser.get('/'), await browser.get('/health')]
    expect([page.headers.get('vary'), page.headers.get('cache-control')]).toEqual(['Cookie', 'no-store'])
    expect([health.headers.get('vary'), health.headers.get('set-cookie')]).toEqual([null, null])
  })

  it('get a new id at login', async () => {
    const url = await memory()
    const [browser, attacker] = [new Browser(url), new Browser(url)]
    await browser.get()
    attacker.cookie = browser.cookie
    await browser.logIn()
    expect(await (await attacker.get()).text()).not.toContain('<h1>ann</h1>')
  })

  it('are listed, and ended from another browser', async () => {
    const url = await memory()
    const [laptop, phone] = [new Browser(url, 'Firefox'), new Browser(url, 'Safari <b>')]
    await laptop.logIn()
    await phone.logIn()
    const page = await (await laptop.get()).text()
    expect(page).toContain('Safari &lt;b&gt;')
    expect(page.match(/this one/g)).toHaveLength(1)
    await laptop.post('/sessions/end', {})
    expect(await (await phone.get()).text()).toContain('Log in')
    expect(await (await laptop.get()).text()).toContain('<h1>ann</h1>')
  })

  it('end at logout, copies of the cookie too', async () => {
    const url = await memory()
    const [browser, thief] = [new Browser(url), new Browser(url)]
    await browser.logIn()
    thief.cookie = browser.cookie
    await browser.post('/logout', {})
    expect(await (await thief.get()).text()).not.toContain('<h1>ann</h1>')
  })

  it('refuse a form without its token', async () => {
    const browser = new Browser(await memory())
    await browser.logIn()
    const forged = await browser.post('/logout', {}, { token: false })
    expect(forged.status).toBe(403)
    expect(await (await browser.get()).text()).toContain('<h1>ann</h1>')
  })
})

describeWithRedis('Dewar’s sessions in Express, in Redis', (program) => {
  let redis: RunningService

  it('survive a restart of the app, and of Redis with clear 503s in between', async () => {
    redis = await startRedis(program)
    const store = () => new RedisStore({ url: `redis://127.0.0.1:${redis.port}`, commandTimeout: 1 })
    const [first, second] = [store(), store()]
    const browser = new Browser(await start(first))
    await browser.logIn()
    const afterRestart = new Browser(await start(second))
    afterRestart.cookie = browser.cookie
    expect(await (await afterRestart.get()).text()).toContain('<h1>ann</h1>')

    await redis.kill()
    const away = await afterRestart.get()
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2'])
    expect((await afterRestart.get('/health')).status).toBe(200)

    await redis.start()
    let status = 0
    for (let i = 0; i < 100 && status !== 200; i++) {
      await sleep(50)
      status = (await afterRestart.get()).status
    }
    expect(status).toBe(200)
    await Promise.all([first.close(), second.close()])
    await redis.stop()
  })
})
