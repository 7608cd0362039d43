import { totpCode } from '@dewar/auth'
import { describe, expect, it } from 'vitest'
import { email, isIn, newPassword, password, setUp, signIn } from './fixture.ts'
import { switchOn } from './switch-on.ts'

describe('registering', () => {
  it('sends a link, behind which name and password are chosen, and signs in', async () => {
    const { browser, link, users } = await setUp()
    const client = browser()
    const page = await client.post('/register/', { form: { email: ' Grace@Mail.example ' } })
    expect(page.text).toContain('Look into your mail')
    expect(users.byEmail('grace@mail.example')).toBe(null)
    const path = await link()
    expect((await client.get(path)).text).toContain('Choose a password')

    const done = await client.post(path, { form: { name: 'Grace', password: newPassword } })
    expect(done.location).toBe('/account/')
    expect((await client.get('/account/')).text).toContain('grace@mail.example')
    expect((await client.get(path)).status).toBe(410)
  })

  it('says what is wrong with a password, and the link stays good', async () => {
    const { browser, link } = await setUp()
    const client = browser()
    await client.post('/register/', { form: { email: 'grace@mail.example' } })
    const path = await link()
    const short = await client.post(path, { form: { name: 'Grace', password: 'short' } })
    expect([short.status, short.text]).toEqual([422, expect.stringContaining('15 characters are the least')])
    const personal = await client.post(path, { form: { name: 'Grace', password: 'grace@mail.example' } })
    expect(personal.text).toContain('made of your name')
    expect((await client.post(path, { form: { name: 'Grace', password: newPassword } })).status).toBe(302)
  })
})

describe('signing in', () => {
  it('takes the password and leads back to where one wanted to go', async () => {
    const { browser } = await setUp()
    const client = browser()
    const sent = await client.get('/account/password')
    expect(sent.location).toBe('/login?next=/account/password')
    const done = await client.post(sent.location ?? '', { form: { email: 'ADA@mail.example', password } })
    expect(done.location).toBe('/account/password')
    expect(await isIn(client)).toBe(true)
    expect((await client.post('/logout')).location).toBe('/login')
    expect(await isIn(client)).toBe(false)
  })

  it('stays signed in over the end of the session if asked, and asks again before changes', async () => {
    const { browser, clock } = await setUp()
    const client = browser()
    await signIn(client, { remember: 'on' })
    clock.now += 86_400
    expect(await isIn(client)).toBe(true)
    const sent = await client.get('/account/password')
    expect(sent.location).toBe('/confirm?next=/account/password')
    const confirmed = await client.post(sent.location ?? '', { form: { password } })
    expect(confirmed.location).toBe('/account/password')
    expect((await client.get('/account/password')).status).toBe(200)
  })
})

describe('a forgotten password', () => {
  it('is replaced through a link, and every session ends', async () => {
    const { browser, link, newMails } = await setUp()
    const [client, elsewhere] = [browser(), browser()]
    await signIn(elsewhere, { remember: 'on' })
    await client.post('/reset/', { form: { email } })
    const path = await link()
    expect((await client.get(path)).text).toContain(email)
    expect((await client.post(path, { form: { password: newPassword } })).location).toBe('/login')
    expect(await isIn(client)).toBe(false)
    expect(await isIn(elsewhere)).toBe(false)
    expect((await newMails()).map(({ text }) => text)).toEqual([expect.stringContaining('was changed')])
    expect((await signIn(client)).status).toBe(401)
    expect((await signIn(client, { password: newPassword })).status).toBe(302)
  })
})

describe('the account page', () => {
  it('lists sessions and ends one of them', async () => {
    const { browser } = await setUp()
    const [client, phone] = [browser(), browser()]
    await signIn(client)
    await signIn(phone, { remember: 'on' })
    const page = await client.get('/account/')
    const handles = [...page.text.matchAll(/sessions\/([^/]+)\/end"/g)].map(([, handle]) => handle)
    expect(handles).toHaveLength(1)
    await client.post(`/account/sessions/${handles[0]}/end`)
    expect(await isIn(phone)).toBe(false)
    expect(await isIn(client)).toBe(true)
  })

  it('signs out everywhere else', async () => {
    const { browser } = await setUp()
    const [client, phone] = [browser(), browser()]
    await signIn(client)
    await signIn(phone, { remember: 'on' })
    await client.post('/account/sessions/end-others')
    expect([await isIn(client), await isIn(phone)]).toEqual([true, false])
  })

  it('changes the password, which ends the other sessions and not this one', async () => {
    const { browser, newMails } = await setUp()
    const [client, phone] = [browser(), browser()]
    await signIn(client)
    await signIn(phone)
    const wrong = await client.post('/account/password', { form: { current: 'no', password: newPassword } })
    expect([wrong.status, await isIn(phone)]).toEqual([422, true])
    const done = await client.post('/account/password', {
      form: { current: password, password: newPassword },
    })
    expect(done.location).toBe('/account/')
    expect([await isIn(client), await isIn(phone)]).toEqual([true, false])
    expect(await newMails()).toHaveLength(1)
  })
})

describe('the second factor', () => {
  it('is switched on with a first code, asked for at every login, and switched off with one', async () => {
    const site = await setUp()
    const { browser, clock, users, ada } = site
    const client = browser()
    await signIn(client)
    const { secret } = await switchOn(site, client)
    expect((await client.get('/account/')).text).toContain('On, 10 recovery codes left')

    const visitor = browser()
    expect((await signIn(visitor)).location).toBe('/login/code')
    const code = totpCode(secret, clock.now)
    expect((await visitor.post('/login/code', { form: { code } })).location).toBe('/account/')
    expect(await isIn(visitor)).toBe(true)

    clock.now += 60
    const off = { code: totpCode(secret, clock.now) }
    expect((await visitor.post('/account/second-factor/off', { form: off })).location).toBe('/account/')
    expect(users.byId(ada.id)?.totp).toBe('')
    expect((await signIn(browser())).location).toBe('/account/')
  })

  it('can be shown by a recovery code, once', async () => {
    const site = await setUp()
    const client = site.browser()
    await signIn(client)
    const { codes } = await switchOn(site, client)
    const statuses: number[] = []
    for (const code of [codes[3], codes[3], codes[4]]) {
      const visitor = site.browser()
      await signIn(visitor)
      statuses.push((await visitor.post('/login/code', { form: { code: code?.toLowerCase() ?? '' } })).status)
    }
    expect(statuses).toEqual([302, 401, 302])
    expect((await client.get('/account/')).text).toContain('On, 8 recovery codes left')
  })

  it('remembers where one wanted to go, and who wants to be remembered', async () => {
    const site = await setUp()
    const client = site.browser()
    await signIn(client)
    const { secret } = await switchOn(site, client)
    const visitor = site.browser()
    await visitor.post('/login?next=/account/password', { form: { email, password, remember: 'on' } })
    const done = await visitor.post('/login/code', { form: { code: totpCode(secret, site.clock.now) } })
    expect(done.location).toBe('/account/password')
    site.clock.now += 86_400
    expect(await isIn(visitor)).toBe(true)
  })
})
