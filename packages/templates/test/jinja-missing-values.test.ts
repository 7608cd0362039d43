/** What filters, tests and conditions do with values that are missing or of another kind: as Jinja does. */
import { Markup } from '@dewar/markup'
import { expect, it } from 'vitest'
import { createTemplates } from '../src/index.ts'

const templates = createTemplates({ sources: {} })
const render = (source: string, context = {}): string => templates.renderString(source, context)

it.each([
  '{{ gone|float }}',
  '{{ gone|filesizeformat }}',
  '{{ gone|indent }}',
  '{{ gone|wordwrap(5) }}',
  '{{ gone|dictsort }}',
  "{{ gone|attr('a') }}",
  "{{ gone|round(1, 'ceil') }}",
  '{{ gone is odd }}',
  '{{ gone is gt(1) }}',
  "{{ [1, 2]|sum('price') }}",
  "{{ [1, 2]|max(attribute='price') }}",
  "{{ [1, 2]|groupby('price') }}",
])('%s says what is undefined', (source) => {
  expect(() => render(source)).toThrow(expect.objectContaining({ code: 'ERR_TEMPLATES_UNDEFINED' }))
})

it.each(['{{ gone|abs }}', '{{ gone|round }}', '{{ 5|indent }}', '{{ 5|truncate }}', '{{ {}[1:] }}'])(
  '%s is an error of type',
  (source) => {
    expect(() => render(source)).toThrow(expect.objectContaining({ code: 'ERR_TEMPLATES_TYPE' }))
  },
)

it.each([
  ['a test in a condition', "{{ 'y' if x is nosuch else 'n' }}"],
  ['a filter in a condition', "{{ 'y' if x|nosuch else 'n' }}"],
  ['a filter in the branch taken', "{{ x|nosuch if true else 'n' }}"],
])('an unknown name is found while rendering: %s', (_, source) => {
  expect(() => render(source)).toThrow(expect.objectContaining({ code: 'ERR_TEMPLATES_RENDER' }))
})

it.each([
  ['a branch not taken may name what is unknown', '{{ 1 if true else x|nosuch }}', '1'],
  ['what counts as false has nothing to map', "{{ 0|map('upper')|list }}", '[]'],
  ['a list that is short enough stays a list', '{{ [1, 2]|truncate(9)|length }}', '2'],
  ['items that all lack a key keep their order', "{{ [3, 1]|sort(attribute='n')|join }}", '31'],
  ['a value that is missing in a list', '{{ [gone, none] }}', '[Undefined, none]'],
  ['pprint orders the keys of mappings', "{{ {'b': 1, 'a': 2}|pprint|safe }}", "{'a': 2, 'b': 1}"],
])('%s', (_, source, expected) => {
  expect(render(source)).toBe(expected)
})

it('gives the characters of HTML as text, which is escaped again', () => {
  const html = new Markup('<b>')

  expect(render('{% for one in html %}{{ one }}{% endfor %} {{ html|first }} {{ html[:2] }}', { html })).toBe(
    '&lt;b&gt; &lt; <b',
  )
})
