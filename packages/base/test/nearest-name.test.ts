import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearestName } from '../src/index.ts'

describe('nearestName', () => {
  it.each([
    { written: 'itn', known: ['int', 'float', 'path'], meant: 'int' },
    {
      written: 'SESION_COOKIE_NAME',
      known: ['SESSION_COOKIE_NAME', 'SECRET_KEY'],
      meant: 'SESSION_COOKIE_NAME',
    },
    { written: 'Lifetime', known: ['lifetime'], meant: 'lifetime' },
  ])('takes $written for $meant', ({ written, known, meant }) => {
    expect(nearestName(written, known)).toBe(meant)
  })

  it.each([
    { written: 'banana', known: ['int', 'float'] },
    { written: 'x', known: [] },
    { written: '', known: ['abc'] },
  ])('has no suggestion for $written', ({ written, known }) => {
    expect(nearestName(written, known)).toBeUndefined()
  })

  it('finds every name from itself', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 40 }), (name) => {
        expect(nearestName(name, [name])).toBe(name)
      }),
    )
  })

  it('compares only the first 64 characters of an endless name', () => {
    expect(nearestName('a'.repeat(100_000), ['b'])).toBeUndefined()
  })
})
