/** Templates nobody would write: values, branches and loops at any place of broken and whole HTML. */

/** Gives a number from 0 to 1. */
export type Random = () => number

/** Where every generated template begins: what its outputs call. */
export const opening =
  '<!doctype html><body>z{% macro mac(v) %}{{ v }}{% endmacro %}{% set blk %}{{ x }}{% endset %}'

/** What generated templates include. */
export const included = { 'inc.html': '{{ x }}' }

/** Outputs of the texts `x` and `y`, the HTML `html`, the empty text `e`, the number `n`. Twice is more often. */
const outputs = [
  ...['{{ x }}', '{{ x }}', '{{ x }}', '{{ y }}', '{{ html }}', '{{ e }}', '{{ n }}', '{{ list }}'],
  ...['{{ x|upper }}', '{{ x|lower }}', '{{ x|trim }}', '{{ x|e }}', '{{ x|string }}', '{{ x|int }}'],
  ...['{{ x|tojson }}', '{{ x|urlencode }}', '{{ x|indent }}', '{{ html|indent }}', '{{ x|striptags }}'],
  ...['{{ x|urlize }}', '{{ x|sanitize }}', '{{ x|default(y) }}', "{{ x|replace('a', y) }}"],
  ...['{{ x ~ y }}', '{{ html ~ x }}', '{{ [x, y]|join }}', '{{ [x, y]|join(html) }}', "{{ '%s' % x }}"],
  ...["{{ ('<i>%s</i>'|safe) % x }}", "{{ '<i>{}</i>'|safe|format(x) }}", '{{ html.upper() }}'],
  ...['{{ mac(x) }}', '{{ blk }}', '{{ x.strip() }}', '{{ x if t else y }}'],
  ...["{{ 'lit' if t else x }}", "{{ 'lit' if t }}"],
]

// No `<select>`: some parsers drop tags such as `<iframe>` in it, so that text in them is HTML; nobody writes that.
const elements = [
  ...['p', 'a', 'b', 'div', 'img', 'iframe', 'object', 'meta', 'base', 'link', 'input', 'button', 'option'],
  ...['form', 'table', 'td', 'script', 'style', 'textarea', 'title', 'noscript', 'noembed', 'xmp'],
  ...['template', 'svg', 'math', 'a', 'set', 'animate', 'foreignObject', 'desc', 'h{{ n }}'],
]

const attributeNames = [
  ...['title', 'class', 'id', 'name', 'value', 'type', 'rel', 'data-x', 'style', 'onclick', 'srcdoc'],
  ...['href', 'src', 'action', 'formaction', 'data', 'poster', 'background', 'xlink:href'],
  ...['srcset', 'imagesrcset', 'ping', 'to', 'values', 'attributename', 'content', 'http-equiv'],
]

const valueTexts = [
  ...[
    'a',
    'a b',
    '/',
    '//',
    '?q=',
    '#',
    ':',
    ';',
    '&',
    '1,',
    '<b>',
    'javascript:',
    'data:',
    '0;url=',
    'url(',
  ],
  ...[
    "f('",
    "')",
    'f(',
    ')',
    "'",
    '"',
    '`',
    '${',
    '}',
    '/*',
    '*/',
    '<!--',
    '-->',
    '&amp;',
    '&quot;',
    '&#10;',
  ],
]

const scriptTexts = [
  ...['var a = ', '"', "'", '`', '${', '}', ';', '\n', '/* ', ' */', '// ', '/', 'f(', ')', ' + ', '[', ']'],
  ...['return ', '<!--', '-->', '\\', 'x', '1', '{"a": ', '++', '<', '=> ', ' a / b ', 'if (a) /x/'],
  ...["JSON.parse('", '&quot;'],
]

/** What would end a value, by what encloses it: the author's own text must not, so that only values can. */
const endsValue = { '"': /"/g, "'": /'/g, '': /[\s"'`<>=]/g }

type Enclosure = keyof typeof endsValue

/**
 * Writes a template: most compile, many are refused.
 *
 * @param random decides everything
 */
export function generatedTemplate(random: Random): string {
  return opening + new Author(random).body(3)
}

/** Takes one of several at random. */
export function pick<T>(random: Random, choices: readonly T[]): T {
  const choice = choices[Math.floor(random() * choices.length)]
  if (choice === undefined) throw new RangeError('There is nothing to pick from.')
  return choice
}

/** Writes the parts of a template; `depth` bounds how much stands inside a part. */
class Author {
  readonly #random: Random
  #blocks = 0

  constructor(random: Random) {
    this.#random = random
  }

  /** What stands between tags. */
  body(depth: number): string {
    if (depth <= 0) return this.#output()
    return this.#several(3, () => this.#controlled(depth, () => this.#piece(depth)))
  }

  #pick<T>(choices: readonly T[]): T {
    return pick(this.#random, choices)
  }

  #several(most: number, write: () => string): string {
    return Array.from({ length: 1 + Math.floor(this.#random() * most) }, write).join('')
  }

  #output(): string {
    return this.#pick(outputs)
  }

  /** Puts a part as it is, or into a branch, a loop or a block, and sometimes something else in its place. */
  #controlled(depth: number, write: () => string): string {
    if (depth <= 0 || this.#random() < 0.6) return write()
    switch (this.#pick(['if', 'if', 'else', 'else', 'for', 'empty for', 'with', 'include', 'block'])) {
      case 'if':
        return `{% if t %}${write()}{% endif %}`
      case 'else':
        return `{% if t %}${write()}{% else %}${write()}{% endif %}`
      case 'for':
        return `{% for i in [1, 2] %}${write()}{% endfor %}`
      case 'empty for':
        return `{% for i in [] %}${write()}{% else %}${write()}{% endfor %}`
      case 'with':
        return `{% with z = x %}${write()}{% endwith %}`
      case 'include':
        return '{% include "inc.html" %}'
      default:
        return `{% block b${this.#blocks++} %}${write()}{% endblock %}`
    }
  }

  /** A piece of HTML: an element, a value, a comment or what only looks like one of these. */
  #piece(depth: number): string {
    if (this.#random() < 0.3) return this.#element(depth)
    const value = this.#output()
    return this.#pick([
      ...[value, value, value, 'text ', '<', '</', `</p ${value}>`, `<!-- ${value} -->`, `<!--${value}-->`],
      ...[
        `<!--[if IE]>${value}<![endif]-->`,
        `<![CDATA[${value}]]>`,
        `<!doctype ${value}>`,
        `<?x ${value} ?>`,
      ],
    ])
  }

  #element(depth: number): string {
    const name = this.#pick(elements)
    const count = Math.floor(this.#random() * 3)
    const attributes = Array.from({ length: count }, () => {
      const gap = this.#pick([' ', ' ', '\n', '/', this.#controlled(1, () => ' ')])
      return gap + this.#attribute(depth - 1)
    })
    const open = `<${name}${attributes.join('')}${this.#pick(['', '', '', ' ', '/', ' /'])}>`
    if (name === 'script' || name === 'style') return `${open}${this.#script(depth)}</${name}>`
    const close = this.#pick([`</${name}>`, `</${name}>`, `</${name} >`, ''])
    return open + this.body(depth - 1) + close
  }

  #script(depth: number): string {
    return this.#several(4, () =>
      this.#controlled(depth, () => (this.#random() < 0.6 ? this.#output() : this.#pick(scriptTexts))),
    )
  }

  #attribute(depth: number): string {
    return this.#controlled(depth, () => {
      const name = this.#attributeName()
      const assigned = this.#assigned(name, depth)
      const mapped = this.#pick(["{{ {'title': x, 'href': y}|xmlattr }}", '{{ {x: y}|xmlattr }}'])
      return this.#pick([assigned, assigned, assigned, name, this.#output(), mapped])
    })
  }

  #attributeName(): string {
    const name = this.#pick(attributeNames)
    const output = this.#output()
    return this.#pick([
      ...[name, name, name, `data-${output}`, output + name],
      ...[`{% if t %}data-{% endif %}${name}`, `{{ 'data-' if t }}${name}`],
    ])
  }

  #assigned(name: string, depth: number): string {
    const enclosure = this.#pick<Enclosure>(['"', '"', "'", ''])
    const value = this.#several(3, () => this.#controlled(depth - 1, () => this.#valuePart(enclosure)))
    return name + this.#pick(['=', '=', ' = ', '=\n']) + enclosure + value + enclosure
  }

  #valuePart(enclosure: Enclosure): string {
    if (this.#random() < 0.5) return this.#output()
    return this.#pick(valueTexts).replace(endsValue[enclosure], '')
  }
}
