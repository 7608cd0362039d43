/**
 * Cuts a template into the tokens that nunjucks' parser reads. It replaces nunjucks' own lexer, which knows JavaScript's
 * regular expressions and operators but not Jinja's whitespace control, numbers, escapes and unfinished tags.
 *
 *     template = *( data / "{{" expression "}}" / "{%" statement "%}" / "{#" comment "#}" )
 *
 * A `-` inside a delimiter strips whitespace beside it, a `+` keeps what `trimBlocks` and `lstripBlocks` would take.
 */
import { TemplateError } from './errors.ts'
import { type Token, type TokenType, tokenTypes } from './nunjucks.ts'

/** What marks the tags of a template. */
export interface Delimiters {
  blockStart: string
  blockEnd: string
  variableStart: string
  variableEnd: string
  commentStart: string
  commentEnd: string
}

/** Jinja's own delimiters. */
export const jinjaDelimiters: Readonly<Delimiters> = Object.freeze({
  blockStart: '{%',
  blockEnd: '%}',
  variableStart: '{{',
  variableEnd: '}}',
  commentStart: '{#',
  commentEnd: '#}',
})

/** How templates are cut. */
export interface LexerOptions {
  delimiters: Readonly<Delimiters>
  trimBlocks: boolean
  lstripBlocks: boolean
  keepTrailingNewline: boolean
}

const pattern = {
  space: /\s+/y,
  float: /(?<!\.)(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*(?:e[+-]?\d(?:_?\d)*)?|e[+-]?\d(?:_?\d)*)/iy,
  integer: /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy,
  name: /[\p{ID_Start}_][\p{ID_Continue}]*/uy,
  string: /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"/y,
  operator: /\*\*|\/\/|==|!=|>=|<=|[+\-/*%~[\](){}<>=.:|,;]/y,
}

const literals = [
  [tokenTypes.float, pattern.float],
  [tokenTypes.int, pattern.integer],
  [tokenTypes.symbol, pattern.name],
  [tokenTypes.string, pattern.string],
] as const

const punctuation: Readonly<Record<string, TokenType>> = {
  '(': tokenTypes.leftParen,
  ')': tokenTypes.rightParen,
  '[': tokenTypes.leftBracket,
  ']': tokenTypes.rightBracket,
  '{': tokenTypes.leftCurly,
  '}': tokenTypes.rightCurly,
  ',': tokenTypes.comma,
  ':': tokenTypes.colon,
  '~': tokenTypes.tilde,
  '|': tokenTypes.pipe,
}

/**
 * Cuts a template into tokens.
 *
 * @param source the template
 * @param name its name, for errors
 * @param options how to cut
 * @throws {TemplateError} `ERR_TEMPLATES_SYNTAX` for a tag that never ends or a character that belongs nowhere
 */
export function tokenize(source: string, name: string, options: LexerOptions): Token[] {
  return new Lexer(source, name, options).run()
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

class Lexer {
  readonly #source: string
  readonly #name: string
  readonly #options: LexerOptions
  readonly #starts: RegExp
  readonly #tokens: Token[] = []
  #at = 0
  #line = 0
  #lineStart = 0
  #counted = 0

  constructor(source: string, name: string, options: LexerOptions) {
    const text = source.replace(/\r\n|\r/g, '\n')
    this.#source = options.keepTrailingNewline ? text : text.replace(/\n$/, '')
    this.#name = name
    this.#options = options
    const { blockStart, variableStart, commentStart } = options.delimiters
    const longestFirst = [blockStart, variableStart, commentStart].sort((a, b) => b.length - a.length)
    this.#starts = new RegExp(longestFirst.map((text) => escapePattern(text)).join('|'), 'g')
  }

  run(): Token[] {
    while (this.#at < this.#source.length) this.#step()
    return this.#tokens
  }

  #step(): void {
    this.#starts.lastIndex = this.#at
    const found = this.#starts.exec(this.#source)
    if (found === null) {
      this.#data(this.#source.slice(this.#at))
      this.#at = this.#source.length
      return
    }
    const start = found[0]
    const after = found.index + start.length
    const sign = /[-+]/.test(this.#source.charAt(after)) ? this.#source.charAt(after) : ''
    this.#data(this.#before(found.index, start, sign))
    this.#at = after + sign.length
    if (start === this.#options.delimiters.commentStart) this.#comment(found.index)
    else if (start === this.#options.delimiters.variableStart) this.#tag('variable', found.index)
    else if (!this.#raw()) this.#tag('block', found.index)
  }

  /** The text before a tag, stripped as the tag's sign or `lstripBlocks` says. */
  #before(end: number, start: string, sign: string): string {
    const text = this.#source.slice(this.#at, end)
    if (sign === '-') return text.replace(/\s+$/, '')
    if (sign === '+' || !this.#options.lstripBlocks || start === this.#options.delimiters.variableStart)
      return text
    const lineStart = text.lastIndexOf('\n') + 1
    if (lineStart === 0 && this.#at > 0 && this.#source.charAt(this.#at - 1) !== '\n') return text
    return /^\s*$/.test(text.slice(lineStart)) ? text.slice(0, lineStart) : text
  }

  #data(text: string): void {
    if (text !== '') this.#push(tokenTypes.data, text, this.#at)
  }

  #comment(start: number): void {
    const { commentEnd } = this.#options.delimiters
    const end = this.#source.indexOf(commentEnd, this.#at)
    if (end === -1) throw this.#error('A comment is never closed.', start, `Close it with '${commentEnd}'.`)
    const sign = end > this.#at ? this.#source.charAt(end - 1) : ''
    this.#at = end + commentEnd.length
    this.#afterTag(sign, true)
  }

  /** Takes a raw block whole; answers whether there was one. */
  #raw(): boolean {
    const { blockStart, blockEnd } = this.#options.delimiters
    const [open, close] = [escapePattern(blockStart), escapePattern(blockEnd)]
    const begin = new RegExp(`\\s*raw\\s*([-+]?)${close}`, 'y')
    begin.lastIndex = this.#at
    const opened = begin.exec(this.#source)
    if (opened === null) return false
    const start = this.#at
    this.#at = begin.lastIndex
    this.#afterTag(opened[1] ?? '', true)
    const end = new RegExp(`${open}([-+]?)\\s*endraw\\s*([-+]?)${close}`, 'g')
    end.lastIndex = this.#at
    const closed = end.exec(this.#source)
    if (closed === null) throw this.#error("A 'raw' block is never closed.", start, "Close it with 'endraw'.")
    this.#data(this.#before(closed.index, blockStart, closed[1] ?? ''))
    this.#at = end.lastIndex
    this.#afterTag(closed[2] ?? '', true)
    return true
  }

  /** Whitespace after a tag: `-` takes all of it, `trimBlocks` the first line end after blocks and comments. */
  #afterTag(sign: string, isBlock: boolean): void {
    if (sign === '-') this.#take(pattern.space)
    else if (isBlock && sign !== '+' && this.#options.trimBlocks && this.#source.charAt(this.#at) === '\n')
      this.#at++
  }

  #tag(kind: 'block' | 'variable', start: number): void {
    const isBlock = kind === 'block'
    const { delimiters } = this.#options
    const [open, close] = isBlock
      ? [delimiters.blockStart, delimiters.blockEnd]
      : [delimiters.variableStart, delimiters.variableEnd]
    this.#push(isBlock ? tokenTypes.blockStart : tokenTypes.variableStart, open, start)
    const brackets: string[] = []
    for (;;) {
      this.#take(pattern.space)
      if (brackets.length === 0 && this.#end(close, isBlock)) return
      if (this.#at >= this.#source.length) {
        throw this.#error(`The tag that starts here is never closed.`, start, `Close it with '${close}'.`)
      }
      this.#code(brackets)
    }
  }

  #end(close: string, isBlock: boolean): boolean {
    const sign = /[-+]/.test(this.#source.charAt(this.#at)) ? this.#source.charAt(this.#at) : ''
    if (!this.#source.startsWith(close, this.#at + sign.length)) return false
    if (sign === '+' && !isBlock) return false
    this.#push(isBlock ? tokenTypes.blockEnd : tokenTypes.variableEnd, close, this.#at)
    this.#at += sign.length + close.length
    this.#afterTag(sign, isBlock)
    return true
  }

  #code(brackets: string[]): void {
    const start = this.#at
    for (const [type, expression] of literals) {
      const text = this.#take(expression)
      if (text === null) continue
      const isNumber = type === tokenTypes.int || type === tokenTypes.float
      const value = isNumber ? text.replaceAll('_', '') : type === tokenTypes.string ? unquote(text) : text
      this.#push(type, value, start)
      return
    }
    const operator = this.#take(pattern.operator)
    if (operator === null) throw this.#unknown(start)
    this.#balance(operator, brackets, start)
    this.#push(punctuation[operator] ?? tokenTypes.operator, operator, start)
  }

  #balance(operator: string, brackets: string[], start: number): void {
    const partner = { '(': ')', '[': ']', '{': '}' }[operator]
    if (partner !== undefined) brackets.push(partner)
    if (operator !== ')' && operator !== ']' && operator !== '}') return
    const expected = brackets.pop()
    if (expected === operator) return
    const message =
      expected === undefined
        ? `'${operator}' closes nothing.`
        : `'${operator}' stands where '${expected}' is needed.`
    throw this.#error(message, start, 'Balance the brackets.')
  }

  #unknown(start: number): TemplateError {
    const character = this.#source.charAt(start)
    if (character === "'" || character === '"') {
      return this.#error('A text is never closed.', start, `Close it with ${character}.`)
    }
    const hints: Record<string, string> = {
      '!': "Write 'not' for '!'.",
      '?': "Write 'a if condition else b' for '?:'.",
      '&': "Write 'and' for '&&'.",
      '`': 'Write texts in quotes.',
    }
    return this.#error(
      `The character '${character}' has no meaning here.`,
      start,
      hints[character] ?? 'Remove it.',
    )
  }

  #take(expression: RegExp): string | null {
    expression.lastIndex = this.#at
    const found = expression.exec(this.#source)
    if (found === null) return null
    this.#at = expression.lastIndex
    return found[0]
  }

  #push(type: TokenType, value: string, start: number): void {
    const { lineno, colno } = this.#position(start)
    this.#tokens.push({ type, value, lineno, colno })
  }

  /** Positions are asked for from left to right, so each line end is counted once. */
  #position(index: number): { lineno: number; colno: number } {
    for (;;) {
      const end = this.#source.indexOf('\n', this.#counted)
      if (end === -1 || end >= index) break
      this.#line++
      this.#lineStart = end + 1
      this.#counted = end + 1
    }
    return { lineno: this.#line, colno: index - this.#lineStart }
  }

  #error(message: string, start: number, fix: string): TemplateError {
    const before = this.#source.slice(0, start).split('\n')
    const place = { template: this.#name, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
    return new TemplateError('ERR_TEMPLATES_SYNTAX', message, { fix, place, source: this.#source })
  }
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
}

/** Python's escapes; one that it does not know keeps its backslash. */
function unquote(text: string): string {
  const body = text.slice(1, -1)
  if (!body.includes('\\')) return body
  return body.replace(
    /\\(x[\da-f]{2}|u[\da-f]{4}|U[\da-f]{8}|[0-7]{1,3}|[\s\S])/gi,
    (whole, code: string) => {
      const known = escapes[code]
      if (known !== undefined) return known
      if (/^[xuU][\da-f]/i.test(code)) {
        const point = Number.parseInt(code.slice(1), 16)
        return point > 0x10ffff ? whole : String.fromCodePoint(point)
      }
      return /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : whole
    },
  )
}
