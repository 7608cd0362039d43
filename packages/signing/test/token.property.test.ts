import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../src/base64url.ts'
import { generateKey, KeyRing, Signer, TimedSigner } from '../src/index.ts'

const keys = new KeyRing(generateKey())
const text = fc.string({ unit: 'grapheme', maxLength: 300 })

describe('tokens', () => {
  it('give back any well-formed text', () => {
    fc.assert(
      fc.property(text, fc.string({ minLength: 1, maxLength: 50 }), (payload, purpose) => {
        const timed = new TimedSigner({ keys, purpose })
        const plain = new Signer({ keys, purpose })
        expect(timed.unsign(timed.sign(payload))).toBe(payload)
        expect(plain.unsign(plain.sign(payload))).toBe(payload)
      }),
    )
  })

  it('live exactly as long as they were given', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e9 }), fc.integer({ min: 1, max: 1e8 }), (start, maxAge) => {
        const signer = new TimedSigner({ keys, purpose: 'p' })
        const token = signer.sign('x', { now: start, maxAge })
        expect(signer.verify(token, { now: start }).ok).toBe(true)
        expect(signer.verify(token, { now: start + maxAge - 1 }).ok).toBe(true)
        expect(signer.verify(token, { now: start + maxAge }).ok).toBe(false)
      }),
    )
  })

  it('are never believed for another payload', () => {
    const signer = new Signer({ keys, purpose: 'p' })
    fc.assert(
      fc.property(text, text, (one, other) => {
        fc.pre(one !== other)
        const [header, , signature] = signer.sign(one).split('.')
        expect(signer.verify(`${header}.${encodeBase64url(other)}.${signature}`).ok).toBe(false)
      }),
    )
  })
})

describe('base64url', () => {
  it('has one text for each value', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(decodeBase64url(encodeBase64url(bytes))).toEqual(Buffer.from(bytes))
      }),
    )
    fc.assert(
      fc.property(fc.string({ maxLength: 64 }), (any) => {
        const bytes = decodeBase64url(any)
        return bytes === null || encodeBase64url(bytes) === any
      }),
    )
  })
})
