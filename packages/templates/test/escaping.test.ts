import { html, Markup } from '@dewar/markup'
import { expect, it } from 'vitest'
import { createTemplates } from '../src/index.ts'

const templates = createTemplates()
const render = (source: string, context = {}): string => templates.renderString(source, context)

it.each([
  ['x.html', '&lt;'],
  ['x.htm', '&lt;'],
  ['x.xml', '&lt;'],
  ['x.xhtml', '&lt;'],
  ['x.svg', '&lt;'],
  ['x.txt', '<'],
  ['x.HTML', '<'],
  ['x.html.j2', '<'],
])('escapes by extension, as Flask does: %s', (name, expected) => {
  const named = createTemplates({ sources: { [name]: '{{ x }}' } })
  expect(named.render(name, { x: '<' })).toBe(expected)
})

it.each([
  ['Markup', '{{ m }}', '<b>'],
  ['what html makes', '{{ h }}', '<i>&lt;</i>'],
  ['objects that render themselves', '{{ o }}', '<hr>'],
  ['safe', '{{ x|safe }}', '<x>'],
  ['a macro', '{% macro f(a) %}<p>{{ a }}</p>{% endmacro %}{{ f(x) }}', '<p>&lt;x&gt;</p>'],
  [
    'a caller',
    '{% macro f() %}{{ caller() }}{% endmacro %}{% call f() %}<p>{{ x }}{% endcall %}',
    '<p>&lt;x&gt;',
  ],
  ['a block of text', '{% set y %}<p>{{ x }}{% endset %}{{ y }}', '<p>&lt;x&gt;'],
  ['HTML joined to text', "{{ m ~ x }}{{ m + x }}{{ '%s' % m }}", '<b>&lt;x&gt;<b>&lt;x&gt;&lt;b&gt;'],
  ['text joined by HTML', "{{ [x, m]|join('<'|safe) }}", '&lt;x&gt;<<b>'],
  ['a filter on HTML', '{{ m|upper }}{{ m|replace("b", "<") }}', '<B><&lt;>'],
])('does not escape %s twice, nor too little', (_, source, expected) => {
  const context = { x: '<x>', m: new Markup('<b>'), h: html`<i>${'<'}</i>`, o: { toHtml: () => '<hr>' } }
  expect(render(source, context)).toBe(expected)
})

it.each([
  ['{{ x|tojson }}', { x: "</script>&'" }, '"\\u003c/script\\u003e\\u0026\\u0027"'],
  ['{{ x|tojson }}', { x: { b: 1, a: [null, true] } }, '{"a": [null, true], "b": 1}'],
  ['{{ x|tojson(2) }}', { x: [1] }, '[\n  1\n]'],
  ['{{ x|xmlattr }}', { x: { class: '"', id: null } }, ' class="&#34;"'],
  [
    '{{ x|urlize }}',
    { x: 'see <www.example.com>' },
    'see &lt;<a href="https://www.example.com" rel="noopener">www.example.com</a>&gt;',
  ],
  ['{{ x|striptags }}', { x: '<b>1 &lt; 2</b>' }, '1 &lt; 2'],
  ['{{ x|e|e }}{{ x|forceescape }}', { x: '<' }, '&lt;&lt;'],
])('%s gives HTML that is safe', (source, context, expected) => {
  expect(render(source, context)).toBe(expected)
})

it('never prints the source of a function', () => {
  expect(render('{{ f }}', { f: () => 'secret' })).toBe('&lt;function f&gt;')
})
