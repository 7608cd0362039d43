import { generateKey, KeyRing } from '@dewar/signing'
import { MemoryStore } from '@dewar/stores'
import { beforeEach, describe, expect, it } from 'vitest'
import { EndedSessions, signedCookieSessions } from '../src/index.ts'

const start = 1_750_000_000
let now = start
const clock = () => now
const sessions = signedCookieSessions<{ user: number }>({ keys: new KeyRing(generateKey()), now: clock })
let ended: EndedSessions

beforeEach(() => {
  now = start
  ended = new EndedSessions({ store: new MemoryStore({ now: clock }), now: clock })
})

function login(user: number): string {
  return sessions.save(sessions.open(undefined).set('user', user))?.split(';')[0] ?? ''
}

describe('EndedSessions', () => {
  it('makes a copied cookie worthless after the logout, and only that one', async () => {
    const [mine, other] = [login(7), login(8)]
    await ended.end(sessions.open(mine))
    expect(await ended.has(sessions.open(mine))).toBe(true)
    expect(await ended.has(sessions.open(other))).toBe(false)
  })

  it('remembers it for as long as any cookie of it could live', async () => {
    const cookie = login(7)
    await ended.end(sessions.open(cookie))
    const session = sessions.open(cookie)
    now = start + 43_199
    expect(await ended.has(session)).toBe(true)
    now = start + 43_200
    expect(await ended.has(session)).toBe(false)
    expect(sessions.open(cookie).isNew).toBe(true)
  })

  it('takes the ids that regenerate and clear have ended', async () => {
    const cookie = login(7)
    const session = sessions.open(cookie)
    session.regenerate()
    await ended.endIds(session.endedIds)
    expect(await ended.has(sessions.open(cookie))).toBe(true)
    expect(await ended.has(session)).toBe(false)
  })

  it('ends all sessions of somebody, but for one that may go on, and those begun later', async () => {
    const [laptop, phone, stranger] = [login(7), login(7), login(8)]
    now += 60
    await ended.endAllOf('7', { except: sessions.open(laptop) })
    now += 60
    const later = login(7)
    const has = (cookie: string, owner: string) => ended.has(sessions.open(cookie), owner)
    expect(await has(phone, '7')).toBe(true)
    expect(await has(laptop, '7')).toBe(false)
    expect(await has(later, '7')).toBe(false)
    expect(await has(stranger, '8')).toBe(false)
  })

  it('ends everything that began until a time', async () => {
    const early = login(7)
    now += 100
    const late = login(8)
    await ended.endAllUntil(start + 50)
    expect(await ended.has(sessions.open(early))).toBe(true)
    expect(await ended.has(sessions.open(late))).toBe(false)
  })

  it('does not bring anything back when an earlier time is named afterwards', async () => {
    now += 100
    const cookie = login(7)
    await ended.endAllUntil(now)
    await ended.endAllUntil(start)
    expect(await ended.has(sessions.open(cookie))).toBe(true)
  })

  it('keeps no ids in the store', async () => {
    const keys: string[] = []
    const store = new MemoryStore()
    const set = store.set.bind(store)
    store.set = (key, value, lifetime) => {
      keys.push(key + value)
      return set(key, value, lifetime)
    }
    const session = sessions.open(login(7))
    const list = new EndedSessions({ store })
    await list.end(session)
    await list.endAllOf('7', { except: session })
    expect(keys).toHaveLength(2)
    expect(keys.join()).not.toContain(session.id)
  })

  it('refuses an unknown option', () => {
    const options = { store: new MemoryStore(), lifeTime: 5 }
    expect(() => new EndedSessions(options)).toThrow(expect.objectContaining({ code: 'ERR_SESSIONS_OPTION' }))
  })
})

describe('spare', () => {
  it('lets a session live that begins in the second in which all others have ended', async () => {
    const before = sessions.open(login(7))
    await ended.endAllOf('7')
    const after = sessions.open(login(7))
    expect(await ended.has(after, '7')).toBe(true)
    await ended.spare(after, '7')
    expect([await ended.has(before, '7'), await ended.has(after, '7')]).toEqual([true, false])
  })

  it('does not outlast the next end, though it is in the same second', async () => {
    await ended.endAllOf('7')
    const session = sessions.open(login(7))
    await ended.spare(session, '7')
    await ended.endAllOf('7')
    expect(await ended.has(session, '7')).toBe(true)
  })

  it('does not bring back a session that was ended by itself', async () => {
    const session = sessions.open(login(7))
    await ended.end(session)
    await ended.spare(session, '7')
    expect(await ended.has(session, '7')).toBe(true)
  })
})

describe('handles', () => {
  it('end sessions and open none', async () => {
    const session = sessions.open(login(7))
    const handle = ended.handleOf(session)
    expect(sessions.open(`__Host-session=${handle}`).isNew).toBe(true)
    expect(await ended.hasHandle(handle)).toBe(false)
    await ended.endHandles([handle])
    expect([await ended.hasHandle(handle), await ended.has(session)]).toEqual([true, true])
  })
})
