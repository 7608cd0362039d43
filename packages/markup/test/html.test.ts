import { expect, it } from 'vitest'
import { html, isMarkup, Markup } from '../src/index.ts'

it('escapes values and leaves its own text alone', () => {
  const link = html`<a title="${'"><script>'}">${'<'} ${new Markup('<b>')}</a>`
  expect(isMarkup(link)).toBe(true)
  expect(String(link)).toBe('<a title="&#34;&gt;&lt;script&gt;">&lt; <b></a>')
})

it('writes lists item by item', () => {
  expect(String(html`<ul>${['<', '>'].map((item) => html`<li>${item}</li>`)}</ul>`)).toBe(
    '<ul><li>&lt;</li><li>&gt;</li></ul>',
  )
})

it('writes nothing for null and undefined', () => {
  expect(String(html`[${null}${undefined}]`)).toBe('[]')
})
