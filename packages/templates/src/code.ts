/** What writes the generated code: lines, fresh names, the text that is due, and the mode of escaping. */
import type { Node } from './ast.ts'
import { describe, expression, quote } from './code-expressions.ts'
import { TemplateError, type TemplatePlace } from './errors.ts'
import type { HtmlState } from './html-state.ts'
import type { CompileNote } from './notes.ts'
import type { Position } from './nunjucks.ts'
import { positionOf } from './position.ts'
import type { FunctionScope, Scope } from './scope.ts'
import type { TagOptions } from './tag-writer.ts'

/** What the compiler must know of the environment. */
export interface CompileOptions {
  name: string
  source: string
  /** Whether output is escaped where the template starts. */
  autoescape: boolean
  /** Where it starts in the HTML: included templates may start anywhere. */
  start: HtmlState
  /** Where its blocks stand, if a parent chosen while rendering says so; else they stand where `placesOf` says. */
  places: ReadonlyMap<string, HtmlState> | null
  /** Whether functions and filters may give promises, so that the code waits for them. */
  isAsync: boolean
  /** Whether a user wrote it: it counts its steps, and reaches no other template. */
  isUsers: boolean
  strict: boolean
  strictNames: boolean
  /** What is added to tags; nothing where output is not escaped. */
  tags: TagOptions
  /** Where the blocks of a template stand in its HTML; `null` if nobody knows. */
  placesOf(template: string): ReadonlyMap<string, HtmlState> | null
  hasFilter(name: string): boolean
  hasTest(name: string): boolean
  /** Names of filters or tests, for suggestions. */
  suggest(kind: 'filter' | 'test', name: string): string
}

const htmlCode = (value: string): string => `rt.html(${value})`

/** Writes the generated code. */
export class CodeWriter {
  readonly source: string
  readonly options: CompileOptions
  /** The JavaScript that says whether output is escaped here. */
  escaped: string
  /** The variable that output is added to. */
  buffer = 'o'
  /** What to do with output that belongs to a template with a parent. */
  guard: 'none' | 'dynamic' | 'drop' = 'none'
  /** The block being compiled, for `super`. */
  block: string | null = null
  /** Whether `super()` is written where the block stands: what it overrides was escaped for that place. */
  isInBlockPlace = false
  /** How deep this is in macros. */
  macroDepth = 0
  #lines: string[] = []
  #text = ''
  #line = -1
  #count = 0
  #conditions = 0
  /** The names that are read from the context. */
  readonly names = new Set<string>()
  /** What was done, for `explain`. */
  readonly notes: CompileNote[] = []
  readonly #hoisted = new Map<string, string>()

  constructor(options: CompileOptions) {
    this.options = options
    this.source = options.source
    this.escaped = String(options.autoescape)
  }

  /** A name that nothing else in the code has. */
  fresh(kind: string): string {
    this.#count++
    return `${kind}${this.#count}`
  }

  /** Adds a line of code. */
  line(code: string): void {
    this.flush()
    this.#lines.push(code)
  }

  /** Notes the place in the template, for errors. */
  at(node: Node): void {
    const position = positionOf(node)
    if (position === this.#line) return
    this.#line = position
    this.line(`L=${position};`)
  }

  /** The place noted last. */
  get position(): number {
    return Math.max(this.#line, 0)
  }

  /** Forgets the line: the next {@link CodeWriter.at} notes it whatever it is. */
  forgetLine(): void {
    this.flush()
    this.#line = -1
  }

  /** Adds text of the template. */
  text(text: string): void {
    if (!this.#isDropped()) this.#text += text
  }

  /** Adds the value of an expression to the output; `isText` if it needs no escaping. */
  output(code: string, isText = false, escape = htmlCode): void {
    if (this.#isDropped()) return
    let text = code
    if (!isText) {
      if (this.escaped === 'true') text = escape(code)
      else if (this.escaped === 'false') text = `rt.text(${code})`
      else text = `(${this.escaped}?${escape(code)}:rt.text(${code}))`
    }
    this.line(this.guarded(`${this.buffer}+=${text};`))
  }

  /** Writes the text that is due. */
  flush(): void {
    if (this.#text === '') return
    const code = `${this.buffer}+=${quote(this.#text)};`
    this.#text = ''
    this.#lines.push(this.guarded(code))
  }

  /** Runs a function whose lines are collected apart, and gives them. */
  collect(run: () => void): string {
    this.flush()
    const [lines, line] = [this.#lines, this.#line]
    this.#lines = []
    this.#line = -1
    try {
      run()
      this.flush()
      return this.#lines.join('\n')
    } finally {
      this.#text = ''
      this.#lines = lines
      this.#line = line
    }
  }

  /** Runs a function whose output goes to another variable. */
  into(buffer: string, run: () => void): void {
    this.flush()
    const before = this.buffer
    this.buffer = buffer
    try {
      run()
      this.flush()
    } finally {
      this.buffer = before
    }
  }

  /** Runs a function inside a condition: unknown filters and tests are then errors of the rendering only. */
  conditionally<T>(run: () => T): T {
    this.#conditions++
    try {
      return run()
    } finally {
      this.#conditions--
    }
  }

  /** What waits for a promise, in code that does. */
  get wait(): string {
    return this.options.isAsync ? 'await ' : ''
  }

  /** What makes a function one that waits. */
  get waiting(): string {
    return this.options.isAsync ? 'async ' : ''
  }

  /** Counts a step of a user's template. */
  step(): void {
    if (this.options.isUsers) this.line(`rt.step(${this.buffer}.length);`)
  }

  /** The variable for a value between two steps. */
  temporary(scope: Scope): string {
    const name = this.fresh('t')
    scope.function.temporaries.push(name)
    return name
  }

  /** The variable that holds a name. */
  name(node: Node<'Symbol'>, scope: Scope): string {
    const holder = scope.holder(node.value)
    if (holder !== null) return holder.names.get(node.value) ?? 'undefined'
    if (node.value === 'self') return `rt.selfOf(ctx,${this.escaped})`
    if (node.value === 'super' && this.block !== null) {
      return `rt.superOf(ctx,${quote(this.block)},B[${quote(this.block)}],{escaped:${this.escaped},isTrusted:${this.isInBlockPlace}})`
    }
    return this.free(node.value, scope.function)
  }

  /** The variable for what the context has for a name. */
  free(name: string, fn: FunctionScope): string {
    const { free } = fn.outermost
    this.names.add(name)
    const known = free.get(name)
    if (known !== undefined) return known
    const variable = this.fresh('c')
    free.set(name, variable)
    return variable
  }

  /** An expression whose value is needed: a missing one is an error. */
  needed(node: Node, scope: Scope): string {
    const code = expression(node, scope, this)
    return node.typename === 'Symbol' || node.typename === 'LookupVal'
      ? `rt.need(${code},${quote(describe(node))})`
      : code
  }

  /** An expression whose value is used: in strict environments a missing one is an error. */
  used(node: Node, scope: Scope): string {
    return this.options.strict ? this.needed(node, scope) : expression(node, scope, this)
  }

  /** An expression that is printed or looped over: a name that nobody gave may be an error. */
  printed(node: Node, scope: Scope): string {
    const code = this.used(node, scope)
    const { strict, strictNames } = this.options
    const isGiven = node.typename !== 'Symbol' || scope.holder(node.value) !== null
    if (strict || !strictNames || isGiven || node.value === 'self' || node.value === 'super') return code
    return `rt.given(ctx,${code},${quote(node.value)})`
  }

  /** The state that filters and tests are called with. */
  state(scope: Scope): string {
    const { states } = scope.function.outermost
    if (this.escaped === 'true' || this.escaped === 'false') {
      const name = this.escaped === 'true' ? 'S1' : 'S0'
      states.add(name)
      return name
    }
    states.add('S1').add('S0')
    return `(${this.escaped}?S1:S0)`
  }

  /** The variable for a filter or test; `null` for an unknown one inside a condition. */
  hoisted(kind: 'filter' | 'test', name: string, at: Node): string | null {
    const { hasFilter, hasTest, suggest } = this.options
    const isKnown = kind === 'filter' ? hasFilter(name) : hasTest(name)
    if (!isKnown && this.#conditions > 0) return null
    if (!isKnown) {
      throw new TemplateError('ERR_TEMPLATES_NAME', `There is no ${kind} '${name}'.`, {
        fix: suggest(kind, name),
        place: this.place(at),
        source: this.source,
      })
    }
    const key = `${kind}(${quote(name)})`
    const variable = this.#hoisted.get(key) ?? this.fresh('f')
    this.#hoisted.set(key, variable)
    return variable
  }

  /** The declarations of filters and tests. */
  hoistedCode(): string {
    return Array.from(this.#hoisted, ([key, variable]) => `const ${variable}=rt.${key};`).join('\n')
  }

  /** Where a node stands. */
  place(node: Node): TemplatePlace {
    return { template: this.options.name, line: node.lineno + 1, column: node.colno + 1 }
  }

  /** Notes what was done, for `explain`. */
  note(node: Position, kind: CompileNote['kind'], place: string, action: string): void {
    this.notes.push({ line: node.lineno + 1, column: node.colno + 1, kind, place, action })
  }

  #isDropped(): boolean {
    return this.guard === 'drop' && this.buffer === 'o'
  }

  /** Code about output that belongs to a template with a parent: it does nothing once there is one. */
  guarded(code: string): string {
    return this.guard === 'dynamic' && this.buffer === 'o' ? `if(P===null){${code}}` : code
  }
}
