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

describe('attacks on mailed tokens', () => {
  it('lets one of two resets at the same moment win, with one link and with two', async () => {
    const { tokens, ada, clock } = setUp()
    const first = tokens.create(ada)
    clock.now += 1
    const second = tokens.create(ada)
    expect(second).not.toBe(first)
    const reset = (token: string, password: string) =>
      tokens.use(token, async (user) => {
        await new Promise((resolve) => setTimeout(resolve, 5)) // the hashing
        user.password = password
      })
    const all = await Promise.all([
      reset(first, 'a'),
      reset(first, 'b'),
      reset(second, 'c'),
      reset(second, 'd'),
    ])
    expect(all.filter(({ ok }) => ok)).toHaveLength(1)
    expect(ada.password).toBe('a')
    expect(await tokens.find(second)).toBe(null)
  })

  it('dies with every other change of the password', async () => {
    const { tokens, ada } = setUp()
    const token = tokens.create(ada)
    ada.password = 'scrypt:changed on the account page'
    expect(await tokens.find(token)).toBe(null)
    expect(await tokens.use(token, () => 'won')).toEqual({ ok: false })
  })

  it('dies with the account, and is not of the account that gets its id', async () => {
    const { tokens, ada, users } = setUp()
    const token = tokens.create(ada)
    users.delete('1')
    expect(await tokens.find(token)).toBe(null)
    users.set('1', { ...ada, password: 'scrypt:of another' })
    expect(await tokens.find(token)).toBe(null)
  })

  it('refuses a token of another purpose', async () => {
    const { tokens } = setUp()
    const other = setUp('confirm-address')
    expect(await tokens.find(other.tokens.create(other.ada))).toBe(null)
  })

  it('refuses a token with any of its bytes changed', async () => {
    const { tokens, ada } = setUp()
    const token = tokens.create(ada)
    const forged = Array.from(token, (character, index) => {
      const other = character === 'A' ? 'B' : 'A'
      return token.slice(0, index) + other + token.slice(index + 1)
    }).filter((text) => text !== token)
    const found = await Promise.all(forged.map((text) => tokens.find(text)))
    expect(found.every((account) => account === null)).toBe(true)
    expect(await tokens.find(token)).toBe(ada)
  })

  it.each([null, undefined, '', '.', 'a.b.c', 'x'.repeat(100_000)])('refuses %j', async (text) => {
    const { tokens } = setUp()
    expect(await tokens.find(text)).toBe(null)
    expect(await tokens.use(text, () => 'won')).toEqual({ ok: false })
  })

  it('shows neither the password hash nor the address', () => {
    const { tokens, ada } = setUp()
    const [, claims = ''] = tokens.create(ada).split('.')
    const text = Buffer.from(claims, 'base64url').toString()
    expect(text).not.toContain('scrypt')
    expect(text).not.toContain('ada@')
  })
})
