/** Password logins the safe way, and what attackers make of them. */
import { request } from 'dewar'
import { beforeAll, describe, expect, it } from 'vitest'
import { type AuthOptions, hashPassword } from '../src/index.ts'
import { type Club, type Member, makeClub, watchSecurity, who } from './club.ts'

const cheap = { method: 'scrypt:1024:8:1', unsafeWeakMethod: true }
let hash = ''

beforeAll(async () => {
  hash = await hashPassword('open sesame', cheap)
})

function clubWithForm(options: Partial<AuthOptions<Member>> = {}): Club {
  const club: Club = makeClub({
    options: {
      passwordMethod: cheap.method,
      findByName: async (name) =>
        [...club.members.values()].find((member) => member.name === name.toLowerCase()),
      ...options,
    },
  })
  for (const member of club.members.values()) member.password = hash
  club.app.post('/login', async () => {
    const form = await request.form()
    const user = await club.auth.authenticate(form.require('name'), form.require('password'))
    return user !== null && club.auth.login(user) ? 'in' : 'Wrong name or password.'
  })
  return club
}

/** Tries a password from an address. */
async function attempt({ browser }: Club, password: string, from = '192.0.2.1', name = 'ada') {
  const response = await browser({}, from).post('/login', { form: { name, password } })
  return response.status === 200 ? response.text : response.status
}

describe('authenticate', () => {
  it('gives the user for the right password, and null for all else, in the same words', async () => {
    const club = clubWithForm()
    const client = club.browser()
    const answer = await client.post('/login', { form: { name: 'ada', password: 'open sesame' } })
    expect([answer.text, await who(client)]).toEqual(['in', 'ada'])
    expect(await attempt(club, 'wrong')).toBe('Wrong name or password.')
    expect(await attempt(club, 'open sesame', '192.0.2.1', 'eve')).toBe('Wrong name or password.')
    const ada = club.members.get('1')
    if (ada) ada.isActive = false
    expect(await attempt(club, 'open sesame')).toBe('Wrong name or password.')
  })

  it('reports what failed, and nothing that was typed', async () => {
    const club = clubWithForm()
    const events = watchSecurity()
    await attempt(club, 'wr0ng')
    await attempt(club, 'x', '192.0.2.1', 'my password by mistake')
    expect(events).toEqual([
      ['login-failed', { account: '1', reason: 'password' }],
      ['login-failed', { reason: 'unknown-account' }],
    ])
  })

  it('hashes again what has grown, and logs nobody out by it', async () => {
    const stored: string[] = []
    const club = clubWithForm({
      storePasswordHash: (user, grown) => {
        stored.push(grown)
        user.password = grown
      },
      passwordMethod: undefined,
    })
    const before = club.browser()
    await before.get('/as/1?remember')
    const client = club.browser()
    await client.post('/login', { form: { name: 'ada', password: 'open sesame' } })
    expect(stored).toHaveLength(1)
    expect([await who(client), await who(before)]).toEqual(['ada', 'ada'])
    const ada = club.members.get('1')
    if (ada) ada.password = await hashPassword('another', cheap)
    expect([await who(client), await who(before)]).toEqual(['stranger', 'stranger'])
  })

  it('needs to know how to find users', async () => {
    const { auth, app } = makeClub()
    await app.context(async () => {
      await expect(auth.authenticate('ada', 'x')).rejects.toMatchObject({ code: 'ERR_AUTH_OPTION' })
    })
  })
})

describe('a login with the old password while the owner changes it', () => {
  /** Hands out rows as a database does; before the call of that number the owner has changed the password. */
  async function race(call: number) {
    const another = await hashPassword('another', cheap)
    const stored: string[] = []
    let calls = 0
    const club: Club = clubWithForm({
      passwordMethod: undefined,
      findByName: async () => {
        const ada = club.members.get('1') as Member
        if (++calls === call) ada.password = another
        return { ...ada }
      },
      storePasswordHash: ({ id }, grown) => {
        stored.push(grown)
        ;(club.members.get(String(id)) as Member).password = grown
      },
    })
    const before = club.browser()
    await before.get('/as/1?remember')
    const answer = await attempt(club, 'open sesame')
    const { password } = club.members.get('1') as Member
    return { answer, stored, isChanged: password === another, before: await who(before) }
  }

  it('is refused, and the new hash of the old password does not take the place of the new one', async () => {
    const { answer, stored, isChanged, before } = await race(2)
    expect([answer, stored, isChanged, before]).toEqual(['Wrong name or password.', [], true, 'stranger'])
  })

  it('carries no login of before over to the new password', async () => {
    const { answer, stored, isChanged, before } = await race(3)
    expect(stored).toHaveLength(1)
    expect([answer, isChanged, before]).toEqual(['Wrong name or password.', true, 'stranger'])
  })

  it('is refused, too, where the whole process shares one object for the user', async () => {
    const another = await hashPassword('another', cheap)
    const club: Club = clubWithForm({
      findByName: () => {
        const ada = club.members.get('1') as Member
        setImmediate(() => {
          ada.password = another
        })
        return ada
      },
    })
    expect(await attempt(club, 'open sesame')).toBe('Wrong name or password.')
    expect(await attempt(club, 'another')).toBe('in')
  })
})

describe('guessing', () => {
  it('is stopped after five tries a minute, right password or not, and says when to come back', async () => {
    const club = clubWithForm()
    for (let i = 0; i < 5; i++) expect(await attempt(club, `guess ${i}`)).toBe('Wrong name or password.')
    const events = watchSecurity()
    const response = await club.browser().post('/login', { form: { name: 'ada', password: 'open sesame' } })
    expect([response.status, Number(response.headers.get('Retry-After')) > 0]).toEqual([429, true])
    expect(events).toContainEqual(['login-failed', { reason: 'throttled' }])
    club.clock.now += 120
    expect(await attempt(club, 'open sesame')).toBe('in')
  })

  it('is stopped though the name is written in other ways, or is nobody’s', async () => {
    const club = clubWithForm()
    for (const name of ['ada', 'ADA', ' ada ', 'Ada', 'ａｄａ']) await attempt(club, 'x', '192.0.2.1', name)
    expect(await attempt(club, 'x')).toBe(429)
    for (let i = 0; i < 5; i++) await attempt(club, 'x', '192.0.2.7', 'nobody')
    expect(await attempt(club, 'x', '192.0.2.7', 'nobody')).toBe(429)
  })

  it('is stopped though a database folds more of a name than case: accents, marks, what nobody sees', async () => {
    const club = clubWithForm()
    for (const name of ['ádà', 'a\u0308da', 'ad\u200ba', 'a\u00adda', 'a da\ufeff'])
      await attempt(club, 'x', '192.0.2.1', name)
    expect(await attempt(club, 'x', '192.0.2.1', 'ǎdå')).toBe(429)
    expect(await attempt(club, 'x', '192.0.2.1', 'bob')).not.toBe(429)
  })

  it('is stopped at once when the tries come at once', async () => {
    const club = clubWithForm()
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => attempt(club, `guess ${i}`)))
    expect(answers.filter((answer) => answer !== 429)).toHaveLength(5)
  })

  it('of many accounts is stopped by the address, also within one IPv6 network', async () => {
    const club = clubWithForm()
    for (let i = 0; i < 30; i++) await attempt(club, 'x', `2001:db8::${i.toString(16)}`, `name${i}`)
    expect(await attempt(club, 'open sesame', '2001:db8::ffff')).toBe(429)
    expect(await attempt(club, 'open sesame', '2001:db8:0:1::1')).toBe('in')
  })

  it('does not come from anywhere else because a header says so', async () => {
    const club = clubWithForm()
    const from = (i: number) =>
      club
        .browser({ 'X-Forwarded-For': `198.51.100.${i}` })
        .post('/login', { form: { name: 'ada', password: 'x' } })
    for (let i = 0; i < 5; i++) await from(i)
    expect((await from(99)).status).toBe(429)
  })

  it('is not what a database does that fails', async () => {
    let isDown = true
    const club = clubWithForm()
    club.members.values = new Proxy(club.members.values, {
      apply: (values, members) => {
        if (isDown) throw new Error('the database is away')
        return Reflect.apply(values, members, [])
      },
    })
    for (let i = 0; i < 8; i++) expect(await attempt(club, 'open sesame')).toBe(500)
    isDown = false
    expect(await attempt(club, 'open sesame')).toBe('in')
  })

  it('costs those who succeed nothing', async () => {
    const club = clubWithForm()
    for (let i = 0; i < 12; i++) expect(await attempt(club, 'open sesame')).toBe('in')
  })
})

describe('a stranger who fails on purpose', () => {
  it('never keeps the owner out, from wherever the owner comes', async () => {
    const club = clubWithForm({ throttle: { addressLimit: '1000/minute' } })
    expect(await attempt(club, 'open sesame', '198.51.100.1')).toBe('in') // the owner, at home
    for (let i = 0; i < 80; i++) await attempt(club, 'x', `203.0.${i}.1`)
    expect(await attempt(club, 'oops', '198.51.100.1')).toBe('Wrong name or password.')
    expect(await attempt(club, 'open sesame', '198.51.100.1')).toBe('in')
    expect(await attempt(club, 'open sesame', '198.51.100.77')).toBe('in') // the owner, on a journey
  })

  it('has one try for each address once all addresses fail together', async () => {
    const club = clubWithForm({ throttle: { addressLimit: '1000/minute' } })
    for (let i = 0; i < 50; i++) await attempt(club, 'x', `203.0.${i}.1`)
    expect(await attempt(club, 'x', '203.0.200.1')).toBe('Wrong name or password.')
    expect(await attempt(club, 'x', '203.0.200.1')).toBe(429)
    club.clock.now += 120
    expect(await attempt(club, 'x', '203.0.200.1')).toBe(429)
    expect(await attempt(club, 'open sesame', '203.0.201.1', 'bob')).toBe('in') // other accounts are not concerned
  })
})

describe('options', () => {
  it.each([
    [{ findByName: () => null, passwordHash: undefined }, 'findByName without passwordHash'],
    [{ storePasswordHash: () => {}, passwordHash: undefined }, 'storePasswordHash without passwordHash'],
    [{ throttle: { adressLimit: '1/minute' } }, 'a misspelt rate'],
    [{ remember: { lifetime: 1 } }, 'a lifetime that is too short'],
    [{ sessionProtection: 'srong' }, 'a mode that does not exist'],
    [{ loginView: 'login', passwordHash: 'x' }, 'what should be a function'],
  ])('refuses %o: %s', (options, _what) => {
    expect(() => makeClub({ options: options as never })).toThrow(
      expect.objectContaining({ code: 'ERR_AUTH_OPTION' }),
    )
  })
})
