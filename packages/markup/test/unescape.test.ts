import { expect, it } from 'vitest'
import { unescape } from '../src/index.ts'

it.each([
  ['names', '&copy; &eacute; &hearts; &AMP;', '© é ♥ &'],
  ['numbers', '&#233; &#xe9; &#X1F389;', 'é é 🎉'],
  ['old names without a semicolon', '&notit; &ltx', '¬it; <x'],
  ['one level only', '&amp;lt;', '&lt;'],
  ['numbers of Windows-1252', '&#128;', '€'],
  ['numbers of nothing as the replacement character', '&#0;&#xD800;&#x110000;', '\ufffd\ufffd\ufffd'],
])('resolves %s', (_, html, text) => {
  expect(unescape(html)).toBe(text)
})

it('leaves what is no reference', () => {
  expect(unescape('a & b &hearts &nosuch; &;')).toBe('a & b &hearts &nosuch; &;')
})
