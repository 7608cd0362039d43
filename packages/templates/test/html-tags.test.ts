import { expect, it } from 'vitest'
import { createTemplates } from '../src/index.ts'

const globals = { csp_nonce: () => 'N', csrf_token: () => 'T' }
const templates = createTemplates({ globals })
const render = (source: string, context = {}): string => templates.renderString(source, context)
const field = '<input type="hidden" name="csrf_token" value="T">'

it.each([
  ['<script>x</script>', '<script nonce="N">x</script>'],
  ['<SCRIPT SRC="a.js"></SCRIPT>', '<SCRIPT SRC="a.js" nonce="N"></SCRIPT>'],
  ['<style>x</style>', '<style nonce="N">x</style>'],
  ['<link rel="stylesheet" href="x" />', '<link rel="stylesheet" href="x"  nonce="N"/>'],
  ['<link rel=modulepreload href=x>', '<link rel=modulepreload href=x nonce="N">'],
  ['<script src=a/>', '<script src=a/ nonce="N">'],
])('gives %s the nonce', (source, expected) => {
  expect(render(source)).toBe(expected)
})

it.each([
  ['other links', '<link rel="icon" href="x">'],
  ['a tag that has one', '<script nonce="mine"></script>'],
  ['a tag that opts out', '<script data-nonce="off"></script>'],
  ['text in a script', '<script data-nonce="off">"<style>"</script>'],
  ['comments', '<!-- <script></script> -->'],
  ['attributes', '<a title="<script>">x</a>'],
  ['text areas', '<textarea><script></textarea>'],
])('gives no nonce to %s', (_, source) => {
  expect(render(source)).toBe(source)
})

it.each([
  ['that posts', '<form method="post">'],
  ['in capitals', '<FORM METHOD=POST ACTION="/a?b=http://c">'],
  ['to a relative path', "<form action='a/b' method='post'>"],
])('gives a form %s the CSRF field', (_, source) => {
  expect(render(source)).toBe(source + field)
})

it.each([
  ['that gets', '<form method="get">'],
  ['without a method', '<form>'],
  ['that opts out', '<form method="post" data-csrf="off">'],
])('gives a form %s no CSRF field', (_, source) => {
  expect(render(source)).toBe(source)
})

it('judges a tag by what it is when it is written', () => {
  const source = '<form method="{{ m }}" {% if to %}action="{{ to }}"{% endif %}>'
  expect(render(source, { m: 'post', to: '/a' })).toBe(`<form method="post" action="/a">${field}`)
  expect(render(source, { m: 'get' })).toBe('<form method="get" >')
  expect(render(source, { m: 'post', to: 'https://other.example' })).not.toContain(field)
})

it('follows branches and loops', () => {
  const source =
    '{% if x %}<script>{% else %}<script defer>{% endif %}"<form method=post>"</script><form method=post>'
  expect(render(source, { x: 1 })).toBe(
    `<script nonce="N">"<form method=post>"</script><form method=post>${field}`,
  )
  expect(render(source)).toBe(
    `<script defer nonce="N">"<form method=post>"</script><form method=post>${field}`,
  )
})

it('knows where the blocks of a parent stand', () => {
  const inherited = createTemplates({
    globals,
    sources: { 'base.html': '<script>{% block js %}{% endblock %}</script>{% block body %}{% endblock %}' },
  })
  const child = `{% extends 'base.html' %}{% block js %}"<form method=post>"{% endblock %}{% block body %}<form method=post>{% endblock %}`
  expect(inherited.renderString(child)).toBe(
    `<script nonce="N">"<form method=post>"</script><form method=post>${field}`,
  )
})

it('takes the field from csrf_field where the app has one', () => {
  const own = createTemplates({ globals: { csrf_field: () => ({ toHtml: () => '<i>' }) } })
  expect(own.renderString('<form method=post>')).toBe('<form method=post><i>')
})

it('adds nothing without these functions, in text files, or when told not to', () => {
  const source = '<script></script><form method=post>'
  expect(createTemplates().renderString(source)).toBe(source)
  expect(createTemplates({ globals, sources: { 'a.txt': source } }).render('a.txt')).toBe(source)
  const off = createTemplates({ globals, automaticNonce: false, automaticCsrf: false })
  expect(off.renderString(source)).toBe(source)
})
