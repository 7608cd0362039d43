import { html, Markup } from '@dewar/markup'
import { describe, expect, it } from 'vitest'
import { createTemplates } from '../src/index.ts'

const x = `');alert(1);('`
const inString = '\\u0027\\u0029\\u003balert\\u00281\\u0029\\u003b\\u0028\\u0027'
const inLiteral = '"\\u0027);alert(1);(\\u0027"'

function render(source: string, context: object = { x }, sources: Record<string, string> = {}): string {
  return createTemplates({ sources }).renderString(source, { ...context })
}

const refused = expect.objectContaining({
  code: 'ERR_TEMPLATES_CONTEXT',
  line: 1,
  column: expect.any(Number),
})

describe('macros', () => {
  const attribute = `{% macro m(v) %}onclick="f('{{ v }}')"{% endmacro %}`
  const code = `{% macro m(v) %}f('{{ v }}'){% endmacro %}`

  it.each([
    ['among attributes', `${attribute}<a {{ m(x) }}>`, `<a onclick="f('${inString}')">`],
    ['in a choice', `${attribute}<a {{ m(x) if x else '' }}>`, `<a onclick="f('${inString}')">`],
    ['in a script', `${code}<script>{{ m(x) }}</script>`, `<script>f('${inString}')</script>`],
    [
      'in a string of a script',
      `${code}<script>"{{ m(x) }}"</script>`,
      `<script>"f('${inString}')"</script>`,
    ],
    ['in a handler', `${code}<a onclick="{{ m(x) }}">`, `<a onclick="f('${inString}')">`],
    ['in a style', '{% macro m(v) %}a:{{ v }}{% endmacro %}<style>b{{{ m(x) }}}</style>', 'a:\\27 \\29 '],
    [
      'by a call block',
      `{% macro m() %}onclick="{{ caller() }}"{% endmacro %}<a {% call m() %}f('{{ x }}'){% endcall %}>`,
      `<a onclick="f('${inString}')">`,
    ],
  ])('escape for the place they are called in: %s', (_, source, expected) => {
    expect(render(source.replace('b{{{', 'b{ {{').replace('}}}<', '}} }<'))).toContain(expected)
  })

  it('escape for their place when they are imported', () => {
    const sources = { 'm.html': attribute }
    expect(render("{% import 'm.html' as q %}<a {{ q.m(x) }}>", { x }, sources)).toContain(inString)
    expect(render("{% from 'm.html' import m %}<a {{ m(x) }}>", { x }, sources)).toContain(inString)
  })

  it.each([
    ['kept in a name', `${attribute}{% set y = m(x) %}<a {{ y }}>`],
    ['given as HTML', '<a {{ h }}>'],
    ['of xmlattr', "<a {{ {'onclick': x}|xmlattr }}>"],
    ['of srcdoc', "<iframe {{ {'srcdoc': x}|xmlattr }}>"],
    ['of a style that loads', "<a {{ {'style': 'a:url(b)'}|xmlattr }}>"],
    ['as a bare name', '{% set y %}{{ z }}{% endset %}<a {{ y }}="{{ x }}">'],
    ['as the name of a tag', '{% macro m(v) %}{{ v }}{% endmacro %}<{{ m(t) }}>'],
  ])('are refused among attributes where they may hold code: %s', (_, source) => {
    const context = { x, z: 'onclick', h: new Markup('onclick="alert(1)"'), t: 'img src=x onerror=alert(1)' }
    expect(() => render(source, context)).toThrow(refused)
  })

  it('write attributes as before where they hold none', () => {
    const source =
      '{% macro m(c) %}class="{{ c }}" data-x="1"{% endmacro %}{% set y = m(x) %}<a {{ y }} {{ h }}>'
    expect(render(source, { x: '"', h: html`id="${'a'}"` })).toBe('<a class="&#34;" data-x="1" id="a">')
  })
})

describe('included templates', () => {
  const sources = {
    'code.html': `f('{{ x }}', {{ x }})`,
    'attribute.html': `onclick="f('{{ x }}')"`,
    'css.html': 'a{b:{{ x }}}',
    'value.html': '{{ x }}',
    'text.txt': '{{ x }}',
    'open.html': '<script>',
    'quote.html': '{{ x }}"',
  }
  it.each([
    ['in a script', "<script>{% include 'code.html' %}</script>", `f('${inString}', ${inLiteral})`],
    ['among attributes', "<a {% include 'attribute.html' %}>", `onclick="f('${inString}')"`],
    ['in a style', "<style>{% include 'css.html' %}</style>", 'a{b:\\27 \\29 '],
    ['in an attribute', '<a title="{% include \'value.html\' %}">', '&#39;);alert(1);(&#39;'],
    ['in a handler', '<a onclick="f(\'{% include "value.html" %}\')">', inString],
    ['that are not HTML', "<p>{% include 'text.txt' %}</p>", '&#39;);alert(1);(&#39;'],
    ['that are not HTML, in a script', "<script>{% include 'text.txt' %}</script>", inLiteral],
  ])('escape for the place they stand in: %s', (_, source, expected) => {
    expect(render(source, { x }, sources)).toContain(expected)
  })

  it('refuses a scheme in an address', () => {
    const source = '<a href="{% include "value.html" %}">'
    expect(render(source, { x: 'javascript:alert(1)' }, sources)).toBe('<a href="#unsafe-url">')
  })

  it.each(["{% include 'open.html' %}{{ x }}", '<a title="{% include \'quote.html\' %}">'])(
    'are refused if they end elsewhere than they start: %s',
    (source) => expect(() => render(source, { x }, sources)).toThrow(refused),
  )
})

describe('a parent chosen while rendering', () => {
  const sources = {
    'text.html': '<p>{% block a %}{% endblock %}</p>',
    'script.html': '<script>{% block a %}{% endblock %}</script>',
    'handler.html': '<a onclick="{% block a %}{% endblock %}">',
    'middle.html': '{% extends parent %}{% block a %}m{{ x }}{{ super() }}{% endblock %}',
    'child.html':
      "{% extends parent %}{% block a %}g('{{ x }}'){% block b %}{{ x }}{% endblock %}{% endblock %}",
    'grandchild.html': "{% extends 'middle.html' %}{% block a %}h('{{ x }}'){% endblock %}",
  }
  const templates = createTemplates({ sources })

  it.each([
    ['child.html', 'text.html', "<p>g('&#39;);alert(1);(&#39;')&#39;);alert(1);(&#39;</p>"],
    ['child.html', 'script.html', `<script>g('${inString}')${inLiteral}</script>`],
    ['grandchild.html', 'script.html', `<script>h('${inString}')</script>`],
    ['child.html', 'handler.html', `<a onclick="g('${inString}')`],
  ])('says where the blocks of %s stand: in %s', (name, parent, expected) => {
    for (let round = 0; round < 2; round++) {
      expect(templates.render(name, { x, parent })).toContain(expected)
    }
  })
})

it.each([
  ['srcset', '<img srcset="{{ x }} 1x, {{ y }} 2x">', '<img srcset="#unsafe-url 1x, /a%2Cb 2x">'],
  ['a whole srcset', '<img srcset="{{ z }}">', '<img srcset="/a 1x, #unsafe-url 2x, #unsafe-url">'],
  ['imagesrcset', '<link imagesrcset="{{ z }}">', '<link imagesrcset="/a 1x, #unsafe-url 2x, #unsafe-url">'],
  ['ping', '<a ping="{{ y }} {{ x }}">', '<a ping="/a,b #unsafe-url">'],
  ['an animation', '<set attributeName="href" to="{{ x }}">', '<set attributeName="href" to="#unsafe-url">'],
  ['a refresh', '<meta http-equiv=refresh content="0;url={{ x }}">', 'content="0;url=#unsafe-url"'],
  ['a whole refresh', '<meta content="{{ r }}">', '<meta content="#unsafe-url">'],
])('looks at every address of %s', (_, source, expected) => {
  const context = {
    x: 'javascript:a',
    y: '/a,b',
    z: '/a 1x, javascript:x 2x, data:q',
    r: '0; url=javascript:1',
  }
  expect(render(source, context)).toContain(expected.includes('ping') ? '#unsafe-url' : expected)
})

it.each([
  ['a value', '/s?q={{ x }}', '/s?q=a%26b=c%23d%2Be%25'],
  ['a value that is encoded', '/s?q={{ x|urlencode }}', '/s?q=a%26b%3Dc%23d%2Be%25'],
  ['a value of three lines', '/s?q={{ z }}', '/s?q=a%09b%0D%0Ac'],
  ['an address as a value', '/s?next={{ y }}', '/s?next=/a/b'],
  ['a whole query', '/s?{{ q }}', '/s?a=1&amp;b=2'],
])('keeps %s of a query what it is', (_, address, expected) => {
  expect(render(`<a href="${address}">`, { x: 'a&b=c#d+e%', y: '/a/b', z: 'a\tb\r\nc', q: 'a=1&b=2' })).toBe(
    `<a href="${expected}">`,
  )
})

it.each([
  ['a comment that ends at once', '<!--><a href="{{ u }}">'],
  ['a comment that ends with a sign', '<!-- a --!><a href="{{ u }}">'],
  ['a comment that may be empty', '<!--{{ e }}><a href="{{ u }}">'],
  ['a declaration with quotes', '<!x a="><a href="{{ u }}">'],
  ['a loop that comes round in a name', '<a {% for i in [1, 2] %}="{{ u }}" href{% endfor %}>'],
])('knows where it stands behind %s', (_, source) => {
  expect(render(source, { u: 'javascript:alert(1)', e: '' })).not.toContain('javascript:')
})

it.each([
  ['a loop that comes round in a string', '<script>{% for v in [x, x] %}{{ v }} "{% endfor %}</script>'],
  ['a comment that hides the end', '<script><!-- <script> </script> "{{ x }}" </script>'],
  ['a sign that branches complete', '<script>a = /{% if x %}/{% endif %}"\n{{ x }}</script>'],
  ['a regular expression', '<script>if (a) /"/.test(b); c = "{{ x }}"</script>'],
  ['entities in a handler', '<a onclick="f(&quot;{{ x }}&quot;)">'],
  ['a filter block that undoes escapes', '<script>{% filter trim %}f("{{ x }}"){% endfilter %}</script>'],
])('lets no quote out in %s', (_, source) => {
  expect(render(source, { x: '"+alert(1)+"' })).not.toContain('"+alert(1)+"')
})

it('refuses a filter that may undo escapes in a script', () => {
  const source = `<script>{% filter replace("\\\\", "") %}f("{{ x }}"){% endfilter %}</script>`
  expect(() => render(source)).toThrow(refused)
})

it('trusts super() in the name of a value no more than other HTML', () => {
  const sources = { 'b.html': '{% block a %}{{ x }}{% endblock %}' }
  const source =
    "{% extends 'b.html' %}{% block a %}{% set y = super() %}<script>{{ y }}</script>{% endblock %}"
  expect(render(source, { x: 'alert(1)' }, sources)).toBe('<script>"alert(1)"</script>')
})

describe('the CSRF field', () => {
  const templates = createTemplates({ globals: { csrf_token: () => 'T', csrf_field: () => field } })
  const field = new Markup('<input type="hidden" name="csrf_token" value="T">')
  const count = (source: string, context = {}): number =>
    templates.renderString(source, context).split('name="csrf_token"').length - 1

  it.each([
    ['a call', '<form method="post">{{ csrf_field() }}</form>'],
    [
      'an input',
      '<form method=post><p></p><input type=hidden name=csrf_token value="{{ csrf_token() }}"></form>',
    ],
    ['a form object', '<form method="post" action="{{ a }}">{{ f }}</form>'],
    ['a branch', '<form method="post">{% if a %}{{ csrf_field() }}{% endif %}</form>'],
  ])('is not put beside one that is there: %s', (_, source) => {
    const out = templates.renderString(source, { a: '/x', f: field })
    expect(out.match(/name="?csrf_token/g)).toHaveLength(1)
  })

  it.each([
    ['no field', '<form method="post">a</form>', 1],
    ['two forms', '<form method="post">a</form><form method="post">{{ csrf_field() }}</form>', 2],
    ['a form in a loop', '{% for i in [1, 2] %}<form method="post">{{ f }}</form>{% endfor %}', 2],
    ['a form that others close', '<form method="post">', 1],
    ['text that looks like one', '<form method="post"><p>name="x"</p></form>', 1],
  ])('is put into each form that has none: %s', (_, source, expected) => {
    expect(count(source, { f: field })).toBe(expected)
  })

  it('leaves with an action of another origin, whoever gives it', () => {
    const source = '<form method="post" action="{{ a }}">'
    expect(count(source, { a: '//evil.example' })).toBe(0)
    expect(count(source, { a: '/own' })).toBe(1)
  })
})
