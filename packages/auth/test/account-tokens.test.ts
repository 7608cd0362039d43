import { createApp } from 'dewar'
import { describe, expect, it } from 'vitest'
import { AccountTokens } from '../src/account-tokens.ts'

function setUp(purpose = 'password-reset') {
  const clock = { now: 1_700_000_000 }
  const ada = { id: 1, password: 'scrypt:1', email: 'ada@mail.example' }
  const users = new Map([['1', ada]])
  const app = createApp({
    config: { SECRET_KEY: 'nLxF3o0JH9cYwq7RkVtZbA1uEiSdPgMx5yK8sTfUvWc', TESTING: true },
    now: () => clock.now,
  })
  const tokens = new AccountTokens(app, {
    purpose,
    id: (user: typeof ada) => user.id,
    load: (id) => users.get(id),
    boundTo: (user) => [user.password],
  })
  return { app, clock, ada, users, tokens }
}

describe('AccountTokens', () => {
  it('finds whose a token is as often as one asks, and uses it once', async () => {
    const { tokens, ada } = setUp()
    const token = tokens.create(ada)
    expect(await tokens.find(token)).toBe(ada)
    expect(await tokens.find(token)).toBe(ada)
    const used = await tokens.use(token, (user) => {
      user.password = 'scrypt:2'
      return user.email
    })
    expect(used).toEqual({ ok: true, result: 'ada@mail.example' })
    expect(await tokens.find(token)).toBe(null)
    expect(await tokens.use(token, () => 'again')).toEqual({ ok: false })
  })

  it('can be used again when the work failed', async () => {
    const { tokens, ada } = setUp()
    const token = tokens.create(ada)
    const failing = tokens.use(token, () => {
      throw new Error('the disk is full')
    })
    await expect(failing).rejects.toThrow('the disk is full')
    expect(await tokens.use(token, () => 'done')).toEqual({ ok: true, result: 'done' })
  })

  it('lives for a quarter of an hour', async () => {
    const { tokens, ada, clock } = setUp()
    const token = tokens.create(ada)
    clock.now += 899
    expect(await tokens.find(token)).toBe(ada)
    clock.now += 2
    expect(await tokens.find(token)).toBe(null)
  })

  it.each([
    ['no purpose', { purpose: undefined }],
    ['no functions', { load: 'user' }],
    ['a life of years', { maxAge: 100_000_000 }],
    ['an unknown option', { lifetime: 60 }],
  ])('refuses %s at setup', (_, change) => {
    const { app } = setUp()
    const options = { purpose: 'x', id: () => 1, load: () => null, boundTo: () => [], ...change }
    expect(() => new AccountTokens(app, options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_AUTH_OPTION' }),
    )
  })
})
