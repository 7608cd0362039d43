import { createApp } from 'dewar'
import { describe, expect, it } from 'vitest'
import { parseBase32, serializeBase32 } from '../src/base32.ts'
import { createTotpSecret, hotpCode, Totp, totpCode } from '../src/totp.ts'

const key = Buffer.from('12345678901234567890')

function setUp(start = 1_700_000_000) {
  const clock = { now: start }
  const app = createApp({ config: { TESTING: true }, now: () => clock.now, logger: { level: 'silent' } })
  return { clock, totp: new Totp(app, { issuer: 'Accounts' }) }
}

describe('hotpCode', () => {
  it.each(
    ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'].map(
      (code, counter) => [counter, code] as const,
    ),
  )('is that of RFC 4226, appendix D, for counter %i', (counter, code) => {
    expect(hotpCode(key, counter)).toBe(code)
  })
})

describe('totpCode', () => {
  // RFC 6238, appendix B, has eight digits: the last six are ours.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('is that of RFC 6238 at %i', (time, code) => {
    expect(totpCode(serializeBase32(key), time)).toBe(code)
  })
})

describe('Base32', () => {
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('writes %j as RFC 4648 does, and reads it', (plain, text) => {
    expect(serializeBase32(Buffer.from(plain))).toBe(text)
    expect(Buffer.from(parseBase32(text) ?? []).toString()).toBe(plain)
    expect(Buffer.from(parseBase32(`${text.toLowerCase()}==`) ?? []).toString()).toBe(plain)
  })

  it('refuses other characters', () => {
    expect(parseBase32('M1')).toBe(null)
  })
})

describe('Totp', () => {
  it('takes the code of now, of the step before and of the step after', async () => {
    const secret = createTotpSecret()
    for (const shift of [-30, 0, 30]) {
      const { totp, clock } = setUp()
      const code = totpCode(secret, clock.now + shift)
      expect(await totp.check({ account: 1, secret, code: ` ${code.slice(0, 3)} ${code.slice(3)}` })).toBe(
        true,
      )
    }
  })

  it('takes the next code after one was used', async () => {
    const { totp, clock } = setUp()
    const secret = createTotpSecret()
    expect(await totp.check({ account: 1, secret, code: totpCode(secret, clock.now) })).toBe(true)
    clock.now += 30
    expect(await totp.check({ account: 1, secret, code: totpCode(secret, clock.now) })).toBe(true)
  })

  it('makes secrets of 160 bits and a link that apps read', () => {
    const { totp } = setUp()
    const secret = createTotpSecret()
    expect(parseBase32(secret)).toHaveLength(20)
    const uri = new URL(totp.uri(secret, 'ada@mail.example'))
    expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual([
      'otpauth:',
      'totp',
      '/Accounts:ada@mail.example',
    ])
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      secret,
      issuer: 'Accounts',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    })
  })

  it('refuses unknown options', () => {
    expect(() => new Totp(createApp(), { issuer: 'x', drift: 1 } as never)).toThrow(
      expect.objectContaining({ code: 'ERR_AUTH_OPTION' }),
    )
  })
})
