/** HMAC from one-shot hashes: RFC 4231's vectors, and createHmac at every length and over every kind of text. */
import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaults } from '../src/defaults.ts'
import { makeHmac } from '../src/hmac.ts'

const reference = (key: Uint8Array, text: string) =>
  createHmac('sha256', key).update(text).digest('base64url')
const hmacOf = (key: Uint8Array) => makeHmac(createSecretKey(key))

describe('RFC 4231', () => {
  it.each([
    {
      name: '4.2 Test Case 1',
      key: Buffer.alloc(20, 0x0b),
      text: 'Hi There',
      mac: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    },
    {
      name: '4.3 Test Case 2, with a key shorter than the output',
      key: Buffer.from('Jefe'),
      text: 'what do ya want for nothing?',
      mac: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    },
  ])('$name', ({ key, text, mac }) => {
    expect(hmacOf(key).of(text)).toBe(Buffer.from(mac, 'hex').toString('base64url'))
  })
})

describe('HmacSha256 is createHmac', () => {
  const key = randomBytes(32)
  const hmac = hmacOf(key)

  it('for every length across the blocks of SHA-256', () => {
    for (let length = 0; length <= 300; length++) {
      const text = 'x'.repeat(length)
      expect(hmac.of(text), `${length}`).toBe(reference(key, text))
    }
  })

  it('after a longer text: nothing is left of it', () => {
    hmac.of('y'.repeat(4000))
    expect(hmac.of('short')).toBe(reference(key, 'short'))
  })

  it.each([-1, 0, 1, 2, 3])(
    '%i units off the length where the way changes, and for three-byte text',
    (off) => {
      const units = Math.floor(defaults.shortTextBytes.value / 3) + off
      for (const text of ['a'.repeat(units), '€'.repeat(units), '😀'.repeat(Math.ceil(units / 2))])
        expect(hmac.of(text)).toBe(reference(key, text))
    },
  )

  it('for any key up to a block, and any text, half surrogates included', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.string({ unit: 'binary', maxLength: 400 }),
        (bytes, text) => {
          expect(hmacOf(bytes).of(text)).toBe(reference(bytes, text))
        },
      ),
    )
    expect(hmac.of('\ud800')).toBe(reference(key, '\ud800'))
  })

  it('tells letters apart that share their low byte', () => {
    expect(hmac.of('Ł')).not.toBe(hmac.of('A'))
  })

  it('does not take a key longer than a block', () => {
    expect(() => hmacOf(Buffer.alloc(65))).toThrow(RangeError)
  })
})
