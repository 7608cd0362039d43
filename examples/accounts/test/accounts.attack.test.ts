import { totpCode } from '@dewar/auth'
import { describe, expect, it } from 'vitest'
import { email, isIn, newPassword, origin, password, setUp, signIn } from './fixture.ts'
import { switchOn } from './switch-on.ts'

const stranger = 'nobody@mail.example'

describe('finding out who has an account', () => {
  it.each(['/register/', '/reset/'])('is not told by the words of %s', async (path) => {
    const { browser } = await setUp()
    const [known, unknown] = await Promise.all(
      [email, stranger].map((address) => browser().post(path, { form: { email: address } })),
    )
    const plain = (page: typeof known, address: string) =>
      page?.text.replaceAll(address, 'ADDRESS').replaceAll(/(?:nonce|value)="[^"]*"/g, '')
    expect(plain(known, email)).toBe(plain(unknown, stranger))
    expect([known?.status, known?.headers.getAll('Set-Cookie').length]).toEqual([
      unknown?.status,
      unknown?.headers.getAll('Set-Cookie').length,
    ])
  })

  it('is not told by the words of a login', async () => {
    const { browser } = await setUp()
    const answers = await Promise.all(
      [email, stranger].map((address) => signIn(browser(), { email: address, password: 'wrong' })),
    )
    expect(answers.map(({ status }) => status)).toEqual([401, 401])
    const [known, unknown] = answers.map(({ text }) => /role="alert">([^<]*)/.exec(text)?.[1])
    expect(known).toBe(unknown)
  })

  it('is not told by the time of a login', async () => {
    const { browser } = await setUp()
    const time = async (address: string, index: number) => {
      const started = performance.now()
      await signIn(browser(`198.51.100.${index}`), { email: address, password: 'wrong' })
      return performance.now() - started
    }
    const [known, unknown]: [number[], number[]] = [[], []]
    for (let index = 0; index < 8; index++) {
      known.push(await time(email, index))
      unknown.push(await time(stranger, index))
    }
    const ratio = Math.min(...unknown) / Math.min(...known)
    expect(ratio).toBeGreaterThan(0.6)
    expect(ratio).toBeLessThan(1.6)
  })

  it.each(['/register/', '/reset/'])(
    'is not told by the time of %s: nothing is looked up before the answer',
    async (path) => {
      const { browser, users } = await setUp()
      let asked = 0
      const { byEmail } = users
      users.byEmail = (address) => {
        asked++
        return byEmail.call(users, address)
      }
      const answer = await browser().post(path, { form: { email } })
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect([answer.status, asked]).toEqual([200, 0])
    },
  )

  it('is told to the owner: by a mail that says somebody tried to register', async () => {
    const { browser, newMails } = await setUp()
    await browser().post('/register/', { form: { email } })
    const [mail] = await newMails()
    expect(mail).toMatchObject({ to: email, text: expect.stringContaining('has an account already') })
    expect(mail?.text).not.toMatch(/register\/\w/)
  })
})

describe('a reset', () => {
  it.each([
    ['Host', { host: 'evil.example' }],
    ['X-Forwarded-Host', { headers: { 'X-Forwarded-Host': 'evil.example' } }],
    ['Forwarded', { headers: { Forwarded: 'host=evil.example;proto=http' } }],
    ['X-Original-Host', { headers: { 'X-Original-Host': 'evil.example', 'X-Host': 'evil.example' } }],
  ])('asked for with a foreign %s sends no mail that leads there', async (_, init) => {
    const { browser, newMails } = await setUp()
    await browser().post('/reset/', { form: { email }, ...init })
    for (const { text } of await newMails()) {
      expect(text).not.toContain('evil')
      expect(text).toContain(`${origin}/reset/`)
    }
  })

  it('goes to the address of the account, however it was typed', async () => {
    const { browser, newMails } = await setUp()
    // U+212A and fullwidth letters are the same letters to a table that folds them.
    await browser().post('/reset/', { form: { email: 'ＡDA@mail.example' } })
    expect((await newMails()).map(({ to }) => to)).toEqual([email])
  })

  it('works once, also when two come at the same moment with two links', async () => {
    const { browser, link, clock } = await setUp()
    await browser().post('/reset/', { form: { email } })
    const first = await link()
    clock.now += 1
    await browser().post('/reset/', { form: { email } })
    const second = await link()
    expect(second).not.toBe(first)
    const passwords = [
      'velvet gondola thermos',
      'quartz basil turnip oboe',
      'maple wick zesty fjord',
      'onyx vivid lamp tulip',
    ]
    const results = await Promise.all(
      [first, first, second, second].map((path, index) =>
        browser().post(path, { form: { password: passwords[index] ?? '' } }),
      ),
    )
    expect(results.map(({ status }) => status).sort()).toEqual([302, 410, 410, 410])
    const logins = await Promise.all(passwords.map((text) => signIn(browser(), { password: text })))
    expect(logins.filter(({ status }) => status === 302)).toHaveLength(1)
  })

  it('is over after a quarter of an hour, and after a change of the password', async () => {
    const { browser, link, clock } = await setUp()
    const client = browser()
    await client.post('/reset/', { form: { email } })
    const late = await link()
    clock.now += 901
    expect((await client.post(late, { form: { password: newPassword } })).status).toBe(410)

    await client.post('/reset/', { form: { email } })
    const stolen = await link()
    await signIn(client)
    await client.post('/account/password', { form: { current: password, password: newPassword } })
    expect((await browser().post(stolen, { form: { password: 'quartz basil turnip oboe' } })).status).toBe(
      410,
    )
  })

  it('is not done by opening the link, and a confirmation is no reset', async () => {
    const { browser, link } = await setUp()
    const client = browser()
    await client.post('/reset/', { form: { email } })
    const path = await link()
    for (let round = 0; round < 3; round++) expect((await client.get(path)).status).toBe(200)
    await client.post('/register/', { form: { email: stranger } })
    const confirmation = await link()
    const forged = confirmation.replace('/register/', '/reset/')
    expect((await client.post(forged, { form: { password: newPassword } })).status).toBe(410)
    expect((await client.post(path, { form: { password: newPassword } })).status).toBe(302)
  })

  it('does not go around the second factor', async () => {
    const site = await setUp()
    const client = site.browser()
    await signIn(client)
    await switchOn(site, client)
    await site.newMails()
    const thief = site.browser()
    await thief.post('/reset/', { form: { email } })
    await thief.post(await site.link(), { form: { password: newPassword } })
    expect(await isIn(thief)).toBe(false)
    expect((await signIn(thief, { password: newPassword })).location).toBe('/login/code')
    expect(await isIn(thief)).toBe(false)
  })

  it('cannot fill a mailbox', async () => {
    const { browser, newMails } = await setUp()
    for (let index = 0; index < 12; index++)
      await browser(`198.51.100.${index}`).post('/reset/', { form: { email } })
    expect(await newMails()).toHaveLength(3)
  })

  it('is not kept from the owner by a stranger who asks for mails on purpose', async () => {
    const { browser, newMails, clock } = await setUp()
    for (let index = 0; index < 12; index++)
      await browser(`198.51.100.${index}`).post('/register/', { form: { email } })
    await newMails()
    await browser().post('/reset/', { form: { email } })
    expect(await newMails()).toHaveLength(1)
    for (let index = 0; index < 12; index++)
      await browser(`203.0.113.${index}`).post('/reset/', { form: { email } })
    await newMails()
    clock.now += 1260 // the links have died
    await browser().post('/reset/', { form: { email } })
    expect(await newMails()).toHaveLength(1)
  })

  it('makes a remembered login no fresh one: it ends this browser’s sessions, too', async () => {
    const { browser, link, clock } = await setUp()
    const thief = browser()
    await signIn(thief, { remember: 'on' })
    clock.now += 86_400
    expect((await thief.get('/account/password')).location).toMatch(/^\/confirm/)
    await thief.post('/reset/', { form: { email } })
    expect((await thief.post(await link(), { form: { password: newPassword } })).location).toBe('/login')
    expect(await isIn(thief)).toBe(false)
  })
})

describe('a session', () => {
  it('known before the login is worth nothing after it', async () => {
    const { app, browser } = await setUp()
    const victim = browser()
    await victim.get('/login')
    await signIn(victim, { password: 'wrong' }) // the flash makes a session
    const planted = victim.getCookie('__Host-session') ?? 'none'
    await signIn(victim)
    const thief = app.testClient({ baseUrl: origin })
    thief.setCookie('__Host-session', planted)
    expect(await isIn(thief)).toBe(false)
    expect(await isIn(victim)).toBe(true)
  })

  it('copied before signing out is a stranger’s, the remembered one as well', async () => {
    const { app, browser } = await setUp()
    const victim = browser()
    await signIn(victim, { remember: 'on' })
    const copies = ['__Host-session', '__Host-remember_token'].map(
      (name) => [name, victim.getCookie(name) ?? 'none'] as const,
    )
    await victim.post('/logout')
    const thief = app.testClient({ baseUrl: origin })
    for (const [name, value] of copies) thief.setCookie(name, value)
    expect(await isIn(thief)).toBe(false)
  })

  it('of somebody else cannot be ended', async () => {
    const { users, browser, ada } = await setUp()
    const [client, eve] = [browser(), browser()]
    await signIn(client)
    const page = await client.get('/account/')
    expect(page.status).toBe(200)
    users.add('eve@mail.example', 'Eve', ada.password)
    await signIn(eve, { email: 'eve@mail.example' })
    const own = browser()
    await signIn(own)
    const handle = /sessions\/([^/]+)\/end"/.exec((await own.get('/account/')).text)?.[1] ?? 'none'
    await eve.post(`/account/sessions/${handle}/end`)
    expect(await isIn(client)).toBe(true)
  })

  it('of a thief and of the owner, who both change the password at the same moment, do not both succeed', async () => {
    const { browser } = await setUp()
    const [thief, owner] = [browser(), browser('192.0.2.2')]
    await signIn(thief)
    await signIn(owner)
    const passwords = ['maple wick zesty fjord', newPassword]
    const answers = await Promise.all(
      [thief, owner].map((client, index) =>
        client.post('/account/password', { form: { current: password, password: passwords[index] ?? '' } }),
      ),
    )
    expect(answers.filter(({ status }) => status === 302 || status === 303)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409 || status === 422)).toHaveLength(1)
    expect([await isIn(thief), await isIn(owner)].filter(Boolean)).toHaveLength(1)
  })

  it('that was only remembered changes nothing without the password', async () => {
    const { browser, clock } = await setUp()
    const thief = browser()
    await signIn(thief, { remember: 'on' })
    clock.now += 86_400
    expect(await isIn(thief)).toBe(true)
    for (const path of ['/account/password', '/account/second-factor/', '/account/second-factor/off'])
      expect(
        (await thief.post(path, { form: { code: '0', current: password, password: newPassword } })).location,
      ).toMatch(/^\/confirm/)
    const add = await thief.post('/account/passkeys/options', {
      json: {},
      headers: { Accept: 'application/json' },
    })
    expect(add.status).toBe(401)
  })
})

describe('guessing', () => {
  it('is throttled, and a false X-Forwarded-For is no new address', async () => {
    const { browser } = await setUp()
    const statuses: number[] = []
    for (let index = 0; index < 8; index++) {
      const headers = { 'X-Forwarded-For': `203.0.113.${index}`, 'X-Real-IP': `203.0.113.${index}` }
      const answer = await browser().post('/login', { form: { email, password: 'wrong' }, headers })
      statuses.push(answer.status)
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
    expect((await signIn(browser())).status).toBe(429)
    // The owner is not locked out by somebody elsewhere.
    expect((await signIn(browser('192.0.2.77'))).status).toBe(302)
  })

  it('of codes is throttled by account, from however many addresses', async () => {
    const site = await setUp()
    const client = site.browser()
    await signIn(client)
    const { secret } = await switchOn(site, client)
    const statuses: number[] = []
    for (let index = 0; index < 7; index++) {
      const thief = site.browser(`198.51.100.${index}`)
      await signIn(thief)
      statuses.push((await thief.post('/login/code', { form: { code: '000000' } })).status)
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
    const right = totpCode(secret, site.clock.now)
    const owner = site.browser()
    await signIn(owner)
    expect((await owner.post('/login/code', { form: { code: right } })).status).toBe(429)
  })
})

describe('the second factor', () => {
  async function halfway() {
    const site = await setUp()
    const client = site.browser()
    await signIn(client)
    const { secret } = await switchOn(site, client)
    const thief = site.browser()
    await signIn(thief)
    return { ...site, secret, client, thief }
  }

  it.each(['/account/', '/account/password', '/account/second-factor/', '/confirm'])(
    'is not skipped by going to %s',
    async (path) => {
      const { thief } = await halfway()
      expect((await thief.get(path)).location).toMatch(/^\/login/)
    },
  )

  it('is not skipped by being remembered: nothing remembers a login that was not finished', async () => {
    const { thief, clock } = await halfway()
    await signIn(thief, { remember: 'on' })
    expect(thief.getCookie('__Host-remember_token')).toBe(undefined)
    clock.now += 86_400
    expect(await isIn(thief)).toBe(false)
  })

  it('is not switched on with a secret that somebody has seen before', async () => {
    const { browser, clock, users, ada } = await setUp()
    const client = browser()
    await signIn(client)
    const secretOf = (text: string) =>
      /(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}/.exec(text)?.[0].replaceAll(' ', '') ?? ''
    const seen = secretOf((await client.get('/account/second-factor/')).text)
    const shown = secretOf((await client.get('/account/second-factor/')).text)
    expect(seen).toHaveLength(32)
    expect(shown).not.toBe(seen)
    await client.post('/account/second-factor/', { form: { code: totpCode(seen, clock.now) } })
    expect(users.byId(ada.id)?.totp).toBe('')
    await client.post('/account/second-factor/', { form: { code: totpCode(shown, clock.now) } })
    expect(users.byId(ada.id)?.totp).toBe(shown)
  })

  it('ends the sessions that began without it', async () => {
    const site = await setUp()
    const [client, thief] = [site.browser(), site.browser()]
    await signIn(client)
    await signIn(thief, { remember: 'on' })
    await switchOn(site, client)
    expect([await isIn(client), await isIn(thief)]).toEqual([true, false])
  })

  it('takes a code once, also from another browser at the same moment', async () => {
    const { thief, browser, secret, clock } = await halfway()
    const other = browser()
    await signIn(other)
    const form = { code: totpCode(secret, clock.now) }
    const answers = await Promise.all([thief, other].map((each) => each.post('/login/code', { form })))
    expect(answers.map(({ status }) => status).sort()).toEqual([302, 401])
  })

  it('is not begun by a session from before a change of the password', async () => {
    const { thief, client, secret, clock } = await halfway()
    await client.post('/account/password', { form: { current: password, password: newPassword } })
    const answer = await thief.post('/login/code', { form: { code: totpCode(secret, clock.now) } })
    expect([answer.location, await isIn(thief)]).toEqual(['/login', false])
  })

  it('leads nowhere else afterwards', async () => {
    const { browser, secret, clock } = await halfway()
    const victim = browser()
    await victim.post('/login?next=//evil.example/', { form: { email, password } })
    const done = await victim.post('/login/code', { form: { code: totpCode(secret, clock.now) } })
    expect(done.location).toBe('/account/')
  })
})
