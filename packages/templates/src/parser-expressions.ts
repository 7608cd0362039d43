/** Jinja's expressions, loosest binding first. nunjucks' own `parseOr` and `parseAnd` stay; they call what stands here. */
import type { CallArguments, Node } from './ast.ts'
import { node, type Token, tokenTypes } from './nunjucks.ts'
import type { JinjaParser } from './parser.ts'

const comparisons = new Set(['==', '!=', '<', '<=', '>', '>='])
const additions = { '+': 'Add', '-': 'Sub' } as const
const products = { '*': 'Mul', '/': 'Div', '//': 'FloorDiv', '%': 'Mod' } as const
const constants = new Map<string, boolean | null>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
])
/** Words that end the argument of a test written without parentheses. */
const afterTest = new Set(['else', 'or', 'and', 'is', 'if', 'in', 'not', 'recursive'])

/** Whether a word is a constant and so no name. */
export function isConstant(name: string): boolean {
  return constants.has(name)
}

/** The methods that read expressions. */
export interface ExpressionMethods {
  parseExpression(): Node
  parseTuple(withCondition: boolean): Node
  parseInlineIf(): Node
  parseNot(): Node
  parseCompare(): Node
  parseAddition(): Node
  parseConcat(): Node
  parseProduct(): Node
  parsePower(): Node
  parseUnary(withoutFilters?: boolean): Node
  parsePrimary(): Node
  parseGroup(open: Token): Node
  parseItems(end: 'right-paren' | 'right-bracket'): Node[]
  parseDict(open: Token): Node
  parsePostfix(target: Node): Node
  parseSubscript(target: Node): Node
  parseIndex(target: Node, at: Token): Node
  parseFilters(target: Node): Node
  parseFilter(target: Node | null): Node<'Filter'>
  parseTest(left: Node): Node
  parseDottedName(what: string): string
  parseArguments(): CallArguments
  parseArgument(args: CallArguments): void
}

/** The methods that read expressions. */
export const expressionMethods: ExpressionMethods & ThisType<JinjaParser> = {
  parseExpression() {
    return this.parseInlineIf()
  },

  /** One expression, or several between commas. */
  parseTuple(withCondition) {
    const start = this.current()
    const parse = (): Node => (withCondition ? this.parseInlineIf() : this.parseOr())
    const first = parse()
    if (this.peekToken()?.type !== tokenTypes.comma) return first
    const children = [first]
    while (this.skip(tokenTypes.comma)) {
      const next = this.current()
      if (next.type === tokenTypes.variableEnd || next.type === tokenTypes.blockEnd) break
      if (next.type === tokenTypes.rightParen) break
      children.push(parse())
    }
    return node('Tuple', start, { children })
  },

  parseInlineIf() {
    let body = this.parseOr()
    while (this.isSymbol('if')) {
      const at = this.current()
      this.nextToken()
      const cond = this.parseOr()
      const else_ = this.skipSymbol('else') ? this.parseInlineIf() : null
      body = node('InlineIf', at, { cond, body, else_ })
    }
    return body
  },

  parseNot() {
    const at = this.current()
    if (!this.skipSymbol('not')) return this.parseCompare()
    return node('Not', at, { target: this.parseNot() })
  },

  parseCompare() {
    const expr = this.parseAddition()
    const ops: Node<'CompareOperand'>[] = []
    for (;;) {
      const token = this.current()
      let type: string
      if (token.type === tokenTypes.operator && comparisons.has(token.value)) type = token.value
      else if (this.isSymbol('in')) type = 'in'
      else if (this.isSymbol('not') && this.ahead()?.value === 'in') type = 'not in'
      else break
      this.nextToken()
      if (type === 'not in') this.nextToken()
      ops.push(node('CompareOperand', token, { type, expr: this.parseAddition() }))
    }
    return ops[0] === undefined ? expr : node('Compare', ops[0], { expr, ops })
  },

  parseAddition() {
    let left = this.parseConcat()
    for (;;) {
      const at = this.current()
      if (!this.isOperator('+') && !this.isOperator('-')) return left
      this.nextToken()
      left = node(additions[at.value as '+' | '-'], at, { left, right: this.parseConcat() })
    }
  },

  parseConcat() {
    let left = this.parseProduct()
    for (;;) {
      const at = this.current()
      if (!this.skip(tokenTypes.tilde)) return left
      left = node('Concat', at, { left, right: this.parseProduct() })
    }
  },

  parseProduct() {
    let left = this.parsePower()
    for (;;) {
      const at = this.current()
      if (at.type !== tokenTypes.operator || !Object.hasOwn(products, at.value)) return left
      this.nextToken()
      left = node(products[at.value as keyof typeof products], at, { left, right: this.parsePower() })
    }
  },

  parsePower() {
    let left = this.parseUnary()
    for (;;) {
      const at = this.current()
      if (!this.skipValue(tokenTypes.operator, '**')) return left
      left = node('Pow', at, { left, right: this.parseUnary() })
    }
  },

  parseUnary(withoutFilters = false) {
    const at = this.current()
    let value: Node
    if (this.skipValue(tokenTypes.operator, '-')) value = node('Neg', at, { target: this.parseUnary(true) })
    else if (this.skipValue(tokenTypes.operator, '+'))
      value = node('Pos', at, { target: this.parseUnary(true) })
    else value = this.parsePrimary()
    value = this.parsePostfix(value)
    return withoutFilters ? value : this.parseFilters(value)
  },

  parsePrimary() {
    const token = this.current()
    this.nextToken()
    switch (token.type) {
      case tokenTypes.symbol: {
        const value = constants.get(token.value)
        return value === undefined
          ? node('Symbol', token, { value: token.value })
          : node('Literal', token, { value })
      }
      case tokenTypes.string: {
        let value = token.value
        while (this.peekToken()?.type === tokenTypes.string) value += this.nextToken()?.value ?? ''
        return node('Literal', token, { value })
      }
      case tokenTypes.int:
      case tokenTypes.float:
        return node('Literal', token, { value: Number(token.value) })
      case tokenTypes.leftParen:
        return this.parseGroup(token)
      case tokenTypes.leftBracket:
        return node('Array', token, { children: this.parseItems(tokenTypes.rightBracket) })
      case tokenTypes.leftCurly:
        return this.parseDict(token)
      default:
        return this.refuse(`An expression is needed, not '${token.value}'.`, token)
    }
  },

  parseGroup(open) {
    if (this.skip(tokenTypes.rightParen)) return node('Tuple', open, { children: [] })
    const value = this.parseTuple(true)
    this.take(tokenTypes.rightParen, "A ')'")
    return value
  },

  parseItems(end) {
    const children: Node[] = []
    while (!this.skip(end)) {
      if (children.length > 0) {
        this.take(tokenTypes.comma, 'A comma')
        if (this.skip(end)) break
      }
      children.push(this.parseExpression())
    }
    return children
  },

  parseDict(open) {
    const children: Node<'Pair'>[] = []
    while (!this.skip(tokenTypes.rightCurly)) {
      if (children.length > 0) {
        this.take(tokenTypes.comma, 'A comma')
        if (this.skip(tokenTypes.rightCurly)) break
      }
      const key = this.parseExpression()
      this.take(tokenTypes.colon, 'A colon')
      children.push(node('Pair', key, { key, value: this.parseExpression() }))
    }
    return node('Dict', open, { children })
  },

  parsePostfix(target) {
    let value = target
    for (;;) {
      const token = this.current()
      if (this.isOperator('.') || token.type === tokenTypes.leftBracket) value = this.parseSubscript(value)
      else if (token.type === tokenTypes.leftParen) {
        value = node('FunCall', token, { name: value, args: this.parseArguments() })
      } else return value
    }
  },

  parseSubscript(target) {
    const at = this.current()
    this.nextToken()
    if (at.type === tokenTypes.leftBracket) return this.parseIndex(target, at)
    const name = this.current()
    if (name.type === tokenTypes.int) {
      this.nextToken()
      const val = node('Literal', name, { value: Number(name.value) })
      return node('LookupVal', at, { target, val, dotted: false })
    }
    this.take(tokenTypes.symbol, "A name after '.'")
    return node('LookupVal', at, { target, val: node('Literal', name, { value: name.value }), dotted: true })
  },

  parseIndex(target, at) {
    const part = (): Node | null => {
      const { type } = this.current()
      return type === tokenTypes.colon || type === tokenTypes.rightBracket ? null : this.parseExpression()
    }
    const start = part()
    if (this.peekToken()?.type !== tokenTypes.colon) {
      const first = start ?? this.refuse('An index is needed.', this.current())
      const children: Node[] = [first]
      while (this.skip(tokenTypes.comma)) children.push(this.parseExpression())
      this.take(tokenTypes.rightBracket, "A ']'")
      const val = children.length === 1 ? first : node('Tuple', at, { children })
      return node('LookupVal', at, { target, val, dotted: false })
    }
    this.nextToken()
    const stop = part()
    const step = this.skip(tokenTypes.colon) ? part() : null
    this.take(tokenTypes.rightBracket, "A ']'")
    return node('Slice', at, { target, start, stop, step })
  },

  parseFilters(target) {
    let value = target
    for (;;) {
      const token = this.current()
      if (token.type === tokenTypes.pipe) value = this.parseFilter(value)
      else if (this.isSymbol('is')) value = this.parseTest(value)
      else if (token.type === tokenTypes.leftParen) {
        value = node('FunCall', token, { name: value, args: this.parseArguments() })
      } else return value
    }
  },

  /** `|name(arguments)`, or a name alone at the start of a filter block. */
  parseFilter(target) {
    this.skip(tokenTypes.pipe)
    const at = this.current()
    const name = node('Symbol', at, { value: this.parseDottedName('The name of a filter') })
    const hasArguments = this.peekToken()?.type === tokenTypes.leftParen
    const args = hasArguments ? this.parseArguments() : { positional: [], keywords: [], mapping: null }
    return node('Filter', at, { name, target, args })
  },

  parseTest(left) {
    const at = this.current()
    this.nextToken()
    const negated = this.skipSymbol('not')
    const name = this.parseDottedName('The name of a test')
    const token = this.current()
    let args: CallArguments = { positional: [], keywords: [], mapping: null }
    if (token.type === tokenTypes.leftParen) args = this.parseArguments()
    else if (isArgumentStart(token) && !(token.type === tokenTypes.symbol && afterTest.has(token.value))) {
      args = { ...args, positional: [this.parsePostfix(this.parsePrimary())] }
    }
    if (this.isSymbol('is'))
      this.refuse("Tests cannot be chained with 'is'.", this.current(), "Join them with 'and'.")
    return node('Is', at, { left, name, args, negated })
  },

  parseDottedName(what) {
    let name = this.take(tokenTypes.symbol, what).value
    while (this.skipValue(tokenTypes.operator, '.'))
      name += `.${this.take(tokenTypes.symbol, 'A name').value}`
    return name
  },

  parseArguments() {
    const args: CallArguments = { positional: [], keywords: [], mapping: null }
    this.take(tokenTypes.leftParen, "A '('")
    let isFirst = true
    while (!this.skip(tokenTypes.rightParen)) {
      if (!isFirst) {
        this.take(tokenTypes.comma, "A comma or ')'")
        if (this.skip(tokenTypes.rightParen)) break
      }
      isFirst = false
      this.parseArgument(args)
    }
    return args
  },

  parseArgument(args) {
    const at = this.current()
    const isSpread = (value: Node): boolean => value.typename === 'Spread'
    if (this.skipValue(tokenTypes.operator, '**')) {
      if (args.mapping !== null) this.refuse("'**' stands twice in one call.", at)
      args.mapping = this.parseExpression()
    } else if (this.skipValue(tokenTypes.operator, '*')) {
      if (args.mapping !== null || args.positional.some(isSpread))
        this.refuse("'*' stands too late in the call.", at)
      args.positional.push(node('Spread', at, { value: this.parseExpression() }))
    } else if (at.type === tokenTypes.symbol && this.ahead()?.value === '=') {
      if (args.mapping !== null) this.refuse("A keyword argument stands after '**'.", at)
      this.nextToken()
      this.nextToken()
      args.keywords.push({ name: at.value, value: this.parseExpression() })
    } else {
      if (args.keywords.length > 0 || args.mapping !== null || args.positional.some(isSpread)) {
        this.refuse('A positional argument stands after a keyword argument.', at, 'Put it first.')
      }
      args.positional.push(this.parseExpression())
    }
  },
}

function isArgumentStart({ type }: Token): boolean {
  return (
    type === tokenTypes.symbol ||
    type === tokenTypes.string ||
    type === tokenTypes.int ||
    type === tokenTypes.float ||
    type === tokenTypes.leftParen ||
    type === tokenTypes.leftBracket ||
    type === tokenTypes.leftCurly
  )
}
