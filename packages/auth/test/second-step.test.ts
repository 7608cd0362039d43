import { generateKey } from '@dewar/signing'
import { createApp } from 'dewar'
import { expect, it } from 'vitest'
import { createAuth, SecondStep } from '../src/index.ts'

function setUp() {
  const clock = { now: 1_800_000_000 }
  const ada = { id: 1, password: 'scrypt:1' }
  const app = createApp({
    config: { SECRET_KEY: generateKey(), TRUSTED_HOSTS: ['accounts.example'] },
    now: () => clock.now,
    logger: { level: 'silent' },
  })
  const load = (id: string) => (id === '1' ? ada : null)
  const auth = createAuth(app, { load, passwordHash: (user) => user.password })
  const step = new SecondStep(app, { load, id: (user) => user.id, boundTo: (user) => [user.password] })
  app.post('/password', () => {
    step.begin(ada, { remember: true, next: '/notes' })
    return 'now the code'
  })
  app.get('/pending', async () => {
    const found = await step.pending()
    return found === null ? 'nobody' : `${found.user.id} ${found.remember} ${found.next}`
  })
  app.post('/code', async () => {
    const found = await step.pending()
    if (found === null) return 'nobody'
    step.end()
    auth.login(found.user)
    return 'in'
  })
  app.get('/me', { access: 'authenticated' }, () => 'mine')
  return { ada, clock, client: app.testClient({ baseUrl: 'https://accounts.example' }) }
}

it('holds a login until the second factor is shown, and then no more', async () => {
  const { client } = setUp()
  await client.post('/password')
  expect((await client.get('/pending')).text).toBe('1 true /notes')
  expect((await client.post('/code')).text).toBe('in')
  expect((await client.get('/me')).text).toBe('mine')
  expect((await client.get('/pending')).text).toBe('nobody')
})

it('is no login: what wants one is closed', async () => {
  const { client } = setUp()
  await client.post('/password')
  expect((await client.get('/me')).status).toBe(401)
})

it('gives the session another id at either step, so that one known before is worth nothing', async () => {
  const { client } = setUp()
  await client.get('/pending')
  const ids: string[] = []
  for (const path of ['/password', '/code']) {
    await client.post(path)
    await client.sessionTransaction((session) => void ids.push(session.id))
  }
  expect(new Set(ids).size).toBe(2)
})

it('is over after ten minutes, and when the password is changed meanwhile', async () => {
  const { client, clock, ada } = setUp()
  await client.post('/password')
  clock.now += 601
  expect((await client.post('/code')).text).toBe('nobody')
  await client.post('/password')
  ada.password = 'scrypt:2'
  expect((await client.post('/code')).text).toBe('nobody')
  expect((await client.get('/me')).status).toBe(401)
})
