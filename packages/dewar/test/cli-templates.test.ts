import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type App, type AppOptions, createApp, createBlueprint } from '../src/index.ts'

interface Example {
  app: App
  folder: string
  run(...args: string[]): Promise<{ status: number; output: string; errors: string }>
}

/** An app with templates in a folder of its own. */
function example(files: Readonly<Record<string, string>>, options: AppOptions = {}): Example {
  const folder = mkdtempSync(join(tmpdir(), 'dewar-cli-templates-'))
  mkdirSync(join(folder, 'templates'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'templates', name), text)
  const app = createApp({ root: folder, ...options })
  const run: Example['run'] = (...args) => app.testCliRunner().invoke('templates', ...args)
  return { app, folder, run }
}

const page = '<a href="{{ url }}">{{ title }}</a>'

describe('dewar templates', () => {
  it('lists the templates with their files, and which ones are hidden', async () => {
    const { app, run } = example({ 'a.html': page, 'b.txt': '' })
    const other = mkdtempSync(join(tmpdir(), 'dewar-cli-blueprint-'))
    writeFileSync(join(other, 'a.html'), 'hidden')
    app.register(createBlueprint('shop', { templateFolder: other }))
    const { status, output } = await run()
    expect(status).toBe(0)
    expect(output).toMatch(/^a\.html +\S+templates\/a\.html {2}\(hides \S+a\.html\)$/m)
    expect(JSON.parse((await run('--json')).output)[1].name).toBe('b.txt')
  })

  it('says that there are none', async () => {
    expect((await example({}).run()).output).toBe('There are no templates.\n')
  })

  it.each([
    { how: 'name', place: (_: string) => 'a.html' },
    { how: 'path', place: (folder: string) => join(folder, 'templates', 'a.html') },
  ])('explains a template by its $how', async ({ place }) => {
    const { folder, run } = example({ 'a.html': page })
    const { output } = await run('--explain', place(folder))
    expect(output).toContain("output in the attribute 'href': url")
    expect(JSON.parse((await run('-x', place(folder), '--json')).output).template).toBe('a.html')
  })

  it('suggests the nearest template for one that is not there', async () => {
    const { status, errors } = await example({ 'index.html': '' }).run('--explain', 'indx.html')
    expect({ status, errors }).toEqual({ status: 1, errors: expect.stringContaining("'index.html'") })
  })
})

describe('dewar templates check', () => {
  it('succeeds where all compile and nothing is overruled', async () => {
    expect(await example({ 'a.html': page }).run('check')).toEqual({
      status: 0,
      output: '1 templates, 0 errors, 0 to review.\n',
      errors: '',
    })
  })

  it.each([
    { what: 'an unknown filter', source: '<p>\n{{ x|nope }}', at: 2, code: 'ERR_TEMPLATES_NAME' },
    { what: 'a syntax error', source: '{% if %}', at: 1, code: 'ERR_TEMPLATES_SYNTAX' },
    { what: 'an unsafe place', source: '<{{ x }}>', at: 1, code: 'ERR_TEMPLATES_CONTEXT' },
    { what: 'a missing parent', source: '{% extends "n.html" %}', at: 1, code: 'ERR_TEMPLATES_NOT_FOUND' },
  ])('fails with $what, and names file and line', async ({ source, at, code }) => {
    const { folder, run } = example({ 'a.html': source })
    const { status, output } = await run('check')
    expect(status).toBe(1)
    expect(output).toContain(`${join(folder, 'templates', 'a.html')}:${at}:`)
    expect(output).toContain(code)
    expect(output).toContain('1 error,')
  })

  it.each([
    { what: '|safe', source: '{{ x|safe }}' },
    { what: '|safe', source: "{{ xs|map('safe')|join }}" },
    { what: 'autoescape', source: '{% autoescape false %}{{ x }}{% endautoescape %}' },
    { what: 'unsafe_html', source: '{{ unsafe_html }}' },
    { what: 'data-nonce="off"', source: "<script data-nonce='off' src=x></script>" },
    { what: 'data-csrf="off"', source: '<form method=post data-csrf=off></form>' },
  ])('lists $what with the reason, which strict mode asks for', async ({ what, source }) => {
    const bare = example({ 'a.html': `<p>\n${source}` })
    const { status, output } = await bare.run('check')
    expect(status).toBe(0)
    expect(output).toMatch(/a\.html:2:\d+ /)
    expect(output).toContain(`${what}  (no reason given)`)
    expect((await bare.run('check', '--strict')).status).toBe(1)
    const explained = example({ 'a.html': `<p>\n{# our editors write it #}\n${source}` })
    const strict = await explained.run('check', '--strict')
    expect(strict.status).toBe(0)
    expect(strict.output).toContain(`${what}  our editors write it`)
  })

  it('names options that weaken the defaults', async () => {
    const templates = { unsafeHtmlEscapingOnly: true, urlSchemes: ['https', 'data'], automaticNonce: false }
    const { output } = await example({}, { templates }).run('check')
    expect(output).toContain('unsafeHtmlEscapingOnly: true')
    expect(output).toContain('urlSchemes with data')
    expect(output).toContain('automaticNonce: false')
  })

  it('prints JSON', async () => {
    const { output } = await example({ 'a.html': '{{ x|safe }}{# why #}' }).run('check', '--json')
    expect(JSON.parse(output)).toMatchObject({
      templates: 1,
      errors: [],
      audit: [{ what: '|safe', why: 'why' }],
    })
  })
})

describe('dewar templates types', () => {
  it('writes what each template reads; what context processors give may be left out', async () => {
    const { app, folder, run } = example(
      { 'a.html': `{{ site }}${page}` },
      { config: { TEMPLATES_AUTO_RELOAD: true } },
    )
    app.contextProcessor(() => ({ site: 'Shop' }))
    app.contextProcessor(() => {
      throw new Error('needs a user')
    })
    const file = join(folder, 'templates.d.ts')
    expect((await run('types', file)).output).toBe(`Wrote ${file}.\n`)
    const text = readFileSync(file, 'utf8')
    expect(text).toContain("declare module 'dewar'")
    expect(text).toContain(
      '"a.html": {\n      site?: unknown\n      title: unknown\n      url: unknown\n    }',
    )
    expect((await run('types', file, '--check')).status).toBe(0)
    writeFileSync(join(folder, 'templates', 'a.html'), '{{ other }}')
    expect(await run('types', file, '--check')).toMatchObject({ status: 1, output: '' })
    expect((await run('types', '-')).output).toContain('other')
  })
})

describe('dewar templates precompile', () => {
  it('writes a module that needs no files', async () => {
    const { folder, run } = example({ 'a.html': '<p>{{ x }}' })
    for (const name of ['templates.mjs', 'templates.ts']) {
      const file = join(folder, name)
      expect((await run('precompile', file)).status).toBe(0)
      const { precompiled } = await import(file)
      const app = createApp({ templates: { precompiled } })
      expect(app.templates.render('a.html', { x: '<' })).toBe('<p>&lt;')
    }
  })

  it('writes nothing if a template does not compile', async () => {
    const { folder, run } = example({ 'a.html': '{% if %}' })
    const { status, errors } = await run('precompile', join(folder, 't.js'))
    expect({ status, errors }).toEqual({ status: 1, errors: expect.stringContaining('a.html, line 1') })
    expect(() => readFileSync(join(folder, 't.js'))).toThrow()
  })
})
