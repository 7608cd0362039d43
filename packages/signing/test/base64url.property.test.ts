import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64url, encodeBase64url } from '../src/base64url.ts'

describe('decodeBase64url', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(decodeBase64url(encodeBase64url(bytes))).toEqual(Buffer.from(bytes))
      }),
    )
  })

  it('accepts a text exactly if encoding would write it', () => {
    const alphabet = fc.constantFrom(...'ABCQgwxyz019-_+/= .\n\u0100é')
    const anything = fc.oneof(
      fc.string({ unit: alphabet, maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 12 }),
    )
    fc.assert(
      fc.property(anything, (text) => {
        const isCanonical = Buffer.from(text, 'base64url').toString('base64url') === text
        expect(decodeBase64url(text) !== null).toBe(isCanonical)
      }),
      { numRuns: 5000 },
    )
  })
})
