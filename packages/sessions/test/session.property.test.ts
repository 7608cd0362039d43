import { generateKey, KeyRing } from '@dewar/signing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signedCookieSessions } from '../src/index.ts'

const sessions = signedCookieSessions({ keys: new KeyRing(generateKey()), maxCookieSize: 1_000_000 })

const leaf = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
  fc.boolean(),
  fc.constant(null),
  fc.bigInt(),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ maxLength: 8 }),
)
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.string({ maxLength: 5 }).filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 3, noNullPrototype: true },
    ),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 2 }).map((pairs) => new Map(pairs)),
    fc.array(fc.string(), { maxLength: 3 }).map((items) => new Set(items)),
    fc
      .constantFrom('$date', '$', '$map', '$x')
      .chain((tag) => tie('value').map((inner) => ({ [tag]: inner }))),
  ),
})).value

describe('a session', () => {
  it('gives back any data it accepts, unmodified until it is changed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), value), { maxLength: 4 }), (pairs) => {
        const session = sessions.open(undefined)
        for (const [key, item] of pairs) session.set(key, item)
        const cookie = (sessions.save(session) ?? '').split(';')[0]
        const after = sessions.open(cookie)
        expect(after.refused).toBeUndefined()
        expect(new Map(after)).toEqual(new Map(pairs))
        expect(after.modified).toBe(false)
      }),
    )
  })

  it('opens from any header without an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (header) => {
        expect(sessions.open(header).isNew).toBe(true)
        expect(sessions.open(`${sessions.cookieName}=${header}`).isNew).toBe(true)
      }),
    )
  })
})
