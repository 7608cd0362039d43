import { generateKey, KeyRing } from '@dewar/signing'
import { describe, expect, it } from 'vitest'
import { type SignedCookieSessionsOptions, signedCookieSessions } from '../src/index.ts'

const keys = new KeyRing(generateKey())
const start = 1_750_000_000
const make = (options: Partial<SignedCookieSessionsOptions> = {}) =>
  signedCookieSessions({ keys, ...options })
/** What a browser sends back for a `Set-Cookie` value. */
const sentBack = (setCookie: string | null) => (setCookie ?? '').split(';')[0] ?? ''

function cookieWith(
  data: Record<string, unknown>,
  at = start,
  options: Partial<SignedCookieSessionsOptions> = {},
) {
  const sessions = make(options)
  const session = sessions.open(undefined, at)
  for (const [key, value] of Object.entries(data)) session.set(key, value)
  return sentBack(sessions.save(session, at))
}

describe('the cookie', () => {
  it('is __Host-, Secure, HttpOnly, SameSite=Lax and for the whole host, and ends with the browser', () => {
    const sessions = make()
    const session = sessions.open(undefined).set('user', 7)
    expect(sessions.cookieName).toBe('__Host-session')
    expect(sessions.save(session)).toMatch(
      /^__Host-session=[\w.-]+; Secure; HttpOnly; Path=\/; SameSite=Lax$/,
    )
  })

  it.each([
    [
      'debugging over plain http',
      { secure: false },
      'session',
      /^session=[\w.-]+; HttpOnly; Path=\/; SameSite=Lax$/,
    ],
    ['a name', { cookieName: 'sid' }, '__Host-sid', /^__Host-sid=/],
    ['a domain', { domain: 'example.org' }, '__Secure-session', /; Domain=example\.org; Secure;/],
    ['a path', { path: '/app' }, '__Secure-session', /; Path=\/app;/],
    ['Strict', { sameSite: 'Strict' }, '__Host-session', /SameSite=Strict$/],
    ['no SameSite', { sameSite: null }, '__Host-session', /Path=\/$/],
    ['Partitioned', { partitioned: true }, '__Host-session', /; Partitioned$/],
    ['scripts allowed', { httpOnly: false }, '__Host-session', /Secure; Path/],
  ] as const)('with %s', (_, options, name, pattern) => {
    const sessions = make(options)
    expect(sessions.cookieName).toBe(name)
    expect(sessions.save(sessions.open(undefined).set('a', 1))).toMatch(pattern)
  })

  it.each([
    ['SameSite=None without Secure', { secure: false, sameSite: 'None' }],
    ['Partitioned without Secure', { secure: false, partitioned: true }],
    ['an unknown option', { lifeTime: 7 }],
    ['a lifetime of no time', { lifetime: 0 }],
    ['an unknown SameSite', { sameSite: 'Loose' }],
    ['no name', { cookieName: '' }],
    ['a path that browsers take no notice of', { path: 'shop' }],
    ['no path', { path: '' }],
    ['no keys', { keys: undefined }],
  ])('is refused at setup with %s', (_, options) => {
    expect(() => make(options as object)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_(SESSIONS|SIGNING)_OPTION$/) }),
    )
  })

  it('of a permanent session has an end of its own', () => {
    const sessions = make({ lifetime: 1000, idleTimeout: null })
    const session = sessions.open(undefined, start).set('user', 7)
    session.permanent = true
    expect(sessions.save(session, start)).toContain(
      '; Expires=Sun, 15 Jun 2025 15:23:20 GMT; Secure; HttpOnly; Path=/',
    )
  })

  it('is not sent for a session that nobody filled', () => {
    const sessions = make()
    const session = sessions.open(undefined)
    expect(session.get('user')).toBeUndefined()
    expect(sessions.save(session)).toBeNull()
    session.set('a', 1).delete('a')
    expect(sessions.save(session)).toBeNull()
  })

  it('is not sent again when nothing has changed', () => {
    const cookie = cookieWith({ user: 7, list: [1, 2] })
    const sessions = make()
    const session = sessions.open(cookie, start + 1)
    expect(session.get('list')).toEqual([1, 2])
    session.set('user', 7)
    expect(session.modified).toBe(false)
    expect(sessions.save(session, start + 1)).toBeNull()
  })

  it('is sent when something deep inside has changed', () => {
    const sessions = make()
    const session = sessions.open(cookieWith({ cart: { items: [{ id: 1 }] } }), start)
    const cart = session.get('cart') as { items: { id: number }[] }
    cart.items.push({ id: 2 })
    expect(session.modified).toBe(true)
    const again = make().open(sentBack(sessions.save(session, start)), start)
    expect(again.get('cart')).toEqual({ items: [{ id: 1 }, { id: 2 }] })
  })

  it('is deleted when the session is emptied, with the same attributes, and only if one came', () => {
    const sessions = make({ domain: 'example.org' })
    const session = sessions.open(cookieWith({ user: 7 }, start, { domain: 'example.org' }), start)
    session.clear()
    expect(sessions.save(session, start)).toMatch(
      /^__Secure-session=; Domain=example\.org; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Secure; HttpOnly/,
    )
    const fresh = sessions.open(undefined, start)
    fresh.clear()
    expect(sessions.save(fresh, start)).toBeNull()
  })

  it('that would be too large is an error naming size, limit and the largest keys', () => {
    const sessions = make()
    const session = sessions.open(undefined).set('avatar', 'x'.repeat(4000)).set('name', 'Ann')
    expect(() => sessions.save(session)).toThrow(
      expect.objectContaining({
        code: 'ERR_SESSIONS_COOKIE_TOO_LARGE',
        limit: 'MAX_COOKIE_SIZE',
        maximum: 4093,
        message: expect.stringContaining('avatar (4002)'),
        fix: expect.stringContaining('storedSessions'),
      }),
    )
    session.set('avatar', 'x'.repeat(2000))
    expect(sessions.save(session)?.length).toBeLessThanOrEqual(4093)
  })

  it('may stand anywhere among other cookies', () => {
    const cookie = cookieWith({ user: 7 })
    const sessions = make()
    expect(sessions.open(`a=b; ${cookie}; c="d;e"`, start).get('user')).toBe(7)
    expect(sessions.open(`a="${cookie}"`, start).hadCookie).toBe(false)
  })
})

describe('timeouts', () => {
  it('end an idle session by the time the server signed it', () => {
    const cookie = cookieWith({ user: 7 })
    const sessions = make()
    expect(sessions.open(cookie, start + 1799).get('user')).toBe(7)
    const session = sessions.open(cookie, start + 1800)
    expect(session.get('user')).toBeUndefined()
    expect(session.refused?.reason).toBe('idle')
  })

  it('end a session that is in use all the time', () => {
    const sessions = make({ lifetime: 7200, idleTimeout: 1800 })
    let cookie = cookieWith({ user: 7 }, start, { lifetime: 7200 })
    let now = start
    for (; now < start + 7200; now += 600) {
      const session = sessions.open(cookie, now)
      expect(session.get('user')).toBe(7)
      cookie = sentBack(sessions.save(session, now)) || cookie
    }
    expect(sessions.open(cookie, now).refused?.reason).toBe('expired')
  })

  it('hold by the settings of today, also for cookies of yesterday', () => {
    const cookie = cookieWith({ user: 7 })
    expect(make({ idleTimeout: 60 }).open(cookie, start + 60).refused?.reason).toBe('idle')
    expect(make({ lifetime: 60 }).open(cookie, start + 60).refused?.reason).toBe('expired')
    expect(make().open(cookie, start + 60).refused).toBeUndefined()
  })

  it('may do without idleness, not without an end', () => {
    const options = { idleTimeout: null, lifetime: 5000 }
    const cookie = cookieWith({ user: 7 }, start, options)
    expect(
      make(options)
        .open(cookie, start + 4999)
        .get('user'),
    ).toBe(7)
    expect(make(options).open(cookie, start + 5000).refused?.reason).toBe('expired')
  })

  it('delete the cookie of a session that has ended', () => {
    const sessions = make()
    const session = sessions.open(cookieWith({ user: 7 }), start + 5000)
    expect(sessions.save(session, start + 5000)).toContain('Max-Age=0')
  })

  it('start the absolute lifetime again at regenerate', () => {
    const sessions = make({ lifetime: 1000, idleTimeout: 900 })
    const session = sessions.open(cookieWith({ user: 7 }, start, { lifetime: 1000 }), start + 800)
    session.regenerate()
    const cookie = sentBack(sessions.save(session, start + 800))
    expect(sessions.open(cookie, start + 1600).get('user')).toBe(7)
  })
})

describe('refreshing', () => {
  it('sends a cookie again for a reader, at most once in an interval', () => {
    const cookie = cookieWith({ user: 7 })
    const sessions = make({ refreshInterval: 60 })
    expect(sessions.save(sessions.open(cookie, start + 59), start + 59)).toBeNull()
    const renewed = sessions.save(sessions.open(cookie, start + 60), start + 60)
    expect(sessions.open(sentBack(renewed), start + 1859).get('user')).toBe(7)
  })

  it('can be switched off: idleness then counts from the last change', () => {
    const sessions = make({ refreshEachRequest: false })
    const cookie = cookieWith({ user: 7 })
    expect(sessions.save(sessions.open(cookie, start + 1700), start + 1700)).toBeNull()
    const changed = sessions.open(cookie, start + 1700).set('user', 8)
    expect(sessions.open(sentBack(sessions.save(changed, start + 1700)), start + 3400).get('user')).toBe(8)
  })

  it('happens in time even where the idle timeout is shorter than the interval', () => {
    const sessions = make({ idleTimeout: 30 })
    const cookie = cookieWith({ user: 7 }, start, { idleTimeout: 30 })
    expect(sessions.save(sessions.open(cookie, start + 15), start + 15)).not.toBeNull()
  })

  it('without an idle timeout is for permanent sessions only, as in Flask', () => {
    const sessions = make({ idleTimeout: null, refreshInterval: 0 })
    expect(sessions.save(sessions.open(cookieWith({ user: 7 }), start + 5), start + 5)).toBeNull()
    const session = sessions.open(undefined, start).set('user', 7)
    session.permanent = true
    const cookie = sentBack(sessions.save(session, start))
    expect(sessions.save(sessions.open(cookie, start), start)).toContain('; Expires=')
  })
})

describe('keys', () => {
  it('newest first: older ones still open, and the next save signs with the newest', () => {
    const oldKey = generateKey()
    const newKey = generateKey()
    const before = signedCookieSessions({ keys: new KeyRing(oldKey) })
    const cookie = sentBack(before.save(before.open(undefined, start).set('user', 7), start))
    const during = signedCookieSessions({ keys: new KeyRing([newKey, oldKey]) })
    const session = during.open(cookie, start)
    expect(session.get('user')).toBe(7)
    const moved = sentBack(during.save(session.set('n', 1), start))
    const after = signedCookieSessions({ keys: new KeyRing(newKey) })
    expect(after.open(moved, start).get('user')).toBe(7)
    expect(after.open(cookie, start).refused?.reason).toBe('unknownKey')
  })
})
