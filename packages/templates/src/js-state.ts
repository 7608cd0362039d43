/**
 * Where a script stands: in code, in a string, in a comment, in a regular expression.
 *
 * It only decides whether a value may be written as a literal, with its quotes. Whenever it is not certain, it says
 * `unknown`, and the value gets the escaper that is safe anywhere in a script (escapers.ts). A state is a mode and, for
 * template literals, the braces open inside each `${`: `after`, `double`, `value/0,2`.
 */

/** Code after an operator, after a value, right behind a name, or behind what may be either. */
type CodeMode = 'after' | 'value' | 'name' | 'either'
/** Strings, by what they are enclosed in. */
export type StringKind = 'double' | 'single' | 'template'
type Mode = CodeMode | StringKind | 'line' | 'block' | 'regex' | 'class' | 'unknown'

/** Where a script starts. */
export const scriptStart = 'after'

/** When nobody knows. */
export const scriptUnknown = 'unknown'

const keywords = new Set(
  'return typeof case in of delete void throw new else do instanceof yield await default'.split(' '),
)

/**
 * Whether a value here may be a literal, with quotes of its own.
 *
 * @param state where the script stands
 * @param next the text that follows at once
 */
export function takesLiteral(state: string, next: string): boolean {
  const mode = modeOf(state)
  return isCode(mode) && mode !== 'name' && !/^[\p{ID_Continue}$\\]/u.test(next)
}

/** The string or template literal that certainly stands around; '' if none does for certain. */
export function stringAround(state: string): StringKind | '' {
  const mode = modeOf(state)
  return mode === 'double' || mode === 'single' || mode === 'template' ? mode : ''
}

/** The state after a value that was escaped for its place. */
export function afterScriptValue(state: string): string {
  const mode = modeOf(state)
  return isCode(mode) ? joined('name', stackOf(state)) : state
}

/** The state a part starts in that is compiled without knowing what stands before it. */
export function scriptPartStart(state: string): string {
  return isCode(modeOf(state)) ? joined('either', stackOf(state)) : state
}

/** The state after a text of the template. */
export function advanceScript(state: string, text: string): string {
  if (state === scriptUnknown) return state
  const reader = new ScriptReader(modeOf(state), stackOf(state), text)
  return reader.read()
}

function modeOf(state: string): Mode {
  return (state.split('/', 1)[0] ?? scriptUnknown) as Mode
}

function stackOf(state: string): number[] {
  const at = state.indexOf('/')
  return at === -1
    ? []
    : state
        .slice(at + 1)
        .split(',')
        .map(Number)
}

function joined(mode: Mode, stack: readonly number[]): string {
  return stack.length === 0 ? mode : `${mode}/${stack.join(',')}`
}

function isCode(mode: Mode): mode is CodeMode {
  return mode === 'after' || mode === 'value' || mode === 'name' || mode === 'either'
}

class ScriptReader {
  #mode: Mode
  readonly #stack: number[]
  readonly #text: string
  #at = 0

  constructor(mode: Mode, stack: number[], text: string) {
    this.#mode = mode
    this.#stack = stack
    this.#text = text
  }

  read(): string {
    while (this.#at < this.#text.length && this.#mode !== 'unknown') {
      if (isCode(this.#mode)) this.#code()
      else this.#inside()
    }
    if (this.#mode === 'unknown' || this.#isSplit()) return scriptUnknown
    if (isCode(this.#mode) && this.#text.endsWith('+')) this.#mode = 'either'
    return joined(this.#mode, this.#stack)
  }

  /** Whether the text ends inside a sign that what follows may complete: `\\`, `$` of `${`, `/` of `//`. */
  #isSplit(): boolean {
    if (this.#at > this.#text.length) return true
    if (this.#mode === 'template') return this.#text.endsWith('$')
    return isCode(this.#mode) && /(?:[/<-]|<!)$/.test(this.#text)
  }

  #code(): void {
    const rest = this.#text.slice(this.#at)
    const word = /^[\p{ID_Continue}$\\]+/u.exec(rest)?.[0]
    if (word !== undefined) {
      this.#word(word)
      return
    }
    const blank = /^\s+/.exec(rest)?.[0]
    if (blank !== undefined) {
      this.#at += blank.length
      if (this.#mode === 'name') this.#mode = 'either'
      return
    }
    this.#sign(rest)
  }

  #word(word: string): void {
    const isStart = this.#mode !== 'name'
    this.#at += word.length
    const isEnd = this.#at === this.#text.length
    if (isEnd || !isStart) this.#mode = 'name'
    else this.#mode = keywords.has(word) ? 'after' : 'value'
  }

  #sign(rest: string): void {
    const sign = rest.charAt(0)
    if (rest.startsWith('//') || rest.startsWith('<!--')) this.#enter('line', 2)
    else if (rest.startsWith('/*')) this.#enter('block', 2)
    else if (rest.startsWith('-->')) this.#arrow()
    else if (sign === '/') this.#slash(rest)
    else if (sign === '"') this.#enter('double', 1)
    else if (sign === "'") this.#enter('single', 1)
    else if (sign === '`') this.#enter('template', 1)
    else if (sign === '{' || sign === '}') this.#brace(sign)
    else if (rest.startsWith('++') || rest.startsWith('--')) this.#enter('either', 2)
    else if (rest.startsWith('...')) this.#enter('after', 3)
    else if (sign === '.' || sign === '#' || sign === '@') this.#enter('name', 1)
    else this.#enter(sign === ')' || sign === ']' ? 'either' : 'after', 1)
  }

  #enter(mode: Mode, length: number): void {
    this.#mode = mode
    this.#at += length
  }

  /** `-->` is a comment at the start of a line, and two operators elsewhere. */
  #arrow(): void {
    const line = this.#text.slice(0, this.#at).split('\n').at(-1) ?? ''
    if (line.trim() !== '') this.#enter('after', 3)
    else this.#enter(this.#text.slice(0, this.#at).includes('\n') ? 'line' : 'unknown', 3)
  }

  /** A division, or the start of a regular expression; behind `)` and `}` only the rest of the line can tell. */
  #slash(rest: string): void {
    if (this.#mode === 'after') this.#enter('regex', 1)
    else if (this.#mode === 'value') this.#enter('after', 1)
    else {
      const line = /^\/([^\n]*)\n/.exec(rest)
      this.#enter(line !== null && !line[1]?.includes('/') ? 'after' : 'unknown', 1)
    }
  }

  #brace(sign: string): void {
    const top = this.#stack.length - 1
    const open = this.#stack[top]
    if (open === undefined) this.#enter(sign === '{' ? 'after' : 'either', 1)
    else if (sign === '{') {
      this.#stack[top] = open + 1
      this.#enter('after', 1)
    } else if (open > 0) {
      this.#stack[top] = open - 1
      this.#enter('either', 1)
    } else {
      this.#stack.pop()
      this.#enter('template', 1)
    }
  }

  /** In something that ends with a sign of its own. */
  #inside(): void {
    const character = this.#text.charAt(this.#at)
    const isBreak = /[\n\r\u2028\u2029]/.test(character)
    switch (this.#mode) {
      case 'line':
        this.#enter(isBreak ? 'either' : 'line', 1)
        return
      case 'block':
        if (this.#text.startsWith('*/', this.#at)) this.#enter('either', 2)
        else this.#enter('block', 1)
        return
      case 'template':
        this.#template(character)
        return
      default:
        if (isBreak && character !== '\u2028' && character !== '\u2029') this.#mode = 'unknown'
        else if (character === '\\') this.#at += this.#text.startsWith('\r\n', this.#at + 1) ? 3 : 2
        else this.#quoted(character)
    }
  }

  #template(character: string): void {
    if (character === '\\') this.#at += 2
    else if (character === '`') this.#enter('value', 1)
    else if (this.#text.startsWith('${', this.#at)) {
      this.#stack.push(0)
      this.#enter('after', 2)
    } else this.#at++
  }

  #quoted(character: string): void {
    this.#at++
    if (this.#mode === 'double' && character === '"') this.#mode = 'value'
    else if (this.#mode === 'single' && character === "'") this.#mode = 'value'
    else if (this.#mode === 'regex' && character === '[') this.#mode = 'class'
    else if (this.#mode === 'class' && character === ']') this.#mode = 'regex'
    else if (this.#mode === 'regex' && character === '/') this.#mode = 'value'
  }
}
