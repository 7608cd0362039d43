import { escapeText } from '@dewar/markup'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createTemplates, TemplateError } from '../src/index.ts'

const templates = createTemplates()
const pieces = [
  '{{',
  '}}',
  '{%',
  '%}',
  '{#',
  '#}',
  ' if ',
  ' for ',
  ' in ',
  ' x ',
  '|',
  'upper',
  '(',
  ')',
  '[',
  ']',
  '"',
  "'",
  '-',
  '.',
  '1',
  ',',
  '=',
  'set',
  'endif',
  'else',
  '\n',
  '<',
  'is',
  'not',
  '~',
]
const noise = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''))
const value = fc.string({
  unit: fc.constantFrom('<', '>', '"', "'", '&', '{', '}', '%', 'a', '\\', '\n', '\u2028', '🎉'),
})

it('fails in no other way than with a TemplateError', () => {
  fc.assert(
    fc.property(noise, (source) => {
      try {
        templates.renderString(source, { x: 1 })
      } catch (error) {
        expect(error).toBeInstanceOf(TemplateError)
      }
    }),
    { numRuns: 2000 },
  )
})

it('prints values escaped, whatever they are', () => {
  fc.assert(fc.property(value, (x) => templates.renderString('{{ x }}', { x }) === escapeText(x)))
})

it('prints text of a template as it is', () => {
  fc.assert(
    fc.property(value, (text) => {
      const source = text.replace(/[{%#]/g, '')
      expect(createTemplates({ keepTrailingNewline: true }).renderString(source)).toBe(source)
    }),
  )
})

it('prints the same through a macro, a block, an include and a loop', () => {
  const sources = { 'i.html': '{{ x }}', 'b.html': '{% block b %}{% endblock %}' }
  const all = createTemplates({ sources })
  const ways = [
    '{% macro m(v) %}{{ v }}{% endmacro %}{{ m(x) }}',
    "{% extends 'b.html' %}{% block b %}{{ x }}{% endblock %}",
    "{% include 'i.html' %}",
    '{% for v in [x] %}{{ v }}{% endfor %}',
    '{% set v %}{{ x }}{% endset %}{{ v }}',
    '{{ x if true else 1 }}',
    "{{ x ~ '' }}",
    '{{ [x]|join }}',
  ]
  fc.assert(
    fc.property(value, fc.constantFrom(...ways), (x, way) => all.renderString(way, { x }) === escapeText(x)),
  )
})

it('round-trips text through tojson', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      (x) => JSON.parse(templates.renderString('{{ x|tojson }}', { x })) === x,
    ),
  )
})
