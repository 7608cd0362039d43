import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createTemplates, isKeywords } from '../src/index.ts'

let root = ''
const write = (name: string, source: string): void => {
  mkdirSync(join(root, name, '..'), { recursive: true })
  writeFileSync(join(root, name), source)
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dewar-templates-'))
})
afterEach(() => rmSync(root, { recursive: true }))

it('renders a file with its context', () => {
  write('pages/hello.html', 'Hello {{ name }}!\n')
  const templates = createTemplates({ folders: [root] })
  expect(templates.render('pages/hello.html', { name: '<Ada>' })).toBe('Hello &lt;Ada&gt;!')
})

it('searches folders in order, and those added later last', () => {
  write('a/x.html', 'a')
  write('b/x.html', 'b')
  write('b/y.html', 'y')
  const templates = createTemplates({ folders: [join(root, 'a')] })
  templates.addFolder(join(root, 'b'))
  expect(templates.render('x.html') + templates.render('y.html')).toBe('ay')
  expect(templates.list()).toEqual(['x.html', 'y.html'])
})

it('takes the first of a list that exists', () => {
  write('b.html', 'b')
  const templates = createTemplates({ folders: [root] })
  expect(templates.render(['a.html', 'b.html'])).toBe('b')
  expect(templates.exists('a.html')).toBe(false)
})

it('names the folders searched and the nearest template', () => {
  write('index.html', '')
  const templates = createTemplates({ folders: [root] })
  expect(() => templates.render('indxe.html')).toThrow(
    expect.objectContaining({
      code: 'ERR_TEMPLATES_NOT_FOUND',
      message: expect.stringContaining(root),
      fix: "Did you mean 'index.html'?",
    }),
  )
})

it('shows line, column, source and mend of a syntax error', () => {
  write('bad.html', 'one\n{{ 1 + }}\n')
  const templates = createTemplates({ folders: [root] })
  expect(() => templates.render('bad.html')).toThrow(
    expect.objectContaining({
      code: 'ERR_TEMPLATES_SYNTAX',
      template: 'bad.html',
      line: 2,
      column: 8,
      message: expect.stringContaining('> 2 | {{ 1 + }}'),
    }),
  )
})

it('shows the innermost template and line of an error while rendering', () => {
  write('inner.html', '\n\n{{ user.name }}')
  write('outer.html', '{% include "inner.html" %}')
  const templates = createTemplates({ folders: [root] })
  expect(() => templates.render('outer.html')).toThrow(
    expect.objectContaining({ code: 'ERR_TEMPLATES_UNDEFINED', template: 'inner.html', line: 3 }),
  )
})

it('suggests the nearest filter, test and tag', () => {
  const templates = createTemplates()
  const fix = (source: string): string => {
    try {
      return templates.renderString(source)
    } catch (error) {
      return (error as { fix: string }).fix
    }
  }
  expect(fix('{{ 1|uper }}')).toBe("Did you mean 'upper'?")
  expect(fix('{{ 1 is odd is even }}')).toContain("'and'")
  expect(fix('{{ 1 is defned }}')).toBe("Did you mean 'defined'?")
  expect(fix('{% fro x in y %}')).toContain("'for'")
  expect(fix('{% endif %}')).toContain("'if'")
})

it('lets errors of called functions through as they are', () => {
  const thrown = new RangeError('mine')
  const templates = createTemplates()
  templates.addGlobal('fail', () => {
    throw thrown
  })
  expect(() => templates.renderString('{% macro m() %}{{ fail() }}{% endmacro %}{{ m() }}')).toThrow(thrown)
})

it('hands keyword arguments over as one object, last', () => {
  const seen: unknown[][] = []
  const templates = createTemplates()
  templates.addGlobal('url_for', (...args: unknown[]) => void seen.push(args))
  templates.renderString("{{ url_for('show', id=3, _external=true) }}{{ url_for('index') }}")
  expect(seen[0]?.[0]).toBe('show')
  expect({ ...(seen[0]?.[1] as object) }).toEqual({ id: 3, _external: true })
  expect(isKeywords(seen[0]?.[1])).toBe(true)
  expect(seen[1]).toEqual(['index'])
})

it('takes filters, tests and globals of the app', () => {
  const templates = createTemplates()
  templates.addFilter('shout', (text: string, mark = '!') => text.toUpperCase() + mark)
  templates.addTest('big', (value: number) => value > 9)
  templates.addGlobal('site', { name: 'Dewar' })
  expect(templates.renderString("{{ 'a'|shout('?') }}{{ 'y' if 10 is big }}{{ site.name }}")).toBe('A?yDewar')
})

it('asks for context globals once in a rendering, and shows them to imports', () => {
  let calls = 0
  const templates = createTemplates({
    sources: { 'm.html': '{% macro who() %}{{ user }}{% endmacro %}' },
    contextGlobals: () => ({ user: `u${++calls}` }),
  })
  expect(templates.renderString("{% from 'm.html' import who %}{{ who() }}{{ user }}")).toBe('u1u1')
})

it('sees a changed file with autoReload only', () => {
  write('x.html', 'old')
  const live = createTemplates({ folders: [root], autoReload: true })
  const fixed = createTemplates({ folders: [root] })
  expect(live.render('x.html') + fixed.render('x.html')).toBe('oldold')
  write('x.html', 'new')
  utimesSync(join(root, 'x.html'), 1, 1)
  expect(live.render('x.html') + fixed.render('x.html')).toBe('newold')
})

it('refuses unknown options with the nearest name', () => {
  const options = { autoReloadd: true } as object
  expect(() => createTemplates(options)).toThrow(expect.objectContaining({ code: 'ERR_TEMPLATES_OPTION' }))
})

it('refuses missing values where strict', () => {
  const templates = createTemplates({ strict: true })
  expect(() => templates.renderString('{{ nope }}')).toThrow(
    expect.objectContaining({ code: 'ERR_TEMPLATES_UNDEFINED' }),
  )
  expect(templates.renderString("{{ nope|default('d') }}{{ nope is defined }}")).toBe('dfalse')
})

it('refuses to print a promise', () => {
  expect(() => createTemplates().renderString('{{ p }}', { p: Promise.resolve(1) })).toThrow(
    expect.objectContaining({ code: 'ERR_TEMPLATES_TYPE', fix: 'Await it before rendering.' }),
  )
})
