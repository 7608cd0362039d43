import { describe, expect, it } from 'vitest'
import {
  BadPayload,
  BadSignature,
  generateKey,
  KeyRing,
  SignatureExpired,
  SignatureNotYetValid,
  Signer,
  SigningError,
  TimedSigner,
} from '../src/index.ts'

const keys = new KeyRing(generateKey())
const start = 1_750_000_000
const signerAt = (now: number, more: object = {}) =>
  new TimedSigner({ keys, purpose: 'reset', now: () => now, maxAge: 60, ...more })

describe('TimedSigner', () => {
  it('gives back what was signed, with the times', () => {
    const token = signerAt(start).sign('user 7')
    expect(signerAt(start + 59).verify(token)).toEqual({
      ok: true,
      payload: 'user 7',
      issuedAt: start,
      expiresAt: start + 60,
    })
  })

  it('makes tokens that need no escaping in URLs, headers and cookies', () => {
    expect(signerAt(start).sign('a b&c=d;é')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  })

  it('ends a token at the second it was given, and says when that was', () => {
    const token = signerAt(start).sign('user 7')
    const result = signerAt(start + 60).verify(token)
    expect(result.ok === false && result.reason).toBeInstanceOf(SignatureExpired)
    expect(result.ok === false && result.reason).toMatchObject({
      code: 'ERR_SIGNING_EXPIRED',
      payload: 'user 7',
      issuedAt: start,
      expiresAt: start + 60,
      dateSigned: new Date(start * 1000),
    })
  })

  it('lets sign give a life of its own', () => {
    const token = signerAt(start).sign('x', { maxAge: 600 })
    expect(signerAt(start + 599).verify(token).ok).toBe(true)
    expect(signerAt(start + 600).verify(token).ok).toBe(false)
  })

  it('lets verify shorten a life, and never prolong it', () => {
    const token = signerAt(start).sign('x')
    expect(signerAt(start + 10).verify(token, { maxAge: 11 }).ok).toBe(true)
    expect(signerAt(start + 10).verify(token, { maxAge: 10 }).ok).toBe(false)
    expect(signerAt(start + 60).verify(token, { maxAge: 6000 }).ok).toBe(false)
  })

  it('allows a clock that is a little ahead, and no more', () => {
    const token = signerAt(start + 5).sign('x')
    expect(signerAt(start).verify(token).ok).toBe(true)
    const result = signerAt(start - 1).verify(token)
    expect(result.ok === false && result.reason).toBeInstanceOf(SignatureNotYetValid)
    expect(signerAt(start, { leeway: 0 }).verify(token).ok).toBe(false)
  })

  it('reads fractions of seconds as whole ones', () => {
    expect(signerAt(start + 0.9).verify(signerAt(start + 0.1).sign('x'))).toMatchObject({ issuedAt: start })
  })

  it('throws the reason from unsign, where verify returns it', () => {
    expect(signerAt(start).unsign(signerAt(start).sign('x'))).toBe('x')
    expect(() => signerAt(start).unsign('no token')).toThrow(BadSignature)
    expect(() => signerAt(start + 99).unsign(signerAt(start).sign('x'))).toThrow(SignatureExpired)
  })

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['empty text', ''],
    ['two parts', 'a.b'],
    ['four parts', 'a.b.c.d'],
    ['dots', '..'],
  ])('refuses %s without throwing', (_, token) => {
    expect(signerAt(start).verify(token)).toMatchObject({
      ok: false,
      reason: { code: 'ERR_SIGNING_BAD_SIGNATURE' },
    })
  })

  it('refuses a token longer than allowed before hashing it', () => {
    const long = signerAt(start).sign('x'.repeat(600))
    expect(signerAt(start, { maxTokenLength: 512 }).verify(long).ok).toBe(false)
    expect(signerAt(start).verify(long).ok).toBe(true)
  })

  it.each([
    ['a number', 7],
    ['undefined', undefined],
    ['half a surrogate pair', 'a\ud800'],
  ])('does not sign %s', (_, payload) => {
    expect(() => signerAt(start).sign(payload as string)).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNING_PAYLOAD' }),
    )
  })

  it.each([
    ['no purpose', { keys }],
    ['an empty purpose', { keys, purpose: '' }],
    ['no keys', { purpose: 'x' }],
    ['a bare key', { keys: generateKey(), purpose: 'x' }],
    ['an unknown option', { keys, purpose: 'x', maxage: 7 }],
    ['a life of no time', { keys, purpose: 'x', maxAge: 0 }],
  ])('is not made with %s', (_, options) => {
    expect(() => new TimedSigner(options as never)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_SIGNING_(PURPOSE|OPTION)$/) }),
    )
  })

  it.each([
    ['zero', { maxAge: 0 }],
    ['a fraction', { maxAge: 1.5 }],
    ['an unknown option', { max_age: 7 }],
  ])('does not verify with %s', (_, options) => {
    expect(() => signerAt(start).verify('x', options as object)).toThrow(SigningError)
  })
})

describe('Signer', () => {
  it('gives back what was signed, at any time', () => {
    const signer = new Signer({ keys, purpose: 'list' })
    expect(signer.verify(signer.sign('é'))).toEqual({ ok: true, payload: 'é' })
    expect(signer.unsign(signer.sign(''))).toBe('')
  })

  it('is made for one purpose only', () => {
    const token = new Signer({ keys, purpose: 'list' }).sign('x')
    expect(new Signer({ keys, purpose: 'other' }).verify(token).ok).toBe(false)
  })

  it('does not exchange tokens with a TimedSigner of the same purpose', () => {
    const timed = new TimedSigner({ keys, purpose: 'reset', now: () => start })
    const plain = new Signer({ keys, purpose: 'reset' })
    expect(plain.verify(timed.sign('x')).ok).toBe(false)
    expect(timed.verify(plain.sign('x')).ok).toBe(false)
  })

  it('reports signed bytes that are not text as BadPayload', async () => {
    const { CompactSign } = await import('jose')
    const token = await new CompactSign(Uint8Array.of(0xff, 0xfe))
      .setProtectedHeader({ alg: 'HS256', kid: keys.ids[0] ?? '' })
      .sign(new Uint8Array(keys.derive('list', 'sign').newest.secret.export()))
    expect(() => new Signer({ keys, purpose: 'list' }).unsign(token)).toThrow(BadPayload)
  })
})
