import { html, Markup } from '@dewar/markup'
import { expect, it } from 'vitest'
import { createTemplates } from '../src/index.ts'

const templates = createTemplates()
const render = (source: string, context = {}): string => templates.renderString(source, context)

it.each([
  ['quoted attributes', '<a title="{{ x }}">', { x: '"a" & b' }, '<a title="&#34;a&#34; &amp; b">'],
  ['HTML in a quoted attribute', '<a title="{{ x }}">', { x: html`"${'&'}` }, '<a title="&#34;&amp;">'],
  ['unquoted attributes', '<a class={{ x }} id=a{{ x }}>', { x: 'b c' }, '<a class="b c" id=ab&#32;c>'],
  ['empty unquoted attributes', '<a class={{ x }} b>', { x: '' }, '<a class="" b>'],
  [
    'addresses',
    '<a href="{{ x }}">',
    { x: 'https://a.example/?b=1&c' },
    '<a href="https://a.example/?b=1&amp;c">',
  ],
  ['addresses with a start', '<a href="/p/{{ x }}">', { x: 'a:b' }, '<a href="/p/a:b">'],
  ['addresses with an end', '<a href="{{ x }}?q={{ y }}">', { x: '/p', y: 'a:b' }, '<a href="/p?q=a:b">'],
  ['a scheme', '<a href="{{ x }}://h/">', { x: 'https' }, '<a href="https://h/">'],
  [
    'a choice of starts',
    `<a href="{{ 'https://' if x else 'http://' }}{{ h }}">`,
    { h: 'localhost:1' },
    '<a href="http://localhost:1">',
  ],
  ['a text in a script', '<script>f("{{ x }}")</script>', { x: "a'b" }, '<script>f("a\\u0027b")</script>'],
  ['a number in a script', '<script>f({{ x }})</script>', { x: -1.5 }, '<script>f(-1.5)</script>'],
  [
    'a truth value in a script',
    '<script>f({{ x }}, {{ x|lower }})</script>',
    { x: true },
    '<script>f(true, true)</script>',
  ],
  ['JSON in a script', '<script>f({{ x|tojson }})</script>', { x: ['<'] }, '<script>f(["\\u003c"])</script>'],
  [
    'JSON in a name',
    '{% set y = x|tojson %}<script>f({{ y }})</script>',
    { x: ['<'] },
    '<script>f(["\\u003c"])</script>',
  ],
  [
    'a macro in a script',
    "{% macro m() %}g('x'){% endmacro %}<script>{{ m() }}</script>",
    {},
    "<script>g('x')</script>",
  ],
  [
    'an event handler',
    `<a onclick="f('{{ x }}', {{ y|tojson }})">`,
    { x: "'", y: '"' },
    `<a onclick="f('\\u0027', &#34;\\&#34;&#34;)">`,
  ],
  ['JSON in an attribute', "<a data-x='{{ x|tojson }}'>", { x: { a: "'" } }, `<a data-x='{"a": "\\u0027"}'>`],
  ['a style', '<b style="width: {{ x }}%">', { x: 12.5 }, '<b style="width: 12.5%">'],
  ['a colour', '<b style="color: {{ x }}">', { x: 'rgb(1, 2, 3)' }, '<b style="color: rgb(1, 2, 3)">'],
  [
    'a colour of today among words',
    '<style>a{b:{{ x }}}</style>',
    { x: '1px solid HSL(120deg 50% 50% / .5)' },
    '<style>a{b:1px solid HSL(120deg 50% 50% / .5)}</style>',
  ],
  [
    'an address in a style',
    '<style>a{b:url({{ x }})}</style>',
    { x: '/a' },
    '<style>a{b:url(\\2f a)}</style>',
  ],
  ['a choice of styles', `<b style="{{ 'display: none' if x }}">`, { x: 1 }, '<b style="display: none">'],
  [
    'a template in a script',
    '<script type="text/template">{{ x }}</script>',
    { x: '<' },
    '<script type="text/template">&lt;</script>',
  ],
  ['attributes', '<a{{ x|xmlattr }} {{ "checked" if y }}>', { x: { b: '"' }, y: 1 }, '<a b="&#34;" checked>'],
  ['a name of an attribute', '<option {{ x }}>', { x: 'selected' }, '<option selected>'],
  ['data attributes', '<a data-{{ x }}="{{ y }}">', { x: 'b', y: 'c:d' }, '<a data-b="c:d">'],
  ['levels of headings', '<h{{ x }}>a</h{{ x }}>', { x: 2 }, '<h2>a</h2>'],
  ['a less-than sign', '{{ x }} <{{ y }}', { x: 1, y: 2 }, '1 <2'],
  ['srcdoc', '<iframe srcdoc="{{ x }}">', { x: '<' }, '<iframe srcdoc="&amp;lt;">'],
  [
    'attributes in a branch',
    '<td{% if x %} class="{{ x }}"{% endif %}>{{ x }}</td>',
    { x: '<' },
    '<td class="&lt;">&lt;</td>',
  ],
  [
    'a choice of elements',
    '<{% if x %}a{% else %}b{% endif %} title="{{ x }}">',
    { x: '"' },
    '<a title="&#34;">',
  ],
])('writes %s so that they arrive unchanged', (_, source, context, expected) => {
  expect(render(source, context)).toBe(expected)
})

it.each([
  ['an element', '{% if x %}<script>{% endif %}{{ x }}'],
  ['an attribute', '<a {% if x %}title="{% endif %}{{ x }}">'],
  ['a quote', `<a title={% if x %}"{% else %}'{% endif %}{{ x }}>`],
  ['a loop', '{% for i in x %}<style>{% endfor %}'],
])('refuses branches that leave %s open', (_, source) => {
  expect(() => render(source, { x: 'x' })).toThrow(
    expect.objectContaining({ code: 'ERR_TEMPLATES_CONTEXT', line: 1 }),
  )
})

it('escapes for the place where a parent puts a block', () => {
  const sources = {
    'base.html': '<script>{% block js %}{% endblock %}</script><a href="{% block url %}{% endblock %}">',
  }
  const inherited = createTemplates({ sources })
  const child =
    "{% extends 'base.html' %}{% block js %}f('{{ x }}'){% endblock %}{% block url %}{{ x }}{% endblock %}"
  expect(inherited.renderString(child, { x: "javascript:'" })).toBe(
    `<script>f('javascript:\\u0027')</script><a href="#unsafe-url">`,
  )
})

it('takes further schemes, and HTML escaping only, when told to', () => {
  const more = createTemplates({ urlSchemes: ['data'] })
  expect(more.renderString('<img src="{{ x }}">', { x: 'data:,' })).toBe('<img src="data:,">')
  const less = createTemplates({ unsafeHtmlEscapingOnly: true })
  expect(less.renderString('<a href={{ x }}>', { x: 'javascript:' })).toBe('<a href=javascript:>')
})

it('leaves text files and blocks without escaping alone', () => {
  const sources = { 'a.txt': '<a href={{ x }}>' }
  expect(createTemplates({ sources }).render('a.txt', { x: 'javascript:' })).toBe('<a href=javascript:>')
  const source = '{% autoescape false %}<a href={{ x }}>{% endautoescape %}'
  expect(render(source, { x: new Markup('javascript:') })).toBe('<a href=javascript:>')
})
