import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseUrlencoded } from '../src/index.ts'

const limits = { maxFieldNameSize: 100_000, maxFormMemorySize: null }
const text = fc.string({ unit: 'binary', maxLength: 30 }).map((value) => value.toWellFormed())

it('reads what URLSearchParams writes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text), { maxLength: 10 }), (pairs) => {
      const form = parseUrlencoded(new URLSearchParams(pairs).toString(), limits)

      const expected = new Map<string, string[]>()
      for (const [name, value] of pairs) expected.set(name, [...(expected.get(name) ?? []), value])
      expect([...form.lists()]).toEqual([...expected])
    }),
  )
})

it('takes any text at all', () => {
  const piece = fc.oneof(
    fc.constantFrom('%', '&', '=', '+', '%C3', '%BC', '%F0%9F', '%ED%A0%80', '%c0%ae', '%zz'),
    text,
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const form = parseUrlencoded(pieces.join(''), limits)

      for (const [name, value] of form) expect(typeof name + typeof value).toBe('stringstring')
    }),
    { numRuns: 500 },
  )
})
