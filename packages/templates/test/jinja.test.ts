import { expect, it } from 'vitest'
import { createTemplates } from '../src/index.ts'

const sources = {
  'base.html': '<{% block a %}A{% endblock %}|{% block b %}B{% endblock %}>',
  'mid.html': "{% extends 'base.html' %}{% block a %}m{{ super() }}{% endblock %}",
  'macros.html': "{% macro hi(name, mark='!') %}hi {{ name }}{{ mark }}{% endmacro %}{% set v = 1 %}",
  'item.html': '[{{ i }}{{ x }}]',
}
const templates = createTemplates({ sources, extensions: ['do', 'loopcontrols', 'i18n'] })
const render = (source: string, context = {}): string => templates.renderString(source, context)

it.each([
  [
    'blocks of a parent and a grandparent',
    "{% extends 'mid.html' %}{% block a %}t{{ super() }}{% endblock %}",
    '<tmA|B>',
  ],
  ['super of super', "{% extends 'mid.html' %}{% block a %}{{ super.super() }}{% endblock %}", '<A|B>'],
  ['a block by self', '{% block a %}x{% endblock %}{{ self.a() }}', 'xx'],
  ['a scoped block', '{% for i in [1, 2] %}{% block r scoped %}{{ i }}{% endblock %}{% endfor %}', '12'],
  [
    'an include with the names around it',
    "{% for i in [1, 2] %}{% include 'item.html' %}{% endfor %}",
    '[1X][2X]',
  ],
  ['an include without context', "{% include 'item.html' without context %}", '[]'],
  ['an include that may be missing', "{% include 'none.html' ignore missing %}.", '.'],
  ['an import', "{% import 'macros.html' as m %}{{ m.hi('<', mark='?') }}{{ m.v }}", 'hi &lt;?1'],
  ['names from an import', "{% from 'macros.html' import hi as h %}{{ h('a') }}", 'hi a!'],
  [
    'a call block',
    '{% macro m(a) %}({{ caller(a) }}){% endmacro %}{% call(b) m(1) %}b{{ b }}{% endcall %}',
    '(b1)',
  ],
  [
    'varargs and kwargs',
    '{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, a=2) }}',
    '[1]{&#39;a&#39;: 2}',
  ],
  [
    'spread arguments',
    '{% macro m(a, b, c) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(*[1, 2], **{"c": 3}) }}',
    '123',
  ],
  ['a recursive loop', '{% for n in tree recursive %}{{ n.v }}({{ loop(n.c) }}){% endfor %}', '1(2()3())'],
  [
    'cycle and changed',
    '{% for i in [1, 1, 2] %}{{ loop.cycle("a", "b") }}{{ loop.changed(i) }} {% endfor %}',
    'atrue bfalse atrue ',
  ],
  [
    'neighbours in a loop',
    '{% for i in [1, 2] %}{{ loop.previtem }}<{{ loop.nextitem }}{% endfor %}',
    '<21<',
  ],
  [
    'a loop with a condition',
    '{% for i in [1, 2, 3] if i is odd %}{{ loop.index }}{{ i }} {% endfor %}',
    '11 23 ',
  ],
  [
    'break and continue',
    '{% for i in [1, 2, 3, 4] %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{% endfor %}',
    '13',
  ],
  ['entries of a mapping', '{% for k, v in {"a": 1}.items() %}{{ k }}{{ v }}{% endfor %}', 'a1'],
  ['names that end with a loop', '{% set y = 0 %}{% for i in [1] %}{% set y = 1 %}{% endfor %}{{ y }}', '0'],
  [
    'a namespace that outlives it',
    '{% set n = namespace(y=0) %}{% for i in [1, 2] %}{% set n.y = n.y + i %}{% endfor %}{{ n.y }}',
    '3',
  ],
  ['a block of text in a name', '{% set y | upper %}({{ x }}){% endset %}{{ y }}', '(X)'],
  ['with', '{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a }}', '12'],
  ['do', '{% set l = [1] %}{% do l.append(2) %}{{ l|join }}', '12'],
  ['filter blocks', '{% filter upper|trim %} a {% endfilter %}', 'A'],
  [
    'messages that are no HTML where nothing is escaped',
    "{% autoescape false %}{{ _('<i>%(n)s</i>', n='<b>') }}{{ _('<') ~ '<' }}{% endautoescape %}{{ _('<i>%(n)s', n='<b>') }}",
    '<i><b></i><<<i>&lt;b&gt;',
  ],
  [
    'messages where a variable says whether output is escaped',
    "{% set on = 1 %}{% autoescape on %}{{ _('%(n)s', n='<') }}{% endautoescape %}{% set off = '' %}{% autoescape off %}{{ ngettext('a', '%(n)s', 2, n='<') }}{% endautoescape %}",
    '&lt;<',
  ],
  ['autoescape blocks', '{% autoescape false %}{{ "<" }}{% endautoescape %}{{ "<" }}', '<&lt;'],
  ['raw blocks', '{% raw %}{{ x }}{% endraw %}', '{{ x }}'],
  ['slices', '{{ "abcd"[1:-1] }}{{ [1, 2, 3][::-1]|join }}', 'bc321'],
  ['comparison chains', '{{ 1 < 2 < 3 }}{{ 1 < 2 > 3 }}', 'truefalse'],
  [
    'Python text methods',
    '{{ "{:>4}|{}".format("a", 1) }}{{ "a,b".split(",")|length }}{{ " x ".strip() }}',
    '   a|12x',
  ],
  ['percent formatting', '{{ "%05.1f" % 3.14 }}', '003.1'],
  ['whole division and remainder', '{{ -7 // 2 }}{{ -7 % 3 }}{{ 2 ** 3 }}', '-428'],
  ['trans', '{% trans n=2 %}one{% pluralize %}{{ n }} many{% endtrans %}', '2 many'],
  ['whitespace control', 'a  {%- if 1 -%}  b  {%- endif %} c', 'ab c'],
])('renders %s', (_, source, expected) => {
  const tree = [
    {
      v: 1,
      c: [
        { v: 2, c: [] },
        { v: 3, c: [] },
      ],
    },
  ]
  expect(render(source, { x: 'X', tree })).toBe(expected)
})

it('binds tests tighter than arithmetic and not', () => {
  expect(render('{{ not nope is defined }}')).toBe('true')
  expect(render('{{ 2 * 2 is odd }}')).toBe('0')
})

it('prints nothing for what is missing, and complains about its members', () => {
  expect(render('[{{ nope }}{{ x.nope }}{{ nothing }}]', { x: {}, nothing: null })).toBe('[]')
  expect(() => render('{{ x.nope.deeper }}', { x: {} })).toThrow("'x.nope' is undefined.")
})

class Lookup {
  has(key: string): boolean {
    return key === 'k'
  }
  get(key: string): string | undefined {
    return key === 'k' ? 'v' : undefined
  }
}

it.each([
  ['a Map', new Map([['k', 'v']])],
  ['an object', { k: 'v' }],
  ['something with get and has', new Lookup()],
])('reads entries of %s', (_, d) => {
  expect(render("{{ d.k }}{{ d['k'] }}{{ d.get('k') }}", { d })).toBe('vvv')
})

it('reaches getters and methods of classes with their object', () => {
  class User {
    readonly #name = 'Ada'
    get name(): string {
      return this.#name
    }
    greet(mark: string): string {
      return `Hi ${this.#name}${mark}`
    }
  }
  expect(render("{{ u.name }} {{ u.greet('!') }}", { u: new User() })).toBe('Ada Hi Ada!')
})

it('trims blocks when asked to', () => {
  const trimmed = createTemplates({ trimBlocks: true, lstripBlocks: true })
  expect(trimmed.renderString('a\n  {% if 1 %}\n  b\n  {% endif %}\nc\n')).toBe('a\n  b\nc')
})

it('takes other delimiters', () => {
  const other = createTemplates({ delimiters: { variableStart: '[[', variableEnd: ']]' } })
  expect(other.renderString('[[ x ]]{{ x }}', { x: 1 })).toBe('1{{ x }}')
})
