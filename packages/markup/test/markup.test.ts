import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { isMarkup, Markup, MarkupError } from '../src/index.ts'

const b = new Markup('<b>')

it('escapes what is joined to it and nothing else', () => {
  expect(String(b.concat('<', new Markup('</b>')))).toBe('<b>&lt;</b>')
  expect(String(b.add({ toHtml: () => '<hr>' }))).toBe('<b><hr>')
  expect(String(new Markup('<br>').join(['<', b, 3, null]))).toBe('&lt;<br><b><br>3<br>')
})

it.each([
  ['by position', '<p>{}</p>', ['<x>'], '<p>&lt;x&gt;</p>'],
  ['by number', '{0}{1}{0}', ['<', '&'], '&lt;&amp;&lt;'],
  ['by name', '{a}', [{ a: '<' }], '&lt;'],
  ['by own member', '{a[b]}-{a.b}', [{ a: { b: '<' } }], '&lt;-&lt;'],
  ['by entry of a Map', '{0[k]}', [new Map([['k', '<']])], '&lt;'],
  ['in a format, before escaping', '{:>5}|', ['<'], '    &lt;|'],
  ['with a width from a value', '{:>{}}', ['x', 3], '  x'],
  ['as decimals', '{:.2f} {:,}', [1.005, 1234567], '1.00 1,234,567'],
  ['as they are if they are HTML', '{}', [b], '<b>'],
  ['beside braces', '{{}}', [], '{}'],
])('formats values %s', (_, template, values, html) => {
  expect(String(new Markup(template).format(...values))).toBe(html)
})

it.each([
  ['text', '%s-%10s|', ['<', '&'], '&lt;-     &amp;|'],
  ['numbers', '%05d %.1f %x', [42, 2.55, 255], '00042 2.5 ff'],
  ['names', '%(a)s', { a: '<' }, '&lt;'],
  ['a percent sign', '%s %%', ['<'], '&lt; %'],
  ['quoted text', '%r', ['<x>'], '&#39;&lt;x&gt;&#39;'],
])('formats %s with percent items', (_, template, values, html) => {
  expect(String(new Markup(template).formatPercent(values))).toBe(html)
})

it.each([
  ['{', 'ERR_MARKUP_FORMAT_SYNTAX'],
  ['{}', 'ERR_MARKUP_FORMAT_INDEX'],
  ['{x}', 'ERR_MARKUP_FORMAT_KEY'],
])('reports the format %s as %s', (template, code) => {
  expect(() => new Markup(template).format()).toThrow(expect.objectContaining({ code }))
})

it('refuses a width on HTML, which could cut an entity', () => {
  expect(() => new Markup('{:5}').format(b)).toThrow(MarkupError)
})

it('stays Markup through the text methods', () => {
  const text = new Markup(' <x>&amp; ')
  const results = [text.strip(), text.slice(1, 3), text.toUpperCase(), text.repeat(2), ...text.split('&')]
  expect(results.every(isMarkup)).toBe(true)
  expect(results.map(String)).toEqual([
    '<x>&amp;',
    '<x',
    ' <X>&AMP; ',
    ' <x>&amp;  <x>&amp; ',
    ' <x>',
    'amp; ',
  ])
})

it('escapes the replacement and the fill', () => {
  expect(String(new Markup('a b').replace('b', '<i>'))).toBe('a &lt;i&gt;')
  expect(String(new Markup('aaa').replace('a', '$&', 2))).toBe('$&amp;$&amp;a')
  expect(() => b.center(20, '<')).toThrow(expect.objectContaining({ code: 'ERR_MARKUP_FORMAT_TYPE' }))
})

it('shows itself as Markup in the console and as text in JSON', () => {
  expect(inspect(b)).toBe("Markup('<b>')")
  expect(JSON.stringify({ b })).toBe('{"b":"<b>"}')
})
