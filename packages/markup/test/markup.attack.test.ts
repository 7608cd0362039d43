import { expect, it } from 'vitest'
import { escape, formatBraces, formatValue, Markup, striptags } from '../src/index.ts'

it.each([
  ['a constructor', '{0.constructor}'],
  ['a prototype', '{0[__proto__]}'],
  ['a method', '{0.toString}'],
])('keeps a format string away from %s', (_, template) => {
  expect(() => new Markup(template).format({ name: 'x' })).toThrow(
    expect.objectContaining({ code: 'ERR_MARKUP_FORMAT_KEY' }),
  )
})

it('still lets a format string read own members', () => {
  expect(String(new Markup('{0.name}').format({ name: '<x>' }))).toBe('&lt;x&gt;')
})

it('does not take data for HTML', () => {
  const data: unknown = JSON.parse('{"toHtml": "<script>", "__proto__": {"toHtml": 1}}')
  expect(escape(data).toString()).toBe('[object Object]')
})

it('refuses widths that would fill the memory', () => {
  expect(() => formatValue('x', '>999999999')).toThrow(
    expect.objectContaining({ code: 'ERR_MARKUP_FORMAT_VALUE' }),
  )
  expect(() => new Markup('x').center(1e9)).toThrow(
    expect.objectContaining({ code: 'ERR_MARKUP_FORMAT_TYPE' }),
  )
  expect(formatValue('x', '>3')).toBe('  x')
})

it('refuses fields nested in fields without end', () => {
  const values = { positional: ['x', 1], named: {} }
  expect(() => formatBraces('{0:{1:{1}}}', values, formatValue)).toThrow(
    expect.objectContaining({ code: 'ERR_MARKUP_FORMAT_SYNTAX' }),
  )
})

it.each([
  ['opened comments', '<!--'.repeat(100_000)],
  ['empty comments', '<!---->'.repeat(100_000)],
  ['nested openings', `${'<!'.repeat(100_000)}<!---->`],
  ['opened tags', '<'.repeat(200_000)],
  ['blanks', `${' '.repeat(200_000)}x`],
])('strips %s in linear time', (_, hostile) => {
  const start = performance.now()
  striptags(hostile)
  expect(performance.now() - start).toBeLessThan(1000)
})
