import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CrookedProvider, type Mischief, startCrookedProvider } from './crooked-provider.ts'
import { comeBack, greeted, leave, origin, setUp } from './fixture.ts'
import { type RunningProvider, startProvider } from './honest-provider.ts'

let honest: RunningProvider
let crooked: CrookedProvider
beforeAll(async () => {
  ;[honest, crooked] = await Promise.all([startProvider(), startCrookedProvider()])
})
afterAll(() => Promise.all([honest.stop(), crooked.stop()]))

const site = () => setUp([honest.options, crooked.options])

describe('an answer', () => {
  it('works once: not again in that browser, nor in another with a copy of its session', async () => {
    const { app, browser } = site()
    const victim = browser()
    const answer = await honest.visit(await leave(victim))
    const copy = victim.getCookie('__Host-session') ?? 'none'
    expect(await comeBack(victim, answer)).toBe('/')

    const thief = app.testClient({ baseUrl: origin })
    thief.setCookie('__Host-session', copy)
    expect(await comeBack(thief, answer)).toBe('/login')
    expect(await greeted(thief)).toBe(null)
    expect(await comeBack(victim, answer)).toBe('/login')
  })

  it('works once, also when it comes twice at the same moment', async () => {
    const { browser } = site()
    const victim = browser()
    const answer = await honest.visit(await leave(victim))
    const all = await Promise.all([comeBack(victim, answer), comeBack(victim, answer)])
    expect(all.sort()).toEqual(['/', '/login'])
  })

  it('of the attacker is nothing in the browser of somebody else', async () => {
    const { browser } = site()
    const [attacker, victim] = [browser(), browser()]
    const answer = await honest.visit(await leave(attacker), 'eve')
    expect(await comeBack(victim, answer)).toBe('/login')
    await leave(victim) // not even while that one is on its own way
    expect(await comeBack(victim, answer)).toBe('/login')
    expect(await greeted(victim)).toBe(null)
  })

  it('with the code of another journey is refused: the code is bound to the browser that left (PKCE)', async () => {
    const { browser } = site()
    const [attacker, victim] = [browser(), browser()]
    const stolen = await honest.visit(await leave(victim))
    const own = await honest.visit(await leave(attacker), 'eve')
    own.searchParams.set('code', stolen.searchParams.get('code') ?? '')
    expect(await comeBack(attacker, own)).toBe('/login')
    expect(await greeted(attacker)).toBe(null)
  })

  it.each([
    ['no state', (url: URL) => url.searchParams.delete('state')],
    ['another state', (url: URL) => url.searchParams.set('state', 'x')],
    ['two states', (url: URL) => url.searchParams.append('state', 'x')],
    ['no issuer', (url: URL) => url.searchParams.delete('iss')],
    ['another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
    ['no code', (url: URL) => url.searchParams.delete('code')],
    ['another code', (url: URL) => url.searchParams.set('code', 'x')],
    ['an error', (url: URL) => url.searchParams.set('error', 'access_denied')],
  ])('with %s is refused', async (_, change) => {
    const { browser } = site()
    const client = browser()
    const answer = await honest.visit(await leave(client))
    change(answer)
    expect(await comeBack(client, answer)).toBe('/login')
    expect(await greeted(client)).toBe(null)
  })

  it('is over after ten minutes', async () => {
    const { browser, clock } = site()
    const client = browser()
    const answer = await honest.visit(await leave(client))
    clock.ahead = 601
    expect(await comeBack(client, answer)).toBe('/login')
  })

  it('tells the page nothing of what it says', async () => {
    const { browser } = site()
    const client = browser()
    await leave(client)
    await client.get('/login/honest/callback?error=x&error_description=<script>alert(1)</script>')
    expect((await client.get('/login')).text).not.toContain('alert(1)')
  })
})

describe('mixing up providers', () => {
  it('does not send the code of one to the other', async () => {
    const { browser } = site()
    const victim = browser()
    // The crooked provider leads the victim on to the honest one, with the state that it was given.
    const address = await leave(victim, '/login/crooked')
    const detour = await leave(browser())
    detour.searchParams.set('state', address.searchParams.get('state') ?? '')
    const answer = await honest.visit(detour)
    const count = crooked.asked.length
    expect(await comeBack(victim, answer)).toBe('/login') // at the honest one's address: another journey

    await leave(victim, '/login/crooked')
    const forged = new URL(`${origin}/login/crooked/callback${answer.search}`)
    expect(await comeBack(victim, forged)).toBe('/login') // at the crooked one's: another issuer
    expect(crooked.asked.length).toBe(count)
    expect(await greeted(victim)).toBe(null)
  })

  it('does not take the same name from another issuer for the same person', async () => {
    const { browser } = site()
    const ids: unknown[] = []
    const owner = browser()
    await comeBack(owner, await honest.visit(await leave(owner)))
    const eve = browser()
    await answerOf(eve, { claims: { sub: 'ada', name: 'ada of honest', email: 'ada@mail.example' } })
    for (const client of [owner, eve])
      await client.sessionTransaction((session) => void ids.push(session.get('_userId')))
    expect(ids).toEqual(['1', '2'])
  })
})

/** Goes to the crooked provider and comes back with what it says. */
async function answerOf(client: Parameters<typeof leave>[0], mischief: Mischief = {}) {
  const { searchParams } = await leave(client, '/login/crooked')
  crooked.say(searchParams.get('nonce'), mischief)
  const answer = new URL(`${origin}/login/crooked/callback`)
  answer.searchParams.set('code', 'x')
  answer.searchParams.set('state', searchParams.get('state') ?? '')
  answer.searchParams.set('iss', crooked.options.issuer)
  return comeBack(client, answer)
}

describe('an ID token', () => {
  it('that is right is taken', async () => {
    const client = site().browser()
    expect(await answerOf(client)).toBe('/')
    expect(await greeted(client)).toBe('Eve')
  })

  const now = Math.floor(Date.now() / 1000)
  it.each<[string, Mischief]>([
    ['of another journey', { claims: { nonce: 'x' } }],
    ['without nonce', { claims: { nonce: undefined } }],
    ['for another app', { claims: { aud: 'other' } }],
    ['for several apps', { claims: { aud: ['app', 'other'] } }],
    ['of another issuer', { claims: { iss: 'https://honest.example' } }],
    ['that is over', { claims: { iat: now - 600, exp: now - 300 } }],
    ['without end', { claims: { exp: undefined } }],
    ['without subject', { claims: { sub: undefined } }],
    ['signed by another key', { signature: 'other' }],
    ['signed by nobody', { signature: 'none' }],
  ])('%s is refused', async (_, mischief) => {
    const client = site().browser()
    expect(await answerOf(client, mischief)).toBe('/login')
    expect(await greeted(client)).toBe(null)
  })

  it('with a script for a name shows it as text', async () => {
    const client = site().browser()
    await answerOf(client, { claims: { name: '<script>alert(1)</script>' } })
    expect((await client.get('/')).text).not.toContain('<script>alert')
  })
})

describe('the way out and in', () => {
  it('is not begun by another site', async () => {
    const client = site().browser()
    const answer = await client.get('/login/honest', { headers: { 'Sec-Fetch-Site': 'cross-site' } })
    expect(answer.location).toBe('/login')
  })

  it('names the way back of the settings, whatever the request says', async () => {
    const client = site().browser()
    const headers = { 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' }
    const address = new URL((await client.get('/login/honest', { headers })).location ?? 'none:')
    expect(address.searchParams.get('redirect_uri')).toBe(`${origin}/login/honest/callback`)
    expect((await client.get('/login/honest', { host: 'evil.example' })).status).toBe(400)
  })

  it('leads to no other site in the end', async () => {
    const client = site().browser()
    const address = await leave(client, '/login/honest?next=https://evil.example/')
    expect(await comeBack(client, await honest.visit(address))).toBe('/')
  })

  it('has a new session at its end, and asks nobody who is not in the settings', async () => {
    const { app, browser } = site()
    const victim = browser()
    const answer = await honest.visit(await leave(victim))
    const planted = victim.getCookie('__Host-session') ?? 'none'
    await comeBack(victim, answer)
    const thief = app.testClient({ baseUrl: origin })
    thief.setCookie('__Host-session', planted)
    expect(await greeted(thief)).toBe(null)
    expect((await browser().get('/login/https:%2F%2Fevil.example')).status).toBe(404)
  })
})
