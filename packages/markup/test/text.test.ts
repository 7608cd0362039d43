import { expect, it } from 'vitest'
import * as text from '../src/index.ts'

it.each([
  ['center', text.center('ab', 5), '  ab '],
  ['center of even width', text.center('abc', 6), ' abc  '],
  ['ljust in code points', text.ljust('🎉', 3), '🎉  '],
  ['zfill after a sign', text.zfill('-5', 4), '-005'],
  ['strip of named characters', text.strip('xxaxx', 'x'), 'a'],
  ['rstrip of whitespace', text.rstrip(' a \u2003\n'), ' a'],
  ['titleCase', text.titleCase("they're BILL's"), "They'Re Bill'S"],
  ['capitalize', text.capitalize('éCOLE'), 'École'],
  ['expandTabs', text.expandTabs('a\tb\n\tc', 4), 'a   b\n    c'],
  ['sliceText in code points', text.sliceText('a🎉b', 1, 2), '🎉'],
])('%s answers as Python does', (_, actual, expected) => {
  expect(actual).toBe(expected)
})

it.each([
  ['whitespace', text.splitText('  a  b '), ['a', 'b']],
  ['whitespace, a limit', text.splitText(' a  b  c ', null, 1), ['a', 'b  c ']],
  ['a text, a limit', text.splitText('a,b,c', ',', 1), ['a', 'b,c']],
  ['a text from the end', text.rsplitText('a,b,c', ',', 1), ['a,b', 'c']],
  ['lines', text.splitLines('a\r\nb\n\nc\n'), ['a', 'b', '', 'c']],
])('splits at %s', (_, actual, expected) => {
  expect(actual).toEqual(expected)
})

it.each([
  [2.5, '.0f', '2'],
  [0.125, '.2f', '0.12'],
  [1e21, '.1f', '1000000000000000000000.0'],
  [-0.001, '.1f', '-0.0'],
  [1234.5, 'e', '1.234500e+03'],
  [0.00001234, 'g', '1.234e-05'],
  [0.256, '.1%', '25.6%'],
  [255, '#x', '0xff'],
  [-42, '06d', '-00042'],
  [1234567, '_', '1_234_567'],
  [10n ** 20n, ',', '100,000,000,000,000,000,000'],
])('formats %s with %s as %s', (value, spec, expected) => {
  expect(text.formatValue(value, spec)).toBe(expected)
})
