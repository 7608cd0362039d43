import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { generateKey, KeyRing, Signer, SigningError, TimedSigner } from '../src/index.ts'

const keys = new KeyRing([generateKey(), generateKey()])
const now = 1_750_000_000
const signers = [
  ['TimedSigner', new TimedSigner({ keys, purpose: 'session', now: () => now })],
  ['Signer', new Signer({ keys, purpose: 'session' })],
] as const
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe.each(signers)('attacks on %s', (_, signer) => {
  const token = signer.sign('{"user":7}')
  const [header = '', payload = '', signature = ''] = token.split('.')
  const kid = keys.ids[0]

  it('the untouched token is accepted', () => {
    expect(signer.verify(token)).toMatchObject({ ok: true, payload: '{"user":7}' })
  })

  it('no token with one character exchanged is accepted, wherever and for whichever', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \0\u0141'
    const accepted: string[] = []
    for (let i = 0; i < token.length; i++)
      for (const other of alphabet) {
        const altered = token.slice(0, i) + other + token.slice(i + 1)
        if (altered !== token && signer.verify(altered).ok) accepted.push(altered)
      }
    expect(accepted).toEqual([])
  })

  it('no token with one bit of one byte flipped is accepted', () => {
    const accepted: string[] = []
    for (let i = 0; i < token.length; i++)
      for (let bit = 0; bit < 8; bit++) {
        const bytes = Buffer.from(token, 'latin1')
        bytes[i] = (bytes[i] ?? 0) ^ (1 << bit)
        if (signer.verify(bytes.toString('latin1')).ok) accepted.push(bytes.toString('latin1'))
      }
    expect(accepted).toEqual([])
  })

  it('no truncated or lengthened token is accepted', () => {
    for (let i = 0; i < token.length; i++) expect(signer.verify(token.slice(0, i)).ok).toBe(false)
    for (const more of ['A', '=', '.', ' ', '\n', '\0', '\u0100']) {
      expect(signer.verify(token + more).ok).toBe(false)
      expect(signer.verify(more + token).ok).toBe(false)
    }
  })

  it.each([
    ['none', encode({ alg: 'none', kid })],
    ['None', encode({ alg: 'None', kid })],
    ['no alg', encode({ kid })],
    ['HS512', encode({ alg: 'HS512', kid })],
    ['RS256', encode({ alg: 'RS256', kid })],
    ['a list as alg', encode({ alg: ['HS256'], kid })],
    ['an unknown kid', encode({ alg: 'HS256', kid: 'elsewhere' })],
    ['a path as kid', encode({ alg: 'HS256', kid: '../../dev/null' })],
    ['__proto__ as kid', encode({ alg: 'HS256', kid: '__proto__' })],
    ['a number as kid', encode({ alg: 'HS256', kid: 0 })],
    ['an embedded key', encode({ alg: 'HS256', kid, jwk: { kty: 'oct', k: 'AAAA' } })],
    ['the other key of the ring', encode({ alg: 'HS256', kid: keys.ids[1] })],
    ['a header that is no object', encode('HS256')],
    ['a header that is null', encode(null)],
    ['a header that is no JSON', Buffer.from('{alg').toString('base64url')],
    ['an empty header', ''],
  ])(
    'a header with %s is refused, with the signature kept, without one, and with one made by an empty key',
    (_name, forged) => {
      const empty = createHmac('sha256', '').update(`${forged}.${payload}`).digest('base64url')
      for (const tail of [signature, '', empty])
        expect(signer.verify(`${forged}.${payload}.${tail}`).ok).toBe(false)
    },
  )

  it('parts of two good tokens do not make a third', () => {
    const [, otherPayload, otherSignature] = signer.sign('{"user":1}').split('.')
    expect(signer.verify(`${header}.${otherPayload}.${signature}`).ok).toBe(false)
    expect(signer.verify(`${header}.${payload}.${otherSignature}`).ok).toBe(false)
    expect(signer.verify(`${header}.${otherPayload}.${otherSignature}`).ok).toBe(true)
  })

  it('a token of another application, with its own key, is refused', () => {
    const theirs = new TimedSigner({ keys: new KeyRing(generateKey()), purpose: 'session', now: () => now })
    expect(signer.verify(theirs.sign('{"user":7}')).ok).toBe(false)
  })

  it('10,000 random texts are refused as errors of this package', () => {
    for (let i = 0; i < 10_000; i++) {
      const bytes = randomBytes(i % 120)
      const text =
        i % 2 === 0 ? bytes.toString('latin1') : `${header}.${bytes.toString('base64url')}.${signature}`
      const result = signer.verify(text)
      if (result.ok || !(result.reason instanceof SigningError)) expect.unreachable(text)
    }
  })

  it('a megabyte of dots or letters is refused at once', () => {
    for (const text of ['.'.repeat(1e6), 'A'.repeat(1e6), `${header}.${'A'.repeat(1e6)}.${signature}`])
      expect(signer.verify(text).ok).toBe(false)
  })
})

describe('a purpose', () => {
  it.each(['session ', 'Session', 'session\0', 'sessions', 'sess'])('is not confused with %j', (purpose) => {
    const token = new TimedSigner({ keys, purpose, now: () => now }).sign('x')
    expect(new TimedSigner({ keys, purpose: 'session', now: () => now }).verify(token).ok).toBe(false)
    expect(new TimedSigner({ keys, purpose, now: () => now }).verify(token).ok).toBe(true)
  })
})
