import { Secret } from '@dewar/base'
/** Every way out of nunjucks and Jinja that is known, and the legitimate uses beside them. */
import { Markup } from '@dewar/markup'
import { expect, it } from 'vitest'
import { createTemplates, TemplateError } from '../src/index.ts'

const templates = createTemplates({ extensions: ['do'] })
let reached = false
const context = (): Record<string, unknown> => {
  reached = false
  return {
    f: () => 'f',
    named: function named() {
      return this
    },
    o: { a: 1, f: () => 1 },
    list: [1, 2],
    map: new Map([['k', 'v']]),
    set: new Set([1]),
    date: new Date(0),
    m: new Markup('<b>'),
    user: new (class User {
      name = 'Ada'
      greet(): string {
        return 'hi'
      }
    })(),
    trip: () => {
      reached = true
      return ''
    },
    x: 'x',
    key: 'constructor',
    G: globalThis,
    F: Function,
    O: Object,
    R: Reflect,
    E: Reflect.get(globalThis, 'eval'),
    holder: { F: Function, G: globalThis, O: Object },
    proto: Object.prototype,
  }
}

const payload = "'return globalThis.process.mainModule'"
const targets = [
  'f',
  'o',
  'o.f',
  'list',
  'map',
  'set',
  'date',
  'm',
  'user',
  'user.greet',
  "''",
  '0',
  '[]',
  '{}',
  'range',
  'cycler(1)',
  'joiner()',
  'namespace()',
  'dict',
  'named()',
]
const paths = [
  `.constructor.constructor(${payload})()`,
  `['constructor']['constructor'](${payload})()`,
  `['con' ~ 'structor']['con' + 'structor'](${payload})()`,
  `[key][key](${payload})()`,
  `['\\x63onstructor']['constructor'](${payload})()`,
  `[['constructor']][['constructor']](${payload})()`,
  `|attr('constructor')|attr('constructor')`,
  '.__proto__.constructor',
  '.__proto__.__proto__',
  "['__proto__']",
  '.prototype.constructor',
  ".__defineGetter__('x', trip)",
  ".__lookupGetter__('__proto__')",
  ".__defineSetter__('x', trip)",
  '.constructor.prototype',
  '.call.constructor',
  '.bind.constructor',
  '.apply.constructor',
  '.toString.constructor',
  '.hasOwnProperty.constructor',
  '.valueOf.constructor',
  '.caller',
  '.callee',
]

const cases = targets.flatMap((target) => paths.map((path) => `${target}${path}`))

it.each(cases)('finds nothing at {{ %s }}', (expression) => {
  for (const undefinedMode of [templates, createTemplates({ chainable: true })]) {
    let out: string
    try {
      out = undefinedMode.renderString(`{{ (${expression}) is defined }}`, context())
    } catch (error) {
      expect(error).toBeInstanceOf(TemplateError)
      continue
    }
    expect(out).toBe('false')
  }
  expect(reached).toBe(false)
})

it.each([
  [
    'a function through super',
    '{% block a %}{{ super }}{{ self.constructor }}{{ self.a.constructor }}{% endblock %}',
  ],
  [
    'a macro',
    '{% macro q() %}{% endmacro %}{{ q.constructor }}{{ q.__proto__ }}{{ q.arguments.constructor }}',
  ],
  ['a caller', '{% macro q() %}{{ caller.constructor }}{% endmacro %}{% call q() %}{% endcall %}'],
  [
    'a loop',
    '{% for i in [1] %}{{ loop.constructor }}{{ loop.cycle.constructor }}{{ loop.__proto__ }}{% endfor %}',
  ],
  [
    'keyword arguments',
    '{% macro q() %}{{ kwargs.constructor }}{{ kwargs.__proto__ }}{% endmacro %}{{ q(a=1) }}',
  ],
  ['positional arguments', '{% macro q() %}{{ varargs.constructor }}{% endmacro %}{{ q(1) }}'],
  [
    'map by attribute',
    "{{ [f]|map(attribute='constructor')|first }}{{ [f]|map('attr', 'constructor')|first }}",
  ],
  ['selectattr', "{{ [f]|selectattr('constructor')|list|length or '' }}"],
  ['sum and max by attribute', "{{ [o]|max(attribute='__proto__') and '' }}"],
  [
    'a name of the global object',
    '{{ globalThis }}{{ process }}{{ require }}{{ eval }}{{ Function }}{{ this }}{{ constructor }}{{ __proto__ }}',
  ],
  [
    'what the compiled code sees',
    '{{ rt }}{{ ctx }}{{ at }}{{ B }}{{ L }}{{ S1 }}{{ arguments }}{{ env }}{{ frame }}{{ context }}{{ cb }}',
  ],
  ['makers of code in the context', '{{ F }}{{ G }}{{ O }}{{ R }}{{ E }}'],
  ['makers of code in a value', '{{ holder.F }}{{ holder.G }}{{ holder["O"] }}{{ holder|attr("F") }}'],
])('gives nothing to %s', (_, source) => {
  expect(templates.renderString(source, context())).toBe('')
})

it.each([
  ['Function', `{{ F(${payload}) }}`],
  ['eval', `{{ E(${payload}) }}`],
  ['Function as a method', `{{ holder.F(${payload}) }}`],
  ['Object', '{{ O.getOwnPropertyNames(f) }}'],
  ['Reflect', "{{ R.get(f, 'constructor') }}"],
  ['Function through a filter', `{{ [${payload}]|map(F) }}`],
  ['Function through a format string', "{{ '{0.constructor}'.format(f) }}"],
  ['a prototype through a format string', "{{ '{0[__proto__]}'.format(o) }}"],
  ['a mapping method on a prototype', "{{ o.setdefault('__proto__', 1).x.y }}"],
])('refuses to call %s', (_, source) => {
  expect(() => templates.renderString(source, context())).toThrow(TemplateError)
})

it.each([
  ['an assignment', '{% set ns = namespace() %}{% set ns.__proto__ = o %}'],
  ['a keyword', '{{ namespace(__proto__=o).x }}'],
  ['an update', "{% do o.update({'__proto__': {'p': 1}}) %}{{ {}.p }}{{ o.p }}"],
  ['a dict literal', "{{ {'__proto__': {'p': 1}}.p }}"],
  ['dict()', "{{ dict(__proto__={'p': 1}).p }}"],
  ['a macro argument', "{% macro q() %}{{ kwargs.p }}{% endmacro %}{{ q(**{'__proto__': {'p': 1}}) }}"],
])('changes no prototype by %s', (_, source) => {
  try {
    expect(templates.renderString(source, context())).toBe('')
  } catch (error) {
    expect(error).toBeInstanceOf(TemplateError)
  }
  expect(Object.hasOwn(Object.prototype, 'p')).toBe(false)
})

it.each([
  ['a name', '{{ a"];throw 1;// }}'],
  ['a filter', '{{ 1|x"]) }}'],
  ['a test', "{{ 1 is x');throw 1 }}"],
  ['a block', '{% block a"b %}{% endblock %}'],
  ['a macro', '{% macro m(a"b) %}{% endmacro %}'],
])('puts no code of the template into %s', (_, source) => {
  expect(() => templates.renderString(source)).toThrow(TemplateError)
})

it.each(['"', "'", '\\', '`', '${1}', '\n', '\r', '\u2028', '\u2029', '*/', '//', '</script>', '\0'])(
  'keeps the text %j as text',
  (text) => {
    const source = `${text}{{ ${JSON.stringify(text)} }}`.replace('\u2028"', '\u2028"')
    const plain = createTemplates({ autoescape: false })
    expect(plain.renderString(source)).toContain(text === '\r' ? '\n' : text)
  },
)

it.each([
  ['numbers', '{{ range(1000000000) }}'],
  ['a text', "{{ 'a' * 1000000000 }}"],
  ['a list', '{{ [1] * 1000000000 }}'],
  ['padding', "{{ 'a'.center(1000000000) }}"],
  ['a format', "{{ '{:>1000000000}'.format(1) }}{{ '%1000000000d' % 1 }}"],
  ['a macro that calls itself', '{% macro q() %}{{ q() }}{% endmacro %}{{ q() }}'],
])('refuses endless %s', (_, source) => {
  expect(() => templates.renderString(source)).toThrow(TemplateError)
})

it('refuses templates that include or extend themselves', () => {
  const endless = createTemplates({
    sources: { 'a.html': "{% include 'a.html' %}", 'b.html': "{% extends 'b.html' %}" },
  })
  for (const name of ['a.html', 'b.html']) {
    expect(() => endless.render(name)).toThrow(expect.objectContaining({ code: 'ERR_TEMPLATES_LIMIT' }))
  }
})

it('leaves the legitimate uses alone', () => {
  const source =
    '{{ user.name }}{{ user.greet() }}{{ o.f() }}{{ list.length }}{{ map.k }}{{ x.upper() }}{{ date.getTime() }}'
  expect(templates.renderString(source, context())).toBe('Adahi12vX0')
})

it('reads entries of any name from what holds data of a request', () => {
  const args = new Map([
    ['constructor', 'c'],
    ['__proto__', 'p'],
  ])
  expect(templates.renderString("{{ args.get('constructor') }}{{ args['__proto__'] }}", { args })).toBe('cp')
})

it('changes nothing in nunjucks', async () => {
  const { default: nunjucks } = await import('nunjucks')
  expect(nunjucks.renderString('{{ x|upper }}{% if x %}y{% endif %}', { x: 'a' })).toBe('Ay')
})

it.each([
  ['brackets', `{{ ${'('.repeat(9000)}1${')'.repeat(9000)} }}`],
  ['branches', '{% if 1 %}'.repeat(9000) + '{% endif %}'.repeat(9000)],
  ['a repetition by JavaScript', "{{ 'a'.repeat(500000000) }}"],
  ['a padding by JavaScript', "{{ 'a'.padStart(500000000) }}"],
])('bounds %s', (_, source) => {
  expect(() => createTemplates().renderString(source)).toThrow(
    expect.objectContaining({ code: 'ERR_TEMPLATES_LIMIT' }),
  )
})

it('bounds the width of a format', () => {
  expect(() => createTemplates().renderString("{{ '%0500000000d' % 1 }}")).toThrow(
    expect.objectContaining({ code: 'ERR_TEMPLATES_VALUE' }),
  )
})

it('reveals no secret', () => {
  const s = new Secret('topsecret')
  expect(createTemplates().renderString('{{ s }}{{ s.reveal }}', { s })).toBe('[secret]')
  expect(() => createTemplates().renderString('{{ s.reveal() }}', { s })).toThrow(
    expect.objectContaining({ code: 'ERR_TEMPLATES_UNDEFINED' }),
  )
})

it.each(['{{ k.maker() }}', '{{ maker() }}', "{{ ['a'].concat([k.maker()])|last }}", '{{ k.all() }}'])(
  'gives templates nothing that makes code, or everything, from the call %s',
  (source) => {
    class Own {
      maker = () => Function
      all() {
        return globalThis
      }
    }
    expect(createTemplates().renderString(source, { k: new Own(), maker: () => Function })).toBe('')
  },
)
