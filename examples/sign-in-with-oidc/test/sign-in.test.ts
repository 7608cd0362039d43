import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { comeBack, greeted, leave, origin, setUp } from './fixture.ts'
import { type RunningProvider, startProvider } from './honest-provider.ts'

let honest: RunningProvider
beforeAll(async () => {
  honest = await startProvider()
})
afterAll(() => honest.stop())

describe('signing in with a provider', () => {
  it('leads there, and back in', async () => {
    const { browser } = setUp([honest.options])
    const client = browser()
    expect((await client.get('/')).location).toBe('/login?next=/')
    expect((await client.get('/login')).text).toContain('Sign in with honest')
    const address = await leave(client)
    expect(address.origin).toBe(honest.options.issuer)
    expect(await comeBack(client, await honest.visit(address))).toBe('/')
    expect(await greeted(client)).toBe('ada of honest')
    await client.post('/logout')
    expect(await greeted(client)).toBe(null)
  })

  it('knows who has been here before', async () => {
    const { browser } = setUp([honest.options])
    const ids: unknown[] = []
    for (let round = 0; round < 2; round++) {
      const client = browser()
      await comeBack(client, await honest.visit(await leave(client)))
      await client.sessionTransaction((session) => void ids.push(session.get('_userId')))
    }
    expect(ids).toEqual(['1', '1'])
  })

  it('leads back to where one wanted to go', async () => {
    const { browser } = setUp([honest.options])
    const client = browser()
    const address = await leave(client, '/login/honest?next=/%3Fpage=2')
    expect(await comeBack(client, await honest.visit(address))).toBe('/?page=2')
  })

  it('asks with state, nonce and PKCE, for the way back that the settings name', async () => {
    const { browser } = setUp([honest.options])
    const { searchParams } = await leave(browser())
    const ask = Object.fromEntries(searchParams)
    expect(ask).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${origin}/login/honest/callback`,
    })
    for (const name of ['state', 'nonce', 'code_challenge']) expect(ask[name]).toMatch(/^[\w-]{43}$/)
  })
})
