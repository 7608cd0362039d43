/** Jinja's grammar on nunjucks' parser: what differs is overridden, what is missing is added. */
import { nearestName } from '@dewar/base'
import type { Node } from './ast.ts'
import { TemplateError } from './errors.ts'
import { extendParser, type NunjucksParser, node, type Position, type Token, tokenTypes } from './nunjucks.ts'
import { type ExpressionMethods, expressionMethods } from './parser-expressions.ts'
import { type StatementMethods, statementMethods } from './parser-statements.ts'
import { type LexerOptions, tokenize } from './tokens.ts'

/** What a template may contain beyond Jinja's core. */
export type TemplateExtension = 'do' | 'loopcontrols' | 'i18n'

/** How a template is read. */
export interface ParseOptions extends LexerOptions {
  extensions: readonly TemplateExtension[]
}

/** nunjucks' parser with Jinja's grammar. */
export type JinjaParser = NunjucksParser & CoreMethods & ExpressionMethods & StatementMethods

interface CoreMethods {
  source: string
  templateName: string
  tags: readonly string[]
  ahead(): Token | null
  current(): Token
  take(type: Token['type'], what: string): Token
  isOperator(value: string): boolean
  isSymbol(value: string): boolean
  refuse(message: string, at: Position, fix?: string): never
}

const coreMethods: CoreMethods & ThisType<JinjaParser> = {
  source: '',
  templateName: '<string>',
  tags: [],

  /** The token after the one `peekToken` gives. */
  ahead() {
    return null
  },

  /** The next token; the end of the template is an error. */
  current() {
    const token = this.peekToken()
    return token ?? this.refuse('The template ends too early.', lastPosition(this.source))
  },

  take(type, what) {
    const token = this.current()
    if (token.type !== type) this.refuse(`${what} is needed, not '${token.value}'.`, token)
    this.nextToken()
    return token
  },

  isOperator(value) {
    const token = this.peekToken()
    return token !== null && token.type === tokenTypes.operator && token.value === value
  },

  isSymbol(value) {
    const token = this.peekToken()
    return token !== null && token.type === tokenTypes.symbol && token.value === value
  },

  refuse(message, at, fix = 'Correct the template.') {
    const place = { template: this.templateName, line: at.lineno + 1, column: at.colno + 1 }
    throw new TemplateError('ERR_TEMPLATES_SYNTAX', message, { fix, place, source: this.source })
  },
}

/** nunjucks' own methods that must read Jinja: it calls these. */
const overrides: object & ThisType<JinjaParser> = {
  error(message: string, lineno?: number, colno?: number) {
    const at =
      lineno === undefined ? (this.peekToken() ?? lastPosition(this.source)) : { lineno, colno: colno ?? 0 }
    const place = { template: this.templateName, line: at.lineno + 1, column: at.colno + 1 }
    return new TemplateError('ERR_TEMPLATES_SYNTAX', `${message}.`, { place, source: this.source })
  },

  parseNodes() {
    const out: Node[] = []
    for (let token = this.nextToken(); token !== null; token = this.nextToken()) {
      if (token.type === tokenTypes.data) {
        addText(out, token)
      } else if (token.type === tokenTypes.variableStart) {
        const value = this.parseTuple(true)
        this.take(tokenTypes.variableEnd, "The end of the output, '}}',")
        out.push(node('Output', token, { children: [value] }))
      } else {
        const statement = this.parseStatement()
        if (statement === null) break
        out.push(statement)
      }
    }
    return out
  },
}

/** Text beside text, with a comment between, is one text. */
function addText(out: Node[], token: Token): void {
  const last = out.at(-1)
  const text = last?.typename === 'Output' ? last.children[0] : undefined
  if (text?.typename === 'TemplateData') text.value += token.value
  else out.push(node('Output', token, { children: [node('TemplateData', token, { value: token.value })] }))
}

const Parser = extendParser({
  ...coreMethods,
  ...expressionMethods,
  ...statementMethods,
  ...overrides,
}) as unknown as new (
  tokens: object,
) => JinjaParser

/**
 * Reads a template into a syntax tree.
 *
 * @param source the template
 * @param name its name, for errors
 * @param options how to read it
 * @throws {TemplateError} `ERR_TEMPLATES_SYNTAX` with line, column and the source around them
 */
export function parseTemplate(source: string, name: string, options: ParseOptions): Node<'Root'> {
  const tokens = tokenize(source, name, options)
  let at = 0
  const { variableStart, variableEnd, commentStart, commentEnd } = options.delimiters
  const parser = new Parser({
    tags: {
      VARIABLE_START: variableStart,
      VARIABLE_END: variableEnd,
      COMMENT_START: commentStart,
      COMMENT_END: commentEnd,
    },
    nextToken: () => tokens[at++] ?? null,
  })
  const known = knownTags(options.extensions)
  Object.assign(parser, { source, templateName: name, tags: known, ahead: () => tokens[at] ?? null })
  return parser.parseAsRoot()
}

const coreTags = [
  'if',
  'for',
  'set',
  'block',
  'extends',
  'include',
  'import',
  'from',
  'macro',
  'call',
  'filter',
  'with',
  'autoescape',
  'print',
  'raw',
]

function knownTags(extensions: readonly TemplateExtension[]): string[] {
  const tags = [...coreTags]
  if (extensions.includes('do')) tags.push('do')
  if (extensions.includes('loopcontrols')) tags.push('break', 'continue')
  if (extensions.includes('i18n')) tags.push('trans')
  return tags
}

/** What to do about a tag nobody knows. */
export function fixForTag(name: string, tags: readonly string[]): string {
  if (name.startsWith('end')) return `Remove it, or open it with '${name.slice(3)}'.`
  if (name === 'do' || name === 'break' || name === 'continue' || name === 'trans') {
    return "Turn it on: createTemplates({ extensions: ['do', 'loopcontrols', 'i18n'] })."
  }
  const nearest = nearestName(name, tags)
  return nearest === undefined ? `Tags are: ${tags.join(', ')}.` : `Did you mean '${nearest}'?`
}

function lastPosition(source: string): Position {
  const lines = source.split('\n')
  return { lineno: lines.length - 1, colno: lines.at(-1)?.length ?? 0 }
}
