/** Flask's test_templating.py and test_signals.py. Each name begins with that of Flask's test. */
import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  createBlueprint,
  flash,
  g,
  getTemplateAttribute,
  makeResponse,
  renderTemplate,
  renderTemplateString,
  session,
  streamTemplate,
  streamTemplateString,
} from 'dewar'
import { describe, expect, it } from 'vitest'
import { makeApp, makeFolder } from './setup.ts'

it('context_processing, original_win: values of processors, and above them those of the view', async () => {
  const app = makeApp()
  app.contextProcessor(() => ({ injected_value: 42, want_in: 'processor' }))
  app.get('/', () =>
    renderTemplateString('<p>{{ value }}|{{ injected_value }}|{{ want_in }}', { value: 23, want_in: 'view' }),
  )
  expect((await app.testClient().get('/')).text).toBe('<p>23|42|view')
})

it('simple_stream: a literal, piece by piece', async () => {
  const app = makeApp()
  app.get('/', () => streamTemplateString('{{ config_value }}', { config_value: 42 }))
  expect((await app.testClient().get('/')).text).toBe('42')
})

it('simple_stream: text of the request is no template for streaming either', async () => {
  const app = makeApp()
  app.get('/<x>', ({ x }) => streamTemplateString(x as 'x'))
  await expect(app.testClient().get('/{{ 7*7 }}')).rejects.toThrow(
    expect.objectContaining({ code: 'ERR_DEWAR_TEMPLATE_SOURCE' }),
  )
})

it('request_less_rendering: in a context without a request', () => {
  const app = makeApp()
  app.contextProcessor(() => ({ foo: 42 }))
  app.context(() => expect(renderTemplateString('Hello {{ foo }}')).toBe('Hello 42'))
})

it('standard_context: request, session, g and url_for', async () => {
  const app = makeApp()
  app.get('/', function index() {
    g.foo = 'g'
    session.set('value', 'stored')
    return renderTemplateString(
      '<p>{{ request.args.get("foo") }} {{ g.foo }} {{ session.get("value") }} {{ url_for("index") }}',
    )
  })
  expect((await app.testClient().get('/?foo=42')).text).toBe('<p>42 g stored /')
})

it('escaping, no_escaping, escaping_without_template_filename: by the ending of the name, and in literals', async () => {
  const root = makeFolder({
    'templates/escape.html': '{{ text }}|{{ html }}',
    'templates/plain.txt': '{{ text }}',
    'templates/mail.txt.j2': '{{ text }}',
  })
  const app = makeApp({ root })
  const { Markup } = await import('dewar')
  app.context(() => {
    expect(renderTemplate('escape.html', { text: '<p>Hello', html: new Markup('<p>Hello') })).toBe(
      '&lt;p&gt;Hello|<p>Hello',
    )
    expect(renderTemplate('plain.txt', { text: '<foo>' })).toBe('<foo>')
    expect(renderTemplateString('<p>{{ foo }}', { foo: '<test>' })).toBe('<p>&lt;test&gt;')
  })
})

it('macros: a macro of a template is a function', () => {
  const root = makeFolder({
    'templates/_macro.html': '{% macro hello(name) %}Hello {{ name }}!{% endmacro %}',
  })
  const app = makeApp({ root })
  app.context(() => {
    const macro = getTemplateAttribute('_macro.html', 'hello') as (name: string) => unknown
    expect(String(macro('<World>'))).toBe('Hello &lt;World&gt;!')
  })
})

describe('filters, tests and globals of the app', () => {
  it('template_filter, add_template_filter, template_filter_with_name, add_template_filter_with_name, template_filter_with_template, add_template_filter_with_template, template_filter_with_name_and_template, add_template_filter_with_name_and_template', async () => {
    const app = makeApp({ root: makeFolder({ 'templates/f.html': '{{ value|super_reverse }}' }) })
    app.templateFilter('super_reverse', (text: string) => [...text].reverse().join(''))
    app.get('/', () => renderTemplate('f.html', { value: 'abcd' }))
    expect((await app.testClient().get('/')).text).toBe('dcba')
  })

  it('template_test, add_template_test, template_test_with_name, add_template_test_with_name, template_test_with_template, add_template_test_with_template, template_test_with_name_and_template, add_template_test_with_name_and_template, add_template_global', () => {
    const app = makeApp()
    app.templateTest('boolean_one', (value: unknown) => typeof value === 'boolean')
    app.templateGlobal('get_stuff', () => 42)
    app.context(() => {
      expect(renderTemplateString('{% if value is boolean_one %}Success!{% endif %}', { value: false })).toBe(
        'Success!',
      )
      expect(renderTemplateString('{{ get_stuff() }}')).toBe('42')
    })
  })
})

it('iterable_loader: of several names the first that exists', () => {
  const app = makeApp({ root: makeFolder({ 'templates/there.html': 'there' }) })
  app.context(() => {
    expect(renderTemplate(['missing.html', 'there.html'])).toBe('there')
    expect(() => renderTemplate(['a.html', 'b.html'])).toThrow(/a\.html.*b\.html/)
  })
})

it.each([
  ['templates_auto_reload: as the setting says', { TEMPLATES_AUTO_RELOAD: true }, true],
  ['templates_auto_reload: not by default', {}, false],
  ['templates_auto_reload_debug_run: with debug', { DEBUG: true }, true],
  [
    'templates_auto_reload_debug_run: not with debug if the setting says so',
    { DEBUG: true, TEMPLATES_AUTO_RELOAD: false },
    false,
  ],
])('%s', (_name, config, reloads) => {
  const root = makeFolder({ 'templates/t.html': 'before' })
  const app = makeApp({ root, config })
  app.context(() => {
    expect(renderTemplate('t.html')).toBe('before')
    writeFileSync(join(root, 'templates/t.html'), 'after')
    utimesSync(join(root, 'templates/t.html'), 1, 1)
    expect(renderTemplate('t.html')).toBe(reloads ? 'after' : 'before')
  })
})

it('template_loader_debugging: EXPLAIN_TEMPLATE_LOADING logs where each was looked for', () => {
  const lines: string[] = []
  const root = makeFolder({ 'templates/a.html': '{% include "b.html" %}', 'bp/templates/b.html': 'b' })
  const app = makeApp({
    root,
    config: { EXPLAIN_TEMPLATE_LOADING: true },
    logger: { destination: { write: (line: string) => void lines.push(JSON.parse(line).msg) } },
  })
  app.register(createBlueprint('bp', { root: join(root, 'bp'), templateFolder: 'templates' }))
  app.context(() => {
    expect(renderTemplate('a.html')).toBe('b')
    expect(() => renderTemplate('missing.html')).toThrow()
  })
  expect(lines).toEqual([
    `Looking for the template 'a.html': 1: ${root}/templates (found).`,
    `Looking for the template 'b.html': 1: ${root}/templates, 2: ${root}/bp/templates (found).`,
    `Looking for the template 'missing.html': 1: ${root}/templates, 2: ${root}/bp/templates. It is in none of them.`,
  ])
})

describe('signals (test_signals.py)', () => {
  it('template_rendered, before_render_template: tell of files, literals and streams', async () => {
    const app = makeApp({ root: makeFolder({ 'templates/simple.html': '{{ whiskey }}' }) })
    const told: unknown[] = []
    app.signals.beforeRenderTemplate.connect(({ template, values }) => {
      told.push(['before', template, values['whiskey']])
      ;(values as Record<string, unknown>)['whiskey'] = 43
    })
    app.signals.templateRendered.connect(({ template }) => {
      told.push(['after', template])
    })
    app.get('/', () => renderTemplate('simple.html', { whiskey: 42 }))
    app.get('/literal', { endpoint: 'l' }, () => renderTemplateString('{{ whiskey }}', { whiskey: 42 }))
    app.get('/stream', { endpoint: 's' }, () => streamTemplate('simple.html', { whiskey: 42 }))
    const client = app.testClient()
    for (const [path, name] of [
      ['/', 'simple.html'],
      ['/literal', null],
      ['/stream', 'simple.html'],
    ] as const) {
      expect((await client.get(path)).text).toBe('43')
      expect(told.splice(0)).toEqual([
        ['before', name, 42],
        ['after', name],
      ])
    }
  })

  it('request_signals, appcontext_signals, appcontext_tearing_down_signal: in order, intermixed with hooks', async () => {
    const app = makeApp()
    const calls: string[] = []
    const { signals } = app
    signals.requestStarted.connect(() => void calls.push('before-signal'))
    signals.requestFinished.connect(({ response }) => void calls.push(`after-signal ${response.status}`))
    signals.appcontextPushed.connect(() => void calls.push('pushed'))
    signals.appcontextPopped.connect(() => void calls.push('popped'))
    signals.appcontextTearingDown.connect(({ error }) => void calls.push(`tearing ${String(error)}`))
    app.beforeRequest(() => void calls.push('before-handler'))
    app.afterRequest(() => {
      calls.push('after-handler')
      return makeResponse('stuff')
    })
    app.get('/', () => {
      calls.push('handler')
      return 'ignored'
    })
    expect((await app.testClient().get('/')).text).toBe('stuff')
    expect(calls).toEqual([
      'pushed',
      'before-signal',
      'before-handler',
      'handler',
      'after-handler',
      'after-signal 200',
      'tearing undefined',
      'popped',
    ])
  })

  it('request_exception_signal: of what nobody handles', async () => {
    const app = makeApp({ config: { TESTING: false } })
    const seen: unknown[] = []
    app.signals.gotRequestException.connect(({ error }) => void seen.push(error))
    app.get('/', () => {
      throw new RangeError('x')
    })
    expect((await app.testClient().get('/')).status).toBe(500)
    expect(seen).toEqual([new RangeError('x')])
  })

  it('flash_signal: of each message', async () => {
    const app = makeApp()
    const seen: unknown[] = []
    app.signals.messageFlashed.connect(({ message, category }) => void seen.push([message, category]))
    app.get('/', () => {
      flash('This is a flash message', 'notice')
      return ''
    })
    await app.testClient().get('/')
    expect(seen).toEqual([['This is a flash message', 'notice']])
  })
})
