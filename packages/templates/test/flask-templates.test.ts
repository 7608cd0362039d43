/** What templates of Flask apps write, and other engines stumble over. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createTemplates } from '../src/index.ts'

const render = (source: string, values: object = {}): string =>
  createTemplates({ extensions: ['i18n'] }).renderString(source, { ...values })

describe('a tag', () => {
  it.each([
    ['{% if x: %}a{% elif y: %}b{% else: %}c{% endif %}', 'a'],
    ['{% for i in x: %}{{ i }}{% else: %}{% endfor %}', '12'],
    ['{% macro m(a): %}[{{ a }}]{% endmacro %}{{ m(1) }}', '[1]'],
    ['{% set t: %}a{% endset %}{{ t }}', 'a'],
    ['{% block b: %}a{% endblock %}', 'a'],
  ])('may end with a colon, as in Python: %s', (source, out) => {
    expect(render(source, { x: [1, 2] })).toBe(out)
  })

  it.each(['{% if x %}{% endif: %}', '{% include "a": %}'])('that opens nothing may not: %s', (source) => {
    expect(() => render(source)).toThrow(expect.objectContaining({ code: 'ERR_TEMPLATES_SYNTAX' }))
  })
})

it('takes keyword arguments that are named like constants', () => {
  const yesNo = (value: unknown, { none }: { none: string }): string => (value === null ? none : 'known')
  const templates = createTemplates()
  templates.addFilter('yes_no', yesNo)
  expect(templates.renderString("{{ x|yes_no(none='not said') }}", { x: null })).toBe('not said')
})

it('finds templates whose names start with a slash or have empty parts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dewar-names-'))
  mkdirSync(join(folder, 'a'))
  writeFileSync(join(folder, 'a', 'b.html'), 'found')
  const templates = createTemplates({ folders: [folder] })
  for (const name of ['/a/b.html', 'a//b.html', './a/b.html']) expect(templates.render(name)).toBe('found')
  expect(() => templates.render('/../a/b.html')).toThrow(
    expect.objectContaining({ code: 'ERR_TEMPLATES_NOT_FOUND' }),
  )
})

it.each(['link', 'anchor', 'big', 'bold', 'small', 'sub', 'sup'])('texts have no member %s', (name) => {
  expect(render(`{{ x.${name} }}{% if x['${name}'] %}there{% endif %}`, { x: 'text' })).toBe('')
})

describe('values without quotes at the end of a branch', () => {
  it.each([
    ['<li{{ " class=active" if x }}>', '<li class=active>'],
    ['<option {{ "selected=\\"selected\\"" if x }}>', '<option selected=&#34;selected&#34;>'],
    ['<input {% if x %} data-min={{ x }}{% endif %}>', '<input  data-min=1>'],
    [
      '<input {% if x %}data-min={{ x }} data-max={{ y }}{% endif %} required>',
      '<input data-min=1 data-max="a b" required>',
    ],
    [
      '<input{% if x %} a={{ x }}{% if y %} b={{ y }}{% endif %}{% else %} c=3{% endif %}>',
      '<input a=1 b="a b">',
    ],
  ])('end at the blank or > behind it: %s', (source, out) => {
    expect(render(source, { x: 1, y: 'a b' })).toBe(out)
  })

  it.each([
    '<input {% if x %}data-min={{ x }}{% endif %}y>',
    '<input {% if x %}data-min={{ x }}{% endif %}{{ y }}>',
    '<input {% for i in x %}{% if i %}a={{ i }}{% endif %}{% endfor %}>',
  ])('are refused where something else may follow: %s', (source) => {
    expect(() => render(source, { x: [1], y: 1 })).toThrow(
      expect.objectContaining({ code: 'ERR_TEMPLATES_CONTEXT' }),
    )
  })
})

it('escapes values in declarations and instructions, which end at the first >', () => {
  expect(render('<?xml-stylesheet href="{{ x }}" type="text/xsl"?><p>{{ x }}', { x: '"/a?>' })).toBe(
    '<?xml-stylesheet href="&#34;/a?&gt;" type="text/xsl"?><p>&#34;/a?&gt;',
  )
})

it('prints lists and mappings in messages as elsewhere', () => {
  const project = { name: '<a>' }
  expect(render('{% trans project=project %}For {{ project }}.{% endtrans %}', { project })).toBe(
    render('For {{ project }}.', { project }),
  )
  expect(render("{{ '<b>%s</b>'|safe|format(project) }}", { project })).toBe(
    render("{{ '<b>'|safe }}{{ project }}{{ '</b>'|safe }}", { project }),
  )
})

it('leaves what is harmless in a string of a script as Jinja writes it', () => {
  const source = `<script>var a = "{{ url }}", b = 'at {{ time }}';</script><b onclick="go('{{ url }}')">`
  expect(render(source, { url: '/posts/7?page=2', time: '12:30, 1.5 %' })).toBe(
    `<script>var a = "/posts/7?page\\u003d2", b = 'at 12:30, 1.5 %';</script><b onclick="go('/posts/7?page\\u003d2')">`,
  )
})

it('counts as Python does', () => {
  const source = '{{ x.__len__() }}{{ y.__len__() }}{{ z.__len__() }}{% if not w.__len__() %}0{% endif %}'
  expect(render(source, { x: [1, 2], y: { a: 1 }, z: 'a🎉', w: [] })).toBe('2120')
})
