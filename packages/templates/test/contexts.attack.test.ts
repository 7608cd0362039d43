import { html, Markup, MarkupError, unescape } from '@dewar/markup'
import { expect, it } from 'vitest'
import { createTemplates, TemplateError } from '../src/index.ts'

const templates = createTemplates()
const render = (source: string, context = {}): string => templates.renderString(source, context)

const scripts = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  '\u0001javascript:alert(1)',
  'java\nscript:alert(1)',
  'java\tscript\r:alert(1)',
  'javascript\u0000:alert(1)',
  'javascript://%0aalert(1)',
  'vbscript:msgbox(1)',
  'data:text/html,<script>alert(1)</script>',
  'blob:x',
  'x:y',
]
const places = [
  '<a href="{{ x }}">',
  "<a href='{{ x }}'>",
  '<a href={{ x }}>',
  '<a HREF = "{{ x }}">',
  '<a href="{{ e }}{{ x }}">',
  '<a href=" {{ x }}">',
  '<a href="{% if x %}{{ x }}{% endif %}">',
  '<a {% if x %}href{% else %}title{% endif %}="{{ x }}">',
  '<a {{ "href" if x }}="{{ x }}">',
  '<a {{ n }}="{{ x }}">',
  '<{% if x %}a{% else %}b{% endif %} href="{{ x }}">',
  '<iframe src="{{ x }}">',
  '<iframe {% if no %}data-{% endif %}src="{{ x }}">',
  '<a {% if no %}hr{% else %}x{% endif %}ef="{{ x }}">',
  '<a {{ e }}href="{{ x }}">',
  '<a {{ "data-" if no }}href="{{ x }}">',
  '<form action="{{ x }}">',
  '<button formaction="{{ x }}">',
  '<object data="{{ x }}">',
  '<svg><a xlink:href="{{ x }}">',
  '{# c #}<a hr{# c #}ef="{{ x }}">',
  '<!-- > --><a href="{{ x }}">',
  '<textarea></textarea><a href="{{ x }}">',
  '<script></script><a href="{{ x }}">',
  '<a title=\'>\' href="{{ x }}">',
  '{% for y in [x] %}<a href="{{ y }}">{% endfor %}',
  '{% macro m(y) %}<a href="{{ y }}">{% endmacro %}{{ m(x) }}',
  '<a href="{{ m }}">',
  '<a href="{{ x|upper }}">',
]

it.each(places.flatMap((place) => scripts.map((script) => [place, script] as const)))(
  'lets no script into %s by %j',
  (place, x) => {
    const out = render(place, { x, m: new Markup(x.replaceAll('<', '&lt;')), e: '', n: 'title' })
    expect(out).toContain('#unsafe-url')
    expect(out.toLowerCase()).not.toMatch(/script\s*:|data:|blob:|x:y/)
  },
)

it.each([
  ['two outputs', '<a href="{{ a }}{{ b }}">', { a: 'javascript', b: ':alert(1)' }],
  ['text and an output', '<a href="java{{ a }}">', { a: 'script:alert(1)' }],
  ['character references in HTML', '<a href="{{ m }}">', { m: new Markup('javascript&colon;alert(1)') }],
  ['an output and a colon', '<a href="{{ a }}:alert(1)">', { a: 'javascript' }],
])('joins no scheme of %s', (_, source, context) => {
  expect(render(source, context)).toContain('#unsafe-url')
})

it.each([
  ['xmlattr', "<a{{ {'href': x}|xmlattr }}>"],
  ['a macro', '{% macro m(u) %}href="{{ u }}"{% endmacro %}<a {{ m(x) }}>'],
])('refuses addresses in attributes that %s writes', (_, source) => {
  expect(render(source, { x: 'javascript:alert(1)' })).toContain('href="#unsafe-url"')
  expect(render(source, { x: '/a?b=c' })).toContain('href="/a?b=c"')
})

it('refuses values without quotes in attributes that a macro writes', () => {
  const source = '{% macro m(u) %}class={{ u }}{% endmacro %}<a {{ m(x) }}>'
  expect(() => render(source, { x: 'a onclick=alert(1)' })).toThrow(
    expect.objectContaining({ code: 'ERR_TEMPLATES_CONTEXT' }),
  )
})

it.each([
  '<a href="{{ a }}{{ b }}:x">',
  '<a href="{% if a %}{{ a }}{% endif %}:x">',
  '<a href="java{{ a }}:x">',
  '<{% if a %}a{% endif %} href="{{ b }}">',
])('refuses the template %s, whose scheme is open', (source) => {
  expect(() => render(source, { a: 'a', b: 'b' })).toThrow(
    expect.objectContaining({ code: 'ERR_TEMPLATES_CONTEXT' }),
  )
})

it.each([
  ['a handler', '<a {{ x }}>', 'onclick=alert(1)'],
  ['a name of a handler', '<a {{ x }}="alert(1)">', 'onclick'],
  ['the rest of such a name', '<a on{{ x }}="alert(1)">', 'click'],
  ['a style', '<a {{ x }}="x">', 'style'],
  ['srcdoc', '<iframe {{ x }}="x">', 'srcdoc'],
  ['the end of a tag', '<a {{ x }}>', '><script>'],
  ['a slash', '<a {{ x }}>', '/onclick'],
  ['the name of a tag', '<{{ x }} src=x>', 'script'],
  ['the rest of such a name', '<s{{ x }}>', 'cript'],
  ['the name in an end tag', '</{{ x }}>', 'script'],
])('refuses a value that would be %s', (_, source, x) => {
  expect(() => render(source, { x })).toThrow(expect.objectContaining({ code: 'ERR_TEMPLATES_CONTEXT' }))
})

it.each([
  ['a tag', '<p>\n<{{ x }}>'],
  ['a tag with attributes', '<p>\n<{{ a.b }} class="c">'],
  ['an end tag', '<p>\n</{{ x }}>'],
  ['a tag after a filter', '<p>\n<{{ x|lower }}/>'],
])('refuses an output as the name of %s before anything is rendered', (_, source) => {
  const { errors } = createTemplates({ sources: { 'a.html': source } }).check()
  expect(errors).toEqual([
    expect.objectContaining({
      code: 'ERR_TEMPLATES_CONTEXT',
      template: 'a.html',
      line: 2,
      fix: expect.any(String),
    }),
  ])
})

const breakers = [
  '"',
  "'",
  '`',
  '\\',
  '\n',
  '\r',
  '\u2028',
  '\u2029',
  '</script>',
  '<!--',
  '-->',
  '<script>',
  '${x}',
  '*/',
  '//',
  '/',
  ';',
  '(',
  ')',
  '=',
  '+',
  ' ',
  '\u00a0',
  '\ufeff',
  '{',
  '}',
  '[',
  ']',
  '.',
  ',',
  ':',
  '&',
  '&quot;',
  '%',
  '\0',
  '🎉',
].flatMap((text) => [text, `alert(1)${text}`, `${text};alert(1);${text}`])

it.each(breakers)('keeps the text %j inside a string of a script, unchanged', (x) => {
  for (const [source, read] of [
    ['<script>"{{ x }}"</script>', (out: string) => out.slice(8, -9)],
    ["<script>'{{ x }}'</script>", (out: string) => out.slice(8, -9)],
    ['<script>`{{ x }}`</script>', (out: string) => out.slice(8, -9)],
  ] as const) {
    const out = render(source, { x })
    expect(new Function(`return ${read(out)}`)()).toBe(x)
  }
})

it.each(breakers)('writes the text %j as a literal where a script stands', (x) => {
  const code = render('<script>{{ x }}</script>', { x }).slice(8, -9)
  expect(code).not.toMatch(/[<>&\u007f-\uffff]/)
  expect(JSON.parse(code)).toBe(x)
  const markup = render('<script>{{ x }}</script>', { x: html`${x}` }).slice(8, -9)
  expect(JSON.parse(markup)).toBe(x)
  const handler = render('<b onclick="{{ x }}">', { x }).slice(12, -2)
  expect(JSON.parse(unescape(handler))).toBe(x)
})

it.each(breakers)('gives the text %j no operator inside a name and where nobody knows what stands', (x) => {
  const safe = /^(?:[\p{L}\p{N}_]|\\u[0-9a-f]{4})*$/u
  for (const start of ['a', 'a.', 'if (a) /b/.c;', 'f(a) / "']) {
    const code = render(`<script>${start}{{ x }}</script>`, { x }).slice(8 + start.length, -9)
    expect(code).toMatch(safe)
  }
})

it.each(breakers)('leaves no sign of the text %j in a string that could end it, call or assign', (x) => {
  const safe = /^(?:[\p{L}\p{N}_ /\-.:,#@?%]|\\u[0-9a-f]{4})*$/u
  for (const start of ['"', "'", '`', '"\\\\', 'f(a, "b', '`${a}']) {
    const code = render(`<script>${start}{{ x }}</script>`, { x }).slice(8 + start.length, -9)
    expect(code).toMatch(safe)
    const handler = render(`<b onclick='${start.replaceAll("'", '"')}{{ x }}'>`, { x }).slice(
      12 + start.length,
      -2,
    )
    expect(handler).toMatch(safe)
  }
})

it.each(breakers)('keeps the text %j inside an attribute and a style', (x) => {
  expect(render('<a title={{ x }}>', { x }).slice(9, -1)).toMatch(/^(?:"[^"]*"|[^\s"'`=<>]*)$/)
  expect(render('<a title=a{{ x }}>', { x }).slice(10, -1)).toMatch(/^[^\s"'`=<>]*$/)
  expect(render('<a title="{{ x }}">', { x: new Markup(x) }).slice(10, -2)).not.toContain('"')
  expect(render("<a title='{{ x }}'>", { x: new Markup(x) }).slice(10, -2)).not.toContain("'")
  expect(render('<style>{{ x }}</style>', { x }).slice(7, -8)).not.toMatch(/[<>"'(){};:/@*&!\n]/)
  expect(render('<a style="a: {{ x }}">', { x }).slice(13, -2)).not.toMatch(/[<>"'(){};:/@*&!\n]/)
})

it.each([
  'url(rgb(1))',
  'rgb(1);x:url(//a)',
  'rgb(url(//a))',
  'rgb(1/*)',
  'rgb(1}b{c:d)',
  'rgb(\\29 x)',
  'expression(rgb(1',
  'xrgb(1)',
  'rgb (1)',
  "rgb('1')",
  'rgb(var(--x))',
])('leaves of %s nothing that ends a value or calls', (x) => {
  const colours = /(?<![\w-])rgb\([\d.,% /]*\)/g
  for (const [page, start, end] of [
    ['<style>{{ x }}</style>', 7, -8],
    ['<a style="a: {{ x }}">', 13, -2],
  ] as const) {
    const left = render(page, { x }).slice(start, end).replace(colours, '')
    expect(left).not.toMatch(/[<>"'(){};:/@*&!\n]/)
  }
})

it('trusts super only in the place of its block', () => {
  const sources = {
    'b.html': '{% block a %}{{ x }}{% endblock %}<script>{% block js %}f({{ x }});{% endblock %}</script>',
  }
  const inherited = createTemplates({ sources })
  const child =
    "{% extends 'b.html' %}{% block a %}<script>{{ super() }}</script>{% endblock %}{% block js %}{{ super() }}g(){% endblock %}"
  const escaped = '"alert(1)"'
  expect(inherited.renderString(child, { x: 'alert(1)' })).toBe(
    `<script>${escaped}</script><script>f(${escaped});g()</script>`,
  )
})

it.each([
  ['a macro', '{% macro m(v) %}f({{ v }}){% endmacro %}<script>{{ m(x) }}</script>'],
  ['a block of text', '{% set y %}f({{ x }}){% endset %}<script>{{ y }}</script>'],
  [
    'a call block',
    '{% macro m() %}{{ caller() }}{% endmacro %}<script>{% call m() %}{{ x }}{% endcall %}</script>',
  ],
  ['a filter block', '<script>{% filter trim %}f({{ x }}){% endfilter %}</script>'],
  ['a translation', '<script>f("{% trans %}{{ x }}{% endtrans %}")</script>'],
  ['self', '{% block b %}{{ x }}{% endblock %}<script>{{ self.b() }}</script>'],
])('lets no code into a script by %s', (_, source) => {
  const translated = createTemplates({ extensions: ['i18n'] })
  const out = translated.renderString(source, { x: 'alert(1)' })
  const calls: unknown[] = []
  const code = out.slice(out.indexOf('<script>') + 8, -9)
  try {
    new Function('f', 'alert', code)(
      () => {},
      (value: unknown) => calls.push(value),
    )
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError)
  }
  expect(calls).toEqual([])
})

it('leaves harmless addresses alone', () => {
  const urls = [
    '/',
    '',
    '#a',
    '?a=b:c',
    'a/b:c',
    '//h/p',
    'https://h/',
    'HTTP://h',
    'mailto:a@b',
    'tel:+1',
    './a:b',
  ]
  for (const x of urls) expect(render('<a href="{{ x }}">', { x })).toBe(`<a href="${x}">`)
})

it.each([
  `<b {% if no %}data-{% endif %}onclick="f('{{ x }}')">`,
  `<b {{ 'data-' if no }}onclick="f('{{ x }}')">`,
  `<b {{ e }}onclick="f('{{ x }}')">`,
])('keeps a value inside the text of a handler whose name has two halves: %s', (source) => {
  expect(unescape(render(source, { x: "');alert(1);//", e: '' }))).not.toContain("');alert")
})

it('gives the nonce to no script whose address a value led to another site', () => {
  const app = createTemplates({ globals: { csp_nonce: () => 'N0NCE' } })
  const tag = (src: string): string => app.renderString('<script src="{{ src }}"></script>', { src })
  expect(tag('https://evil.example/x.js')).not.toContain('N0NCE')
  expect(tag('//evil.example/x.js')).not.toContain('N0NCE')
  expect(tag('/static/x.js?v=1')).toContain('N0NCE')
  expect(app.renderString('<script src="https://cdn.example/x.js"></script>')).toContain('N0NCE')
})

it.each([
  ['{{ x|int }}', `${'1'.repeat(200_000)}x`],
  ['{{ x|float }}', `${'1'.repeat(200_000)}x`],
  ['{{ x|wordwrap(40) }}', '-'.repeat(200_000)],
  ['{{ x|format(1) }}', '%('.repeat(100_000)],
  ['{{ x % 1 }}', '%('.repeat(100_000)],
])('is done with hostile text before anybody waits: %s', (source, x) => {
  // Read in quadratic time, each would take minutes, which no test has.
  let answer: unknown
  try {
    answer = render(source, { x })
  } catch (error) {
    answer = error
  }
  expect(typeof answer === 'string' || answer instanceof TemplateError || answer instanceof MarkupError).toBe(
    true,
  )
})

it.each([
  ['the rest of srcdoc', '<iframe {{ a }}{% if 1 %}rcdoc{% endif %}="{{ x }}">', '<script>alert(1)</script>'],
  ['the rest of style', '<b {{ a }}tyle="{{ x }}">', 'url(b)'],
  ['the rest of a handler', '<b {{ o }}nclick="{{ x }}">', 'alert(1)'],
  ['the end of two outputs without quotes', '<p title={{ e }}{{ x }}>', 'autofocus'],
])('refuses a value that would be %s', (_, source, x) => {
  expect(() => render(source, { a: 's', o: 'o', e: '', x })).toThrow(
    expect.objectContaining({ code: 'ERR_TEMPLATES_CONTEXT', line: 1 }),
  )
})

it.each([
  '<{% if t %}scr{% else %}st{% endif %}ipt>f("{{ x }}")</script>',
  '<{% if t %}text{% else %}ch{% endif %}area>1 <{{ x }}</textarea>',
  '<textarea{{ n }}>1 <{{ x }}</textarea>',
  '<scr{{ n }}ipt>f("{{ x }}")</script>',
])('refuses a tag that may be that of a script or a text area: %s', (source) => {
  expect(() => render(source, { t: true, n: 3, x: 'img src=a onerror=tripwire(1) ' })).toThrow(/or another/)
})

it.each([
  '<textarea{% if t %} {% endif %}data>1 <{{ x }}</textarea>',
  '<textarea{% if t %} {% endif %}data />1 <{{ x }}</textarea>',
  "<textarea{% if t %} {% endif %}{{ 'data' }}>1 <{{ x }}</textarea>",
  '<s{% if t %} {% endif %}cript>f("{{ x }}")</script>',
])('refuses an attribute that an empty branch would make a part of the tag: %s', (source) => {
  expect(() => render(source, { x: 'img src=a onerror=tripwire(1) ' })).toThrow(/may leave nothing/)
})

it.each(['{% block b %}{% endblock %}', '{% include "empty" %}', '{% filter upper %}{% endfilter %}'])(
  'refuses a value without quotes that is a part, which may be empty: %s',
  (part) => {
    const engine = createTemplates({ sources: { empty: '' } })
    const page = (source: string) => engine.renderString(source, { x: '" onfocus=tripwire(1) ' })
    expect(() => page(`<p class=${part} title="{{ x }}">`)).toThrow(/value without quotes/)
    expect(page(`<p class="${part}" title="{{ x }}">`)).toContain('class="" title="&#34;')
  },
)

it('refuses a text area in SVG, where it is none, and takes it where it is one', () => {
  expect(() => render('<svg><textarea>1 <{{ x }}</textarea></svg>', { x: 'a' })).toThrow(/In SVG/)
  const source =
    '<svg><foreignObject><textarea>{{ x }}</textarea></foreignObject></svg><textarea>{{ x }}</textarea>'
  expect(render(source, { x: '<' })).toBe(source.replaceAll('{{ x }}', '&lt;'))
})

it.each([
  ['<option{% if t %} selected{% endif %}>{{ x }}', '<option>&lt;'],
  ['<textarea{% if t %} required{% endif %} id=a>{{ x }}', '<textarea id=a>&lt;'],
  ["<input{{ ' checked' if t }} title={{ x }}>", '<input title="&lt;">'],
  ['<h{{ n }} title={{ x }}>', '<h3 title="&lt;">'],
])('takes an attribute of a branch with its blank: %s', (source, expected) => {
  expect(render(source, { t: false, n: 3, x: '<' })).toBe(expected)
})
