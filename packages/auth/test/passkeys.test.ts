import { describe, expect, it } from 'vitest'
import { ask, makeSite } from './passkeys-site.ts'

describe('Passkeys', () => {
  it('registers a key and logs in with it, again and again', async () => {
    const { browser, device, stored } = makeSite()
    const client = browser()
    const options = await ask(client, '/register/begin')
    expect(options.rp.id).toBe('accounts.example')
    expect(await ask(client, '/register/finish', device.create(options))).toEqual({ ok: true })
    expect(stored.size).toBe(1)

    for (const counter of [1, 2]) {
      const visitor = browser()
      const challenge = await ask(visitor, '/login/begin')
      expect(await ask(visitor, '/login/finish', device.get(challenge))).toEqual({ ok: true })
      expect([...stored.values()][0]?.counter).toBe(counter)
    }
  })

  it('asks the device for its owner, names no account at login and no device twice', async () => {
    const { browser, device } = makeSite()
    const client = browser()
    const options = await ask(client, '/register/begin')
    expect(Buffer.from(options.user.id, 'base64url').toString()).not.toContain('1')
    await ask(client, '/register/finish', device.create(options))
    const again = await ask(client, '/register/begin')
    expect(again.excludeCredentials.map(({ id }) => id)).toEqual([device.id.toString('base64url')])
    const login = await ask(client, '/login/begin')
    expect(login.userVerification).toBe('required')
    expect(login.allowCredentials ?? []).toEqual([])
  })
})
