import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TextTable } from '../src/text-table.ts'

const key = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '-', '1'), maxLength: 12 })

test('a table finds every key it has, wherever it stands, and nothing else', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(key, { maxLength: 60 }),
      key,
      fc.string(),
      fc.string(),
      (keys, other, before, after) => {
        const table = new TextTable(keys.map((text, index) => [text, index]))
        for (const text of [...keys, other]) {
          const found = table.get(`${before}${text}${after}`, before.length, before.length + text.length)
          expect(found).toBe(keys.includes(text) ? keys.indexOf(text) : null)
        }
      },
    ),
  )
})

describe('a part is looked up to its slash or the end', () => {
  test.each([
    ['few lengths', ['a', 'ab', 'abc']],
    ['many lengths', Array.from({ length: 12 }, (_, index) => 'a'.repeat(index + 1))],
    [
      'keys that differ in too many places',
      Array.from({ length: 4096 }, (_, index) => index.toString(2).padStart(12, '0')),
    ],
  ])('with %s', (_, keys) => {
    const table = new TextTable(keys.map((text) => [text, text]))
    for (const text of keys) {
      expect(table.getPart(`/${text}/x`, 1)).toBe(text)
      expect(table.getPart(`/${text}`, 1)).toBe(text)
      expect(table.getPart(`/${text}z`, 1)).toBe(null)
    }
  })
})
