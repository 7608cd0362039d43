/** The list of an account page, and ending sessions from there. */
import { MemoryStore } from '@dewar/stores'
import { describe, expect, it } from 'vitest'
import { type StoredSessionsOptions, storedSessions } from '../src/index.ts'

interface Data {
  user: string
  browser: string
}
const start = 1_750_000_000
const sentBack = (setCookie: string | null) => (setCookie ?? '').split(';')[0] ?? ''

function setUp(options: Partial<StoredSessionsOptions<Data>> = {}) {
  let time = start
  const now = () => time
  const store = new MemoryStore({ now })
  const sessions = storedSessions<Data>({ store, now, owner: (session) => session.get('user'), ...options })
  const login = async (user: string, browser: string) => {
    const session = await sessions.open(undefined)
    return sentBack(await sessions.save(session.set('user', user).set('browser', browser)))
  }
  const browsers = async (user: string) => (await sessions.list(user)).map((each) => each.get('browser'))
  const advance = (seconds: number) => {
    time += seconds
  }
  return { store, sessions, login, browsers, advance }
}

describe('the sessions of a user', () => {
  it('are listed, the last used first, with what the site noted', async () => {
    const { sessions, login, advance } = setUp()
    const laptop = await login('ann', 'Firefox')
    advance(100)
    await login('ann', 'Safari')
    await login('bob', 'Chromium')
    advance(100)
    const current = await sessions.open(laptop)
    await sessions.save(current) // a refresh
    const list = await sessions.list('ann')
    expect(list.map((each) => [each.get('browser'), each.createdAt - start, each.usedAt - start])).toEqual([
      ['Firefox', 0, 200],
      ['Safari', 100, 100],
    ])
    expect(list.map((each) => each.is(current))).toEqual([true, false])
  })

  it('begin to be listed with the login, under the id it got then', async () => {
    const { sessions, browsers } = setUp()
    const cookie = sentBack(await sessions.save((await sessions.open(undefined)).set('browser', 'Firefox')))
    const session = await sessions.open(cookie)
    session.regenerate()
    session.set('user', 'ann')
    await sessions.save(session)
    expect(await browsers('ann')).toEqual(['Firefox'])
  })

  it('are ended one by one', async () => {
    const { sessions, login, browsers } = setUp()
    const phone = await login('ann', 'Safari')
    await login('ann', 'Firefox')
    const [lost] = (await sessions.list('ann')).filter((each) => each.get('browser') === 'Safari')
    expect(await sessions.endListed('ann', lost?.handle ?? '')).toBe(true)
    expect(await browsers('ann')).toEqual(['Firefox'])
    expect((await sessions.open(phone)).refused?.reason).toBe('unknown')
    expect(await sessions.endListed('ann', lost?.handle ?? '')).toBe(false)
  })

  it('cannot be ended by somebody else, even with their handle', async () => {
    const { sessions, login, browsers } = setUp()
    await login('ann', 'Firefox')
    await login('eve', 'Chromium')
    const [hers] = await sessions.list('ann')
    expect(await sessions.endListed('eve', hers?.handle ?? '')).toBe(false)
    expect(await sessions.endListed('ann', '../../owner:x')).toBe(false)
    expect(await browsers('ann')).toEqual(['Firefox'])
  })

  it('are ended all but the current one', async () => {
    const { sessions, login, browsers } = setUp()
    const here = await login('ann', 'here')
    for (const browser of ['a', 'b', 'c']) await login('ann', browser)
    await login('bob', 'his')
    expect(await sessions.endAllOf('ann', await sessions.open(here))).toBe(3)
    expect([await browsers('ann'), await browsers('bob')]).toEqual([['here'], ['his']])
    expect(await sessions.endAllOf('ann')).toBe(1)
    expect(await browsers('ann')).toEqual([])
  })

  it.each([
    ['logged out', (session: { clear(): void }) => session.clear()],
    ['become nobody', (session: { delete(key: 'user'): boolean }) => session.delete('user')],
    ['become another', (session: { set(key: 'user', value: string): unknown }) => session.set('user', 'bob')],
  ])('are no longer listed when they have %s', async (_, change) => {
    const { sessions, login, browsers } = setUp()
    const session = await sessions.open(await login('ann', 'Firefox'))
    change(session)
    await sessions.save(session)
    expect(await browsers('ann')).toEqual([])
  })

  it('are no longer listed when they are over', async () => {
    const { login, browsers, advance } = setUp()
    await login('ann', 'Firefox')
    advance(1800)
    expect(await browsers('ann')).toEqual([])
  })

  it('are not endlessly many: the oldest ends for a new one', async () => {
    const { sessions, login, browsers } = setUp({ maxPerOwner: 3 })
    const first = await login('ann', '1')
    for (const browser of ['2', '3', '4']) await login('ann', browser)
    expect((await browsers('ann')).toSorted()).toEqual(['2', '3', '4'])
    expect((await sessions.open(first)).refused?.reason).toBe('unknown')
  })

  it('are all noted when they begin at once', async () => {
    const { login, browsers } = setUp()
    await Promise.all(Array.from({ length: 20 }, (_, i) => login('ann', `${i}`)))
    expect(await browsers('ann')).toHaveLength(20)
  })

  it('leave neither ids nor names in the store', async () => {
    const kept: string[] = []
    const { store } = setUp()
    const spy = {
      ...{ get: store.get.bind(store), delete: store.delete.bind(store), close: store.close.bind(store) },
      ...{ increment: store.increment.bind(store), add: store.add.bind(store) },
      set: (key: string, value: string, lifetime: { ttl: number }) => {
        kept.push(key, key.includes('owner:') ? value : '')
        return store.set(key, value, lifetime)
      },
    }
    const { sessions, login } = setUp({ store: spy })
    const cookie = await login('ann', 'Firefox')
    const { id } = await sessions.open(cookie)
    expect(kept.join(' ')).toContain('session:owner:')
    expect(kept.join(' ')).not.toContain(id)
    expect(kept.join(' ')).not.toContain('ann')
  })
})

describe('create', () => {
  it('gives a new session without asking the store', async () => {
    const { sessions, browsers } = setUp()
    const session = sessions.create()
    expect([session.isNew, session.hadCookie]).toEqual([true, false])
    await sessions.save(session.set('user', 'ann').set('browser', 'Firefox'))
    expect(await browsers('ann')).toEqual(['Firefox'])
  })
})
