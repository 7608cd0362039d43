/** Places that do not look like what they are: pages in attributes, HTML where text stands, entities, SVG, JSON in strings. */
import { Markup } from '@dewar/markup'
import { parse, parseFragment } from 'parse5'
import { expect, it } from 'vitest'
import { createTemplates } from '../src/index.ts'

const templates = createTemplates({ globals: { csp_nonce: () => 'N' } })
const render = (source: string, context = {}): string => templates.renderString(source, context)
const script = '<script>tripwire(1)</script>'

/** What a sanitiser of another library may give: safe between tags, as nothing in an attribute is markup. */
const safeBetweenTags = (end: string) => new Markup(`<p title="${end}${script}">a</p>`)

it.each([
  ['a title', '<title>{{ x }}</title>', '</title>'],
  ['a text area', '<textarea>{{ x }}</textarea>', '</textarea>'],
  ['an <xmp>', '<xmp>{{ x }}</xmp>', '</xmp>'],
  ['a comment', '<!-- {{ x }} --><i></i>', '-->'],
  ['a comment that ends otherwise', '<!-- {{ x }} --><i></i>', '--!>'],
  ['a <noscript>', '<noscript>{{ x }}</noscript>', '</noscript>'],
  ['a comment in a <noscript>', '<noscript><!-- {{ x }} --></noscript>', '</noscript>'],
  ['an attribute in a <noscript>', '<noscript><p title="{{ x }}">a</p></noscript>', '</noscript>'],
  ['a bare value in a <noscript>', '<noscript><p title={{ x }}>a</p></noscript>', '</noscript>'],
  ['a path in a <noscript>', '<noscript><a href="/a/{{ x }}">a</a></noscript>', '</noscript>'],
  ['a text area in a <noscript>', '<noscript><textarea>{{ x }}</textarea></noscript>', '</noscript>'],
  ["a '<' in a <noscript>", '<noscript>1 <{{ x }}</noscript>', '</noscript>'],
  ['a declaration', '<!doctype {{ x }}>', ''],
  ['a CDATA section', '<svg><![CDATA[{{ x }}]]></svg>', ''],
  ['an instruction', '<?x {{ x }} ?>', ''],
  ['the start of a comment', '<!--{{ y }}{{ x }}--><i></i>', '-->'],
])('keeps HTML in %s', (_, source, end) => {
  const out = render(source, { x: safeBetweenTags(end), y: '' })
  const page = parse(out)
  expect(JSON.stringify(page, (key, value) => (key === 'parentNode' ? undefined : value))).not.toContain(
    '"tagName":"script"',
  )
})

it('leaves the HTML that a text area shows as it is', () => {
  expect(render('<textarea>{{ x }}</textarea>', { x: new Markup('<b>a</b> &amp; c') })).toBe(
    '<textarea><b>a</b> &amp; c</textarea>',
  )
  const { childNodes } = parseFragment(render('<title>{{ x }}</title>', { x: new Markup('<b>a</b>') }))
  expect(childNodes[0]).toMatchObject({ childNodes: [{ value: '<b>a</b>' }] })
})

it.each([
  ['a script', `<iframe srcdoc="<script>f({{ x }})</script>"></iframe>`],
  ['a script written in entities', '<iframe srcdoc="&lt;script&gt;f({{ x }})"></iframe>'],
  ['an address', `<iframe srcdoc="<a href='{{ x }}'>a</a>"></iframe>`],
  ['an event', `<iframe srcdoc="<b onclick='f({{ x }})'>a</b>"></iframe>`],
  ['a tag', `<iframe srcdoc='<p {{ x }}>'></iframe>`],
  ['a tag that a branch began', `<iframe srcdoc="{% if 1 %}<p {% else %}<b {% endif %}{{ x }}>"></iframe>`],
])('refuses an output in %s of a page in srcdoc', (_, source) => {
  expect(() => render(source, { x: 'tripwire(1)' })).toThrow(/the page of 'srcdoc'/)
})

it('takes outputs between the tags of a page in srcdoc', () => {
  const out = render('<iframe srcdoc="<p>Hi {{ x }}</p>{{ x }}"></iframe>', { x: script })
  const [frame] = parseFragment(out).childNodes
  const page = frame !== undefined && 'attrs' in frame ? (frame.attrs[0]?.value ?? '') : ''
  expect(parseFragment(page).childNodes.map(({ nodeName }) => nodeName)).toEqual(['p', '#text'])
})

it.each(['&#10;', '&#x9;', '&Tab;', '&NewLine;&#32;'])('looks at an address behind %s', (entity) => {
  expect(render(`<a href="${entity}{{ x }}">`, { x: 'javascript:tripwire(1)' })).toContain('#unsafe-url')
  expect(render(`<a href="${entity}{{ x }}">`, { x: '/a' })).toBe(`<a href="${entity}/a">`)
})

it.each(['&#106;avascript:', 'javascript&colon;', 'java&#x73;cript&#58;', 'java&Tab;script:'])(
  'reads %s as code',
  (scheme) => {
    expect(render(`<a href="${scheme}f({{ x }})">`, { x: 'tripwire(1)' })).not.toContain('tripwire(')
  },
)

it('reads entities in addresses that change nothing', () => {
  expect(render('<a href="/a?b=1&amp;c={{ x }}&#35;{{ x }}">', { x: 'a&b' })).toBe(
    '<a href="/a?b=1&amp;c=a%26b&#35;a&amp;b">',
  )
})

it.each([
  '<svg><title/><a href="{{ x }}">a</a></svg>',
  '<svg><style/></svg><a href="{{ x }}">a</a>',
  '<svg><script/></svg><a href="{{ x }}">a</a>',
  '<svg><title><a href="{{ x }}">a</a></title></svg>',
  '<svg>{% if 1 %}<title/>{% endif %}<a href="{{ x }}">a</a></svg>',
  '<math><title/><a href="{{ x }}">a</a></math>',
])('sees the address in %s', (source) => {
  expect(render(source, { x: 'javascript:tripwire(1)' })).toContain('#unsafe-url')
})

it('ends SVG where it ends, and where HTML begins in it', () => {
  const x = 'javascript:a'
  expect(render('<svg/><title><a href="{{ x }}"></title>', { x })).not.toContain('#unsafe-url')
  expect(render('<svg></svg><script/>var a = {{ x }}</script>', { x })).toContain('= "javascript:a"')
  const inner = '<foreignObject><script/>a = {{ x }}</script></foreignObject>'
  expect(render(`<svg>${inner}</svg>`, { x })).toContain('= "javascript:a"')
})

it('keeps the end of a script of SVG that has no end tag', () => {
  expect(render('<svg><script/></svg>')).toBe('<svg><script nonce="N"/></svg>')
})

it('knows that entities are code in a script of SVG', () => {
  const out = render('<svg><script>a = &quot;{{ x }}&quot;</script></svg>', { x: ';tripwire(1);//' })
  expect(out).not.toContain('tripwire(')
})

it.each([
  ['a string', '<script>a = "{{ x|tojson }}"</script>', '";tripwire(1);//'],
  ['a template literal', '<script>a = `{{ x|tojson }}`</script>', '${tripwire(1)}'],
  ['a string of an event', `<b onclick='f("{{ x|tojson }}")'>`, ');tripwire(1);//'],
  [
    'a string of a style',
    '<style>a { content: "{{ x|tojson }}" }</style>',
    '}*{background:url(//evil)}tripwire(',
  ],
])('keeps JSON in %s', (_, source, x) => {
  expect(render(source, { x })).not.toMatch(/tripwire\(|\}\*/)
})

it.each([
  ['<script>a = {{ x|tojson }}</script>', '= {"a":"b\\u0026"}<'],
  ["<script>a = JSON.parse('{{ x|tojson }}')</script>", `('{"a":"b\\u0026"}')`],
  ["<b onclick='f({{ x|tojson }})'>", 'f({"a":"b\\u0026"})'],
  ["<b data-x='{{ x|tojson }}'>", '\'{"a":"b\\u0026"}\''],
])('writes JSON as it is in %s', (source, wanted) => {
  expect(render(source, { x: { a: 'b&' } }).replaceAll(': ', ':')).toContain(wanted)
})

it.each(['<p {{ x }}>', '<p id="a" {{ x }}>'])('takes nothing but attributes in %s', (source) => {
  for (const x of [`>${script}`, 'title="a" "onclick', '<b>', "a'b"])
    expect(() => render(source, { x: new Markup(x) })).toThrow(/more than attributes/)
  expect(render(source, { x: new Markup('title="a > b" hidden') })).toContain('title="a > b" hidden')
})

it('lets no HTML go on with the name of a tag', () => {
  expect(() => render('<scr{{ x }}>{{ y }}</script>', { x: new Markup('ipt'), y: 'tripwire(1)' })).toThrow(
    /name of a tag/,
  )
  expect(render('<p{{ {"title": x}|xmlattr }}>', { x: 'a' })).toBe('<p title="a">')
})

it("takes a literal that its author calls HTML for the template's text", () => {
  expect(render("{{ '<script>'|safe }}a = {{ x }}{{ '</script>'|safe }}{{ x }}", { x: '<' })).toBe(
    '<script nonce="N">a = "\\u003c"</script>&lt;',
  )
})

it('gives animations no address of a script in a mapping of attributes', () => {
  const source = "<set attributeName=href {{ {'to': x}|xmlattr }}/>"
  expect(render(source, { x: 'javascript:tripwire(1)' })).toContain('#unsafe-url')
})

it.each([
  ["a block's end", '{% block b %}a <{% endblock %}{{ x }} <p>'],
  ["a macro's end", '{% macro m() %}<{% endmacro %}{{ m() }}{{ x }} <p>'],
  ["a set block's end", '{% set s %}</{% endset %}{{ s }}{{ x }} <p>'],
])('refuses what may start a tag at %s', (_, source) => {
  expect(() => render(source, { x: 'img src=x onerror=tripwire(1)' })).toThrow(/may make that a tag/)
})

it('refuses an included template that ends with what may start a tag', () => {
  const all = createTemplates({ sources: { 'i.html': 'a <' } })
  expect(() => all.renderString("{% include 'i.html' %}{{ x }} <p>", { x: 'img' })).toThrow(/ends inside/)
})

it.each(['{% if t %}</{% else %}a {% endif %}<b {{ x }}>', '</{% for i in [1, 2] %}<b {{ x }}>{% endfor %}'])(
  'refuses branches of which one makes a comment of the tag behind it: %s',
  (source) => {
    expect(() => render(source, { x: 'onclick=tripwire(1)' })).toThrow(/branch ends|rounds of this loop/)
  },
)

it.each([
  '<b{% if t %} {% endif %}title="{{ x }}">',
  '<b{% if t %} {% endif %}title = "{{ x }}">',
  '<b{% if t %} hidden{% endif %}title="{{ x }}">',
  '<b{% if t %} {% endif %}{% if t %}data-{% endif %}title="{{ x }}">',
])('refuses an attribute that may be the name of the tag: %s', (source) => {
  expect(() => render(source, { x: 'a onclick=tripwire(1)' })).toThrow(/the name of the tag/)
})

it.each([
  ['<b{% if t %} id="a"{% endif %}>', '<b>'],
  ['<b{% if t %} id="a"{% endif %} title="{{ x }}">', '<b title="c">'],
  ['<b{% if t %} id="a"{% endif %}{% if x %} title="{{ x }}"{% endif %}>', '<b title="c">'],
  ['<b{% if t %} hidden{% endif %}/>', '<b/>'],
  ['<b{% if t %} hidden{% endif %}{{ e }}>', '<b>'],
  ['a {% if t %}<{% endif %} b', 'a  b'],
])('takes branches behind the name of a tag: %s', (source, wanted) => {
  expect(render(source, { x: 'c', e: '' })).toBe(wanted)
})

it('takes no HTML of several names to go on with one', () => {
  for (const x of ['a onclick', 'a/b', 'a href', '&lt;a&gt;/'])
    expect(() => render('<b data-{{ x }}="{{ y }}">', { x: new Markup(x), y: 'tripwire(1)' })).toThrow(/HTML/)
})
