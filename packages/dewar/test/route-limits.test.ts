import { MemoryStore } from '@dewar/stores'
import { SqliteStore } from '@dewar/stores/sqlite'
import { describe, expect, it } from 'vitest'
import { type App, createBlueprint, type RouteLimits, request } from '../src/index.ts'
import { type RequestInit, testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

/** Who is there stands in a header, as behind a gateway. */
function makeOffice(options: Parameters<typeof makeApp>[0] = {}): App {
  const app = makeApp(options)
  app.identify(() => {
    const id = request.headers.get('X-User')
    return id === null ? null : { id }
  })
  return app
}

function limited(limit: RouteLimits): App {
  const app = makeOffice()
  app.get('/', { limit, access: () => true }, () => 'x')
  return app
}

async function statuses(app: App, ...requests: RequestInit[]): Promise<number[]> {
  const client = testClient(app)
  const found: number[] = []
  for (const init of requests) found.push((await client.get('/', init)).status)
  return found
}

const as = (user: string, remoteAddr = '192.0.2.1'): RequestInit => ({
  remoteAddr,
  headers: { 'X-User': user },
})
const from = (remoteAddr: string): RequestInit => ({ remoteAddr })

describe('a limit by user', () => {
  it('counts each user by themselves, wherever they are', async () => {
    const app = limited({ rate: '1/minute', by: 'user' })
    expect(await statuses(app, as('ada'), as('bob'), as('ada', '192.0.2.7'), as('bob'), as('eve'))).toEqual([
      200, 200, 429, 429, 200,
    ])
  })

  it('counts strangers by address', async () => {
    const app = limited({ rate: '1/minute', by: 'user' })
    expect(await statuses(app, from('192.0.2.1'), from('192.0.2.2'), from('192.0.2.1'))).toEqual([
      200, 200, 429,
    ])
  })

  it('does not take a user for the address of that name', async () => {
    const app = limited({ rate: '1/minute', by: 'user' })
    expect(await statuses(app, from('192.0.2.1'), as('192.0.2.1'))).toEqual([200, 200])
  })

  it('needs users that can be told apart', async () => {
    const app = makeApp({ config: { TESTING: true } })
    app.identify(() => ({ name: 'ada' }))
    app.get('/', { limit: { rate: '1/minute', by: 'user' }, access: 'authenticated' }, () => 'x')
    await expect(testClient(app).get('/')).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_LIMIT_USER' }),
    )
  })
})

describe('a limit by address', () => {
  it.each([
    ['IPv4 inside IPv6', '192.0.2.1', '::ffff:192.0.2.1', 429],
    ['the same /64', '2001:db8:0:1::1', '2001:db8:0:1:ffff::9', 429],
    ['another /64', '2001:db8:0:1::1', '2001:db8:0:2::1', 200],
    ['another address', '192.0.2.1', '192.0.2.2', 200],
  ])('knows %s', async (_what, first, second, status) => {
    expect(await statuses(limited('1/minute'), from(first), from(second))).toEqual([200, status])
  })

  it('believes X-Forwarded-For only of a declared proxy, and there only the proxy', async () => {
    const spoofed = (address: string): RequestInit => ({
      remoteAddr: '10.0.0.1',
      headers: { 'X-Forwarded-For': address },
    })
    const undeclared = limited('1/minute')
    expect(await statuses(undeclared, spoofed('1.1.1.1'), spoofed('2.2.2.2'))).toEqual([200, 429])
    const behind = makeApp({ config: { TRUSTED_PROXY: { for: 1 } } })
    behind.get('/', { limit: '1/minute' }, () => 'x')
    expect(await statuses(behind, spoofed('9.9.9.9, 1.1.1.1'), spoofed('8.8.8.8, 1.1.1.1'))).toEqual([
      200, 429,
    ])
    expect(await statuses(behind, spoofed('1.1.1.1, 2.2.2.2'))).toEqual([200])
  })

  it('is counted before anybody asks who is there', async () => {
    const app = makeApp()
    let asked = 0
    app.identify(() => {
      asked++
      return null
    })
    app.get('/', { limit: '1/minute', access: 'authenticated' }, () => 'x')
    expect(await statuses(app, from('192.0.2.1'), from('192.0.2.1'), from('192.0.2.1'))).toEqual([
      401, 429, 429,
    ])
    expect(asked).toBe(1)
  })
})

describe('a limit by a key of its own', () => {
  it('counts by what the function gives, and nothing for null', async () => {
    const app = limited({ rate: '1/minute', by: ({ headers }) => headers.get('X-Key') })
    const key = (value: string): RequestInit => ({ headers: { 'X-Key': value } })
    expect(await statuses(app, key('a'), key('b'), key('a'), {}, {})).toEqual([200, 200, 429, 200, 200])
  })

  it('never meets the keys of addresses and users', async () => {
    const app = limited([
      { rate: '1/minute', name: 'x' },
      { rate: '1/minute', name: 'x', by: () => '127.0.0.1' },
    ])
    expect(await statuses(app, from('127.0.0.1'))).toEqual([200])
  })
})

describe('several limits', () => {
  it('must all hold, and the answer tells of each', async () => {
    const app = limited([{ rate: '3/minute' }, { rate: '1/minute', by: 'user' }])
    const client = testClient(app)
    const first = await client.get('/', as('ada'))
    expect(first.headers.getAll('RateLimit-Policy')).toEqual(['"GET /";q=3;w=60', '"GET / by user";q=1;w=60'])
    const second = await client.get('/', as('ada'))
    expect([second.status, Number(second.headers.get('Retry-After')) > 0]).toEqual([429, true])
    expect(await statuses(app, as('bob'), as('eve'))).toEqual([200, 429])
  })
})

describe('where limits are said', () => {
  it('on a blueprint and the app they are for each route that has none, static files apart', async () => {
    const app = makeApp({ limit: '1/minute' })
    const api = createBlueprint('api', { urlPrefix: '/api', limit: '2/minute' })
    api.get('/a', () => 'x')
    api.get('/b', { limit: '3/minute' }, () => 'x')
    app.register(api)
    app.get('/', () => 'x')
    const client = testClient(app)
    const allowed = async (path: string) => {
      let count = 0
      while (count < 9 && (await client.get(path)).status === 200) count++
      return count
    }
    expect([await allowed('/'), await allowed('/api/a'), await allowed('/api/b')]).toEqual([1, 2, 3])
  })

  it('of one name count together', async () => {
    const app = makeApp()
    const shared = { rate: '2/minute', name: 'api' }
    app.get('/a', { limit: shared }, () => 'x')
    app.get('/b', { limit: shared }, () => 'x')
    const client = testClient(app)
    const found = [
      await client.get('/a'),
      await client.get('/b'),
      await client.get('/a'),
      await client.get('/b'),
    ]
    expect(found.map(({ status }) => status)).toEqual([200, 200, 429, 429])
  })

  it.each([
    ['memory', () => new MemoryStore()],
    ['SQLite', () => new SqliteStore({ path: ':memory:' })],
  ])('hold for all apps that share a store: %s', async (_name, makeStore) => {
    const store = makeStore()
    const [one, other] = [makeApp({ store }), makeApp({ store })]
    for (const app of [one, other]) app.get('/', { limit: '2/minute' }, () => 'x')
    expect([...(await statuses(one, {}, {})), ...(await statuses(other, {}))]).toEqual([200, 200, 429])
    await store.close()
  })

  it('let exactly as many through as they say when all come at once', async () => {
    const app = makeApp()
    app.get('/', { limit: '5/minute' }, () => 'x')
    const client = testClient(app)
    const found = await Promise.all(Array.from({ length: 30 }, () => client.get('/')))
    expect(found.filter(({ status }) => status === 200)).toHaveLength(5)
  })

  it.each([
    ['no rate', {} as { rate: string }, 'ERR_DEWAR_LIMIT'],
    ['a typing error', { rate: '1/minute', per: 'user' } as { rate: string }, 'ERR_DEWAR_LIMIT'],
    ['an unknown counter', { rate: '1/minute', by: 'cookie' as 'user' }, 'ERR_DEWAR_LIMIT'],
    ['nonsense', 'often', 'ERR_SECURITY_RATE'],
  ])('are checked at start: %s', (_what, limit, code) => {
    const app = limited(limit)
    expect(() => app.freeze()).toThrow(expect.objectContaining({ code }))
  })
})
