/** Remember-me as its users know it. */
import { describe, expect, it } from 'vitest'
import { how, makeClub, rememberCookie, sessionCookie, who } from './club.ts'

/** The browser was closed: its session cookie is gone. */
const day = 86_400

describe('remember-me', () => {
  it('brings somebody back who is then not fresh, and renews its token', async () => {
    const { browser } = makeClub()
    const client = browser()
    await client.get('/as/1?remember')
    const token = client.getCookie(rememberCookie)
    client.deleteCookie(sessionCookie)
    expect(await how(client)).toEqual(['ada', false, 'cookie'])
    expect(await how(client)).toEqual(['ada', false, 'session'])
    expect(client.getCookie(rememberCookie)).not.toBe(token)
    expect((await client.get('/money')).status).toBe(401)
  })

  it('is off unless asked for', async () => {
    const { browser } = makeClub()
    const client = browser()
    await client.get('/as/1')
    expect(client.getCookie(rememberCookie)).toBeUndefined()
    client.deleteCookie(sessionCookie)
    expect(await who(client)).toBe('stranger')
  })

  it('sends a cookie that is the host’s own, secure, out of scripts’ reach, and ends in 30 days', async () => {
    const { browser } = makeClub({ clock: { now: Date.UTC(2026, 0, 1) / 1000 } })
    const response = await browser().get('/as/1?remember')
    const cookie = response.headers.getAll('Set-Cookie').find((text) => text.startsWith(rememberCookie))
    expect(cookie?.replace(/=[^;]*/, '=…')).toBe(
      `${rememberCookie}=…; Expires=Sat, 31 Jan 2026 00:00:00 GMT; Secure; HttpOnly; Path=/; SameSite=Lax`,
    )
  })

  it('ends 30 days after the login, however often it was used', async () => {
    const { browser, clock } = makeClub()
    const client = browser()
    await client.get('/as/1?remember')
    for (const days of [10, 10, 9.9]) {
      clock.now += days * day
      client.deleteCookie(sessionCookie)
      expect(await who(client)).toBe('ada')
    }
    clock.now += 0.2 * day
    client.deleteCookie(sessionCookie)
    expect(await who(client)).toBe('stranger')
  })

  it('lasts as long as the login says', async () => {
    const { browser, clock } = makeClub()
    const client = browser()
    await client.get('/as/1?remember&duration=3600')
    client.deleteCookie(sessionCookie)
    clock.now += 3600
    expect(await who(client)).toBe('stranger')
  })

  it('takes parallel requests of one browser for what they are', async () => {
    const { browser, clock, thiefOf } = makeClub()
    const client = browser()
    await client.get('/as/1?remember')
    client.deleteCookie(sessionCookie)
    const tabs = Array.from({ length: 10 }, () => thiefOf(client))
    expect(await Promise.all(tabs.map(who))).toEqual(Array.from({ length: 10 }, () => 'ada'))
    expect(new Set(tabs.map((tab) => tab.getCookie(rememberCookie))).size).toBe(1)
    clock.now += 3600
    for (const tab of tabs) tab.deleteCookie(sessionCookie)
    const [last] = tabs
    expect(await who(last ?? client)).toBe('ada')
  })

  it('survives an answer that never arrived', async () => {
    const { browser, clock, thiefOf } = makeClub()
    const client = browser()
    await client.get('/as/1?remember')
    client.deleteCookie(sessionCookie)
    await who(thiefOf(client)) // the answer is lost: the browser keeps the old token
    clock.now += 30
    expect(await who(client)).toBe('ada')
    clock.now += 3600
    client.deleteCookie(sessionCookie)
    expect(await who(client)).toBe('ada')
  })

  it('survives a database that is away for an hour while its user tries to come back', async () => {
    let isDown = false
    const club = makeClub()
    const { get } = club.members
    club.members.get = (id) => {
      if (isDown) throw new Error('the database is away')
      return get.call(club.members, id)
    }
    const client = club.browser()
    await client.get('/as/1?remember')
    client.deleteCookie(sessionCookie)
    isDown = true
    for (let minute = 0; minute < 60; minute += 10) {
      expect((await client.get('/who')).status).toBe(500)
      club.clock.now += 600
    }
    isDown = false
    expect(await who(client)).toBe('ada')
  })

  it('takes an answer that takes minutes for no theft', async () => {
    const club = makeClub()
    let finish = () => {}
    const slow = new Promise<void>((resolve) => {
      finish = resolve
    })
    club.app.get('/slow', async () => {
      await slow
      return club.auth.user?.name ?? 'stranger'
    })
    const client = club.browser()
    await client.get('/as/1?remember')
    client.deleteCookie(sessionCookie)
    const other = club.thiefOf(client)
    const pending = other.get('/slow')
    club.clock.now += 5
    expect(await who(client)).toBe('ada')
    club.clock.now += 300
    finish()
    expect((await pending).text).toBe('ada')
    client.deleteCookie(sessionCookie)
    expect(await who(client)).toBe('ada')
  })

  it('goes on when its user confirms or logs in again', async () => {
    const { browser } = makeClub()
    const client = browser()
    await client.get('/as/1?remember')
    client.deleteCookie(sessionCookie)
    await client.get('/confirm')
    expect((await client.get('/money')).status).toBe(200)
    await client.get('/as/1')
    client.deleteCookie(sessionCookie)
    expect(await who(client)).toBe('ada')
  })

  it('has a cookie of the name that the app wants', async () => {
    const { browser } = makeClub({ options: { remember: { cookieName: 'stay', sameSite: 'Strict' } } })
    const response = await browser().get('/as/1?remember')
    expect(response.headers.getAll('Set-Cookie').join()).toMatch(
      /__Host-stay=[^;]*;[^=]*=[^;]*; Secure; HttpOnly; Path=\/; SameSite=Strict/,
    )
  })
})

describe('the name of the cookie', () => {
  it.each([
    ['over plain http while debugging', { DEBUG: true }, {}, /^remember_token=/],
    [
      'for subdomains, if that is asked for',
      {},
      { unsafeDomain: 'club.example' },
      /^__Secure-remember_token=.*; Domain=club\.example/,
    ],
    ['by default', {}, {}, /^__Host-remember_token=/],
  ])('fits its reach: %s', async (_case, config, remember, pattern) => {
    const { browser } = makeClub({ config, options: { remember } })
    const response = await browser().get('/as/1?remember')
    expect(response.headers.getAll('Set-Cookie').find((cookie) => cookie.includes('remember_token'))).toMatch(
      pattern,
    )
  })
})
