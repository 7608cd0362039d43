import { describe, expect, it } from 'vitest'
import { ask, makeSite, origin } from './passkeys-site.ts'
import type { Mischief } from './soft-authenticator.ts'
import { SoftAuthenticator } from './soft-authenticator.ts'

async function registered() {
  const site = makeSite()
  const client = site.browser()
  await ask(client, '/register/finish', site.device.create(await ask(client, '/register/begin')))
  return { ...site, client }
}

const mischiefs: [string, Mischief][] = [
  ['made for another site', { origin: 'https://evil.example' }],
  ['made for another trusted host', { origin: 'https://other.example' }],
  ['made in clear text', { origin: 'http://accounts.example' }],
  ['made for another port', { origin: `${origin}:8443` }],
  ['bound to another site', { rpId: 'evil.example' }],
  ['made without asking the owner', { flags: 0x01 }],
  ['made while nobody was there', { flags: 0x04 }],
  ['made for another use', { type: 'webauthn.create' }],
]

describe('a login', () => {
  it.each(mischiefs)('with a signature that is %s is refused', async (_, mischief) => {
    const { browser, device } = await registered()
    const thief = browser()
    const challenge = await ask(thief, '/login/begin')
    expect(await ask(thief, '/login/finish', device.get(challenge, mischief))).toEqual({ ok: false })
  })

  it('cannot be replayed, with the session of then or with a new one', async () => {
    const { app, browser, device } = await registered()
    const victim = browser()
    const challenge = await ask(victim, '/login/begin')
    const copy = victim.getCookie('__Host-session') ?? 'none'
    const answer = device.get(challenge)
    expect(await ask(victim, '/login/finish', answer)).toEqual({ ok: true })

    const thief = app.testClient({ baseUrl: origin })
    thief.setCookie('__Host-session', copy)
    expect(await ask(thief, '/login/finish', answer)).toEqual({ ok: false })
    expect(await ask(browser(), '/login/finish', answer)).toEqual({ ok: false })
    await ask(victim, '/login/begin')
    expect(await ask(victim, '/login/finish', answer)).toEqual({ ok: false })
  })

  it('needs the challenge of its own session, for its own use, in time', async () => {
    const { browser, device, clock } = await registered()
    const [victim, thief] = [browser(), browser()]
    const challenge = await ask(victim, '/login/begin')
    await ask(thief, '/login/begin')
    expect(await ask(thief, '/login/finish', device.get(challenge))).toEqual({ ok: false })

    const registration = await ask(thief, '/register/begin')
    expect(await ask(thief, '/login/finish', device.get(registration))).toEqual({ ok: false })

    clock.now += 301
    expect(await ask(victim, '/login/finish', device.get(challenge))).toEqual({ ok: false })
  })

  it('with a counter that does not grow is a copy of the device', async () => {
    const { browser, device } = await registered()
    const client = browser()
    await ask(client, '/login/finish', device.get(await ask(client, '/login/begin'), { counter: 7 }))
    const again = await ask(client, '/login/begin')
    expect(await ask(client, '/login/finish', device.get(again, { counter: 7 }))).toEqual({ ok: false })
    const next = await ask(client, '/login/begin')
    expect(await ask(client, '/login/finish', device.get(next, { counter: 8 }))).toEqual({ ok: true })
  })

  it('with a key that nobody has registered, or under the id of another, is refused', async () => {
    const { browser, device } = await registered()
    const stranger = new SoftAuthenticator(origin)
    const client = browser()
    const unknown = stranger.get(await ask(client, '/login/begin'))
    expect(await ask(client, '/login/finish', unknown)).toEqual({ ok: false })
    const id = device.id.toString('base64url')
    const posing = { ...stranger.get(await ask(client, '/login/begin')), id, rawId: id }
    expect(await ask(client, '/login/finish', posing)).toEqual({ ok: false })
  })

  it.each([
    ['nothing', {}],
    ['an id that is no text', { id: 1 }],
    ['the prototype', { id: '__proto__' }],
    ['a key without a signature', { id: 'x', rawId: 'x', type: 'public-key', response: {} }],
    ['an endless id', { id: 'x'.repeat(100_000) }],
  ])('with %s is refused without an error', async (_, answer) => {
    const { browser } = await registered()
    const client = browser()
    await ask(client, '/login/begin')
    expect(await ask(client, '/login/finish', answer)).toEqual({ ok: false })
  })

  it('does not take the host of the request for its own', async () => {
    const { app, device } = await registered()
    const client = app.testClient({ baseUrl: 'https://other.example' })
    const challenge = await ask(client, '/login/begin')
    expect(challenge.rpId).toBe('accounts.example')
    const answer = device.get(challenge, { origin: 'https://other.example', rpId: 'other.example' })
    expect(await ask(client, '/login/finish', answer)).toEqual({ ok: false })
  })
})

describe('a registration', () => {
  it.each(mischiefs.slice(0, 5))('that is %s is refused', async (_, mischief) => {
    const { browser, device, stored } = makeSite()
    const client = browser()
    const options = await ask(client, '/register/begin')
    const answer = device.create(options, mischief)
    expect(await ask(client, '/register/finish', answer)).toEqual({ ok: false })
    expect(stored.size).toBe(0)
  })

  it('belongs to the account that began it', async () => {
    const { browser, device } = makeSite()
    const client = browser()
    const options = await ask(client, '/register/begin')
    expect(await ask(client, '/register/finish-as-bob', device.create(options))).toEqual({ ok: false })
  })

  it('without asking the device for its owner is refused', async () => {
    const { browser, device } = makeSite()
    const client = browser()
    const options = await ask(client, '/register/begin')
    expect(await ask(client, '/register/finish', device.create(options, { flags: 0x41 }))).toEqual({
      ok: false,
    })
    const again = await ask(client, '/register/begin')
    expect(await ask(client, '/register/finish', device.create(again))).toEqual({ ok: true })
  })
})
