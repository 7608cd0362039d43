/** Logging in as Flask-Login does: freshness, guards, messages, the way back, signals. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { flash, getFlashedMessages, makeResponse, type RuleArgs, renderTemplateString, session } from 'dewar'
import { testClient } from 'dewar/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freshLoginRequired } from '../src/index.ts'
import { how, type Member, makeClub, sessionCookie, watchSecurity, who } from './club.ts'

describe('login', () => {
  it('is fresh, and comes from the session', async () => {
    const client = makeClub().browser()
    await client.get('/as/1')
    expect(await how(client)).toEqual(['ada', true, 'session'])
  })

  it('can say that nobody has shown anything', async () => {
    const client = makeClub().browser()
    await client.get('/as/1?stale')
    expect(await how(client)).toEqual(['ada', false, 'session'])
  })

  it('refuses users who are not active, and changes nothing', async () => {
    const { browser, members } = makeClub()
    const client = browser()
    const ada = members.get('1')
    if (ada) ada.isActive = false
    expect((await client.get('/as/1')).text).toBe('inactive')
    expect(await who(client)).toBe('stranger')
    expect((await client.get('/as/1?force')).text).toBe('ada')
    expect(await who(client)).toBe('ada')
  })

  it('ends for somebody who is made inactive, until they are active again', async () => {
    const { browser, members } = makeClub()
    const client = browser()
    await client.get('/as/1')
    const ada = members.get('1')
    if (ada) ada.isActive = false
    expect(await who(client)).toBe('stranger')
    if (ada) ada.isActive = true
    expect(await who(client)).toBe('ada')
  })

  it('keeps what the visitor had gathered, but not what another user had', async () => {
    const { app, browser } = makeClub()
    app.get('/cart', () => String(session.has('cart' as never)))
    app.get('/fill', () => {
      session.set('cart' as never, 'tea' as never)
      return 'x'
    })
    const client = browser()
    await client.get('/fill')
    await client.get('/as/1')
    expect((await client.get('/cart')).text).toBe('true')
    await client.get('/as/2')
    expect((await client.get('/cart')).text).toBe('false')
  })

  it('leaves nothing in a browser at a shared machine when it ends', async () => {
    const { app, auth } = makeClub()
    app.get('/bye', () => {
      auth.logout()
      return 'bye'
    })
    const client = testClient(app, { baseUrl: 'https://localhost' })
    await client.get('/as/1')
    expect((await client.get('/bye')).headers.get('Clear-Site-Data')).toBe('"cache", "storage"')
    expect((await client.get('/')).headers.has('Clear-Site-Data')).toBe(false)
  })

  it.each([59, 34_560_001, 1.5])('refuses the duration %s', async (duration) => {
    const client = makeClub({ config: { TESTING: true } }).browser()
    await expect(client.get(`/as/1?remember&duration=${duration}`)).rejects.toMatchObject({
      code: 'ERR_AUTH_OPTION',
    })
  })

  it('holds in stored and sealed sessions as well', async () => {
    for (const SESSION_TYPE of ['stored', 'sealed'] as const) {
      const { browser, thiefOf } = makeClub({ config: { SESSION_TYPE } })
      const client = browser()
      await client.get('/as/1')
      expect(await how(client)).toEqual(['ada', true, 'session'])
      const thief = thiefOf(client)
      await client.get('/out')
      expect([await who(client), await who(thief)]).toEqual(['stranger', 'stranger'])
    }
  })

  it('lasts over a restart', async () => {
    const store = makeClub()
    const client = store.browser()
    await client.get('/as/1')
    expect(await who(store.thiefOf(client))).toBe('ada')
  })
})

describe('a fresh login', () => {
  it('is asked for by access fresh, and shown by confirmLogin, which changes the id', async () => {
    const { browser } = makeClub()
    const client = browser()
    await client.get('/as/1?stale')
    expect((await client.get('/money')).status).toBe(401)
    const before = (await client.get('/id')).text
    expect((await client.get('/confirm')).text).toBe('true')
    expect((await client.get('/money')).text).toBe('money of ada')
    expect((await client.get('/id')).text).not.toBe(before)
  })

  it('cannot be confirmed by a stranger', async () => {
    expect((await makeClub().browser().get('/confirm')).status).toBe(302)
    const { browser } = makeClub({ options: { loginView: undefined } })
    expect((await browser().get('/confirm')).status).toBe(401)
  })

  it('lasts as long as freshLifetime says', async () => {
    const { browser, clock } = makeClub({ options: { freshLifetime: 300 } })
    const client = browser()
    await client.get('/as/1')
    clock.now += 299
    expect((await client.get('/money')).status).toBe(200)
    clock.now += 1
    expect([(await client.get('/money')).status, await who(client)]).toEqual([401, 'ada'])
  })

  it('is asked for by freshLoginRequired, above and below the route', async () => {
    const { app, browser } = makeClub()
    app.get(
      '/f',
      freshLoginRequired(({ id = 'f' }: { id?: string }) => id),
    )
    class Pages {
      @freshLoginRequired
      @app.get('/above/<int:id>')
      above({ id }: RuleArgs<'/above/<int:id>'>) {
        return `above ${id}`
      }
    }
    app.register(new Pages())
    const client = browser({ Accept: 'application/json' })
    const statuses = async () => [(await client.get('/f')).status, (await client.get('/above/1')).status]
    expect(await statuses()).toEqual([401, 401])
    await client.get('/as/1?stale')
    expect(await statuses()).toEqual([401, 401])
    await client.get('/confirm')
    expect(await statuses()).toEqual([200, 200])
  })

  it('leads to refreshView with the way back and Flask-Login’s words; programs get 401', async () => {
    const { app, browser } = makeClub({ options: { refreshView: 'again' } })
    app.get('/flashes', () => getFlashedMessages({ withCategories: true }))
    const client = browser()
    await client.get('/as/1?stale')
    expect((await client.get('/money?a=b')).location).toBe('/again?next=/money?a%3Db')
    expect((await client.get('/flashes')).json()).toEqual([
      ['message', 'Please reauthenticate to access this page.'],
    ])
    expect((await client.get('/money', { headers: { Accept: 'application/json' } })).status).toBe(401)
  })
})

describe('strangers', () => {
  it('get the words of loginMessage, in their language, or none', async () => {
    const said = async (loginMessage: string | (() => string) | null) => {
      const { app, browser } = makeClub({ options: { loginMessage, loginMessageCategory: 'info' } })
      app.get('/flashes', () => getFlashedMessages({ withCategories: true }))
      const client = browser()
      await client.get('/members')
      return (await client.get('/flashes')).json()
    }
    expect(await said('Who?')).toEqual([['info', 'Who?']])
    expect(await said(() => 'Qui ?')).toEqual([['info', 'Qui ?']])
    expect(await said(null)).toEqual([])
  })

  it('are sent to the login page of their blueprint', async () => {
    const { app, browser } = makeClub({ options: { blueprintLoginViews: { admin: 'again' } } })
    const { createBlueprint } = await import('dewar')
    const admin = createBlueprint('admin', { urlPrefix: '/admin' })
    admin.get('/x', { access: 'authenticated' }, () => 'x')
    app.register(admin)
    expect((await browser().get('/admin/x')).location).toBe('/again?next=/admin/x')
    expect((await browser().get('/members')).location).toBe('/login?next=/members')
  })

  it('are sent to a path where that is how the login page is named', async () => {
    const { browser } = makeClub({ options: { loginView: '/login?from=club' } })
    expect((await browser().get('/members?a=b&c')).location).toBe(
      '/login?from=club&next=%2Fmembers%3Fa%3Db%26c',
    )
  })

  it('are answered by the app’s own function where there is one', async () => {
    const { browser } = makeClub({
      options: {
        unauthorized: () => makeResponse('who?', 418),
        needsRefresh: () => makeResponse('again?', 419),
      },
    })
    const client = browser()
    expect((await client.get('/members')).status).toBe(418)
    await client.get('/as/1?stale')
    expect((await client.get('/money')).status).toBe(419)
  })

  it('find back by the session where useSessionForNext says so', async () => {
    const { app, auth, browser } = makeClub({ options: { useSessionForNext: true } })
    app.get('/back', () => auth.redirectBack('/home'))
    const client = browser()
    expect((await client.get('/members?x=1')).location).toBe('/login')
    expect((await client.get('/back')).location).toBe('/members?x=1')
    expect((await client.get('/back')).location).toBe('/home')
  })

  it('find back under the prefix the app is served at', async () => {
    const { app } = makeClub()
    const client = testClient(app, { baseUrl: 'https://club.example/app' })
    expect((await client.get('/members')).location).toBe('/app/login?next=/app/members')
  })
})

describe('current_user', () => {
  it('is Flask-Login’s in templates, and false for strangers', async () => {
    const { app, browser } = makeClub()
    app.get('/page', () =>
      renderTemplateString(
        '{% if current_user %}{{ current_user.name }}{% else %}nobody{% endif %} {{ current_user.is_authenticated }} {{ current_user.is_anonymous }} {{ current_user.is_active }}',
      ),
    )
    const client = browser()
    expect((await client.get('/page')).text).toBe('nobody false true false')
    await client.get('/as/1')
    expect((await client.get('/page')).text).toBe('ada true false true')
  })

  it('makes a page the visitor’s own only if the page asks', async () => {
    const { app, browser } = makeClub()
    app.get('/plain', () => renderTemplateString('hello'))
    app.get('/own', () => renderTemplateString('{{ current_user.name }}'))
    const client = browser()
    expect((await client.get('/plain')).headers.has('Vary')).toBe(false)
    expect((await client.get('/own')).headers.get('Vary')).toBe('Cookie')
  })
})

describe('signals', () => {
  it('tell of every login and logout, on the channels too', async () => {
    const { app, auth, browser } = makeClub({ options: { refreshView: 'again' } })
    app.get('/flash', () => {
      flash('x')
      return 'x'
    })
    const seen: string[] = []
    for (const signal of Object.values(auth.signals)) {
      if (signal.name === 'userAccessed') continue
      signal.connect((message: object) => {
        const user = 'user' in message ? (message.user as { name: string }).name : ''
        seen.push(`${signal.name} ${user}`.trim())
      })
    }
    const onChannel: unknown[] = []
    const listener = () => onChannel.push('in')
    subscribe('dewar:userLoggedIn', listener)
    onTestFinished(() => void unsubscribe('dewar:userLoggedIn', listener))
    const client = browser()
    await client.get('/members')
    await client.get('/as/1?stale')
    await client.get('/money')
    await client.get('/confirm')
    await client.get('/out')
    expect(seen).toEqual([
      'userUnauthorized',
      'userLoggedIn ada',
      'userNeedsRefresh',
      'userLoginConfirmed ada',
      'userLoggedOut ada',
    ])
    expect(onChannel).toEqual(['in'])
  })

  it('tell of who comes back, who has a token, and sessions from elsewhere', async () => {
    const { auth, browser, members } = makeClub({
      options: {
        requestLoader: ({ headers }) => (headers.has('X-Key') ? members.get('2') : null),
      },
    })
    const seen: string[] = []
    const { userLoadedFromCookie, userLoadedFromRequest, sessionProtected, userAccessed } = auth.signals
    for (const signal of [userLoadedFromCookie, userLoadedFromRequest])
      signal.connect(({ user }) => seen.push(`${signal.name} ${user.name}`))
    sessionProtected.connect(({ request }) => seen.push(`sessionProtected ${request?.path}`))
    const client = browser()
    await client.get('/as/1?remember')
    client.deleteCookie(sessionCookie)
    await client.get('/who')
    await browser().get('/who', { headers: { 'X-Key': 'k' } })
    await client.get('/confirm')
    await client.get('/who', { headers: { 'User-Agent': 'other' } })
    expect(seen).toEqual(['userLoadedFromCookie ada', 'userLoadedFromRequest bob', 'sessionProtected /who'])
    let accessed = 0
    userAccessed.connect(() => accessed++)
    await client.get('/who')
    expect(accessed).toBe(1)
  })

  it('have security events beside them, without secrets', async () => {
    const { browser } = makeClub()
    const events = watchSecurity()
    const client = browser()
    await client.get('/as/1?remember')
    const cookies = [client.getCookie('__Host-session'), client.getCookie('__Host-remember_token')]
    await client.get('/everywhere?except')
    await client.get('/out')
    expect(events).toEqual([
      ['login-succeeded', { account: '1' }],
      ['session-ended', { account: '1', reason: 'everywhere' }],
      ['logged-out', { account: '1' }],
    ])
    for (const cookie of cookies) expect(JSON.stringify(events)).not.toContain(cookie)
  })
})

describe('loginSession', () => {
  it('logs a test’s visitor in, fresh or not', async () => {
    const { auth, browser, members } = makeClub({ options: { sessionProtection: 'strong' } })
    const ada = members.get('1') as Member
    const client = browser()
    await client.sessionTransaction((session) => auth.loginSession(session, ada))
    expect(await how(client)).toEqual(['ada', true, 'session'])
    await client.sessionTransaction((session) => auth.loginSession(session, ada, { fresh: false }))
    expect(await how(client)).toEqual(['ada', false, 'session'])
  })
})

describe('a command', () => {
  it('signs somebody out everywhere, without a request', async () => {
    const { app, auth, browser, members } = makeClub()
    const client = browser()
    await client.get('/as/1?remember')
    await app.context(() => auth.logoutEverywhere(members.get('1') as Member))
    expect(await who(client)).toBe('stranger')
    expect(await app.context(() => auth.sessions(members.get('1') as Member))).toEqual([])
  })
})

describe('a request without a login', () => {
  it('opens no session and no store, whatever other cookies it has', async () => {
    const { browser, store } = makeClub()
    let asked = 0
    const { get } = store
    store.get = (key) => {
      asked++
      return get.call(store, key)
    }
    const response = await browser().get('/login', { headers: { Cookie: 'theme=dark' } })
    expect([response.headers.has('Vary'), response.headers.has('Set-Cookie'), asked]).toEqual([
      false,
      false,
      0,
    ])
  })

  it('is a visitor’s own page once the view asks who is there', async () => {
    const response = await makeClub().browser().get('/who')
    expect([response.headers.get('Vary'), response.headers.get('Cache-Control')]).toEqual([
      'Cookie',
      'private',
    ])
  })
})
