import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryStore, type Store } from '@dewar/stores'
import { SqliteStore } from '@dewar/stores/sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { type StoredSessionsOptions, storedSessions } from '../src/index.ts'

const start = 1_750_000_000
const folder = mkdtempSync(join(tmpdir(), 'dewar-sessions-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const kinds: readonly (readonly [name: string, make: () => Store])[] = [
  ['MemoryStore', () => new MemoryStore({ now: () => start })],
  ['SqliteStore', () => new SqliteStore({ path: join(folder, `${Math.random()}.db`), now: () => start })],
]
const sentBack = (setCookie: string | null) => (setCookie ?? '').split(';')[0] ?? ''

describe.each(kinds)('storedSessions in a %s', (_, make) => {
  const setUp = (options: Partial<StoredSessionsOptions> = {}) => {
    const store = make()
    const sessions = storedSessions({ store, now: () => start, ...options })
    const begin = async (data: Record<string, unknown>) => {
      const session = await sessions.open(undefined)
      for (const [key, value] of Object.entries(data)) session.set(key, value)
      return sentBack(await sessions.save(session))
    }
    return { store, sessions, begin }
  }

  it('keeps data on the server, and nothing but a random id in the cookie', async () => {
    const { sessions, begin } = setUp()
    const cookie = await begin({ user: 7, when: new Date(5) })
    expect(cookie).toMatch(/^__Host-session=[\w-]{43}$/)
    const session = await sessions.open(cookie)
    expect([session.get('user'), session.get('when'), session.isNew]).toEqual([7, new Date(5), false])
    expect(await sessions.save(session)).toBeNull()
  })

  it('sends the cookie once, whatever changes afterwards', async () => {
    const { sessions, begin } = setUp()
    const cookie = await begin({ list: [1] })
    const session = await sessions.open(cookie)
    const list = session.get('list') as number[]
    list.push(2)
    expect(await sessions.save(session)).toBeNull()
    expect((await sessions.open(cookie)).get('list')).toEqual([1, 2])
  })

  it('keeps nothing for a visitor who leaves nothing', async () => {
    const { sessions } = setUp()
    const session = await sessions.open(undefined)
    session.get('user')
    expect(await sessions.save(session)).toBeNull()
  })

  it('takes values far larger than a cookie', async () => {
    const { sessions, begin } = setUp()
    const cookie = await begin({ text: 'x'.repeat(100_000) })
    expect((await sessions.open(cookie)).get('text')).toHaveLength(100_000)
  })

  it('does not adopt an id that the visitor chose', async () => {
    const { sessions } = setUp()
    const chosen = 'A'.repeat(43)
    const session = await sessions.open(`${sessions.cookieName}=${chosen}`)
    expect(session.refused?.reason).toBe('unknown')
    const cookie = sentBack(await sessions.save(session.set('user', 7)))
    expect(cookie).not.toContain(chosen)
    expect((await sessions.open(`${sessions.cookieName}=${chosen}`)).size).toBe(0)
  })

  it.each(['', 'x', '../../etc/passwd', `${'A'.repeat(42)}%`, 'A'.repeat(44), 'A'.repeat(5000)])(
    'refuses %j as an id without asking the store',
    async (id) => {
      const { sessions } = setUp({
        store: { ...make(), get: () => expect.unreachable() } as unknown as Store,
      })
      expect((await sessions.open(`${sessions.cookieName}=${id}`)).refused?.reason).toBe('tampered')
    },
  )

  it('ends at clear, for every copy of the cookie', async () => {
    const { sessions, begin } = setUp()
    const cookie = await begin({ user: 7 })
    const session = await sessions.open(cookie)
    session.clear()
    expect(await sessions.save(session)).toContain('Max-Age=0')
    const copy = await sessions.open(cookie)
    expect([copy.size, copy.refused?.reason]).toEqual([0, 'unknown'])
  })

  it('moves to a new id at regenerate; the old one is worth nothing', async () => {
    const { sessions, begin } = setUp()
    const cookie = await begin({ cart: [1] })
    const session = await sessions.open(cookie)
    session.regenerate()
    session.set('user', 7)
    const moved = sentBack(await sessions.save(session))
    expect(moved).not.toBe(cookie)
    expect([...(await sessions.open(moved))]).toEqual([
      ['cart', [1]],
      ['user', 7],
    ])
    const old = await sessions.open(cookie)
    expect(old.size).toBe(0)
    // A request with the old id may be answered after the one that sent the new cookie: it must not delete that.
    expect(await sessions.save(old)).toBeNull()
  })

  it('can be ended from outside', async () => {
    const { sessions, begin } = setUp()
    const cookie = await begin({ user: 7 })
    const { id } = await sessions.open(cookie)
    expect([await sessions.end(id), await sessions.end(id)]).toEqual([true, false])
    expect((await sessions.open(cookie)).size).toBe(0)
  })

  it('is not brought back by a request that was under way when it ended', async () => {
    const { sessions, begin } = setUp()
    const cookie = await begin({ user: 7 })
    const slow = await sessions.open(cookie)
    await sessions.end(slow.id)
    slow.set('late', 1)
    expect(await sessions.save(slow)).toBeNull()
    expect((await sessions.open(cookie)).size).toBe(0)
  })

  it('loses no key of 200 interleaved requests', async () => {
    const { sessions, begin } = setUp()
    const cookie = await begin({ user: 7 })
    const requests = Array.from({ length: 200 }, async (_, i) => {
      const session = await sessions.open(cookie)
      await new Promise((resolve) => setTimeout(resolve, (i * 7) % 13))
      session.set(`key ${i}`, i)
      await sessions.save(session)
    })
    await Promise.all(requests)
    const session = await sessions.open(cookie)
    expect(session.size).toBe(201)
    for (let i = 0; i < 200; i++) expect(session.get(`key ${i}`)).toBe(i)
  })

  it('merges removals, messages and secrets of two requests at once', async () => {
    const { sessions, begin } = setUp()
    const cookie = await begin({ a: 1, b: 2, c: 3 })
    const first = await sessions.open(cookie)
    first.flash('old')
    await sessions.save(first)
    const [one, two] = [await sessions.open(cookie), await sessions.open(cookie)]
    one.delete('a')
    one.set('c', 'one')
    expect(one.takeFlashes()).toHaveLength(1)
    const secret = one.csrfSecret
    two.delete('b')
    two.set('c', 'two')
    two.flash('new')
    await sessions.save(one)
    await sessions.save(two)
    const after = await sessions.open(cookie)
    expect([...after]).toEqual([['c', 'two']])
    expect(after.takeFlashes()).toEqual([{ category: 'message', message: 'new' }])
    expect(after.csrfSecret).toBe(secret)
  })

  it('ends after both timeouts, and lives on while in use', async () => {
    const { sessions, begin } = setUp({ lifetime: 4000, idleTimeout: 1000 })
    const cookie = await begin({ user: 7 })
    expect((await sessions.open(cookie, start + 1000)).refused?.reason).toBe('idle')
    for (let now = start; now < start + 4000; now += 500) {
      const session = await sessions.open(cookie, now)
      expect(session.get('user'), `${now - start}`).toBe(7)
      await sessions.save(session, now)
    }
    expect((await sessions.open(cookie, start + 4000)).refused?.reason).toBe('expired')
  })

  it('renews the cookie of a permanent session', async () => {
    const { sessions } = setUp({ refreshInterval: 10 })
    const session = await sessions.open(undefined)
    session.set('user', 7).permanent = true
    const cookie = sentBack(await sessions.save(session))
    expect(await sessions.save(await sessions.open(cookie, start + 9), start + 9)).toBeNull()
    expect(await sessions.save(await sessions.open(cookie, start + 10), start + 10)).toContain('; Expires=')
  })

  it('waits for another save of the same session, and says so when that does not end', async () => {
    const { sessions, begin, store } = setUp({ lockTimeout: 1 })
    const cookie = await begin({ user: 7 })
    const session = await sessions.open(cookie)
    const add = store.add.bind(store)
    store.add = async () => false
    await expect(sessions.save(session.set('a', 1))).rejects.toMatchObject({ code: 'ERR_SESSIONS_BUSY' })
    store.add = add
    await sessions.save(session)
    expect((await sessions.open(cookie)).get('a')).toBe(1)
  })
})

describe('the store of sessions', () => {
  it('sees neither ids nor anything to become somebody with', async () => {
    const seen: string[] = []
    const store = new MemoryStore()
    const set = store.set.bind(store)
    store.set = (key, value, lifetime) => {
      seen.push(key, value)
      return set(key, value, lifetime)
    }
    const sessions = storedSessions({ store })
    const session = (await sessions.open(undefined)).set('user', 7)
    const id = sentBack(await sessions.save(session)).split('=')[1] ?? '?'
    expect(seen.length).toBeGreaterThan(0)
    expect(seen.join()).not.toContain(id)
  })

  it.each([
    ['no store', {}],
    ['an unknown option', { store: new MemoryStore(), prefix: 'x' }],
  ])('is refused at setup with %s', (_, options) => {
    expect(() => storedSessions(options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_SESSIONS_OPTION' }),
    )
  })

  it('that fails makes an error, never an empty session', async () => {
    const store = new MemoryStore()
    const sessions = storedSessions({ store })
    const cookie = sentBack(await sessions.save((await sessions.open(undefined)).set('user', 7)))
    await store.close()
    await expect(sessions.open(cookie)).rejects.toMatchObject({ code: 'ERR_STORES_CLOSED' })
    expect((await sessions.open(undefined)).size).toBe(0)
  })
})
