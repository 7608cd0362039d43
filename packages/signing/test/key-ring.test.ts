import { hkdfSync } from 'node:crypto'
import { inspect } from 'node:util'
import { Secret } from '@dewar/base'
import { describe, expect, it } from 'vitest'
import { generateKey, KeyRing, NoKeys, SigningError, TimedSigner, UnknownKey, WeakKey } from '../src/index.ts'

const oldKey = 'vR3w8kq1Zt6yLxN0bHs5cUeJ9gMaPdQf4oTiWzXu7Ej'
const newKey = '2mB7sKxw0Qe9LhVtYr4ZpUcNf6JdGaRi1oTgHzXy8Ev'

describe('KeyRing', () => {
  it('takes one key, a Secret, or several with the newest first', () => {
    expect(new KeyRing(newKey).size).toBe(1)
    expect(new KeyRing(new Secret(newKey)).ids).toEqual(new KeyRing(newKey).ids)
    expect(new KeyRing([newKey, oldKey]).ids).toEqual([
      ...new KeyRing(newKey).ids,
      ...new KeyRing(oldKey).ids,
    ])
  })

  it('derives HKDF-SHA256 by use and purpose, as anybody can compute', () => {
    const derived = new KeyRing(newKey).derive('session', 'sign-timed').newest.secret.export()
    expect(derived).toEqual(
      Buffer.from(hkdfSync('sha256', newKey, 'dewar/signing/v1', 'sign-timed\0session', 32)),
    )
  })

  it('gives unrelated keys for different purposes and uses, and the same one again for the same', () => {
    const ring = new KeyRing(newKey)
    const hex = [
      ring.derive('a'),
      ring.derive('b'),
      ring.derive('a', 'sign'),
      ring.derive('a', 'sign-timed'),
      ring.derive('a', 'seal'),
    ].map((keys) => keys.newest.secret.export().toString('hex'))
    expect(new Set(hex).size).toBe(5)
    expect(ring.derive('a')).toBe(ring.derive('a'))
  })

  it('keeps a bounded number of purposes', () => {
    const ring = new KeyRing(newKey)
    const first = ring.derive('first')
    for (let i = 0; i < 300; i++) ring.derive(`purpose ${i}`)
    expect(ring.derive('first')).not.toBe(first)
    expect(ring.derive('first').newest.secret.equals(first.newest.secret)).toBe(true)
  })

  it('signs with a key put in front from then on, and still verifies what the older made', () => {
    const ring = new KeyRing(oldKey)
    const signer = new TimedSigner({ keys: ring, purpose: 'mail' })
    const before = signer.sign('x')
    ring.add(newKey)
    expect(signer.unsign(before)).toBe('x')
    expect(new TimedSigner({ keys: new KeyRing(newKey), purpose: 'mail' }).unsign(signer.sign('y'))).toBe('y')
  })

  it('no longer verifies what a removed key made, and says which key it was', () => {
    const ring = new KeyRing([newKey, oldKey])
    const token = new TimedSigner({ keys: new KeyRing(oldKey), purpose: 'mail' }).sign('x')
    const signer = new TimedSigner({ keys: ring, purpose: 'mail' })
    expect(signer.verify(token).ok).toBe(true)
    ring.replace(newKey)
    const result = signer.verify(token)
    expect(result.ok === false && result.reason).toBeInstanceOf(UnknownKey)
    expect(result.ok === false && result.reason.details['keyId']).toBe(new KeyRing(oldKey).ids[0])
  })

  it('keeps its keys when a replacement is refused', () => {
    const ring = new KeyRing(newKey)
    const { ids } = ring
    expect(() => ring.replace(['dev'])).toThrow(WeakKey)
    expect(() => ring.replace([])).toThrow(NoKeys)
    expect(ring.ids).toEqual(ids)
  })

  it('never shows a key', () => {
    const ring = new KeyRing([newKey, oldKey])
    const derived = ring.derive('a')
    const shown = [
      inspect(ring, { depth: 9 }),
      JSON.stringify(ring),
      `${ring}`,
      inspect(derived, { depth: 9 }),
    ].join()
    expect(shown).not.toContain(newKey.slice(0, 8))
    expect(shown).not.toContain(derived.newest.secret.export().toString('hex').slice(0, 8))
  })

  it.each([
    ['an empty list', [], 'ERR_SIGNING_NO_KEYS'],
    ['an empty text', '', 'ERR_SIGNING_NO_KEYS'],
    ['the same key twice', [newKey, newKey], 'ERR_SIGNING_DUPLICATE_KEY'],
    ['nothing', undefined as unknown as string, 'ERR_SIGNING_KEY_TYPE'],
    ['a number in the list', [7 as unknown as string], 'ERR_SIGNING_KEY_TYPE'],
    ['bytes', Buffer.from(newKey) as unknown as string, 'ERR_SIGNING_KEY_TYPE'],
  ])('refuses %s', (_, keys, code) => {
    expect(() => new KeyRing(keys)).toThrow(expect.objectContaining({ code }))
  })

  it('refuses an unknown option and names the nearest one', () => {
    const options = { unsafeWeakKey: true } as object
    expect(() => new KeyRing(newKey, options)).toThrow(
      expect.objectContaining({ code: 'ERR_SIGNING_OPTION', fix: expect.stringContaining('unsafeWeakKeys') }),
    )
  })

  it('takes weak keys only when told so by name', () => {
    expect(() => new KeyRing('dev')).toThrow(WeakKey)
    expect(new KeyRing('dev', { unsafeWeakKeys: true }).size).toBe(1)
  })

  it.each([
    ['empty', ''],
    ['not text', 7],
    ['longer than 200 characters', 'p'.repeat(201)],
    ['half a surrogate pair', '\ud800'],
  ])('refuses a purpose that is %s', (_, purpose) => {
    expect(() => new KeyRing(generateKey()).derive(purpose as string)).toThrow(SigningError)
  })
})
