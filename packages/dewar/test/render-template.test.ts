import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createBlueprint, flash, g, renderTemplate, session } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

function folderOf(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'dewar-templates-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  return root
}

/** Renders one template in a request. */
async function render(source: string, values: object = {}, prepare = () => {}) {
  const app = makeApp({ root: folderOf({ 'templates/page.html': source }) })
  app.get('/posts/<int:id>', { endpoint: 'show' }, () => 'x')
  app.get('/', () => {
    prepare()
    return renderTemplate('page.html', { ...values })
  })
  return testClient(app).get('/?q=<1>')
}

describe('renderTemplate', () => {
  it('takes options for templates: extensions, delimiters, sources', () => {
    const app = makeApp({
      templates: {
        sources: { 'a.html': '<% do xs.append(1) %><< xs|length >>' },
        extensions: ['do'],
        delimiters: { blockStart: '<%', blockEnd: '%>', variableStart: '<<', variableEnd: '>>' },
      },
    })
    expect(app.context(() => renderTemplate('a.html', { xs: [] }))).toBe('1')
  })

  it('follows settings that change after the templates were used', () => {
    const app = makeApp({ templates: { sources: { 'a.html': '<form method="post"></form>' } } })
    void app.templates
    app.config.fromMapping({ CSRF_FIELD_NAME: 'token' })
    app.get('/', () => renderTemplate('a.html'))
    return expect(testClient(app).get('/')).resolves.toMatchObject({
      text: expect.stringContaining('name="token"'),
    })
  })

  it('refuses a name that nobody gave while debugging, and prints nothing otherwise', () => {
    const sources = { 'a.html': '[{{ titel }}]{% if error %}{% endif %}' }
    const debugging = makeApp({ templates: { sources }, config: { DEBUG: true } })
    expect(() => debugging.context(() => renderTemplate('a.html'))).toThrow(
      expect.objectContaining({ code: 'ERR_TEMPLATES_UNDEFINED' }),
    )
    const lenient = makeApp({ templates: { sources, strictNames: false }, config: { DEBUG: true } })
    for (const app of [makeApp({ templates: { sources } }), lenient])
      expect(app.context(() => renderTemplate('a.html'))).toBe('[]')
  })

  it('escapes values', async () => {
    expect((await render('<p>{{ text }}</p>', { text: '<script>' })).text).toBe('<p>&lt;script&gt;</p>')
  })

  it.each([
    ["{{ url_for('show', id=7, page=2) }}", '/posts/7?page=2'],
    ["{{ url_for('show', id=7, _anchor='top') }}", '/posts/7#top'],
    ['{{ request.args.get("q") }} {{ request.path }} {{ request.method }}', '&lt;1&gt; / GET'],
    ['{{ g.tag }}', 'tagged'],
    ['{{ session.get("n") }}', '5'],
    ['{% for m in get_flashed_messages() %}{{ m }};{% endfor %}', 'one;two;'],
    [
      '{% for c, m in get_flashed_messages(with_categories=true) %}{{ c }}={{ m }};{% endfor %}',
      'message=one;error=two;',
    ],
    ['{% for m in get_flashed_messages(category_filter=["error"]) %}{{ m }}{% endfor %}', 'two'],
    ['{{ config is defined }}', 'False'],
  ])("has Flask's names: %s", async (source, text) => {
    const response = await render(source, {}, () => {
      Object.assign(g, { tag: 'tagged' })
      session.set('n' as never, 5 as never)
      flash('one')
      flash('two', 'error')
    })
    expect(response.text.toLowerCase()).toBe(text.toLowerCase())
  })

  it('gives forms and scripts what the app checks', async () => {
    const response = await render('<script nonce="{{ csp_nonce() }}">1</script><i>{{ csrf_token() }}</i>')
    const nonce = /nonce="([^"]+)"/.exec(response.text)?.[1]
    expect(response.headers.get('Content-Security-Policy')).toContain(`'nonce-${nonce}'`)
    expect(response.text).toMatch(/<i>[\w-]{86}<\/i>/)
  })

  it('takes names from context processors, inner over outer, and arguments over all', async () => {
    const app = makeApp({ root: folderOf({ 'templates/page.html': '{{ a }}{{ b }}{{ c }}' }) })
    const blueprint = createBlueprint('b')
    app.contextProcessor(() => ({ a: 1, b: 1, c: 1 }))
    blueprint.contextProcessor(() => ({ b: 2, c: 2 }))
    blueprint.get('/', () => renderTemplate('page.html', { c: 3 }))
    app.register(blueprint)
    expect((await testClient(app).get('/')).text).toBe('123')
  })

  it("looks into the app's folder before those of blueprints", async () => {
    const app = makeApp({ root: folderOf({ 'templates/both.html': 'app' }) })
    const root = folderOf({ 'pages/both.html': 'blueprint', 'pages/own.html': 'own' })
    const blueprint = createBlueprint('b', { root, templateFolder: 'pages' })
    blueprint.get('/both', () => renderTemplate('both.html'))
    blueprint.get('/own', () => renderTemplate(['missing.html', 'own.html']))
    app.register(blueprint)
    const client = testClient(app)
    expect([(await client.get('/both')).text, (await client.get('/own')).text]).toEqual(['app', 'own'])
  })

  it('works without a request, for mails', () => {
    const app = makeApp({ root: folderOf({ 'templates/mail.txt': 'Dear {{ name }}' }) })
    expect(app.context(() => renderTemplate('mail.txt', { name: 'Ada & Bob' }))).toBe('Dear Ada & Bob')
  })

  it('takes filters, tests and globals of the app', async () => {
    const source = "{{ 'x'|shout }} {{ 4 is even_number }} {{ site }}"
    const app = makeApp({ root: folderOf({ 'templates/page.html': source }) })
    app.templateFilter('shout', (text: string) => text.toUpperCase())
    app.templateTest('even_number', (n: number) => n % 2 === 0)
    app.templateGlobal('site', 'Blog')
    app.get('/', () => renderTemplate('page.html'))
    expect((await testClient(app).get('/')).text.toLowerCase()).toBe('x true blog')
  })

  it.each([
    {
      what: 'a template that does not exist',
      name: 'pge.html',
      code: 'ERR_TEMPLATES_NOT_FOUND',
      says: 'pge.html',
    },
    { what: 'a syntax error', name: 'broken.html', code: 'ERR_TEMPLATES_SYNTAX', says: 'broken.html' },
    {
      what: 'a name that climbs',
      name: '../secret.html',
      code: 'ERR_TEMPLATES_NOT_FOUND',
      says: 'secret.html',
    },
  ])('says what is wrong with $what', ({ name, code, says }) => {
    const root = folderOf({
      'templates/page.html': 'x',
      'templates/broken.html': 'a\n{% if %}',
      'secret.html': 'no',
    })
    const app = makeApp({ root })
    app.context(() => {
      expect(() => renderTemplate(name)).toThrow(
        expect.objectContaining({
          code,
          message: expect.stringContaining(says),
          fix: expect.stringMatching(/\w/),
        }),
      )
    })
  })
})
