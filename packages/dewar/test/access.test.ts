import { describe, expect, it } from 'vitest'
import {
  AuthenticationRequired,
  createBlueprint,
  makeResponse,
  redirect,
  session,
  useContext,
} from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

interface Person {
  readonly name: string
}

/** The `name` in the session is who is logged in. */
function clubhouse(config = {}) {
  const app = makeApp({ config })
  const nameOf = () => session.get('name' as never) as string | undefined
  app.identify(async () => {
    const name = nameOf()
    return name === undefined ? null : { name }
  })
  app.get('/login/<name>', { access: 'public' }, ({ name }) => {
    session.set('name' as never, name as never)
    return 'in'
  })
  app.get('/members', { access: 'authenticated' }, () => 'members')
  app.post('/members', { access: 'authenticated' }, () => 'posted')
  app.get('/ada', { access: (who) => (who as Person | null)?.name === 'ada' }, () => "ada's")
  app.get('/later', { access: async () => false }, () => 'never')
  return app
}

describe('access', () => {
  it('keeps strangers out, and lets in who is logged in', async () => {
    const client = testClient(clubhouse())
    expect((await client.get('/members')).status).toBe(401)
    await client.get('/login/bob')
    expect((await client.get('/members')).text).toBe('members')
  })

  it('asks policies: 401 for a stranger, 403 for somebody else', async () => {
    const client = testClient(clubhouse())
    expect((await client.get('/ada')).status).toBe(401)
    await client.get('/login/bob')
    expect((await client.get('/ada')).status).toBe(403)
    await client.get('/login/ada')
    expect((await client.get('/ada')).text).toBe("ada's")
    expect((await client.get('/later')).status).toBe(403)
  })

  it('is decided before anything of the body is read', async () => {
    const client = testClient(clubhouse())
    const response = await client.post('/members', {
      body: 'x'.repeat(100),
      headers: { 'Content-Type': 'multipart/form-data' },
    })
    expect(response.status).toBe(401)
  })

  it('lets an extension answer strangers', async () => {
    const app = clubhouse()
    app.errorHandler(AuthenticationRequired, () => redirect('/login/bob'))
    const response = await testClient(app).get('/members')
    expect([response.status, response.location]).toEqual([302, '/login/bob'])
  })

  it('knows who is there on the page of an error too, where no route matched', async () => {
    const app = clubhouse()
    app.errorHandler(
      404,
      () => `nothing here, ${(useContext().identity as Person | null)?.name ?? 'stranger'}`,
    )
    const client = testClient(app)
    expect((await client.get('/nowhere')).text).toBe('nothing here, stranger')
    await client.get('/login/ada')
    expect((await client.get('/nowhere')).text).toBe('nothing here, ada')
  })

  it('lets anybody ask which methods a URL takes', async () => {
    const response = await testClient(clubhouse()).options('/members')
    expect([response.status, response.headers.get('Allow')]).toEqual([200, 'GET, HEAD, OPTIONS, POST'])
  })

  it('must be declared under ACCESS_DEFAULT deny, or the app does not start', () => {
    const app = clubhouse({ ACCESS_DEFAULT: 'deny' })
    app.get('/forgotten', () => 'x')
    app.get('/too', { endpoint: 'and-this' }, () => 'x')
    expect(() => app.freeze()).toThrow(
      expect.objectContaining({
        code: 'ERR_DEWAR_NO_ACCESS',
        message: "The routes '/forgotten' (GET /forgotten), '/too' (and-this) do not say who may call them.",
      }),
    )
  })

  it('is declared for all by the app, or for a part by its blueprint', async () => {
    const app = makeApp({ access: 'authenticated', config: { ACCESS_DEFAULT: 'deny' } })
    const open = createBlueprint('open', { access: 'public' })
    open.get('/open', () => 'open')
    app.register(open)
    app.get('/closed', () => 'closed')
    app.get('/own', { access: 'public' }, () => 'own')
    const client = testClient(app)
    const statuses = [await client.get('/open'), await client.get('/closed'), await client.get('/own')]
    expect(statuses.map(({ status }) => status)).toEqual([200, 401, 200])
  })

  it('must be a rule that exists', () => {
    const app = makeApp()
    app.get('/x', { access: 'athenticated' as 'public' }, () => 'x')
    expect(() => app.freeze()).toThrow(expect.objectContaining({ code: 'ERR_DEWAR_ACCESS' }))
  })

  it('has one way to identify visitors', () => {
    expect(() => clubhouse().identify(() => null)).toThrow(
      expect.objectContaining({ code: 'ERR_DEWAR_IDENTITY' }),
    )
  })
})

describe('limit', () => {
  it('answers 429 over it, and says when to come back', async () => {
    let now = 1_000_000
    const app = makeApp({ now: () => now })
    app.get('/', { limit: '2/minute' }, () => makeResponse('x'))
    const client = testClient(app)
    const statuses = [await client.get('/'), await client.get('/'), await client.get('/')].map(
      (r) => r.status,
    )
    expect(statuses).toEqual([200, 200, 429])
    expect(Number((await client.get('/')).headers.get('Retry-After'))).toBeGreaterThan(0)
    now += 180
    expect((await client.get('/')).status).toBe(200)
  })

  it('counts each address, and a whole IPv6 network, by itself', async () => {
    const app = makeApp()
    app.get('/', { limit: '1/minute' }, () => 'x')
    const client = testClient(app)
    const from = async (remoteAddr: string) => (await client.get('/', { remoteAddr })).status
    expect([await from('10.0.0.1'), await from('10.0.0.1'), await from('10.0.0.2')]).toEqual([200, 429, 200])
    expect([await from('2001:db8::1'), await from('2001:db8::2'), await from('2001:db8:1::1')]).toEqual([
      200, 429, 200,
    ])
  })
})
