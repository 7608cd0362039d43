/** The account page: where am I logged in, and how do I end that. */
import { describe, expect, it } from 'vitest'
import type { ListedLogin } from '../src/index.ts'
import { browserLabel } from '../src/index.ts'
import { makeClub, rememberCookie, sessionCookie, who } from './club.ts'

const firefox = 'Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0'
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1'

async function listOf(client: { get(path: string): Promise<{ json<T>(): T }> }): Promise<ListedLogin[]> {
  return (await client.get('/sessions')).json<ListedLogin[]>()
}

describe.each(['signed', 'stored'] as const)('the list of logins, with %s sessions', (SESSION_TYPE) => {
  const club = (options = {}) => makeClub({ config: { SESSION_TYPE }, options })

  it('shows every browser, with this one marked', async () => {
    const { browser, clock } = club()
    const [laptop, phone, bob] = [
      browser({ 'User-Agent': firefox }),
      browser({ 'User-Agent': iphone }),
      browser(),
    ]
    await laptop.get('/as/1')
    clock.now += 10
    await phone.get('/as/1?remember')
    await bob.get('/as/2')
    const list = await listOf(laptop)
    expect(list.map(({ browser, isCurrent, isRemembered }) => [browser, isCurrent, isRemembered])).toEqual([
      ['Firefox on Windows', true, false],
      ['Safari on iPhone', false, true],
    ])
  })

  it('ends one, with its remember-me cookie, and not this one', async () => {
    const { browser } = club()
    const [laptop, phone] = [browser(), browser()]
    await laptop.get('/as/1')
    await phone.get('/as/1?remember')
    const other = (await listOf(laptop)).find(({ isCurrent }) => !isCurrent)
    expect((await laptop.get(`/end/${other?.handle}`)).text).toBe('true')
    expect([await who(phone), await who(laptop)]).toEqual(['stranger', 'ada'])
    expect(phone.getCookie(rememberCookie)).toBeUndefined()
    expect(await listOf(laptop)).toHaveLength(1)
    expect((await laptop.get(`/end/${other?.handle}`)).text).toBe('false')
  })

  it('ends this one as a logout does', async () => {
    const { browser } = club()
    const client = browser()
    await client.get('/as/1?remember')
    const [own] = await listOf(client)
    expect((await client.get(`/end/${own?.handle}`)).text).toBe('true')
    expect([await who(client), client.getCookie(rememberCookie)]).toEqual(['stranger', undefined])
  })

  it('ends nothing of somebody else’s, whoever knows the handle', async () => {
    const { browser } = club()
    const [ada, bob] = [browser(), browser()]
    await ada.get('/as/1')
    await bob.get('/as/2')
    const [own] = await listOf(ada)
    expect((await bob.get(`/end/${own?.handle}`)).text).toBe('false')
    expect(await who(ada)).toBe('ada')
  })

  it('holds a browser once, through logins, confirmations and returns', async () => {
    const { browser } = club()
    const client = browser()
    await client.get('/as/1?remember')
    await client.get('/as/1?remember')
    await client.get('/confirm')
    client.deleteCookie(sessionCookie)
    await who(client)
    expect(await listOf(client)).toHaveLength(1)
  })

  it('forgets who logs out, and who stays away; a remembered browser stays', async () => {
    const { browser, clock } = club()
    const [laptop, phone, tablet] = [browser(), browser(), browser()]
    await laptop.get('/as/1')
    await phone.get('/as/1')
    await tablet.get('/as/1?remember')
    await phone.get('/out')
    expect(await listOf(laptop)).toHaveLength(2)
    clock.now += 86_400
    await laptop.get('/as/1')
    const list = await listOf(laptop)
    expect(list.map(({ isCurrent, isRemembered }) => [isCurrent, isRemembered])).toEqual([
      [true, false],
      [false, true],
    ])
  })

  it('knows when each was last used', async () => {
    const { browser, clock } = club()
    const [laptop, phone] = [browser(), browser()]
    await laptop.get('/as/1')
    await phone.get('/as/1')
    for (let minute = 0; minute < 60; minute += 10) {
      clock.now += 600
      await who(phone)
      await who(laptop)
    }
    clock.now += 600
    const [own, other] = await listOf(laptop)
    expect((own?.usedAt ?? 0) - (other?.usedAt ?? 0)).toBe(600)
  })
})

describe('the list of logins', () => {
  it('is bounded: the oldest login ends for a new one', async () => {
    const { browser } = makeClub()
    const first = browser()
    await first.get('/as/1')
    for (let i = 0; i < 100; i++) await browser().get('/as/1')
    expect(await who(first)).toBe('stranger')
  })

  it('is nobody’s without a login', async () => {
    expect((await makeClub().browser({ Accept: 'application/json' }).get('/sessions')).status).toBe(401)
  })

  it('names sessions by handles that open none', async () => {
    const { browser } = makeClub()
    const client = browser()
    await client.get('/as/1')
    const [own] = await listOf(client)
    expect(own?.handle).not.toBe((await client.get('/id')).text)
    const thief = browser()
    thief.setCookie(sessionCookie, own?.handle ?? '')
    expect(await who(thief)).toBe('stranger')
  })
})

describe('browserLabel', () => {
  it.each([
    [firefox, 'Firefox on Windows'],
    [iphone, 'Safari on iPhone'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/140.0 Safari/537.36',
      'Chrome on macOS',
    ],
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0',
      'Edge on Linux',
    ],
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0 Safari/537.36',
      'Chrome on Linux',
    ],
    ['curl/8.9.1', 'Unknown browser'],
    ['<script>alert(1)</script>', 'Unknown browser'],
    [null, 'Unknown browser'],
  ])('names %s', (userAgent, label) => {
    expect(browserLabel(userAgent)).toBe(label)
  })
})
