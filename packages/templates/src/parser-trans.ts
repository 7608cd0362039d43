/**
 * Jinja's i18n extension.
 *
 *     trans = "{% trans" ["'context'"] [name ["=" value] *("," …)] ["trimmed"] "%}" text ["{% pluralize" [name] "%}" text] "{% endtrans %}"
 *
 * The text may hold `{{ name }}` and nothing else of the language; it becomes `%(name)s`.
 */
import type { Node } from './ast.ts'
import { node, tokenTypes } from './nunjucks.ts'
import type { JinjaParser } from './parser.ts'

interface TransText {
  text: string
  names: string[]
}

/** Reads a `trans` block; the next token is its name. */
export function parseTrans(parser: JinjaParser): Node {
  const open = parser.current()
  parser.nextToken()
  const head = parseHead(parser)
  parser.endTag()
  const singular = parseText(parser)
  let plural: TransText | null = null
  let { count } = head
  if (parser.skipSymbol('pluralize')) {
    if (parser.peekToken()?.type === tokenTypes.symbol) count = parser.parseName('A name').value
    count ??= head.values[0]?.name ?? singular.names[0] ?? null
    if (count === null)
      parser.refuse("'pluralize' has nothing to count.", open, 'Name it: trans n=items|length.')
    parser.endTag()
    plural = parseText(parser)
  }
  if (!parser.skipSymbol('endtrans')) parser.refuse("'endtrans' is needed.", parser.current())
  parser.endTag()
  for (const name of [...singular.names, ...(plural?.names ?? []), ...(count === null ? [] : [count])]) {
    if (head.values.some((value) => value.name === name)) continue
    head.values.push({ name, value: node('Symbol', open, { value: name }) })
  }
  const tidy = (text: string): string => (head.trimmed ? text.trim().replace(/\s*\n\s*/g, ' ') : text)
  return node('Trans', open, {
    singular: tidy(singular.text),
    plural: plural === null ? null : tidy(plural.text),
    count: plural === null ? null : count,
    context: head.context,
    values: head.values,
    trimmed: head.trimmed,
  })
}

interface Head {
  context: string | null
  values: { name: string; value: Node }[]
  count: string | null
  trimmed: boolean
}

function parseHead(parser: JinjaParser): Head {
  const head: Head = { context: null, values: [], count: null, trimmed: false }
  const first = parser.current()
  if (first.type === tokenTypes.string) {
    parser.nextToken()
    head.context = first.value
  }
  while (parser.current().type !== tokenTypes.blockEnd) {
    if (head.values.length > 0) parser.skip(tokenTypes.comma)
    const name = parser.parseName('A name')
    if (parser.skipValue(tokenTypes.operator, '=')) {
      head.values.push({ name: name.value, value: parser.parseExpression() })
    } else if (name.value === 'trimmed') head.trimmed = true
    else if (name.value !== 'notrimmed') head.values.push({ name: name.value, value: name })
  }
  head.count = head.values[0]?.name ?? null
  return head
}

function parseText(parser: JinjaParser): TransText {
  const out: TransText = { text: '', names: [] }
  for (let token = parser.nextToken(); token !== null; token = parser.nextToken()) {
    if (token.type === tokenTypes.data) out.text += token.value.replaceAll('%', '%%')
    else if (token.type === tokenTypes.variableStart) {
      const name = parser.parseName('A name').value
      out.names.push(name)
      out.text += `%(${name})s`
      parser.take(tokenTypes.variableEnd, "The end of the output, '}}',")
    } else {
      const tag = parser.current()
      if (tag.value === 'pluralize' || tag.value === 'endtrans') return out
      parser.refuse(
        `'${tag.value}' cannot stand in a 'trans' block.`,
        tag,
        'Give the value a name in the trans tag.',
      )
    }
  }
  return parser.refuse("A 'trans' block is never closed.", parser.current())
}
