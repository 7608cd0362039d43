/** What a thief of a remember-me cookie gets, and for how long. */
import { MemoryStore } from '@dewar/stores'
import { describe, expect, it } from 'vitest'
import { how, makeClub, rememberCookie, sessionCookie, watchSecurity, who } from './club.ts'

/** Somebody who is remembered, and whose browser was closed. */
async function remembered(club = makeClub()) {
  const client = club.browser()
  await client.get('/as/1?remember')
  client.deleteCookie(sessionCookie)
  return { ...club, client }
}

describe('a stolen remember-me cookie', () => {
  it('is found out when the owner comes back: the thief’s session ends with it', async () => {
    const { client, thiefOf, clock } = await remembered()
    const events = watchSecurity()
    const thief = thiefOf(client)
    expect(await who(thief)).toBe('ada')
    clock.now += 120
    expect(await who(client)).toBe('stranger')
    expect(await who(thief)).toBe('stranger')
    thief.deleteCookie(sessionCookie)
    expect(await who(thief)).toBe('stranger')
    expect(events.map(([type]) => type)).toContain('remember-token-theft')
    expect(client.getCookie(rememberCookie)).toBeUndefined()
  })

  it('is found out when the thief comes second: the session it grew into ends', async () => {
    const { client, thiefOf, clock } = await remembered()
    const thief = thiefOf(client)
    expect(await who(client)).toBe('ada')
    clock.now += 120
    expect([await who(thief), await who(client)]).toEqual(['stranger', 'stranger'])
  })

  it('leaves the owner’s other browsers alone', async () => {
    const { browser, client, thiefOf, clock } = await remembered()
    const phone = browser()
    await phone.get('/as/1?remember')
    await who(thiefOf(client))
    clock.now += 120
    await who(client)
    phone.deleteCookie(sessionCookie)
    expect(await who(phone)).toBe('ada')
  })

  it('is never fresh, nor made so by another cookie', async () => {
    const { client, thiefOf } = await remembered()
    const thief = thiefOf(client)
    expect(await how(thief)).toEqual(['ada', false, 'cookie'])
    expect((await thief.get('/money')).status).toBe(401)
  })
})

describe('a remember-me cookie is worth nothing after', () => {
  it.each([
    ['the logout', '/out'],
    ['signing out everywhere', '/everywhere'],
    ['signing out everywhere else', '/everywhere?except'],
    ['a change of the password', '/change/1/new'],
  ])('%s', async (_case, path) => {
    const club = makeClub()
    const client = club.browser()
    await client.get('/as/1?remember')
    const thief = club.thiefOf(client)
    thief.deleteCookie(sessionCookie)
    const other = club.browser()
    await other.get('/as/1?remember')
    other.deleteCookie(sessionCookie)
    await client.get(path)
    expect(client.getCookie(rememberCookie)).toBeUndefined()
    expect(await who(thief)).toBe('stranger')
    expect(await who(other)).toBe(path === '/out' ? 'ada' : 'stranger')
  })

  it('a change of the password behind the app’s back', async () => {
    const { client, members } = await remembered()
    const ada = members.get('1')
    if (ada) ada.password = 'changed'
    expect(await who(client)).toBe('stranger')
    if (ada) ada.password = 'hash-1'
    expect(await who(client)).toBe('stranger')
  })

  it.each([
    ['is gone', (members: Map<string, { isActive: boolean }>) => void members.delete('1')],
    [
      'is not active',
      (members: Map<string, { isActive: boolean }>) => {
        const ada = members.get('1')
        if (ada) ada.isActive = false
      },
    ],
  ])('its user %s', async (_case, change) => {
    const { client, members } = await remembered()
    change(members)
    expect(await who(client)).toBe('stranger')
    expect(client.getCookie(rememberCookie)).toBeUndefined()
  })

  it('a login as somebody else', async () => {
    const { client, thiefOf } = await remembered()
    const kept = thiefOf(client)
    await client.get('/as/2')
    client.deleteCookie(sessionCookie)
    expect(await who(client)).toBe('stranger')
    expect(await who(kept)).toBe('stranger')
  })
})

describe('a false remember-me cookie', () => {
  it('is nothing, and no theft, whichever byte differs', async () => {
    const { client, browser } = await remembered()
    const events = watchSecurity()
    const token = client.getCookie(rememberCookie) ?? ''
    for (let i = 0; i < token.length; i++) {
      const forged = browser()
      const byte = token[i] === 'A' ? 'B' : 'A'
      forged.setCookie(rememberCookie, token.slice(0, i) + byte + token.slice(i + 1))
      expect(await who(forged)).toBe('stranger')
    }
    expect(events.map(([type]) => type)).not.toContain('remember-token-theft')
    expect(await who(client)).toBe('ada')
  })

  it('cannot be a session cookie, nor the other way round', async () => {
    const { client, browser } = await remembered()
    const member = browser()
    await member.get('/as/1')
    const swapped = browser()
    swapped.setCookie(sessionCookie, client.getCookie(rememberCookie) ?? '')
    swapped.setCookie(rememberCookie, member.getCookie(sessionCookie) ?? '')
    expect(await who(swapped)).toBe('stranger')
  })

  it.each([
    ['empty', ''],
    ['long', 'x'.repeat(5000)],
    ['odd', '..%00..\u00ff'],
    ['an object', '{"family":"__proto__"}'],
  ])('may be %s without an error', async (_case, value) => {
    const client = makeClub().browser()
    const response = await client.get('/who', { headers: { Cookie: `${rememberCookie}=${value}` } })
    expect([response.status, response.text]).toEqual([200, 'stranger'])
  })
})

describe('whoever reads the store', () => {
  it('finds nothing there to log in with, nor anybody’s password', async () => {
    const written: string[] = []
    const { set } = MemoryStore.prototype
    const club = makeClub()
    club.store.set = function (key, value, life) {
      written.push(key, value)
      return set.call(this as MemoryStore, key, value, life)
    }
    const { client, thiefOf } = await remembered(club)
    await who(thiefOf(client))
    const [, payload = ''] = (client.getCookie(rememberCookie) ?? '').split('.')
    const { data } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { data: string }
    const [, validator = ''] = data.split('.')
    expect(validator).toHaveLength(43)
    expect(written.join('\n')).not.toContain(validator)
    expect(written.join('\n')).not.toContain('hash-1')
  })
})

describe('races', () => {
  it('a logout while the token is being used leaves nobody logged in', async () => {
    const { client, thiefOf } = await remembered()
    const tabs = Array.from({ length: 8 }, () => thiefOf(client))
    const [leaving, ...staying] = tabs
    await Promise.all([leaving?.get('/out'), ...staying.map(who)])
    expect(await Promise.all(staying.map(who))).toEqual(staying.map(() => 'stranger'))
  })
})
