/** `SESSION_TYPE`: the three ways of keeping sessions, through the app. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryStore, type Store, StoreError } from '@dewar/stores'
import { describe, expect, it } from 'vitest'
import { type App, type AppOptions, flash, getFlashedMessages, session } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

declare module 'dewar' {
  interface SessionData {
    n: number
    user: string
    [letter: `letter-${string}`]: number
  }
}

const cookie = '__Host-session'
const kinds = ['signed', 'sealed', 'stored'] as const
type Kind = (typeof kinds)[number]

function shop(SESSION_TYPE: Kind, { config, ...options }: AppOptions = {}): App {
  const app = makeApp({ config: { SESSION_TYPE, ...config }, ...options })
  app.get('/count', () => {
    const n = (session.get('n') ?? 0) + 1
    session.set('n', n)
    return String(n)
  })
  app.get('/untouched', () => 'x')
  app.get('/who', () => session.get('user') ?? 'nobody')
  app.post('/login', () => {
    session.regenerate()
    session.set('user', 'ada')
    return 'in'
  })
  app.post('/logout', () => {
    session.clear()
    return 'out'
  })
  app.get('/note/<letter>', ({ letter }) => {
    session.set(`letter-${letter}`, 1)
    return letter
  })
  app.get('/notes', () => [...session.keys()].filter((key) => key.startsWith('letter-')).join(' '))
  app.get('/flash', () => {
    flash('saved')
    return 'x'
  })
  app.errorHandler(404, () => `missing ${getFlashedMessages().join()}`)
  return app
}

describe.each(kinds)('sessions of the type %s', (kind) => {
  it('keep what a view puts into them', async () => {
    const client = testClient(shop(kind))
    expect([(await client.get('/count')).text, (await client.get('/count')).text]).toEqual(['1', '2'])
  })

  it('outlive a restart', async () => {
    const root = mkdtempSync(join(tmpdir(), 'dewar-sessions-'))
    const before = testClient(shop(kind, { root }))
    await before.get('/count')
    const after = testClient(shop(kind, { root }))
    after.setCookie(cookie, before.getCookie(cookie) ?? '')
    expect((await after.get('/count')).text).toBe('2')
  })

  it('get another cookie at login, and none after logout', async () => {
    const client = testClient(shop(kind))
    await client.get('/count')
    const stranger = client.getCookie(cookie)
    await client.post('/login')
    expect(client.getCookie(cookie)).not.toBe(stranger)
    expect((await client.get('/who')).text).toBe('ada')
    await client.post('/logout')
    expect([client.getCookie(cookie), (await client.get('/who')).text]).toEqual([undefined, 'nobody'])
  })

  it('cost a request that never looks nothing: no cookie, no Vary', async () => {
    const client = testClient(shop(kind))
    await client.get('/count')
    const { headers } = await client.get('/untouched')
    expect(['Set-Cookie', 'Vary', 'Cache-Control'].map((name) => headers.get(name))).toEqual([
      null,
      null,
      null,
    ])
  })

  it('are no-store where a cookie is sent, private where it is only read', async () => {
    const client = testClient(shop(kind))
    const first = await client.get('/count')
    expect([first.headers.has('Set-Cookie'), first.headers.get('Cache-Control')]).toEqual([true, 'no-store'])
    const look = await client.get('/who')
    expect([look.headers.get('Vary'), look.headers.get('Cache-Control')]).toEqual(['Cookie', 'no-store'])
  })

  it('carry messages to error pages', async () => {
    const client = testClient(shop(kind))
    await client.get('/flash')
    expect((await client.get('/nowhere')).text).toBe('missing saved')
  })

  it('are found among 200 cookies, and the request refused above MAX_COOKIES', async () => {
    const app = shop(kind)
    const client = testClient(app)
    await client.get('/count')
    const value = client.getCookie(cookie)
    const send = (others: number) => {
      const pairs = Array.from({ length: others }, (_, i) => `c${i}=${i}`)
      return testClient(app).get('/count', {
        headers: { Cookie: [...pairs, `${cookie}=${value}`].join('; ') },
      })
    }
    const [some, most, many] = [await send(199), await send(255), await send(256)]
    expect([some.text, most.status, many.status]).toEqual(['2', 200, 431])
  })

  it('are refused with a security event, and deleted, if their cookie was altered', async () => {
    const client = testClient(shop(kind))
    client.setCookie(cookie, 'x.y.z')
    const events: unknown[] = []
    const listener = (event: unknown) => void events.push(event)
    subscribe('dewar:security', listener)
    const { text, headers } = await client.get('/who').finally(() => unsubscribe('dewar:security', listener))
    expect([text, headers.get('Cache-Control')]).toEqual(['nobody', 'no-store'])
    expect(headers.get('Set-Cookie')).toContain('Max-Age=0')
    expect(events).toMatchObject([
      { type: 'signature-refused', details: { what: 'session', reason: 'tampered' } },
    ])
  })

  it('are not believed from a name with other white space before it, nor swallowed by a quote', async () => {
    const app = shop(kind)
    const client = testClient(app)
    await client.get('/count')
    const value = client.getCookie(cookie)
    const ask = async (Cookie: string) => (await testClient(app).get('/count', { headers: { Cookie } })).text
    expect(await ask(`\u00a0${cookie}=${value}`)).toBe('1')
    expect(await ask(`a="x; ${cookie}=${value}; b=y"`)).toBe('2')
  })
})

describe('sessions of the type signed and sealed', () => {
  it.each(['signed', 'sealed'] as const)('are opened and saved without waiting: %s', (kind) => {
    const app = shop(kind)
    const headers = [['Host', 'localhost']] as const
    expect(app.handle(app.createRequest({ method: 'GET', target: '/count', headers }))).not.toBeInstanceOf(
      Promise,
    )
  })
})

describe('sessions of the type stored', () => {
  it('do not wait where no cookie comes and nobody looks', () => {
    const app = shop('stored')
    const headers = [['Host', 'localhost']] as const
    expect(
      app.handle(app.createRequest({ method: 'GET', target: '/untouched', headers })),
    ).not.toBeInstanceOf(Promise)
  })

  it('need no key', async () => {
    const client = testClient(shop('stored', { config: { SECRET_KEY: null } }))
    await client.get('/count')
    expect((await client.get('/count')).text).toBe('2')
  })

  it('are over for copies of the cookie after logout', async () => {
    const app = shop('stored')
    const client = testClient(app)
    await client.post('/login')
    const stolen = client.getCookie(cookie) ?? ''
    await client.post('/logout')
    const thief = testClient(app)
    thief.setCookie(cookie, stolen)
    expect((await thief.get('/who')).text).toBe('nobody')
  })

  it('lose nothing to requests at the same time', async () => {
    const client = testClient(shop('stored'))
    await client.get('/count')
    const letters = [...'abcdefghij']
    await Promise.all(letters.map((letter) => client.get(`/note/${letter}`)))
    const notes = (await client.get('/notes')).text.split(' ').sort()
    expect(notes).toEqual(letters.map((letter) => `letter-${letter}`))
  })

  it('hide from the store which id opens them', async () => {
    const store = new MemoryStore()
    const keys: string[] = []
    const watched: Store = {
      get: (key) => store.get(key),
      set: (key, ...rest) => {
        keys.push(key)
        return store.set(key, ...rest)
      },
      add: (key, ...rest) => store.add(key, ...rest),
      delete: (key) => store.delete(key),
      increment: (key, ...rest) => store.increment(key, ...rest),
      close: () => store.close(),
    }
    const client = testClient(shop('stored', { store: watched }))
    await client.get('/count')
    expect(keys).toHaveLength(1)
    expect(keys.join()).not.toContain(client.getCookie(cookie))
  })
})

/** A store that can be switched off. */
function fragile() {
  const store = new MemoryStore()
  const state = { isDown: false, code: 'ERR_STORES_UNAVAILABLE' as const }
  const guarded =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      state.isDown ? Promise.reject(new StoreError(state.code, 'The store is away.')) : call(...args)
  const proxy: Store = {
    get: guarded((key) => store.get(key)),
    set: guarded((...entry) => store.set(...entry)),
    add: guarded((...entry) => store.add(...entry)),
    delete: guarded((key) => store.delete(key)),
    increment: guarded((...entry) => store.increment(...entry)),
    close: () => store.close(),
  }
  return { store: proxy, state }
}

describe('a store that does not answer', () => {
  function setUp(prepare: (app: App) => void = () => {}) {
    const lines: string[] = []
    const { store, state } = fragile()
    const logger = { level: 'error', destination: { write: (line: string) => void lines.push(line) } }
    const app = shop('stored', { store, logger })
    prepare(app)
    return { client: testClient(app), state, lines }
  }

  it.each(['/count', '/untouched'])('is a 503 that says when to come back, logged once: %s', async (path) => {
    const { client, state, lines } = setUp()
    await client.get('/count')
    state.isDown = true
    const { status, headers } = await client.get(path)
    expect([status, headers.get('Retry-After'), headers.get('Set-Cookie')]).toEqual([503, '5', null])
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('ERR_STORES_UNAVAILABLE')
  })

  it('is a 503 where a new session cannot be saved', async () => {
    const { client, state, lines } = setUp()
    state.isDown = true
    const { status, headers } = await client.get('/count')
    expect([status, headers.get('Retry-After'), lines.length]).toEqual([503, '5', 1])
  })

  it('takes no session away, though the error page writes into one', async () => {
    const { client, state } = setUp((app) =>
      app.errorHandler(StoreError, () => {
        state.isDown = false
        flash('Sorry')
        return 'Later'
      }),
    )
    await client.get('/count')
    state.isDown = true
    const { status, headers } = await client.get('/who')
    expect([status, headers.get('Set-Cookie'), headers.get('Vary')]).toEqual([503, null, 'Cookie'])
    expect((await client.get('/count')).text).toBe('2')
  })

  it('is answered by the page of 503, which gets its Retry-After', async () => {
    const { client, state } = setUp((app) => app.errorHandler(503, () => 'Back soon'))
    await client.get('/count')
    state.isDown = true
    const { status, text, headers } = await client.get('/count')
    expect([status, text, headers.get('Retry-After')]).toEqual([503, 'Back soon', '5'])
  })

  it('costs visitors without a session nothing', async () => {
    const { client, state } = setUp()
    state.isDown = true
    expect((await client.get('/untouched')).status).toBe(200)
  })
})
