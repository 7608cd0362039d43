/** D2, F3, D6: input that becomes SQL, a template or the address of another site. */
import assert from 'node:assert/strict'
import { each, fine, holdsNoSecret, leadsTo, refused, type Sites, type Subject } from '../suite/case.ts'
import { elementById, elementsByClass, parsePage, textOf } from '../suite/page.ts'
import { loggedIn, Visitor } from '../suite/visitor.ts'
import type { Answer } from '../suite/wire.ts'

const statements: Record<string, string> = {
  'a quote': "'",
  'a condition that always holds': "' OR '1'='1",
  'a union': "' UNION SELECT word FROM vault --",
  'a union behind a parenthesis': "x') UNION SELECT word FROM vault --",
  'a second statement': "'; DROP TABLE products; --",
  'a comment': "Lamp'/*",
  'a quote in full width': '＇ OR 1=1 --',
  'a NUL': "\0' OR 1=1 --",
  'a heavy query':
    "' AND (SELECT count(*) FROM products a, products b, products c, products d, products e) > 0 --",
}

const orders: Record<string, string> = {
  'a column of another table': '(SELECT word FROM vault)',
  'a case': "CASE WHEN (SELECT word FROM vault) LIKE 'V%' THEN name ELSE price END",
  'a second statement': 'name; DROP TABLE products',
  'a direction': 'name DESC',
  'a number': '1',
}

const escapes: Record<string, string> = {
  'the constructor of a text': '{{ name.constructor }}',
  'the constructor of functions': "{{ ''.constructor.constructor('return process')() }}",
  'the constructor by brackets': "{{ name['constructor'] }}",
  'the constructor in two halves': "{{ name['con' ~ 'structor'] }}",
  'the constructor by a filter': "{{ name|attr('constructor') }}",
  'the prototype': '{{ order.__proto__ }}',
  'the prototype by map': "{{ [order]|map(attribute='__proto__')|list }}",
  'a function of a list': "{{ items.map.constructor('return 1')() }}",
  'a filter’s function': "{{ range.constructor('return process.env')() }}",
  'a method of the loop': '{% for x in items %}{{ loop.constructor }}{% endfor %}',
  'a macro’s function': "{% macro m() %}{% endmacro %}{{ m.constructor('return process')() }}",
  'cycler’s function': "{{ cycler.constructor('return process')() }}",
  this: '{{ this.constructor }}{{ self }}',
  'the global object': '{{ globalThis.process.env }}',
  'a module': "{{ require('fs').readFileSync('/etc/passwd') }}",
  'an accessor': "{{ order.__defineGetter__('x', items.push) }}",
  'Python’s classes': "{{ ''.__class__.__mro__[1].__subclasses__() }}",
  'Jinja’s globals': '{{ lipsum.__globals__.os.popen("id").read() }}',
  'the configuration': '{{ config.API_TOKEN }}{{ config }}',
  'the request': '{{ request.headers }}{{ session }}{{ g }}',
  'another template': "{% include 'base.html' %}",
  'a template out of the folder': "{% include '../../package.json' %}",
  'a parent': "{% extends 'base.html' %}",
  'an import': "{% import 'base.html' as b %}{{ b }}",
  'a file of the machine': "{% include '/etc/passwd' %}",
  'a script': '<script>alert(1)</script>{{ name }}',
  'a script in an attribute': '<img src=x onerror=alert(1)>{{ name }}',
  'a script by the safe filter': "{{ '<script>alert(1)</script>'|safe }}",
  'a script as an address': '<a href="javascript:alert(1)">{{ name }}</a>',
}

const bombs: Record<string, string> = {
  'an endless loop of loops':
    '{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}',
  'a range without end': '{{ range(999999999)|list|length }}',
  'a text without end': "{{ 'x' * 999999999 }}",
  'a text that doubles itself': `{% set x = 'aaaaaaaaaa' %}${'{% set x = x ~ x %}'.repeat(40)}{{ x|length }}`,
  'a list that doubles itself': `{% set x = [1] %}${'{% set x = x + x %}'.repeat(40)}{{ x|length }}`,
  'a macro that calls itself': '{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}',
  'a wide column': '{{ name.rjust(999999999) }}{{ name|center(999999999) }}',
  'a wide format': "{{ '%999999999d'|format(1) }}",
  'a huge power': '{{ 9 ** 9 ** 9 ** 9 }}',
  'an indent of a huge text': "{{ ('a\\n' * 9999)|indent(99999) }}",
  'a replacement that grows': "{{ ('a' * 9999)|replace('a', 'b' * 9999) }}",
  'deep parentheses': `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`,
  'deep blocks': `${'{% if 1 %}'.repeat(2000)}x${'{% endif %}'.repeat(2000)}`,
  'a pattern that goes back and back': `{{ ('a' * 50000 ~ '!')|urlize }}{{ ('<' * 50000)|striptags }}`,
}

const broken: Record<string, string> = {
  'a tag that is not ended': '{{ name',
  'a block that is not ended': '{% for x in items %}',
  'an unknown tag': '{% launch %}',
  'an unknown filter': '{{ name|explode }}',
  'an end without a beginning': '{% endif %}',
  'an unknown function': '{{ launch() }}',
}

const elsewhere: Record<string, string> = {
  'another site': 'https://evil.example/',
  'another site without a scheme': '//evil.example/',
  'three slashes': '///evil.example/',
  'a backslash': '/\\evil.example/',
  'two backslashes': '\\\\evil.example/',
  'a slash and a tab': '/\t/evil.example/',
  'a line feed': '/\n/evil.example/',
  'a carriage return first': '\r//evil.example/',
  'a blank first': ' https://evil.example/',
  'a control character first': '\x01https://evil.example/',
  'a script': 'javascript:alert(1)',
  'a page': 'data:text/html,x',
  'a scheme without slashes': 'https:evil.example',
  'one slash behind the scheme': 'https:/evil.example',
  'a user name like our host': 'https://gauntlet.example@evil.example/',
  'a host that begins like ours': 'https://gauntlet.example.evil.example/',
  'a host behind a backslash': 'https://gauntlet.example\\.evil.example/',
  capitals: 'HTTPS://EVIL.EXAMPLE/',
  'a dot between': '/.//evil.example/',
  'dots between': '/a/..//evil.example/',
  'slashes, encoded': '/%2f%2fevil.example/',
  'a slash of full width': '／／evil.example/',
  'a header': '/x\r\nSet-Cookie: evil=1',
  'no host': 'http://',
  'another scheme': 'ftp://evil.example/',
}

/** Where a browser that is told to go there ends up. */
function assertStays(answer: Answer): void {
  if (answer.status >= 400) {
    refused(answer)
    return
  }
  const location = answer.get('location') ?? ''
  assert.equal(new URL(location, 'http://gauntlet.example/go').hostname, 'gauntlet.example', location)
  assert.deepEqual(
    answer.all('set-cookie').filter((line) => line.startsWith('evil')),
    [],
  )
}

const hits = (answer: Answer) => elementsByClass(parsePage(answer.text), 'hit').map((item) => textOf(item))

const mailers = new WeakMap<object, Promise<Visitor>>()

/** The mail that somebody who is logged in sees for their text. */
async function mail({ proxied }: Sites, source: string): Promise<Answer> {
  let writer = mailers.get(proxied)
  if (writer === undefined) {
    writer = loggedIn(proxied, 'alice')
    mailers.set(proxied, writer)
  }
  return (await writer).submit('/mail', 'mail', { source })
}

export const injection: Subject = {
  name: 'input that wants to be a program',
  attacks: [
    ...each('D2', 'a search is no SQL', statements, async (q, { direct }) => {
      const answer = await direct.send(`/search?q=${encodeURIComponent(q)}`)
      fine(answer)
      holdsNoSecret(answer)
      assert.deepEqual(hits(answer), q === "'" ? ["O'Brien cup"] : [])
      assert.equal(hits(await direct.send('/search?q=')).length, 6)
    }),
    ...each('D2', 'an order is no SQL', orders, async (sort, { direct }) => {
      const answer = await direct.send(`/search?q=Lamp&sort=${encodeURIComponent(sort)}`)
      if (answer.status >= 400) refused(answer)
      else assert.deepEqual(hits(answer), ['Lamp', 'Lamp shade'])
      assert.equal(hits(await direct.send('/search?q=')).length, 6)
    }),
    ...each(
      'D2',
      'a login is no SQL',
      Object.fromEntries(Object.entries(statements).slice(1, 4)),
      async (username, { proxied }) => {
        const answer = await new Visitor(proxied).submit('/login', 'login', { username, password: username })
        fine(answer, 401)
      },
    ),
    ...each(
      'F3',
      'a preview is no template',
      { ...escapes, sum: '{{ 7 * 7 }}', comment: '{# x #}' },
      async (text, { direct }) => {
        const answer = await direct.send(`/preview?text=${encodeURIComponent(text)}`)
        fine(answer)
        const page = parsePage(answer.text)
        assert.equal(textOf(elementById(page, 'preview')), text)
      },
    ),
    ...each('F3', 'a mail’s template does not reach', escapes, async (source, sites) => {
      const answer = await mail(sites, source)
      if (answer.status !== 200) {
        refused(answer)
        return
      }
      holdsNoSecret(answer)
      assert.doesNotMatch(
        answer.text,
        /native code|\[object process|function |pbkdf2|scrypt|<script|onerror|javascript:/i,
      )
    }),
    ...each('F3', 'a mail’s template ends soon', bombs, async (source, sites) => {
      const started = Date.now()
      const answer = await mail(sites, source)
      if (answer.status === 200) assert(answer.body.length < 2_000_000)
      else refused(answer)
      assert(Date.now() - started < 8000, 'It took longer than 8 s.')
    }),
    ...each('F3', 'a mail’s template is refused', broken, async (source, sites) =>
      refused(await mail(sites, source)),
    ),
    ...each('D6', '/go stays here', elsewhere, async (next, { direct }) =>
      assertStays(await direct.send(`/go?next=${encodeURIComponent(next)}`)),
    ),
    ...each(
      'D6',
      'a login stays here',
      Object.fromEntries(Object.entries(elsewhere).slice(0, 4)),
      async (next, { proxied }) => assertStays(await new Visitor(proxied).login('bob', undefined, { next })),
    ),
  ],
  honest: [
    ...each(
      'D2',
      'a search finds',
      {
        'a name with a quote': ["O'Brien", ["O'Brien cup"]],
        'a per cent sign': ['%', ['100% wool']],
        'an underscore': ['_', ['snake_case mug']],
        'two, by name': ['Lamp', ['Lamp', 'Lamp shade']],
        nothing: ['Söhne', []],
      },
      async ([q, names], { direct }) =>
        assert.deepEqual(hits(await direct.send(`/search?q=${encodeURIComponent(q as string)}`)), names),
    ),
    {
      row: 'D2',
      what: 'a search by price',
      async run({ direct }) {
        assert.deepEqual(hits(await direct.send('/search?q=Lamp&sort=price')), ['Lamp shade', 'Lamp'])
      },
    },
    ...each(
      'F3',
      'a mail with',
      {
        names: ['Dear {{ name }}, order {{ order.id }}: {{ order.total }} €', 'Dear Ada, order 7: 12 €'],
        'a loop': ['{% for item in items %}{{ loop.index }}. {{ item }} {% endfor %}', '1. tea 2. cup '],
        'a condition': ['{% if order.total > 10 %}free{% else %}5 €{% endif %}', 'free'],
        filters: [
          '{{ name|upper }} {{ items|join(", ") }} {{ missing|default("none") }}',
          'ADA tea, cup none',
        ],
        methods: ['{{ name.lower() }} {{ "%03d"|format(order.id) }}', 'ada 007'],
        'a variable': ['{% set n = items|length %}{{ n }} things', '2 things'],
        'text alone': ["O'Brien & Söhne <3", undefined],
      },
      async ([source = '', text], sites) => {
        const answer = await mail(sites, source)
        fine(answer)
        if (text === undefined) assert.equal(textOf(parsePage(answer.text)), source)
        else assert(answer.text.includes(text), answer.text)
      },
    ),
    ...each(
      'D6',
      'a page of this site',
      {
        'a path': '/account',
        'a path with a query': '/search?q=a&sort=price',
        'a path with a fragment': '/comments#last',
        'a path with an address in its query': '/search?q=https://example.org/',
        'a path with a colon': '/paths/a:b',
      },
      async (next, { direct }) => {
        leadsTo(await direct.send(`/go?next=${encodeURIComponent(next)}`), next)
      },
    ),
    {
      row: 'D6',
      what: 'nothing leads home',
      run: async ({ direct }) => leadsTo(await direct.send('/go'), '/'),
    },
    {
      row: 'D6',
      what: 'a login leads on',
      async run({ proxied }) {
        const answer = await new Visitor(proxied).login('bob', undefined, { next: '/notes/3?x=1' })
        leadsTo(answer, '/notes/3?x=1')
      },
    },
  ],
}
