import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createTemplates, type PrecompiledTemplates, sanitize } from '../src/index.ts'

const globals = { csp_nonce: () => 'N', csrf_token: () => 'T' }

async function all(stream: AsyncIterable<string>): Promise<string[]> {
  const out: string[] = []
  for await (const piece of stream) out.push(piece)
  return out
}

describe('promises', () => {
  const sources = {
    'base.html': '<p>{% block a %}{% endblock %}</p>',
    'page.html':
      "{% extends 'base.html' %}{% block a %}{{ later(x) }}{{ later(x)|slow }}{% include 'in.html' %}{{ m() }}{% endblock %}",
    'in.html': '{% macro m(v) %}[{{ later(v) }}]{% endmacro %}{{ m(1) }}',
  }
  const templates = createTemplates({ sources, globals: { m: () => 'g' } })
  templates.addFilter('slow', async (value: string) => `${value}!`)
  const later = async (value: unknown) => value

  it('are waited for', async () => {
    expect(await templates.renderAsync('page.html', { x: '<', later })).toBe('<p>&lt;&lt;![1]g</p>')
    expect(await templates.renderStringAsync('{{ later(2) }}', { later })).toBe('2')
  })

  it('are an error where nobody waits', () => {
    expect(() => templates.render('page.html', { x: 1, later })).toThrow(expect.objectContaining({ line: 1 }))
  })

  it('give their own errors', async () => {
    const fail = async (): Promise<never> => {
      throw new RangeError('own')
    }
    await expect(templates.renderStringAsync('{{ fail() }}', { fail })).rejects.toThrow(RangeError)
  })
})

describe('streams', () => {
  const sources = {
    'base.html': '<head></head>{% block a %}{% endblock %}<i></i>',
    'page.html':
      "{% extends 'base.html' %}{% block a %}{% for x in xs %}<b>{{ x }}</b>{% endfor %}{% endblock %}",
    'capture.html':
      '{% set y %}{% block z %}{% for x in xs %}{{ x }}{% endfor %}{% endblock %}{% endset %}[{{ y }}]{{ self.z() }}',
    'form.html': '<form method="post">{% for x in xs %}{{ x }}{% endfor %}{{ f }}</form>',
  }
  const templates = createTemplates({ sources, globals })
  const pieces = async (name: string, context: object): Promise<string[]> =>
    await all(templates.stream(name, { ...context }))

  it('give a page piece by piece, the same as at once', async () => {
    const out = await pieces('page.html', { xs: [1, 2, 3] })
    expect(out.length).toBeGreaterThan(3)
    expect(out[0]).toBe('<head></head>')
    for (const name of ['page.html', 'capture.html', 'form.html']) {
      const whole = (await pieces(name, { xs: [1, 2] })).join('')
      expect(whole).toBe(templates.render(name, { xs: [1, 2] }))
    }
  })

  it('run no further than they are read', async () => {
    let count = 0
    const next = (): number => ++count
    const stream = templates.streamString('{% for x in range(100) %}{{ next() }}{% endfor %}', { next })
    for await (const piece of stream) if (piece === '3') break
    expect(count).toBeLessThan(6)
  })

  it('say at once that a template is missing, and later what went wrong', async () => {
    expect(() => templates.stream('none.html')).toThrow(
      expect.objectContaining({ code: 'ERR_TEMPLATES_NOT_FOUND' }),
    )
    await expect(all(templates.streamString('{{ a.b }}'))).rejects.toThrow(/undefined/)
  })
})

describe('errors', () => {
  it('tell the way to an included template', () => {
    const sources = { 'a.html': '\n{% include "b.html" %}', 'b.html': '<b>\n{{ x.y }}' }
    const templates = createTemplates({ sources })
    expect(() => templates.render('a.html')).toThrow(
      expect.objectContaining({
        template: 'b.html',
        line: 2,
        column: 1,
        chain: [expect.objectContaining({ template: 'a.html', line: 2 })],
        message: expect.stringContaining('from a.html, line 2'),
      }),
    )
  })
})

describe('explain and check', () => {
  const sources = {
    'a.html': '<a href="{{ u }}">{{ t }}</a>\n<script>f({{ x }})</script>\n<form method="post"></form>',
    'b.html': '{# written by us #}\n{{ h|safe }}{% autoescape false %}{{ unsafe_x }}{% endautoescape %}',
    'c.html': '{{ x',
  }
  const templates = createTemplates({ sources, globals })

  it('say which escaper each value gets, and what is added', () => {
    const { notes, text } = templates.explain('a.html')
    expect(notes.map(({ line, column, kind, action }) => [line, column, kind, action])).toEqual([
      [1, 13, 'output', 'url'],
      [1, 22, 'output', 'html'],
      [2, 8, 'nonce', 'nonce'],
      [2, 14, 'output', 'literal'],
      [3, 20, 'csrf', 'field'],
    ])
    expect(text).toContain("in the attribute 'href': url")
  })

  it('list what does not compile and where escaping is overruled, with the reason', () => {
    const { errors, audit } = templates.check()
    expect(errors.map(({ template, code }) => [template, code])).toEqual([['c.html', 'ERR_TEMPLATES_SYNTAX']])
    expect(audit.map(({ what, line, why }) => [what, line, why])).toEqual([
      ['|safe', 2, 'written by us'],
      ['autoescape', 2, 'written by us'],
      ['unsafe_x', 2, 'written by us'],
    ])
  })
})

it('precompiles to a module that needs no files', async () => {
  const sources = {
    'b.html': '<p>{% block a %}{% endblock %}',
    'a.html': "{% extends 'b.html' %}{% block a %}{{ x }}{% endblock %}",
  }
  const module = createTemplates({ sources, globals }).precompile()
  const file = join(mkdtempSync(join(tmpdir(), 'dewar-precompiled-')), 'templates.mjs')
  writeFileSync(file, module)
  const { precompiled } = (await import(pathToFileURL(file).href)) as { precompiled: PrecompiledTemplates }
  expect(createTemplates({ precompiled, globals }).render('a.html', { x: '<' })).toBe('<p>&lt;')
  const debugging = createTemplates({ precompiled, globals, strictNames: true })
  expect(debugging.render('a.html', {})).toBe('<p>')
  expect(createTemplates({ sources, globals, strictNames: true }).precompile()).toBe(module)
  expect(() => createTemplates({ precompiled, strict: true })).toThrow(
    expect.objectContaining({ code: 'ERR_TEMPLATES_PRECOMPILED' }),
  )
})

it('declares the names that templates read', () => {
  const sources = {
    'base.html': '{{ site }}{% block a %}{% endblock %}',
    'page.html':
      "{% extends 'base.html' %}{% block a %}{{ post.title }}{{ note|default('') }}{% if user %}{{ user }}{% endif %}{{ csrf_token() }}{% endblock %}",
  }
  const types = createTemplates({ sources, globals }).contextTypes()
  expect(types).toContain(
    '"page.html": {\n      note?: unknown\n      post: unknown\n      site: unknown\n      user?: unknown\n    }',
  )
})

it('gives macros to call from the app', () => {
  const sources = { 'm.html': '{% macro hello(name) %}Hi {{ name }}{% endmacro %}' }
  const hello = createTemplates({ sources }).attribute('m.html', 'hello') as (name: string) => unknown
  expect(String(hello('<'))).toBe('Hi &lt;')
})

describe('sanitize', () => {
  it.each([
    ['a script', '<p>a<script>alert(1)</script></p>', '<p>a</p>'],
    ['a handler', '<p onclick="x()">a</p>', '<p>a</p>'],
    ['a script in an address', '<a href="javascript:x()">a</a>', '<a rel="nofollow ugc noopener">a</a>'],
    ['a picture', 'a<img src=x onerror=alert(1)>', 'a'],
    ['a style', '<p style="position:fixed">a</p><style>b</style>', '<p>a</p>'],
    ['a form', '<form><input></form>a', 'a'],
    [
      'SVG',
      '<svg><script>1</script><a href="x">b</a></svg>',
      '<a href="x" rel="nofollow ugc noopener">b</a>',
    ],
  ])('takes out %s', (_, source, expected) => {
    expect(sanitize(source).toString()).toBe(expected)
    expect(createTemplates().renderString('{{ x|sanitize }}', { x: source })).toBe(expected)
  })

  it('leaves text, lists, tables and links', () => {
    const source =
      '<p><b>a</b> &lt; <a href="https://b.example" rel="nofollow ugc noopener">c</a></p><ul><li>d</li></ul>'
    expect(sanitize(source).toString()).toBe(source)
  })
})
