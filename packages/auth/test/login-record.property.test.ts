import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LoginRecord, parseLogin, plainLogin, serializeLogin } from '../src/login-record.ts'

const word = fc.stringMatching(/^[\w-]{0,30}$/)
const record: fc.Arbitrary<LoginRecord> = fc.record({
  at: fc.nat({ max: 4_000_000_000 }),
  fresh: fc.boolean(),
  remembered: fc.boolean(),
  forced: fc.boolean(),
  seal: word,
  place: word,
  family: word,
})

describe('a login as text', () => {
  it('is read as it was written', () => {
    fc.assert(fc.property(record, (login) => void expect(parseLogin(serializeLogin(login))).toEqual(login)))
  })

  it('is nothing fresh, remembered or forced if it is malformed, and no error', () => {
    fc.assert(
      fc.property(
        fc.anything().filter((value) => typeof value !== 'string' || value.split('.').length !== 5),
        (value) => void expect(parseLogin(value)).toBe(plainLogin),
      ),
    )
  })
})
