/** Places of a page that a value can stand in, and hostile values for them. */

/** A place. */
export interface Place {
  readonly name: string
  /** A template that puts `x` there. */
  readonly source: string
  /** How many values its script pushes to `got`. */
  readonly pushes?: number
  /** What the script receives; the value itself if left out. */
  readonly gives?: (x: string) => unknown
}

const push = 'window.got.push'

/** The places, with what stands around them in real templates. */
export const places: readonly Place[] = [
  { name: 'between tags', source: '<p>{{ x }}</p>' },
  { name: 'in quotes', source: '<p title="{{ x }}">a</p>' },
  { name: 'in single quotes', source: "<p title='{{ x }}'>a</p>" },
  { name: 'without quotes', source: '<p title={{ x }} id=q>a</p>' },
  { name: 'inside a value without quotes', source: '<p title=a{{ x }}b>a</p>' },
  { name: 'in a data attribute', source: "<p data-x='{{ x|tojson }}' data-y={{ x }}>a</p>" },
  {
    name: 'in a class',
    source: '<p class="a {{ x }} b" {{ "hidden" if not x }}>{{ x|upper }}{{ x|trim }}</p>',
  },
  { name: 'as an address', source: '<a href="{{ x }}">a</a>' },
  { name: 'as an address without quotes', source: '<a href={{ x }}>a</a>' },
  { name: 'in a path', source: '<a href="/a/{{ x }}">a</a>' },
  { name: 'in a query', source: '<a href="/a?q={{ x }}&r={{ x }}#{{ x }}">a</a>' },
  { name: 'in two halves of an address', source: '<a href="{{ x }}{{ x }}">a</a>' },
  { name: 'as a picture', source: '<img src="{{ x }}" alt="{{ x }}">' },
  { name: 'in srcset', source: '<img srcset="{{ x }} 1x, {{ x }} 2x" alt="">' },
  {
    name: 'as an action',
    source: '<form action="{{ x }}"><button formaction="{{ x }}" type="button">a</button></form>',
  },
  {
    name: 'in SVG',
    source:
      '<svg><a xlink:href="{{ x }}"><text>{{ x }}</text></a><set attributeName="href" to="{{ x }}"/></svg>',
  },
  { name: 'in a string of a script', source: `<script>${push}("{{ x }}")</script>`, pushes: 1 },
  { name: 'in a single-quoted string', source: `<script>${push}('{{ x }}')</script>`, pushes: 1 },
  { name: 'in a template literal', source: `<script>${push}(\`{{ x }}\`)</script>`, pushes: 1 },
  {
    name: 'in code inside a template literal',
    source: `<script>${push}(\`\${ {{ x }} }\`)</script>`,
    pushes: 1,
  },
  { name: 'as a literal', source: `<script>${push}({{ x }})</script>`, pushes: 1 },
  { name: 'as JSON', source: `<script>${push}({{ x|tojson }})</script>`, pushes: 1 },
  {
    name: 'in a comment of a script',
    source: `<script>/* {{ x }} */ // {{ x }}\n${push}({{ x }})</script>`,
    pushes: 1,
  },
  { name: 'in a regular expression', source: `<script>try { /{{ x }}/.test('') } catch {}</script>` },
  {
    name: 'behind a division',
    source: `<script>var a = (1) / 2 + "{{ x }}"; ${push}("{{ x }}")</script>`,
    pushes: 1,
  },
  {
    name: 'in a loop of a script',
    source: `<script>{% for v in [x, x] %}${push}({{ v }});{% endfor %}</script>`,
    pushes: 2,
  },
  {
    name: 'in a branch of a script',
    source: `<script>${push}({% if t %}{{ x }}{% else %}"{{ x }}"{% endif %})</script>`,
    pushes: 1,
  },
  {
    name: 'in a script that hides its end',
    source: '<script><!-- <script> a = "{{ x }}" </script> //--></script>',
  },
  { name: 'in a handler', source: `<b onclick="${push}('{{ x }}')">a</b>`, pushes: 1 },
  { name: 'in a single-quoted handler', source: `<b onclick='${push}("{{ x }}")'>a</b>`, pushes: 1 },
  { name: 'as a literal of a handler', source: `<b onclick="${push}({{ x }})">a</b>`, pushes: 1 },
  { name: 'as JSON of a handler', source: `<b onclick="${push}({{ x|tojson }})">a</b>`, pushes: 1 },
  { name: 'as a handler', source: '<b onclick={{ x }}>a</b>' },
  {
    name: 'behind entities in a handler',
    source: `<b onclick="${push}(&quot;{{ x }}&quot;)">a</b>`,
    pushes: 1,
  },
  {
    name: 'in a style',
    source: '<style>p { color: {{ x }}; content: "{{ x }}"; background: url({{ x }}) }</style>',
  },
  { name: 'in a style attribute', source: '<b style="color: {{ x }}; background: url(\'{{ x }}\')">a</b>' },
  { name: 'as a style attribute', source: '<b style={{ x }}>a</b>' },
  { name: 'in a text area', source: '<textarea>{{ x }}</textarea>' },
  { name: 'in a title', source: '<title>{{ x }}</title>' },
  { name: 'in a comment', source: '<!-- {{ x }} --><i></i><!--{{ x }}--><i></i>' },
  { name: 'in a page inside the page', source: '<iframe srcdoc="{{ x }}"></iframe>' },
  {
    name: 'in a block of JSON',
    source: '<script type="application/json">{"a": "{{ x }}", "b": {{ x }}}</script>',
  },
  { name: 'in a template of some other program', source: '<script type="text/template">{{ x }}</script>' },
  { name: 'in a refresh', source: '<meta name="description" content="{{ x }}">' },
  { name: 'among attributes', source: '<p {{ {"title": x, "href": x}|xmlattr }}>a</p>' },
  { name: 'as an attribute', source: '<option {{ x }}>a</option>' },
  { name: 'as the name of an attribute', source: '<p {{ x }}="a">a</p>' },
  {
    name: 'in a macro among attributes',
    source: `{% macro m(v) %}title="{{ v }}" onclick="${push}('{{ v }}')"{% endmacro %}<b {{ m(x) }}>a</b>`,
    pushes: 1,
  },
  {
    name: 'in a macro of a script',
    source: `{% macro m(v) %}${push}('{{ v }}'){% endmacro %}<script>{{ m(x) }}</script>`,
    pushes: 1,
  },
  {
    name: 'in a macro between tags',
    source: '{% macro m(v) %}<b title="{{ v }}" id={{ v }}>{{ v }}</b>{% endmacro %}{{ m(x) }}',
  },
  {
    name: 'in a block of text',
    source: '{% set y %}{{ x }}{% endset %}<p title="{{ y }}">{{ y }}</p><a href="{{ y }}">a</a>',
  },
  {
    name: 'in a block of text in a script',
    source: `{% set y %}{{ x }}{% endset %}<script>${push}({{ y }}, "{{ y }}")</script>`,
    pushes: 2,
  },
  { name: 'in links', source: '<p>{{ x|urlize }}</p>' },
  { name: 'sanitised', source: '<div>{{ x|sanitize }}</div>' },
]

const fragments = [
  ...[
    '"',
    "'",
    '`',
    '<',
    '>',
    '&',
    ' ',
    '/',
    '\\',
    '=',
    '(',
    ')',
    ';',
    ':',
    '{',
    '}',
    '$',
    '\n',
    '\r',
    '\t',
    ',',
    '+',
    '-',
    '#',
  ],
  ...[
    '\u2028',
    '\u00a0',
    '🎉',
    'a',
    'b',
    '1',
    '%',
    '-->',
    '--!>',
    '<!--',
    '*/',
    '//',
    '</script>',
    '</style>',
    '</textarea>',
    '</title>',
  ],
  ...[
    '<script>tripwire(1)</script>',
    '<img src=x onerror=tripwire(2)>',
    'javascript:tripwire(3)',
    'onclick=tripwire(4)',
    'tripwire(5)',
  ],
  ...[
    '&quot;',
    '&#39;',
    '&lt;',
    '&colon;',
    'url(',
    'expression(',
    'data:text/html,<script>tripwire(6)</script>',
    '${tripwire(7)}',
  ],
  ...[
    ']]>',
    '<![CDATA[',
    '<svg onload=tripwire(8)>',
    '" autofocus onfocus=tripwire(9) x="',
    "' onmouseover=tripwire(10) x='",
  ],
  ...[
    '\\u0022',
    '\\\n',
    "');tripwire(11);('",
    '");tripwire(12);("',
    '`+tripwire(13)+`',
    '</script><script>tripwire(14)</script>',
  ],
  ...[
    '0;url=javascript:tripwire(15)',
    '\tjava\nscript:tripwire(16)',
    '<a href=javascript:tripwire(17)>',
    'onclick',
    'style',
    'href',
  ],
]

/** Numbers from 0 up to 1 that are the same in every run (mulberry32: no short cycles, and neighbouring seeds differ). */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A text made of what breaks out of one place or another. */
export function hostileValue(next: () => number): string {
  const length = 1 + Math.floor(next() * 5)
  return Array.from({ length }, () => fragments[Math.floor(next() * fragments.length)]).join('')
}
