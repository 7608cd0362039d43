import { expect, it } from 'vitest'
import { createTemplates } from '../src/index.ts'

const templates = createTemplates({ globals: { csp_nonce: () => 'N', csrf_token: () => 'TOKEN' } })
const render = (source: string, context = {}): string => templates.renderString(source, context)

it.each([
  '//evil.example',
  'https://evil.example',
  'HTTPS://evil.example',
  '\\\\evil.example',
  '/\\evil.example',
  '\\/evil.example',
  ' //evil.example',
  '\t//evil.example',
  '/\n/evil.example',
  '\u0001//evil.example',
  'h\nttps://evil.example',
  'javascript:alert(1)',
  'mailto:a@evil.example',
])('gives no token to a form whose action is %j', (action) => {
  expect(render('<form method="post" action="{{ a }}">', { a: action })).not.toContain('TOKEN')
  expect(render(`<form method="post" action="${action}">`)).not.toContain('TOKEN')
})

it.each([
  ['by character references', '<form method=post action="&#47;&#47;evil.example">'],
  ['by a colon as a reference', '<form method=post action="https&colon;//evil.example">'],
  ['by the first of two actions', '<form method=post action=//evil.example action=/a>'],
  ['without quotes', '<form method=post action=https://evil.example>'],
])('gives no token to another origin written %s', (_, source) => {
  expect(render(source)).not.toContain('TOKEN')
})

it.each(['/path', 'path', '?q=//x', '#x', '/a:b', './a:b', ''])(
  'gives the token to the path %j',
  (action) => {
    expect(render('<form method="post" action="{{ a }}">', { a: action })).toContain('TOKEN')
  },
)

it('puts no nonce into what a value writes', () => {
  expect(render('{{ x }}', { x: '<script>alert(1)</script>' })).not.toContain('nonce')
  expect(render('{{ x|safe }}', { x: '<script>alert(1)</script>' })).not.toContain('nonce')
})

it('escapes the nonce and the token', () => {
  const hostile = createTemplates({ globals: { csp_nonce: () => '">', csrf_token: () => '">' } })
  expect(hostile.renderString('<script></script><form method=post>')).not.toContain('">"')
})

it.each([
  ['tags', '<a '.repeat(50_000)],
  ['quotes', `<a ${'b="'.repeat(50_000)}`],
  ['comments', '<!--'.repeat(50_000)],
  ['scripts', `<script>${'</scrip'.repeat(50_000)}`],
  ['forms', '<form method=post '.repeat(20_000)],
])('reads endless %s in linear time', (_, source) => {
  const start = performance.now()
  render(source)
  expect(performance.now() - start).toBeLessThan(3000)
})

it.each([
  ['by its author', '<form method="post"><button formaction="https://evil.example/">a</button></form>'],
  ['by a value', '<form method="post"><input type=submit formaction="{{ x }}"></form>'],
  ['in a branch', '<form method="post">{% if x %}<button formaction={{ x }}>a</button>{% endif %}</form>'],
])('gives no token to a form that a button sends to another site %s', (_, source) => {
  expect(render(source, { x: '//evil.example' })).not.toContain('TOKEN')
})

it.each([
  '<form method="post"><button formaction="/b">a</button></form>',
  '<form method="post"><button formaction="{{ x }}">a</button></form>',
  '<form method="post"><p>formaction="https://evil.example"</p></form>',
  '<form method="{{ method }}"></form>',
])('gives the token to %s', (source) => {
  expect(render(source, { x: '/b', method: 'PoSt' })).toContain('TOKEN')
})

it('writes no token into the address of a form whose method browsers read as GET', () => {
  expect(render('<form method=" post "></form>')).not.toContain('TOKEN')
})

it('gives no nonce to a script of SVG whose address is that of another site', () => {
  const source = '<svg><script xlink:href="{{ x }}"></script></svg>'
  expect(render(source, { x: 'https://evil.example/x.js' })).not.toContain('nonce')
  expect(render(source, { x: '/x.js' })).toContain('nonce="N"')
})
