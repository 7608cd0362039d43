import { MemoryStore } from '@dewar/stores'
import { createApp } from 'dewar'
import { describe, expect, it } from 'vitest'
import { createTotpSecret, Totp, totpCode } from '../src/totp.ts'

const store = () => new MemoryStore()

function setUp(shared = store()) {
  const clock = { now: 1_700_000_000 }
  const app = createApp({ store: shared, now: () => clock.now, logger: { level: 'silent' } })
  return { clock, totp: new Totp(app, { issuer: 'Accounts' }) }
}

describe('a code', () => {
  it('works once, on whatever process, and once among many requests at the same moment', async () => {
    const shared = store()
    const [first, second] = [setUp(shared), setUp(shared)]
    const secret = createTotpSecret()
    const code = totpCode(secret, first.clock.now)
    const attempt = { account: 'ada', secret, code }
    const all = await Promise.all([first, second, first, second].map(({ totp }) => totp.check(attempt)))
    expect(all.filter(Boolean)).toHaveLength(1)
    expect(await second.totp.check(attempt)).toBe(false)
  })

  it('of another account does not use up the own one', async () => {
    const { totp, clock } = setUp()
    const secret = createTotpSecret()
    const code = totpCode(secret, clock.now)
    expect(await totp.check({ account: 'ada', secret, code })).toBe(true)
    expect(await totp.check({ account: 'bob', secret, code })).toBe(true)
  })

  it.each([
    ['of two minutes ago', (secret: string, now: number) => totpCode(secret, now - 60)],
    ['of a minute ahead', (secret: string, now: number) => totpCode(secret, now + 60)],
    ['of nobody', () => '000000'],
    ['that is empty', () => ''],
    ['with more digits', (secret: string, now: number) => `${totpCode(secret, now)}0`],
    ['in other digits', (secret: string, now: number) => totpCode(secret, now).replaceAll(/\d/g, '٣')],
  ])('%s is refused', async (_, make) => {
    const { totp, clock } = setUp()
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    expect(await totp.check({ account: 1, secret, code: make(secret, clock.now) })).toBe(false)
  })

  it('of an account without a secret is never right', async () => {
    const { totp, clock } = setUp()
    expect(await totp.check({ account: 1, secret: '', code: totpCode('', clock.now) })).toBe(false)
    expect(await totp.check({ account: 1, secret: '!', code: totpCode('', clock.now) })).toBe(false)
  })
})

describe('guessing', () => {
  it('ends after five tries a minute, counted by account and not by address, the right code included', async () => {
    const { totp, clock } = setUp()
    const secret = createTotpSecret()
    for (let round = 0; round < 5; round++) await totp.check({ account: 1, secret, code: 'wrong' })
    const right = { account: 1, secret, code: totpCode(secret, clock.now) }
    await expect(totp.check(right)).rejects.toMatchObject({ status: 429 })
    expect(await totp.check({ ...right, account: 2 })).toBe(true)
    clock.now += 120
    expect(await totp.check({ ...right, code: totpCode(secret, clock.now) })).toBe(true)
  })

  it('at one moment gets no more tries than one after the other', async () => {
    const { totp } = setUp()
    const secret = createTotpSecret()
    const tries = Array.from({ length: 50 }, () => totp.check({ account: 1, secret, code: 'wrong' }))
    const results = await Promise.allSettled(tries)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
  })
})
