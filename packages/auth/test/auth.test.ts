import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKey } from '@dewar/signing'
import { type App, createApp, makeResponse, type RuleArgs, request, session } from 'dewar'
import { testClient } from 'dewar/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { createAuth, loginRequired } from '../src/index.ts'

interface User {
  readonly id: number
  readonly name: string
}

const users = new Map<string, User>([
  ['1', { id: 1, name: 'ada' }],
  ['2', { id: 2, name: 'bob' }],
])

function makeApp(): App {
  return createApp({ config: { SECRET_KEY: generateKey() }, environment: {}, logger: { level: 'silent' } })
}

function club(options: { loginView?: string; loginMessage?: string | null } = { loginView: 'login' }) {
  const app = makeApp()
  const auth = createAuth<User>(app, { load: async (id) => users.get(id), ...options })
  app.get('/login', { endpoint: 'login' }, () => `next ${request.args.get('next')}`)
  app.get('/as/<id>', ({ id }) => {
    auth.login(users.get(id) as User)
    return auth.user?.name ?? 'nobody'
  })
  app.get('/out', () => {
    auth.logout()
    return auth.user === null ? 'out' : 'in'
  })
  app.get('/me', { access: 'authenticated' }, () => auth.user?.name ?? 'nobody')
  app.post('/me', { access: 'authenticated' }, () => 'posted')
  app.get('/open', () => auth.user?.name ?? 'stranger')
  app.get('/keep', () => {
    session.set('kept' as never, 'yes' as never)
    return session.id
  })
  app.get('/id', () => [session.id, session.has('kept' as never)])
  return { app, auth, client: testClient(app) }
}

describe('createAuth', () => {
  it('knows who is logged in, from the next request on and at once', async () => {
    const { client } = club()
    expect((await client.get('/open')).text).toBe('stranger')
    expect((await client.get('/as/1')).text).toBe('ada')
    expect([(await client.get('/me')).text, (await client.get('/open')).text]).toEqual(['ada', 'ada'])
  })

  it('forgets at logout, the rest of the session included', async () => {
    const { client } = club()
    await client.get('/keep')
    await client.get('/as/1')
    expect((await client.get('/out')).text).toBe('out')
    expect((await client.get('/me')).status).toBe(302)
    expect((await client.get('/id')).json<unknown[]>()[1]).toBe(false)
  })

  it('keeps ended sessions ended: a cookie copied before the logout is a stranger', async () => {
    const { app, client } = club()
    await client.get('/as/1')
    const name = '__Host-session'
    const stolen = client.getCookie(name) ?? ''
    const thief = testClient(app)
    thief.setCookie(name, stolen)
    expect((await thief.get('/open')).text).toBe('ada')
    await client.get('/out')
    expect((await thief.get('/open')).text).toBe('stranger')
    thief.setCookie(name, stolen)
    expect((await thief.get('/me')).status).toBe(302)
  })

  it('ends the session of the one who was logged in when somebody else logs in', async () => {
    const { app, client } = club()
    await client.get('/as/1')
    const thief = testClient(app)
    thief.setCookie('__Host-session', client.getCookie('__Host-session') ?? '')
    await client.get('/as/2')
    expect((await client.get('/open')).text).toBe('bob')
    expect((await thief.get('/open')).text).toBe('stranger')
  })

  it('ends the session when a hook on the way out logs out', async () => {
    const { app, auth, client } = club()
    app.afterRequest((response) => {
      if (response.headers.get('X-Out') === 'yes') auth.logout()
    })
    app.get('/hook', () => makeResponse('x', 200, { 'X-Out': 'yes' }))
    await client.get('/as/1')
    const thief = testClient(app)
    thief.setCookie('__Host-session', client.getCookie('__Host-session') ?? '')
    await client.get('/hook')
    expect((await thief.get('/open')).text).toBe('stranger')
  })

  it('ends all sessions of a user but the one that asked', async () => {
    let now = 1_000_000
    const app = createApp({
      config: { SECRET_KEY: generateKey() },
      environment: {},
      logger: { level: 'silent' },
      now: () => now,
    })
    const auth = createAuth<User>(app, { load: (id) => users.get(id) })
    app.get('/as/<id>', ({ id }) => {
      auth.login(users.get(id) as User)
      return 'in'
    })
    app.get('/everywhere', { access: 'authenticated' }, async () => {
      await auth.logoutEverywhere(auth.user as User, { exceptThis: true })
      return 'done'
    })
    app.get('/who', () => auth.user?.name ?? 'stranger')
    const [phone, laptop, other] = [testClient(app), testClient(app), testClient(app)]
    await phone.get('/as/1')
    await laptop.get('/as/1')
    await other.get('/as/2')
    now += 10
    await laptop.get('/everywhere')
    const names = await Promise.all(
      [phone, laptop, other].map(async (client) => (await client.get('/who')).text),
    )
    expect(names).toEqual(['stranger', 'ada', 'bob'])
    now += 1
    await phone.get('/as/1')
    expect((await phone.get('/who')).text).toBe('ada')
  })

  it('remembers ended sessions over a restart, in the instance folder', async () => {
    const root = mkdtempSync(join(tmpdir(), 'dewar-ended-'))
    const key = generateKey()
    const start = () => {
      const app = createApp({
        root,
        config: { SECRET_KEY: key },
        environment: {},
        logger: { level: 'silent' },
      })
      const auth = createAuth<User>(app, { load: (id) => users.get(id) })
      app.get('/in', () => {
        auth.login(users.get('1') as User)
        return 'in'
      })
      app.get('/out', () => {
        auth.logout()
        return 'out'
      })
      app.get('/who', () => auth.user?.name ?? 'stranger')
      return testClient(app)
    }
    const client = start()
    await client.get('/in')
    const stolen = client.getCookie('__Host-session') ?? ''
    expect(existsSync(join(root, 'instance', 'dewar.sqlite'))).toBe(true)
    await client.get('/out')
    const thief = start()
    thief.setCookie('__Host-session', stolen)
    expect((await thief.get('/who')).text).toBe('stranger')
    expect(existsSync(join(root, 'instance', 'dewar.sqlite'))).toBe(true)
  })

  it('gives the session a new id at login and keeps its data', async () => {
    const { client } = club()
    const before = (await client.get('/keep')).text
    await client.get('/as/1')
    const [after, kept] = (await client.get('/id')).json<[string, boolean]>()
    expect(after).not.toBe(before)
    expect(kept).toBe(true)
  })

  it('refuses a CSRF token from before the login', async () => {
    const { client } = club()
    const token = await client.sessionTransaction(async (data) => data.csrfSecret)
    await client.get('/as/1')
    expect(await client.sessionTransaction((data) => data.csrfSecret)).not.toBe(token)
  })

  it('takes a user who is gone for a stranger', async () => {
    const { client } = club()
    users.set('9', { id: 9, name: 'eve' })
    await client.get('/as/9')
    users.delete('9')
    expect((await client.get('/open')).text).toBe('stranger')
  })

  it('sends strangers to the login page with the way back, and says why', async () => {
    const { client } = club()
    const response = await client.get('/me?tab=2')
    expect([response.status, response.location]).toEqual([302, '/login?next=/me?tab%3D2'])
    expect((await client.get(response.location ?? '')).text).toBe('next /me?tab=2')
    expect((await client.sessionTransaction((data) => data.takeFlashes()))[0]?.message).toBe(
      'Please log in to access this page.',
    )
  })

  it('offers no way back to what was not a page', async () => {
    expect((await club().client.post('/me')).location).toBe('/login')
  })

  it('gives programs a 401', async () => {
    const response = await club().client.get('/me', { headers: { Accept: 'application/json' } })
    expect(response.status).toBe(401)
  })

  it('gives 401 without a login page', async () => {
    expect((await club({}).client.get('/me')).status).toBe(401)
  })

  it.each([
    [{}, 'ERR_AUTH_OPTION'],
    [{ load: () => null, loginVeiw: 'x' }, 'ERR_AUTH_OPTION'],
  ])('refuses %o', (options, code) => {
    expect(() => createAuth(makeApp(), options as never)).toThrow(expect.objectContaining({ code }))
  })

  it('logs nobody in who has no id', async () => {
    const app = makeApp()
    const auth = createAuth<object>(app, { load: () => null })
    app.testRequestContext('/', () =>
      expect(() => auth.login({ name: 'x' })).toThrow(expect.objectContaining({ code: 'ERR_AUTH_USER_ID' })),
    )
  })

  it('types the user after the loader', () => {
    const auth = createAuth(makeApp(), { load: (id) => users.get(id) })
    expectTypeOf<(typeof auth)['user']>().toEqualTypeOf<User | null>()
  })
})

describe('loginRequired', () => {
  it('guards functions, and methods above or below their route', async () => {
    const { app, client } = club({})
    app.get(
      '/f',
      loginRequired(({ id = 'f' }: { id?: string }) => id),
    )
    class Pages {
      @loginRequired
      @app.get('/above/<int:id>')
      above({ id }: RuleArgs<'/above/<int:id>'>) {
        return `above ${id}`
      }

      @app.get('/below')
      @loginRequired
      below() {
        return 'below'
      }
    }
    app.register(new Pages())
    const paths = ['/f', '/above/7', '/below']
    expect(await Promise.all(paths.map(async (path) => (await client.get(path)).status))).toEqual([
      401, 401, 401,
    ])
    await client.get('/as/1')
    expect(await Promise.all(paths.map(async (path) => (await client.get(path)).text))).toEqual([
      'f',
      'above 7',
      'below',
    ])
  })
})
