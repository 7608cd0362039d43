import { Markup } from '@dewar/markup'
import { describe, expect, it } from 'vitest'
import { createTemplates } from '../src/index.ts'

const templates = createTemplates({ globals: { secret: () => 'S' }, userSteps: 5000, userSize: 20_000 })
templates.addFilter('own', () => 'S')
const data = { n: 3, s: 'a<b', l: [1, 2, 3], m: { a: { b: 'c' } }, h: new Markup('<b>x</b>') }
const functions = { double: (value: number) => value * 2 }
const render = (source: string): string => templates.renderUser(source, data, { functions })

it.each([
  ['values', '{{ s }} {{ m.a.b }} {{ h }}', 'a&lt;b c <b>x</b>'],
  ['filters', "{{ l|map('string')|join(',') }}", '1,2,3'],
  ['methods', '{{ s.upper() }}{% for k, v in m.items() %}{{ k }}{% endfor %}', 'A&lt;Ba'],
  ['loops', "{% for x in l %}{{ loop.cycle('a', 'b') }}{{ loop.index }}{% endfor %}", 'a1b2a3'],
  ['macros', '{% macro q(a) %}[{{ a }}]{{ caller() }}{% endmacro %}{% call q(1) %}x{% endcall %}', '[1]x'],
  ['registered functions', '{{ double(2) }}', '4'],
  [
    "Jinja's functions",
    '{{ range(3)|join }}{{ dict(a=1).a }}{% set c = cycler(1, 2) %}{{ c.next() }}',
    '01211',
  ],
  ['its own HTML, sanitised', '<p onclick="x()">{{ s }}</p><script>a</script>', '<p>a&lt;b</p>'],
])('renders %s', (_, source, expected) => {
  expect(render(source)).toBe(expected)
})

it.each([
  ['a global of the app', '{{ secret() }}'],
  ['a filter of the app', '{{ s|own }}'],
  ['HTML without escaping', '{{ s|safe }}'],
  ['the same by map', "{{ [s]|map('safe')|list }}"],
  ['a block without escaping', '{% autoescape false %}{{ s }}{% endautoescape %}'],
  ['another template', "{% include 'x' %}"],
  ['a parent', "{% extends 'x' %}"],
  ['macros of others', "{% import 'x' as y %}"],
  ['a constructor', "{{ s.constructor('x')() }}"],
  ['a constructor by a key', "{{ s['con' ~ 'structor']('x') }}"],
  ['a constructor of a function', "{{ range.constructor('x')() }}"],
  ['a method of JavaScript', '{{ s.repeat(9) }}'],
  ['a method of numbers', '{{ n.toFixed(2) }}'],
  ['a method of functions', '{{ double.call(1, 2) }}'],
  ['a method kept in a name', '{% set f = s.upper %}{{ f() }}'],
  ['an attribute of the namespace by call', "{{ namespace().set('a', 1) }}"],
])('refuses %s', (_, source) => {
  expect(() => render(source)).toThrow(
    expect.objectContaining({
      line: 1,
      column: expect.any(Number),
      code: expect.stringMatching(/^ERR_TEMPLATES_/),
    }),
  )
})

it.each([
  '{{ s.constructor }}',
  '{{ m.__proto__ }}',
  "{{ m|attr('constructor') }}",
  '{{ secret }}',
  '{{ double.apply }}',
])('prints nothing for %s', (source) => expect(render(source)).toBe(''))

describe('bounds', () => {
  const nested = (open: string, close: string, count: number): string =>
    open.repeat(count) + close.repeat(count)
  it.each([
    ['rounds', '{% for a in range(999) %}{% for b in range(999) %}{% endfor %}{% endfor %}'],
    ['rounds that are filtered out', '{% for a in range(9999) if false %}{% endfor %}'],
    ['a range', '{{ range(999999999)|length }}'],
    ['a repetition', "{{ 'a' * 99999999 }}"],
    ['a repetition of a list', '{{ [1] * 99999999 }}'],
    [
      'a doubling text',
      '{% set n = namespace(s="ab") %}{% for a in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}',
    ],
    [
      'a doubling list',
      '{% set n = namespace(l=[1]) %}{% for a in range(60) %}{% set n.l = [n.l, n.l] %}{% endfor %}',
    ],
    ['a list in itself', '{{ l.append(l) }}'],
    ['a width', "{{ 'a'.center(99999999) }}"],
    ['a width in a format', "{{ '%99999999d' % 1 }}"],
    ['a width in a format string', "{{ '{:>99999999}'.format(1) }}"],
    ['a batch', '{{ [1]|batch(99999999, 1)|list }}'],
    ['slices', '{{ [1]|slice(99999999)|list }}'],
    ['a replacement', "{{ ('a' * 9000).replace('', 'bbbbbbbb') }}"],
    ['a joined text', "{{ ''.join(['a' * 9000] * 9000) }}"],
    ['output', "{% for i in range(2000) %}{{ 'a' * 9000 }}{% endfor %}"],
    ['a macro in itself', '{% macro q() %}{{ q() }}{% endmacro %}{{ q() }}'],
    [
      'a doubling macro',
      '{% macro q(n) %}{% if n %}{{ q(n-1) }}{{ q(n-1) }}{% endif %}{% endmacro %}{{ q(25) }}',
    ],
    ['a loop in itself', '{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}'],
    ['brackets', `{{ ${nested('(', ')', 20_000)} }}`],
    ['signs', `{{ ${'-'.repeat(20_000)}1 }}`],
    ['its length', 'x'.repeat(60_000)],
  ])('end %s', (_, source) => {
    const start = performance.now()
    expect(() => render(source)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/LIMIT|VALUE|SYNTAX/), line: 1 }),
    )
    expect(performance.now() - start).toBeLessThan(3000)
  })

  it('end a template that takes too long', () => {
    const slow = createTemplates({ userSteps: 1_000_000 })
    const source = '{% for i in range(90000) %}{% set x = range(90000)|sort %}{% endfor %}'
    expect(() => slow.renderUser(source)).toThrow(expect.objectContaining({ code: 'ERR_TEMPLATES_LIMIT' }))
  })
})

it.each([
  ['a function', { x: () => 1 }],
  ['an object of a class', { x: new (class A {})() }],
  ['a value that is computed', Object.defineProperty({}, 'x', { enumerable: true, get: () => 1 })],
  ['a value deep inside', { x: [{ y: new Map([['z', () => 1]]) }] }],
])('takes no %s as data', (_, given) => {
  expect(() => templates.renderUser('', given)).toThrow(
    expect.objectContaining({ code: 'ERR_TEMPLATES_DATA' }),
  )
})

it('changes nothing of what it was given', () => {
  const given = { l: [1], m: { a: 1 } }
  templates.renderUser("{{ l.append(2) }}{{ m.update({'b': 2}) }}", given)
  expect(given).toEqual({ l: [1], m: { a: 1 } })
})

it('lets the errors of registered functions through', () => {
  const fail = (): never => {
    throw new RangeError('own')
  }
  expect(() => templates.renderUser('{{ fail() }}', {}, { functions: { fail } })).toThrow(RangeError)
})

it('leaves HTML as it is only if told to', () => {
  const source = '<script>{{ 1 }}</script>'
  expect(templates.renderUser(source)).toBe('')
  expect(templates.renderUser(source, {}, { unsafeHtml: true })).toBe('<script>1</script>')
})

it('stops a test for every item that takes too long', () => {
  const l = Array.from({ length: 30_000 }, (_, index) => index)
  const source = "{{ l|reject('in', l)|list|length }}"
  expect(() => createTemplates().renderUser(source, { l })).toThrow(/more than 1000 ms/)
})

it('adds up lists in no more time than they have items', () => {
  const l = Array.from({ length: 29_000 }, (_, index) => [index])
  const start = performance.now()
  expect(createTemplates().renderUser('{{ l|sum(start=[])|length }}', { l })).toBe('29000')
  expect(performance.now() - start).toBeLessThan(2500)
})

it('fills tabs with no more blanks than a text may have', () => {
  expect(() => render("{{ ('\t' * 9000).expandtabs(90000) }}")).toThrow(/too large/)
  expect(render("{{ 'a\tb'.expandtabs(4) }}")).toBe('a   b')
})
