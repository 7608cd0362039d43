/** Cookies that were copied before their session ended, visitors without cookies, and anything at all as a cookie. */
import { randomBytes } from 'node:crypto'
import { generateKey, KeyRing } from '@dewar/signing'
import { MemoryStore } from '@dewar/stores'
import { describe, expect, it } from 'vitest'
import { EndedSessions, sealedCookieSessions, signedCookieSessions, storedSessions } from '../src/index.ts'

const keys = new KeyRing(generateKey())
const sentBack = (setCookie: string | null) => (setCookie ?? '').split(';')[0] ?? ''

describe.each([
  ['signed', signedCookieSessions({ keys })],
  ['sealed', sealedCookieSessions({ keys })],
])('a copy of a %s cookie', (_, sessions) => {
  const logIn = () => sentBack(sessions.save(sessions.open(undefined).set('user', 'ann')))

  it('works until the logout, and not after it', async () => {
    const ended = new EndedSessions({ store: new MemoryStore() })
    const copy = logIn()
    expect(await ended.has(sessions.open(copy), 'ann')).toBe(false)
    const session = sessions.open(copy)
    session.clear()
    await ended.endIds(session.endedIds)
    expect(await ended.has(sessions.open(copy), 'ann')).toBe(true)
    expect(await ended.has(sessions.open(logIn()), 'ann')).toBe(false)
  })

  it('from before a login is worth nothing after it', async () => {
    const ended = new EndedSessions({ store: new MemoryStore() })
    const planted = logIn()
    const session = sessions.open(planted)
    session.regenerate()
    await ended.endIds(session.endedIds)
    const renewed = sentBack(sessions.save(session))
    expect(await ended.has(sessions.open(planted))).toBe(true)
    expect(await ended.has(sessions.open(renewed))).toBe(false)
  })
})

describe('a copy of a stored session’s cookie', () => {
  it('works until the logout, and not after it', async () => {
    const sessions = storedSessions({ store: new MemoryStore() })
    const copy = sentBack(await sessions.save((await sessions.open(undefined)).set('user', 'ann')))
    expect((await sessions.open(copy)).get('user')).toBe('ann')
    const session = await sessions.open(copy)
    session.clear()
    await sessions.save(session)
    expect((await sessions.open(copy)).get('user')).toBeUndefined()
  })
})

describe('visitors without a cookie', () => {
  it('leave nothing in the store while they only read', async () => {
    const store = new MemoryStore()
    const sessions = storedSessions({ store })
    for (let i = 0; i < 1000; i++) {
      const session = await sessions.open(undefined)
      session.get('user')
      expect(await sessions.save(session)).toBeNull()
    }
    expect(store.size).toBe(0)
  })

  it('do not grow it beyond its bound when each leaves something', async () => {
    const store = new MemoryStore({ maxEntries: 1000 })
    const sessions = storedSessions({ store })
    for (let i = 0; i < 5000; i++) await sessions.save(sessions.create().set('seen', i))
    expect(store.size).toBeLessThanOrEqual(1000)
  })
})

describe('10,000 random cookies', () => {
  it.each([
    ['signed', signedCookieSessions({ keys })],
    ['sealed', sealedCookieSessions({ keys })],
    ['stored', storedSessions({ store: new MemoryStore() })],
  ])('give fresh %s sessions, never an error', async (_, sessions) => {
    for (let i = 0; i < 10_000; i++) {
      const bytes = randomBytes(1 + (i % 120))
      const value = i % 2 === 0 ? bytes.toString('latin1') : bytes.toString('base64url').replace(/[_-]/g, '.')
      const session = await sessions.open(`${sessions.cookieName}=${value}`)
      expect(session.size).toBe(0)
    }
  })
})
