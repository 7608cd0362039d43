/** Sessions known before, kept after, copied, altered, or led astray. */
import { renderTemplateString, session } from 'dewar'
import { describe, expect, it } from 'vitest'
import { how, type Member, makeClub, sessionCookie, watchSecurity, who } from './club.ts'

describe('fixation', () => {
  it('a session planted before the login is not logged in after it', async () => {
    const { app, browser, thiefOf } = makeClub()
    app.get('/touch', () => {
      session.set('n' as never, 1 as never)
      return session.id
    })
    const victim = browser()
    await victim.get('/touch')
    const attacker = thiefOf(victim)
    await victim.get('/as/1')
    expect(await who(attacker)).toBe('stranger')
    expect((await victim.get('/id')).text).not.toBe((await attacker.get('/touch')).text)
  })

  it('confirming a login gives it a new id: a copy from before stays as it was, ended', async () => {
    const { browser, thiefOf } = makeClub()
    const victim = browser()
    await victim.get('/as/1?stale')
    const attacker = thiefOf(victim)
    await victim.get('/confirm')
    expect(await how(victim)).toEqual(['ada', true, 'session'])
    expect(await how(attacker)).toEqual(['stranger', false, null])
  })
})

describe('replay', () => {
  it.each([
    ['the logout', '/out', 'stranger'],
    ['signing out everywhere', '/everywhere', 'stranger'],
    ['signing out everywhere else', '/everywhere?except', 'ada'],
    ['a change of the password', '/change/1/new', 'ada'],
  ])('of a cookie from before %s is a stranger’s', async (_case, path, own) => {
    const { browser, thiefOf } = makeClub()
    const [client, phone, bob] = [browser(), browser(), browser()]
    await client.get('/as/1')
    await phone.get('/as/1')
    await bob.get('/as/2')
    const [thief, phoneThief] = [thiefOf(client), thiefOf(phone)]
    const events = watchSecurity()
    expect((await client.get(path)).text).toBe(own)
    expect(await who(client)).toBe(own)
    const others = path === '/out' ? 'ada' : 'stranger'
    expect([await who(phone), await who(phoneThief), await who(bob)]).toEqual([others, others, 'bob'])
    if (path !== '/everywhere?except') {
      expect(await who(thief)).toBe('stranger')
      expect(events.map(([type]) => type)).toContain('ended-session-used')
    }
  })

  it('does not outlast a new password that the app set without telling', async () => {
    const { browser, members } = makeClub()
    const client = browser()
    await client.get('/as/1')
    const ada = members.get('1')
    if (ada) ada.password = 'changed'
    expect(await who(client)).toBe('stranger')
  })

  it('does not outlast the text of sessionId', async () => {
    let era = 1
    const { browser } = makeClub({ options: { passwordHash: undefined, sessionId: () => era } })
    const [client, other] = [browser(), browser()]
    await client.get('/as/1')
    await other.get('/as/1')
    expect([await who(client), await who(other)]).toEqual(['ada', 'ada'])
    era = 2
    expect([await who(client), await who(other)]).toEqual(['stranger', 'stranger'])
    await client.get('/as/1')
    expect(await who(client)).toBe('ada')
  })

  it('ends with the second of signing out everywhere, and a login in that second lives', async () => {
    const { browser } = makeClub()
    const [client, other] = [browser(), browser()]
    await other.get('/as/1')
    await client.get('/as/1')
    await client.get('/everywhere')
    await client.get('/as/1')
    expect([await who(client), await who(other)]).toEqual(['ada', 'stranger'])
    await other.get('/as/1')
    await client.get('/everywhere?except')
    expect([await who(client), await who(other)]).toEqual(['ada', 'stranger'])
  })
})

describe('a request that its sender holds back', () => {
  it('until its session has ended does not bring that back as the one that is left', async () => {
    const { app, auth, browser, members, thiefOf } = makeClub()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const arrived = new Promise<void>((resolve) => {
      app.get('/slow', async () => {
        resolve()
        await held // as while the body of a form trickles in
        await auth.logoutEverywhere(members.get('1') as Member, { exceptThis: true })
        return 'the others are out'
      })
    })
    const [owner, other] = [browser(), browser()]
    await other.get('/as/1')
    const thief = thiefOf(other)
    await owner.get('/as/1')
    const answer = thief.get('/slow')
    await arrived
    await owner.get('/everywhere?except')
    release()
    expect((await answer).status).not.toBe(200)
    expect([await who(thief), await who(other), await who(owner)]).toEqual(['stranger', 'stranger', 'ada'])
  })

  it('is another matter than a login that ends the others in the same second', async () => {
    const { app, auth, browser, members } = makeClub()
    const ada = members.get('1') as Member
    app.get('/in-alone', async () => {
      auth.login(ada)
      await auth.logoutEverywhere(ada, { exceptThis: true })
      return 'in'
    })
    const [client, other] = [browser(), browser()]
    await other.get('/as/1')
    for (const path of ['/as/1', '/everywhere?except', '/in-alone', '/in-alone'])
      expect((await client.get(path)).status).toBe(200)
    expect([await who(client), await who(other)]).toEqual(['ada', 'stranger'])
  })

  it('is no matter to one of two that are both still in', async () => {
    const { browser } = makeClub()
    const [one, two] = [browser(), browser()]
    await one.get('/as/1')
    await two.get('/as/1')
    await Promise.all([one, two].map((client) => client.get('/everywhere?except')))
    const left = [await who(one), await who(two)].filter((name) => name === 'ada')
    expect(left).toHaveLength(1)
  })
})

describe('a race of a login with a new password', () => {
  it('is lost by the login that was checked against the old one', async () => {
    const { app, auth, browser, members } = makeClub()
    app.get('/late', async () => {
      const checked = { ...(members.get('1') as Member) } // the password was right a moment ago
      const ada = members.get('1') as Member
      ada.password = 'new'
      await auth.passwordChanged(ada)
      return String(auth.login(checked, { remember: true }))
    })
    const thief = browser()
    expect((await thief.get('/late')).text).toBe('true')
    expect(await who(thief)).toBe('stranger')
    thief.deleteCookie(sessionCookie)
    expect(await who(thief)).toBe('stranger')
  })
})

describe('a change of the password', () => {
  it('makes no remembered login fresh: that one ends', async () => {
    const { browser, clock } = makeClub()
    const client = browser()
    await client.get('/as/1?remember')
    client.deleteCookie(sessionCookie)
    clock.now += 100
    expect(await who(client)).toBe('ada')
    await client.get('/change/1/new')
    expect([await who(client), (await client.get('/money')).status]).toEqual(['stranger', 302])
  })

  it('leaves a fresh login alone, unless it is a reset', async () => {
    const { browser } = makeClub()
    const client = browser()
    await client.get('/as/1')
    await client.get('/change/1/new')
    expect((await client.get('/money')).text).toBe('money of ada')
    await client.get('/change/1/newer?all')
    expect(await who(client)).toBe('stranger')
  })
})

describe('the readable cookie', () => {
  it('holds no password hash, no address and no browser, nor anything to try them against', async () => {
    const { browser } = makeClub()
    const client = browser({ 'User-Agent': 'Telling/1.0' })
    await client.get('/as/1')
    const [, payload = ''] = (client.getCookie(sessionCookie) ?? '').split('.')
    const text = Buffer.from(payload, 'base64url').toString()
    expect(text).toContain('_userId')
    for (const secret of ['hash-1', 'Telling', '192.0.2.1']) expect(text).not.toContain(secret)
    const again = browser({ 'User-Agent': 'Telling/1.0' })
    const otherApp = makeClub().browser({ 'User-Agent': 'Telling/1.0' })
    await again.get('/as/1')
    await otherApp.get('/as/1')
    const login = async (one: typeof client) =>
      (await one.sessionTransaction((data) => data.get('_login')))?.split('.').slice(2, 4)
    expect(await login(again)).toEqual(await login(client)) // of one key
    const [seal, place] = (await login(otherApp)) ?? []
    expect(await login(client)).not.toContain(seal)
    expect(await login(client)).not.toContain(place)
  })

  it('is refused when a byte differs, and the visitor is a stranger', async () => {
    const { browser } = makeClub()
    const client = browser()
    await client.get('/as/1')
    const cookie = client.getCookie(sessionCookie) ?? ''
    for (let i = 0; i < cookie.length; i += 7) {
      const forged = browser()
      forged.setCookie(
        sessionCookie,
        cookie.slice(0, i) + (cookie[i] === 'A' ? 'B' : 'A') + cookie.slice(i + 1),
      )
      expect(await who(forged)).toBe('stranger')
    }
  })

  it('does nothing with a login that another program has written badly', async () => {
    const { browser } = makeClub({ options: { passwordHash: undefined } })
    for (const login of ['', 'x', '.....', '!!.f...', 'zz.f']) {
      const client = browser()
      await client.sessionTransaction((data) => void data.set('_userId', '1').set('_login', login))
      expect((await client.get('/money')).status).toBe(401)
    }
  })

  it('does not log in with an id alone where logins are sealed', async () => {
    const client = makeClub().browser()
    await client.sessionTransaction((data) => void data.set('_userId', '1'))
    expect(await who(client)).toBe('stranger')
  })
})

describe('session protection', () => {
  const elsewhere = { 'User-Agent': 'Thief/1.0' }

  it('basic: what comes from another browser is not fresh, and the copy at home still is', async () => {
    const { browser, thiefOf } = makeClub()
    const client = browser({ 'User-Agent': 'Home/1.0' })
    await client.get('/as/1')
    const events = watchSecurity()
    const thief = thiefOf(client)
    expect((await thief.get('/money', { headers: elsewhere })).status).toBe(401)
    expect((await thief.get('/who', { headers: elsewhere })).text).toBe('ada')
    expect((await client.get('/money')).status).toBe(200)
    expect(events).toContainEqual(['session-protected', { account: '1', mode: 'basic' }])
  })

  it('basic: what comes from another network is not fresh', async () => {
    const { browser, thiefOf } = makeClub({ options: { loginView: undefined } })
    const client = browser()
    await client.get('/as/1')
    const thief = thiefOf(client)
    expect((await thief.get('/money', { remoteAddr: '203.0.113.9' })).status).toBe(401)
  })

  it('strong: what comes from elsewhere ends the session and the remembering', async () => {
    const { browser, thiefOf } = makeClub({ options: { sessionProtection: 'strong' } })
    const client = browser()
    await client.get('/as/1?remember')
    const thief = thiefOf(client)
    expect((await thief.get('/who', { headers: elsewhere })).text).toBe('stranger')
    expect(await who(thief)).toBe('stranger')
    expect(await who(client)).toBe('stranger')
    client.deleteCookie(sessionCookie)
    expect(await who(client)).toBe('stranger')
  })

  it('off: it does not matter where a session comes from', async () => {
    const { browser, thiefOf } = makeClub({ options: { sessionProtection: null } })
    const client = browser()
    await client.get('/as/1')
    expect((await thiefOf(client).get('/money', { headers: elsewhere })).status).toBe(200)
  })
})

describe('next', () => {
  it.each([
    ['another host', 'https://evil.example/'],
    ['another host without a scheme', '//evil.example/'],
    ['three slashes', '///evil.example/'],
    ['backslashes', '/\\evil.example/'],
    ['encoded slashes', '/%2f%2fevil.example/'.slice(1)],
    ['a script', 'javascript:alert(1)'],
    ['another host before an at sign', 'https://localhost@evil.example/'],
    ['a line break', '/x\r\nSet-Cookie: a=b'],
  ])('never leads to %s', async (_case, next) => {
    const { app, auth, browser } = makeClub()
    app.get('/back', () => auth.redirectBack('/home'))
    expect((await browser().get('/back', { query: { next } })).location).toBe('/home')
  })

  it('leads back to a page of this site', async () => {
    const { app, auth, browser } = makeClub()
    app.get('/back', () => auth.redirectBack('/home'))
    expect((await browser().get('/back', { query: { next: '/members?a=b' } })).location).toBe('/members?a=b')
  })

  it('cannot be planted by the path of a page that asks for a login', async () => {
    const { app, auth, browser } = makeClub()
    app.get('/<path:any>', { access: 'authenticated' }, () => 'x')
    app.get('/back', () => auth.redirectBack('/home'))
    const client = browser()
    const { location } = await client.get('/%2f%2fevil.example/x')
    const next = new URL(location ?? '', 'http://localhost').searchParams.get('next') ?? ''
    const target = (await client.get('/back', { query: { next } })).location ?? ''
    expect(new URL(target, 'http://localhost').host).toBe('localhost')
  })
})

describe('templates', () => {
  it('reach neither prototypes nor hidden names through current_user', async () => {
    const { app, browser } = makeClub()
    app.get('/page', () =>
      renderTemplateString(
        '[{{ current_user.constructor }}{{ current_user.__proto__ }}{{ current_user.toString }}]',
      ),
    )
    const client = browser()
    await client.get('/as/1')
    expect((await client.get('/page')).text).toBe('[]')
  })
})

describe('requests that cross', () => {
  it.each([
    ['a confirmation', '/confirm'],
    ['a change of the password', '/change/1/new'],
    ['a second login', '/as/1'],
  ])('%s does not log the browser out that was polling', async (_case, path) => {
    const { browser, thiefOf } = makeClub()
    const client = browser()
    await client.get('/as/1')
    const poll = thiefOf(client) // on its way with the cookie of before
    await client.get(path)
    const late = await poll.get('/who')
    expect([late.text, late.headers.getAll('Set-Cookie')]).toEqual(['stranger', []])
    expect(await who(client)).toBe('ada')
  })

  it.each(['signed', 'sealed', 'stored'] as const)(
    'end nothing of the %s session that came after',
    async (kind) => {
      const { browser, thiefOf } = makeClub({ config: { SESSION_TYPE: kind } })
      const client = browser()
      await client.get('/as/1')
      const poll = thiefOf(client)
      await client.get('/confirm')
      expect((await poll.get('/who')).headers.getAll('Set-Cookie')).toEqual([])
      expect(await who(client)).toBe('ada')
    },
  )
})
