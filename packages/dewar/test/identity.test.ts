/** What an extension that knows who is logged in can say, and what the app makes of it. */
import { MemoryStore } from '@dewar/stores'
import { describe, expect, it } from 'vitest'
import { type IdentifyOptions, type IdentityLoader, session, useContext } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

function appWith(loader: IdentityLoader, options?: IdentifyOptions) {
  const app = makeApp()
  app.identify(loader, options)
  app.get('/open', () => (useContext().identity === null ? 'stranger' : 'somebody'))
  app.get('/members', { access: 'authenticated' }, () => 'members')
  app.get('/money', { access: 'fresh' }, () => 'money')
  app.post('/money', () => 'moved')
  return app
}

describe('identify', () => {
  it('asks on public routes where the extension says so', async () => {
    const app = appWith(() => ({}), { when: (request) => request.headers.has('X-Api-Key') })
    const client = testClient(app)
    expect((await client.get('/open', { headers: { Cookie: 'a=b' } })).text).toBe('stranger')
    expect((await client.get('/open', { headers: { 'X-Api-Key': 'k' } })).text).toBe('somebody')
    expect((await client.get('/members')).text).toBe('members')
  })

  it('opens no session for a loader that needs none, and still tells caches that the answer is personal', async () => {
    const response = await testClient(appWith(() => ({}), { when: () => true })).get('/members')
    expect([response.headers.get('Vary'), response.headers.get('Cache-Control')]).toEqual([
      'Cookie',
      'private',
    ])
    expect(response.headers.has('Set-Cookie')).toBe(false)
  })

  it('says nothing of the sort of a page that nobody asked', async () => {
    const response = await testClient(appWith(() => null, { when: () => true })).get('/open')
    expect(response.headers.has('Vary')).toBe(false)
  })
})

describe("access: 'fresh'", () => {
  it('asks a stranger to log in, and one who was remembered to show again who they are', async () => {
    expect((await testClient(appWith(() => null)).get('/money')).text).toContain('Please log in')
    const remembered = await testClient(appWith(() => ({}))).get('/money')
    expect([remembered.status, remembered.text.includes('show again who you are')]).toEqual([401, true])
  })

  it('lets in who has shown it', async () => {
    const app = appWith((context) => {
      context.isFresh = true
      return {}
    })
    expect((await testClient(app).get('/money')).text).toBe('money')
  })
})

describe('needsCsrfProof', () => {
  it('is asked for unless the loader found credentials that no browser sends by itself', async () => {
    const proven = appWith((context) => {
      context.needsCsrfProof = !context.request?.headers.has('Authorization')
      return {}
    })
    const client = testClient(appWith(() => ({}), { when: () => true }))
    expect((await client.post('/money', { csrf: false })).status).toBe(403)
    const post = { csrf: false, headers: { Authorization: 'Bearer t', Cookie: 'a=b' } }
    expect((await testClient(proven).post('/money', post)).text).toBe('moved')
  })
})

describe('beforeSave', () => {
  it('runs after all hooks, for error pages too, and its changes of the session are saved', async () => {
    const app = makeApp()
    const order: string[] = []
    app.afterRequest(() => void order.push('after'))
    app.get('/boom', () => {
      useContext().beforeSave(async () => {
        order.push('before save')
        session.set('user', 'ada')
        useContext().beforeSave(() => void order.push('put off again'))
      })
      throw new Error('boom')
    })
    app.get('/who', () => session.get('user') ?? 'nobody')
    const client = testClient(app)
    expect((await client.get('/boom')).status).toBe(500)
    expect(order).toEqual(['after', 'before save', 'put off again'])
    expect((await client.get('/who')).text).toBe('ada')
  })

  it('sends no session when it fails: what it was for has not happened', async () => {
    const app = makeApp()
    app.get('/login', () => {
      session.set('user', 'ada')
      useContext().beforeSave(() => Promise.reject(new Error('the store is away')))
      return 'in'
    })
    const response = await testClient(app).get('/login')
    expect([response.status, response.headers.has('Set-Cookie')]).toEqual([500, false])
  })
})

describe('sessionOwner', () => {
  it('lists and ends the stored sessions of somebody', async () => {
    const app = makeApp({
      config: { SESSION_TYPE: 'stored' },
      store: new MemoryStore(),
      sessionOwner: (session) => session.get('user'),
    })
    app.get('/login', () => {
      session.set('user', 'ada')
      return 'in'
    })
    app.get('/who', () => session.get('user') ?? 'nobody')
    const [phone, laptop] = [testClient(app), testClient(app)]
    await phone.get('/login')
    await laptop.get('/login')
    const { sessions } = app
    if (!('list' in sessions)) throw new Error('sessions are stored')
    expect(await sessions.list('ada')).toHaveLength(2)
    await sessions.endAllOf('ada')
    expect((await phone.get('/who')).text).toBe('nobody')
  })
})

describe('sharedStore', () => {
  it('is the store of the app', () => {
    const store = new MemoryStore()
    expect(makeApp({ store }).sharedStore).toBe(store)
  })
})
