/** Escapes that were published for nunjucks, Jinja and their like, each tried at both levels of the sandbox. */
import { describe, expect, it } from 'vitest'
import { createTemplates, TemplateError } from '../src/index.ts'

const run = '"return globalThis.tripwire()"'
const commands = '"return process.mainModule.require(`child_process`).execSync(`id`)"'

/** Where it comes from, and the template. */
const escapes: readonly (readonly [string, string])[] = [
  ['nunjucks: range', `{{ range.constructor(${run})() }}`],
  ['nunjucks: range and a command', `{{ range.constructor(${commands})() }}`],
  ['nunjucks: a filter of a name', `{{ (range|attr("constructor"))(${run})() }}`],
  ['nunjucks: cycler', `{{ cycler.constructor(${run})() }}`],
  ['nunjucks: joiner', `{{ joiner.constructor(${run})() }}`],
  ['nunjucks: cycler made', `{{ cycler("a").next.constructor(${run})() }}`],
  ['nunjucks: a text', `{{ "".sub.constructor(${run})() }}`],
  ['nunjucks: a text by keys', `{{ ""["sub"]["constructor"](${run})() }}`],
  ['nunjucks: the number zero', `{{ (0).toFixed.constructor(${run})() }}`],
  ['nunjucks: a list', `{{ [].flat.constructor(${run})() }}`],
  ['nunjucks: a backslash before a letter (CVE-2023-2142)', '{{ "\\\\"|safe }}{{ x }}'],
  ['nunjucks: keys in lists (GHSA-x77j-w7wf-fjmw)', `{{ range[["constructor"]](${run})() }}`],
  [
    'nunjucks: the environment',
    `{{ env.constructor.constructor(${run})() }}{{ this.env }}{{ frame }}{{ context.ctx }}`,
  ],
  ['nunjucks: super', `{% block a %}{{ super.constructor(${run})() }}{% endblock %}`],
  [
    'nunjucks: caller',
    `{% macro m() %}{{ caller.constructor(${run})() }}{% endmacro %}{% call m() %}{% endcall %}`,
  ],
  ['nunjucks: a macro', `{% macro m() %}{% endmacro %}{{ m.constructor(${run})() }}`],
  [
    'nunjucks: set of a prototype',
    '{% set ns = namespace() %}{% set ns.__proto__ = {"polluted": 1} %}{{ {}.polluted }}',
  ],
  [
    'nunjucks: the runtime',
    '{{ runtime.markSafe("<b>") }}{{ lineno }}{{ output }}{{ cb() }}{{ parentTemplate }}',
  ],
  [
    'EJS, Pug: outputFunctionName',
    '{{ {"constructor": {"prototype": {"polluted": 1}}}|items|list|length }}{{ {}.polluted }}',
  ],
  [
    'Handlebars: __lookupGetter__',
    '{{ s.__lookupGetter__("__proto__") }}{{ s.__defineGetter__("x", range) }}',
  ],
  ['Handlebars: constructor by with', `{% with f = s.sub.constructor %}{{ f(${run})() }}{% endwith %}`],
  ['Handlebars: split and push', `{% set l = [].constructor %}{{ l.constructor(${run})() }}`],
  [
    'Twig: map, filter, sort, reduce',
    `{{ [${run}]|map("constructor")|list }}{{ ["id"]|map("system")|list }}`,
  ],
  ['Twig: a filter by getFilter', '{{ _self.env.registerUndefinedFilterCallback("exec") }}'],
  ['Liquid, Smarty: tags of code', '{% php %}system("id"){% endphp %}'],
  ['Jinja: classes', "{{ ''.__class__.__mro__[1].__subclasses__() }}"],
  ['Jinja: by attr', "{{ ''|attr('__class__')|attr('__mro__') }}"],
  ['Jinja: globals of a function', "{{ range.__globals__['os'].popen('id').read() }}"],
  ['Jinja: lipsum', "{{ lipsum.__globals__['os'].popen('id').read() }}"],
  ['Jinja: cycler', '{{ cycler.__init__.__globals__.os.popen("id").read() }}'],
  ['Jinja: joiner and namespace', '{{ joiner.__init__.__globals__ }}{{ namespace.__init__.__globals__ }}'],
  ['Jinja: self', '{{ self.__init__.__globals__.__builtins__ }}{{ self._TemplateReference__context }}'],
  ['Jinja: config', '{{ config }}{{ config.items() }}{{ config.SECRET_KEY }}'],
  ['Jinja: request', '{{ request.application.__globals__.__builtins__.__import__("os") }}'],
  ['Jinja: url_for', "{{ url_for.__globals__['current_app'].config }}{{ get_flashed_messages.__globals__ }}"],
  [
    'Jinja: str.format (CVE-2016-10745)',
    "{{ '{0.__class__.__init__.__globals__}'.format(f) }}{{ '{0.constructor}'.format(f) }}",
  ],
  [
    'Jinja: str.format_map (CVE-2019-10906)',
    "{{ '{a.__class__}'.format_map({'a': 1}) }}{{ '{a.constructor}'.format_map({'a': f}) }}",
  ],
  [
    'Jinja: format kept in a name (CVE-2024-56326)',
    "{% set g = '{0.constructor.constructor}'.format %}{{ g(f) }}",
  ],
  ['Jinja: format by a filter (CVE-2024-56326)', "{{ [f]|map('{0.constructor}'.format)|list }}"],
  ['Jinja: format by attr (CVE-2025-27516)', "{{ ('{0.constructor}'|attr('format'))(f) }}"],
  ['Jinja: format by map and attr', "{{ ['{0.constructor}']|map(attribute='format')|list }}"],
  ['Jinja: Markup.format', "{{ ('{0.constructor}'|escape).format(f) }}"],
  [
    'Jinja: xmlattr keys (CVE-2024-22195, CVE-2024-34064)',
    "<p {{ {'a onclick=alert(1) b/>': 1, 'onclick': 'x'}|xmlattr }}>",
  ],
  ['Jinja: urlize', "{{ 'javascript:alert(1) http://a.b\"onclick=x'|urlize }}"],
  [
    'Jinja: names of files (CVE-2024-56201)',
    "{% include '../../etc/passwd' ignore missing %}{% include '/etc/passwd' ignore missing %}",
  ],
  [
    'Jinja: sorting by an attribute',
    "{{ [f]|sort(attribute='constructor')|map(attribute='constructor.constructor')|list|first }}",
  ],
  ['Jinja: groupby', "{{ ([f]|groupby('constructor'))[0].grouper }}"],
  [
    'Jinja: text of hex and octal',
    `{{ range["\\x63\\x6f\\x6e\\x73\\x74\\x72\\x75\\x63\\x74\\x6f\\x72"](${run})() }}`,
  ],
  ['Jinja: joined names', `{{ range[["con", "structor"]|join](${run})() }}`],
  ['Jinja: reversed names', `{{ range["rotcurtsnoc"|reverse](${run})() }}`],
  [
    'Jinja: names made by replace and lower',
    `{{ range["CONSTRUCTOR"|lower](${run})() }}{{ range["xonstructor"|replace("x", "c")](${run})() }}`,
  ],
  [
    'Jinja: names made by format and %',
    `{{ range["%sructor"|format("const")](${run})() }}{{ range["%s" % "constructor"](${run})() }}`,
  ],
  [
    'Jinja: names in keyword arguments',
    `{% set o = dict(constructor=1)|list|first %}{{ range[o](${run})() }}`,
  ],
  ['Jinja: a loop', `{% for k in ["constructor"] %}{{ range[k][k](${run})() }}{% endfor %}`],
  [
    'Jinja: a recursive loop',
    `{% for x in [1] recursive %}{{ loop.constructor(${run})() }}{{ loop["cycle"].constructor }}{% endfor %}`,
  ],
  ['JavaScript: this of a function', '{{ f().globalThis }}{{ f.call(1) }}{{ f.apply(1) }}{{ f.bind(1) }}'],
  ['JavaScript: arguments and caller', '{{ f.arguments }}{{ f.caller }}{{ f.callee }}'],
  ['JavaScript: getters', '{{ o.__defineGetter__("a", f) }}{{ o.__lookupSetter__("__proto__") }}'],
  [
    'JavaScript: valueOf and toString',
    `{{ o.valueOf.constructor(${run})() }}{{ o.toString.constructor(${run})() }}`,
  ],
  ['JavaScript: symbols', '{{ o["Symbol(Symbol.iterator)"] }}{{ [].__iterator__ }}'],
  ['JavaScript: callbacks', `{{ ["return globalThis.tripwire()"].map([].constructor.constructor) }}`],
  ['JavaScript: replace with a function', `{{ "a".replace("a", f.constructor(${run})) }}`],
  ['JavaScript: prototypes by update', '{{ o.update({"__proto__": {"polluted": 1}}) }}{{ {}.polluted }}'],
  [
    'JavaScript: prototypes by setdefault',
    '{{ o.setdefault("__proto__", {}).update({"polluted": 1}) }}{{ {}.polluted }}',
  ],
  [
    'JavaScript: globals',
    '{{ process }}{{ require }}{{ global }}{{ globalThis }}{{ module }}{{ Function }}{{ Reflect }}',
  ],
  ['JavaScript: import', '{{ import("fs") }}'],
]

/** What no page may hold: the answer of a function that ran, code, or what lies outside. */
const leaked =
  /TRIPPED|uid=|root:|native code|\[Function|function Function|polluted|<class|onclick="x"|href="javascript/

function attempt(render: () => string): string {
  let calls = 0
  const holder = globalThis as { tripwire?: () => string }
  holder.tripwire = () => {
    calls++
    return 'TRIPPED'
  }
  try {
    return render()
  } catch (error) {
    expect(error).toBeInstanceOf(TemplateError)
    expect((error as TemplateError).line).toBeGreaterThan(0)
    return ''
  } finally {
    delete holder.tripwire
    expect(calls).toBe(0)
    expect(Reflect.has({}, 'polluted')).toBe(false)
  }
}

const data = { s: 'text', o: { a: 1 }, x: '<i>' }

describe('an escape that is known', () => {
  it.each(escapes)('does not leave a template of the app: %s', (_, source) => {
    const templates = createTemplates({ extensions: ['do'] })
    const out = attempt(() => templates.renderString(source, { ...data, f: () => 'f' }))
    expect(out).not.toMatch(leaked)
    expect(out).not.toContain('<i>')
  })

  it.each(escapes)('does not leave a template of a user: %s', (_, source) => {
    const templates = createTemplates()
    const out = attempt(() => templates.renderUser(source, data, { functions: { f: () => 'f' } }))
    expect(out).not.toMatch(leaked)
    expect(out).not.toContain('<i>')
  })
})

it.each([
  ['functions', '{{ f() }}', 'f'],
  ['members', '{{ o.a }}{{ o["a"] }}{{ o|attr("a") }}', '111'],
  ['format strings', "{{ '{0}-{a}'.format(1, a=2) }}{{ '%s' % 3 }}", '1-23'],
  ['names made of texts', '{{ o["b"|replace("b", "a")] }}', '1'],
  ['attributes', "<p{{ {'class': 'a', 'data-x': 1}|xmlattr }}></p>", '<p class="a" data-x="1"></p>'],
])('and the uses beside them go on: %s', (_, source, expected) => {
  const templates = createTemplates()
  expect(templates.renderString(source, { ...data, f: () => 'f' })).toBe(expected)
})
