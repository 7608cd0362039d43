import { expect, it } from 'vitest'
import { escape, escapeText, Markup } from '../src/index.ts'

it.each([
  [
    'the five characters',
    `<a href='x' title="y">&</a>`,
    '&lt;a href=&#39;x&#39; title=&#34;y&#34;&gt;&amp;&lt;/a&gt;',
  ],
  ['entities a second time', '&amp;', '&amp;amp;'],
  ['nothing else', 'ü ☃ 🎉 ` = / \u0000', 'ü ☃ 🎉 ` = / \u0000'],
  ['the empty text', '', ''],
])('escapes %s', (_, text, html) => {
  expect(escapeText(text)).toBe(html)
  expect(escape(text).toString()).toBe(html)
})

it.each([
  ['null', null, ''],
  ['undefined', undefined, ''],
  ['a number', -5, '-5'],
  ['false', false, 'false'],
  ['a list, as its text', ['<'], '&lt;'],
])('turns %s into text first', (_, value, html) => {
  expect(escape(value).toString()).toBe(html)
})

it('gives the same Markup back', () => {
  const markup = new Markup('<b>')
  expect(escape(markup)).toBe(markup)
})

it('takes the HTML of an object that renders itself', () => {
  const link = { toHtml: () => '<a>', toString: () => 'never this' }
  expect(escape(link)).toEqual(new Markup('<a>'))
})
