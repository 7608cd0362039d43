/** Jinja's statements: `{% … %}`. Each method starts at the tag's name and ends after the tag that closes it. */
import type { Node, Signature, Target } from './ast.ts'
import { TemplateError } from './errors.ts'
import { node, type Token, tokenTypes } from './nunjucks.ts'
import { fixForTag, type JinjaParser } from './parser.ts'
import { isConstant } from './parser-expressions.ts'
import { parseTrans } from './parser-trans.ts'

/** The methods that read statements. */
export interface StatementMethods {
  parseStatement(): Node | null
  parseBody(open: Token, ...ends: string[]): Node
  endTag(): void
  parseTarget(): Target
  parseSingleTarget(): Target
  parseName(what: string): Node<'Symbol'>
  parseIf(): Node
  parseFor(): Node
  parseSet(): Node
  parseBlock(): Node
  parseExtends(): Node
  parseInclude(): Node
  parseContextWords(otherwise: boolean): boolean
  parseImport(): Node
  parseFrom(): Node
  parseMacro(): Node
  parseSignature(): Signature
  parseCall(): Node
  parseFilterStatement(): Node
  parseWith(): Node
  parseAutoescape(): Node
}

const methodByTag = new Map([
  ['if', 'parseIf'],
  ['for', 'parseFor'],
  ['set', 'parseSet'],
  ['block', 'parseBlock'],
  ['extends', 'parseExtends'],
  ['include', 'parseInclude'],
  ['import', 'parseImport'],
  ['from', 'parseFrom'],
  ['macro', 'parseMacro'],
  ['call', 'parseCall'],
  ['filter', 'parseFilterStatement'],
  ['with', 'parseWith'],
  ['autoescape', 'parseAutoescape'],
] as const) as ReadonlyMap<string, TagMethod>

type TagMethod = Exclude<
  keyof StatementMethods,
  | 'parseStatement'
  | 'parseBody'
  | 'endTag'
  | 'parseTarget'
  | 'parseSingleTarget'
  | 'parseName'
  | 'parseContextWords'
  | 'parseSignature'
>

/** The methods that read statements. */
export const statementMethods: StatementMethods & ThisType<JinjaParser> = {
  /** The statement, or `null` at a tag that closes the body being read. */
  parseStatement() {
    const token = this.current()
    if (token.type !== tokenTypes.symbol) this.refuse("A tag's name is needed.", token)
    if (this.breakOnBlocks?.includes(token.value)) return null
    if (!this.tags.includes(token.value) || token.value === 'raw') {
      this.refuse(`There is no tag '${token.value}' here.`, token, fixForTag(token.value, this.tags))
    }
    if (token.value === 'trans') return parseTrans(this)
    const method = methodByTag.get(token.value)
    if (method !== undefined) return this[method]()
    this.nextToken()
    const value = token.value === 'do' || token.value === 'print' ? this.parseTuple(true) : null
    this.endTag()
    if (value !== null && token.value === 'print') return node('Output', token, { children: [value] })
    if (value !== null) return node('Do', token, { value })
    return token.value === 'break' ? node('Break', token, {}) : node('Continue', token, {})
  },

  /** The end of an opening tag, and what stands up to one of the closing ones; the next token is then that tag's name. */
  parseBody(open, ...ends) {
    // As in Jinja, a colon may end the tag: `{% if x: %}`.
    this.skip(tokenTypes.colon)
    this.endTag()
    const body = this.parseUntilBlocks(...ends)
    if (this.peekToken() === null) {
      this.refuse(`The tag '${open.value}' is never closed.`, open, `Close it with '${ends.at(-1)}'.`)
    }
    return body
  },

  /** The end of a tag, `%}`. */
  endTag() {
    this.take(tokenTypes.blockEnd, "The end of the tag, '%}',")
  },

  parseTarget() {
    const at = this.current()
    const first = this.parseSingleTarget()
    if (this.peekToken()?.type !== tokenTypes.comma) return first
    const children: Node[] = [first]
    while (this.skip(tokenTypes.comma)) {
      const { type } = this.current()
      if (type !== tokenTypes.symbol && type !== tokenTypes.leftParen) break
      if (this.isSymbol('in')) break
      children.push(this.parseSingleTarget())
    }
    return node('Tuple', at, { children })
  },

  parseSingleTarget() {
    if (this.skip(tokenTypes.leftParen)) {
      const target = this.parseTarget()
      this.take(tokenTypes.rightParen, "A ')'")
      return target
    }
    const name = this.parseName('A name to assign to')
    if (!this.skipValue(tokenTypes.operator, '.')) return name
    const field = this.take(tokenTypes.symbol, "A name after '.'")
    const val = node('Literal', field, { value: field.value })
    return node('LookupVal', name, { target: name, val, dotted: true })
  },

  parseName(what) {
    const token = this.take(tokenTypes.symbol, what)
    if (isConstant(token.value)) this.refuse(`'${token.value}' is a constant, not a name.`, token)
    return node('Symbol', token, { value: token.value })
  },

  parseIf() {
    const open = this.current()
    this.nextToken()
    const cond = this.parseTuple(false)
    const body = this.parseBody(open, 'elif', 'else', 'endif')
    let else_: Node | null = null
    if (this.isSymbol('elif')) return node('If', open, { cond, body, else_: this.parseIf() })
    if (this.skipSymbol('else')) {
      else_ = this.parseBody(open, 'endif')
    }
    this.nextToken()
    this.endTag()
    return node('If', open, { cond, body, else_ })
  },

  parseFor() {
    const open = this.current()
    this.nextToken()
    const name = this.parseTarget()
    if (name.typename === 'Symbol' && name.value === 'loop') {
      throw new TemplateError('ERR_TEMPLATES_NAME', "'loop' cannot be the variable of a loop.", {
        fix: 'Choose another name.',
        place: { template: this.templateName, line: name.lineno + 1, column: name.colno + 1 },
        source: this.source,
      })
    }
    if (!this.skipSymbol('in')) this.refuse("'in' is needed after the variables of a loop.", this.current())
    const arr = this.parseTuple(false)
    const test = this.skipSymbol('if') ? this.parseExpression() : null
    const recursive = this.skipSymbol('recursive')
    const body = this.parseBody(open, 'else', 'endfor')
    let else_: Node | null = null
    if (this.skipSymbol('else')) {
      else_ = this.parseBody(open, 'endfor')
    }
    this.nextToken()
    this.endTag()
    return node('For', open, { name, arr, test, recursive, body, else_ })
  },

  parseSet() {
    const open = this.current()
    this.nextToken()
    const target = this.parseTarget()
    if (this.skipValue(tokenTypes.operator, '=')) {
      const value = this.parseTuple(true)
      this.endTag()
      return node('Set', open, { target, value, filter: null, body: null })
    }
    let filter: Node<'Filter'> | null = null
    while (this.peekToken()?.type === tokenTypes.pipe) filter = this.parseFilter(filter)
    const body = this.parseBody(open, 'endset')
    this.nextToken()
    this.endTag()
    return node('Set', open, { target, value: null, filter, body })
  },

  parseBlock() {
    const open = this.current()
    this.nextToken()
    const name = this.parseName('The name of a block')
    const scoped = this.skipSymbol('scoped')
    const required = this.skipSymbol('required')
    if (this.isOperator('-'))
      this.refuse('Names of blocks hold no hyphens.', this.current(), 'Write an underscore.')
    const body = this.parseBody(open, 'endblock')
    if (required && !isBlank(body))
      this.refuse('A required block must be empty.', open, 'Move its text elsewhere.')
    this.nextToken()
    if (this.peekToken()?.type === tokenTypes.symbol && !this.skipSymbol(name.value)) {
      this.refuse(`This ends block '${this.current().value}', but '${name.value}' is open.`, this.current())
    }
    this.endTag()
    return node('Block', open, { name, body, scoped, required })
  },

  parseExtends() {
    const open = this.current()
    this.nextToken()
    const template = this.parseExpression()
    this.endTag()
    return node('Extends', open, { template })
  },

  parseInclude() {
    const open = this.current()
    this.nextToken()
    const template = this.parseExpression()
    const ignoreMissing = this.isSymbol('ignore') && this.ahead()?.value === 'missing'
    if (ignoreMissing) {
      this.nextToken()
      this.nextToken()
    }
    const withContext = this.parseContextWords(true)
    this.endTag()
    return node('Include', open, { template, ignoreMissing, withContext })
  },

  parseContextWords(otherwise) {
    const isWith = this.isSymbol('with')
    if (!isWith && !this.isSymbol('without')) return otherwise
    if (this.ahead()?.value !== 'context') return otherwise
    this.nextToken()
    this.nextToken()
    return isWith
  },

  parseImport() {
    const open = this.current()
    this.nextToken()
    const template = this.parseExpression()
    if (!this.skipSymbol('as'))
      this.refuse("'as' is needed.", this.current(), "Write: import 'file' as name.")
    const target = this.parseName('A name').value
    const withContext = this.parseContextWords(false)
    this.endTag()
    return node('Import', open, { template, target, withContext })
  },

  parseFrom() {
    const open = this.current()
    this.nextToken()
    const template = this.parseExpression()
    if (!this.skipSymbol('import')) this.refuse("'import' is needed.", this.current())
    const names: { name: string; alias: string }[] = []
    let withContext = false
    do {
      if (names.length > 0 && this.peekToken()?.type === tokenTypes.blockEnd) break
      const { value: name, ...at } = this.parseName('A name to import')
      if (name.startsWith('_')) {
        throw new TemplateError('ERR_TEMPLATES_NAME', `'${name}' is private and cannot be imported.`, {
          fix: 'Names that start with an underscore stay in their template.',
          place: { template: this.templateName, line: at.lineno + 1, column: at.colno + 1 },
          source: this.source,
        })
      }
      names.push({ name, alias: this.skipSymbol('as') ? this.parseName('A name').value : name })
      withContext = this.parseContextWords(withContext)
    } while (this.skip(tokenTypes.comma))
    this.endTag()
    return node('FromImport', open, { template, names, withContext })
  },

  parseMacro() {
    const open = this.current()
    this.nextToken()
    const name = this.parseName('The name of a macro')
    const signature = this.parseSignature()
    const body = this.parseBody(open, 'endmacro')
    this.nextToken()
    this.skipSymbol(name.value)
    this.endTag()
    return node('Macro', open, { name, signature, body })
  },

  parseSignature() {
    const parameters: Signature['parameters'] = []
    this.take(tokenTypes.leftParen, "A '('")
    while (!this.skip(tokenTypes.rightParen)) {
      if (parameters.length > 0) {
        this.take(tokenTypes.comma, 'A comma')
        if (this.skip(tokenTypes.rightParen)) break
      }
      const at = this.current()
      const name = this.parseName('The name of a parameter').value
      const value = this.skipValue(tokenTypes.operator, '=') ? this.parseExpression() : null
      if (value === null && parameters.some((parameter) => parameter.value !== null)) {
        this.refuse(`Parameter '${name}' has no default but stands after one that has.`, at)
      }
      parameters.push({ name, value })
    }
    return { parameters }
  },

  parseCall() {
    const open = this.current()
    this.nextToken()
    const hasSignature = this.peekToken()?.type === tokenTypes.leftParen
    const signature = hasSignature ? this.parseSignature() : { parameters: [] }
    const at = this.current()
    const call = this.parseExpression()
    if (call.typename !== 'FunCall') return this.refuse("'call' needs a call.", at, 'Write: call macro(…).')
    const body = this.parseBody(open, 'endcall')
    this.nextToken()
    this.endTag()
    return node('CallBlock', open, { call, signature, body })
  },

  parseFilterStatement() {
    const open = this.current()
    this.nextToken()
    let filter = this.parseFilter(null)
    while (this.peekToken()?.type === tokenTypes.pipe) filter = this.parseFilter(filter)
    const body = this.parseBody(open, 'endfilter')
    this.nextToken()
    this.endTag()
    return node('Capture', open, { filter, body })
  },

  parseWith() {
    const open = this.current()
    this.nextToken()
    const pairs: { target: Target; value: Node }[] = []
    while (this.current().type !== tokenTypes.blockEnd) {
      if (pairs.length > 0) this.take(tokenTypes.comma, 'A comma')
      const target = this.parseSingleTarget()
      if (!this.skipValue(tokenTypes.operator, '=')) this.refuse("'=' is needed.", this.current())
      pairs.push({ target, value: this.parseExpression() })
    }
    const body = this.parseBody(open, 'endwith')
    this.nextToken()
    this.endTag()
    return node('With', open, { pairs, body })
  },

  parseAutoescape() {
    const open = this.current()
    this.nextToken()
    const value = this.parseExpression()
    const body = this.parseBody(open, 'endautoescape')
    this.nextToken()
    this.endTag()
    return node('Autoescape', open, { value, body })
  },
}

function isBlank(body: Node): boolean {
  if (body.typename !== 'NodeList') return false
  return body.children.every(
    (child) =>
      child.typename === 'Output' &&
      child.children.every((part) => part.typename === 'TemplateData' && part.value.trim() === ''),
  )
}
