import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBase32, serializeBase32 } from '../src/base32.ts'
import { parsePasswordHash } from '../src/password-hash.ts'
import { hashPassword, verifyPassword } from '../src/passwords.ts'

const number = fc.oneof(fc.integer({ min: -2, max: 2 ** 40 }).map(String), fc.string({ maxLength: 4 }))
const text = fc.string({ maxLength: 50 })
/** Texts that look like hashes in every point but one or two. */
const almostHash = fc.oneof(
  fc.tuple(number, number, number, text, text).map(([n, r, p, s, h]) => `scrypt:${n}:${r}:${p}$${s}$${h}`),
  fc.tuple(number, number, number, text, text).map(([n, r, p, s, h]) => `scrypt$${n}$${s}$${r}$${p}$${h}`),
  fc
    .tuple(number, number, number, text, text)
    .map(([n, r, p, s, h]) => `$scrypt$ln=${n},r=${r},p=${p}$${s}$${h}`),
  fc
    .tuple(fc.constantFrom('argon2id', 'argon2i', 'argon2d'), number, number, number, text, text)
    .map(([kind, m, t, p, s, h]) => `$${kind}$v=19$m=${m},t=${t},p=${p}$${s}$${h}`),
  fc
    .tuple(fc.constantFrom('sha1', 'sha256', 'md5'), number, text, text)
    .map(([d, i, s, h]) => `pbkdf2_${d}$${i}$${s}$${h}`),
  fc.string({ unit: 'binary' }),
)

describe('parsePasswordHash', () => {
  it('never throws, and never lets a text ask for more than the ceilings', () => {
    fc.assert(
      fc.property(almostHash, (hash) => {
        const method = parsePasswordHash(hash)?.method
        if (method?.kind === 'scrypt')
          expect(128 * method.cost * method.blockSize).toBeLessThanOrEqual(2 ** 28)
        if (method?.kind === 'argon2') expect(method.memory).toBeLessThanOrEqual(2 ** 18)
        if (method?.kind === 'pbkdf2') expect(method.iterations).toBeLessThanOrEqual(10_000_000)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('every password', () => {
  const method = 'pbkdf2:sha256:1'
  const options = { method, unsafeWeakMethod: true }

  it('is known again, and no other is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        async (password, other) => {
          const hash = await hashPassword(password, options)
          expect((await verifyPassword(hash, password, { method })).ok).toBe(true)
          const isSame = other === password || other.normalize('NFKC') === password
          expect((await verifyPassword(hash, other, { method })).ok).toBe(isSame)
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('Base32', () => {
  it('gives every bytes back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(parseBase32(serializeBase32(bytes))).toEqual(bytes)
      }),
    )
  })
})
