/**
 * Compiles a syntax tree to JavaScript: one function for the template, one for each block. They add to a string.
 *
 *     (rt, at) => { function root(ctx) {…}  const B = { block(ctx) {…} }; return { root, blocks: B } }
 */

import { escapeText } from '@dewar/markup'
import type { Node } from './ast.ts'
import { CodeWriter, type CompileOptions } from './code.ts'
import { callCode, describe, expression, quote } from './code-expressions.ts'
import { includeCode, localsCode, refuseTwins, transCode, writeImport } from './code-parts.ts'
import { assign, compileFilterBlock, compileSet, compileWith } from './compile-assign.ts'
import { compileFor } from './compile-loop.ts'
import { macroCode } from './compile-macro.ts'
import { placedCode, startCode } from './compile-output.ts'
import { TemplateError } from './errors.ts'
import { merge } from './html-merge.ts'
import { describeState, type HtmlState, partStart, placeKey, textState } from './html-state.ts'
import type { CompileNote } from './notes.ts'
import { authorHtml, authorTexts, isSuper, macroPlace } from './place.ts'
import { positionOf } from './position.ts'
import { assignedNames, FunctionScope, findNodes, Scope } from './scope.ts'
import { firstText } from './state-walk.ts'
import { TagWriter } from './tag-writer.ts'
import type { TrustedPlace } from './trusted.ts'
import { textOf } from './values.ts'

/** A template as JavaScript. */
export interface CompiledCode {
  code: string
  /** Where its blocks stand in the HTML. */
  places: ReadonlyMap<string, HtmlState>
  /** Whether it ends in the place it starts in, so that it can be included. */
  isWhole: boolean
  notes: readonly CompileNote[]
  /** The names it reads from the context. */
  names: ReadonlySet<string>
}

/**
 * Compiles a template.
 *
 * @param root its syntax tree
 * @param options what to know about its environment
 * @returns the body of a function of `rt` and `at` that gives `{ root, blocks }`, and what templates that extend it need
 * @throws {TemplateError} `ERR_TEMPLATES_NAME` for an unknown filter or test, or two blocks of one name
 */
export function compileTemplate(root: Node<'Root'>, options: CompileOptions): CompiledCode {
  return new Compiler(options).template(root)
}

/** Writes the code of a template. One for each. */
export class Compiler {
  readonly #writer: CodeWriter
  readonly #tags: TagWriter
  readonly #places = new Map<string, HtmlState>()
  #blockPlace = textState
  #isRoot = true
  #ifDepth = 0

  constructor(options: CompileOptions) {
    this.#writer = new CodeWriter(options)
    this.#tags = new TagWriter(this.#writer, options.tags)
  }

  template(root: Node<'Root'>): CompiledCode {
    const writer = this.#writer
    const [parent] = findNodes(root, 'Extends')
    const hasParent = parent !== undefined
    const { start, places } = writer.options
    const above = places ?? (parent === undefined ? null : this.#placesAbove(parent))
    if (hasParent) writer.guard = 'dynamic'
    const run = `${writer.wait}rt.runParent(ctx,P)`
    const ending = hasParent
      ? `if(P===null)return o;${writer.options.isAsync ? 'o=await rt.sink(ctx,o);' : ''}return o+${run};`
      : 'return o;'
    for (const [name, place] of above ?? []) this.#places.set(name, place)
    this.#tags.start(start)
    const rootCode = this.#contextFunction(root, true, `${hasParent ? 'let P=null;' : ''}`, ending)
    const end = this.#tags.state
    const isWhole =
      hasParent ||
      (merge(start, end) !== null && (end.place !== 'text' || end.less === '' || end.less === start.less))
    this.#isRoot = false
    writer.guard = 'none'
    const blocks = findNodes(root, 'Block')
    refuseTwins(blocks, writer)
    const blockCode = blocks.map((block) => {
      writer.block = block.name.value
      writer.escaped = String(writer.options.autoescape)
      const code = block.required
        ? `${writer.waiting}(ctx)=>rt.requiredBlock(${quote(block.name.value)})`
        : this.#blockFunction(block)
      return `[${quote(block.name.value)}]:${code}`
    })
    const code = [
      'const gp=rt.prototypeOf,OP=rt.plain;',
      writer.hoistedCode(),
      `const B={__proto__:null,${blockCode.join(',\n')}};`,
    ]
    return {
      code: `"use strict";\n${code.join('\n')}\nreturn {root:${rootCode},blocks:B};`,
      places: this.#places,
      isWhole,
      notes: writer.notes,
      names: writer.names,
    }
  }

  #placesAbove({ template }: Node<'Extends'>): ReadonlyMap<string, HtmlState> | null {
    if (template.typename !== 'Literal' || typeof template.value !== 'string') return null
    return this.#writer.options.placesOf(template.value)
  }

  #blockFunction(block: Node<'Block'>): string {
    let code = ''
    this.#blockPlace = this.#places.get(block.name.value) ?? textState
    this.#tags.apart(block, this.#blockPlace, () => {
      code = this.#contextFunction(block.body, false, '', 'return o;')
    })
    return code
  }

  /** A function that reads its names from the context. */
  #contextFunction(body: Node, isTop: boolean, before: string, ending: string): string {
    const fn = new FunctionScope(null)
    const scope = new Scope(null, fn, isTop)
    const writer = this.#writer
    const code = writer.collect(() => {
      for (const name of assignedNames(body)) {
        const variable = writer.fresh('v')
        scope.names.set(name, variable)
        writer.line(`let ${variable}=ctx.get(${quote(name)});`)
      }
      this.statements(body, scope)
      writer.flush()
    })
    const head = Array.from(fn.free, ([name, variable]) => `const ${variable}=ctx.get(${quote(name)});`)
    for (const state of fn.states) head.push(`const ${state}=rt.state(ctx,${state === 'S1'});`)
    if (fn.temporaries.length > 0) head.push(`let ${fn.temporaries.join(',')};`)
    return `${writer.waiting}(ctx)=>{let L=${positionOf({ lineno: 0, colno: 0 })},o='',os=-1,oe=-1;${before}try{\n${head.join('\n')}\n${code}\n${ending}}catch(e){throw at(e,L)}}`
  }

  /** A function inside another; `build` writes its body, and `made` says for which place. */
  innerFunction(
    parameters: string,
    scope: Scope,
    made: TrustedPlace | null,
    build: (inner: Scope) => void,
  ): string {
    const fn = new FunctionScope(scope.function)
    const inner = new Scope(scope, fn)
    const writer = this.#writer
    const { position } = writer
    const buffer = writer.fresh('o')
    const code = writer.collect(() => writer.into(buffer, () => build(inner)))
    const temporaries = fn.temporaries.length > 0 ? `let ${fn.temporaries.join(',')};` : ''
    const result = `return rt.asHtml(${buffer},${writer.escaped},${JSON.stringify(made)});`
    const start = `let L=${position},${buffer}='',${buffer}s=-1,${buffer}e=-1;${temporaries}`
    return `${writer.waiting}(${parameters})=>{${start}try{\n${code}\n${result}}catch(e){throw at(e,L)}}`
  }

  /** Statements; `after` is the text that follows them at once, if that is known. */
  statements(body: Node, scope: Scope, after = ''): void {
    if (body.typename === 'NodeList' || body.typename === 'Root') {
      for (const [index, child] of body.children.entries()) {
        const following = body.children[index + 1]
        this.#statement(child, scope, following === undefined ? after : firstText(following), following)
      }
    } else this.#statement(body, scope, after)
  }

  /** A body with a scope of its own: what it sets ends with it. */
  scoped(body: Node, scope: Scope, prepare?: (inner: Scope) => void): void {
    const writer = this.#writer
    const inner = new Scope(scope, scope.function)
    writer.line('{')
    prepare?.(inner)
    this.declare(body, scope, inner)
    this.statements(body, inner)
    writer.line('}')
  }

  /** Variables for what a body sets; they start with what the names hold outside. */
  declare(body: Node, outer: Scope, inner: Scope): void {
    for (const name of assignedNames(body)) {
      if (inner.names.has(name)) continue
      const value = this.#writer.name({ typename: 'Symbol', value: name, lineno: 0, colno: 0 }, outer)
      const variable = this.#writer.fresh('v')
      this.#writer.line(`let ${variable}=${value};`)
      inner.names.set(name, variable)
    }
  }

  #statement(node: Node, scope: Scope, after: string, following?: Node): void {
    const writer = this.#writer
    switch (node.typename) {
      case 'Output':
        this.#output(node, scope, after, following)
        break
      case 'If':
        this.#if(node, scope, after)
        break
      case 'For':
        this.#ifDepth++
        compileFor(node, scope, this)
        this.#ifDepth--
        break
      case 'Set':
        compileSet(node, scope, this)
        break
      case 'With':
        compileWith(node, scope, this)
        break
      case 'Macro': {
        writer.at(node)
        const code = macroCode(node.name.value, node, scope, this)
        assign(node.name, code, scope, writer)
        break
      }
      case 'CallBlock': {
        writer.at(node)
        const extra = [`["caller"]:${macroCode('caller', node, scope, this)}`]
        const code = callCode(node.call, scope, writer, { extra, place: macroPlace(this.#tags.state) })
        writer.output(code, false, (value) => this.#tags.escape({ value, node: null, next: '', after: '' }))
        this.#tags.output()
        break
      }
      case 'Capture':
        compileFilterBlock(node, scope, this)
        break
      default:
        this.#otherStatement(node, scope)
    }
  }

  /** What refers to other templates, and what is a line or two. */
  #otherStatement(node: Node, scope: Scope): void {
    const writer = this.#writer
    switch (node.typename) {
      case 'Block':
        this.#block(node, scope)
        break
      case 'Extends':
        this.#extends(node, scope)
        break
      case 'Include':
        this.#include(node, scope)
        break
      case 'Import':
      case 'FromImport':
        writeImport(node, scope, writer)
        break
      case 'Autoescape':
        this.#autoescape(node, scope)
        break
      case 'Do':
        writer.at(node)
        writer.line(`${expression(node.value, scope, writer)};`)
        break
      case 'Break':
        writer.line('break;')
        break
      case 'Continue':
        writer.line('continue;')
        break
      case 'Trans':
        writer.at(node)
        writer.output(transCode(node, scope, writer), false, (value) =>
          this.#tags.escape({ value, node: null, next: '', after: '' }),
        )
        this.#tags.output()
        break
      default:
        throw new TypeError(`'${node.typename}' is no statement.`)
    }
  }

  #output(node: Node<'Output'>, scope: Scope, after: string, following?: Node): void {
    const writer = this.#writer
    for (const child of node.children) {
      const written = authorHtml(child)
      if (written !== null && (child.typename === 'TemplateData' || !writer.options.isUsers)) {
        this.#tags.text(written, scope)
        continue
      }
      const texts = authorTexts(child)
      if (child.typename === 'Literal' && (writer.escaped === 'true' || writer.escaped === 'false')) {
        const text = textOf(child.value)
        writer.text(writer.escaped === 'true' ? escapeText(text) : text)
      } else if (texts !== null) {
        writer.at(node)
        writer.output(writer.used(child, scope))
      } else this.#value(child, node, scope, after, following)
      if (texts === null) this.#tags.output()
      else this.#tags.authorTexts(child, texts, after)
    }
  }

  /** An output that is not its author's text. */
  #value(child: Node, at: Node, scope: Scope, after: string, following: Node | undefined): void {
    const writer = this.#writer
    writer.at(at)
    writer.step()
    this.#tags.checkBare(child)
    this.#tags.checkInner(child)
    const next = following === undefined ? '' : firstText(following)
    this.#tags.checkName(child, next)
    writer.isInBlockPlace =
      isSuper(child) && placeKey(partStart(this.#tags.state)) === placeKey(this.#blockPlace)
    const value = placedCode(child, scope, this)
    writer.isInBlockPlace = false
    const place = describeState(this.#tags.state)
    let escaper = 'none'
    writer.output(value, false, (code) => {
      const escaped = this.#tags.escape({ value: code, node: child, next, after })
      escaper = /^rt\.(\w+)/.exec(escaped)?.[1] ?? ''
      return escaped
    })
    writer.note(child, 'output', place, escaper)
  }

  #if(node: Node<'If'>, scope: Scope, after: string): void {
    const writer = this.#writer
    writer.at(node)
    this.#ifDepth++
    writer.conditionally(() => {
      writer.line(`if(rt.truthy(${writer.used(node.cond, scope)})){`)
      const otherwise = (): void => {
        writer.line('}else{')
        writer.forgetLine()
        if (node.else_ !== null) this.statements(node.else_, scope, after)
      }
      this.#tags.branches(node, [() => this.statements(node.body, scope, after), otherwise], after)
      writer.line('}')
      writer.forgetLine()
    })
    this.#ifDepth--
  }

  #block(node: Node<'Block'>, scope: Scope): void {
    const writer = this.#writer
    writer.at(node)
    const name = node.name.value
    if (!this.#places.has(name)) this.#places.set(name, partStart(this.#tags.state))
    this.#tags.block(node)
    const context = node.scoped ? `ctx.with(${localsCode(scope, true)})` : 'ctx'
    this.flushStream()
    writer.output(`${writer.wait}rt.block(${context},${quote(name)},${writer.buffer === 'o'})`, true)
  }

  #extends(node: Node<'Extends'>, scope: Scope): void {
    const writer = this.#writer
    if (!this.#isRoot) {
      throw new TemplateError('ERR_TEMPLATES_SYNTAX', "'extends' cannot stand in a block.", {
        fix: 'Put it at the start of the template.',
        place: writer.place(node),
        source: writer.source,
      })
    }
    writer.at(node)
    const what = quote(describe(node.template))
    writer.line(`if(P!==null)rt.twoParents();`)
    writer.line(
      `P=rt.parent(ctx,${expression(node.template, scope, writer)},${quote(writer.options.name)},${what},${startCode(writer)});`,
    )
    if (this.#ifDepth === 0) writer.guard = 'drop'
  }

  #include(node: Node<'Include'>, scope: Scope): void {
    const writer = this.#writer
    writer.at(node)
    const { state } = this.#tags
    if (state.place === 'tag' && state.part === 'name') {
      this.#tags.refuse(node, 'A template cannot be included in the name of a tag.', 'Include whole tags.')
    }
    const start = partStart(state)
    const isText = placeKey(start) === 'text' || !writer.options.tags.contextual
    this.#tags.part(node)
    this.flushStream()
    writer.output(includeCode(node, scope, writer, isText ? null : start), true)
  }

  /** Hands on what is written so far, in code that streams. */
  flushStream(): void {
    const writer = this.#writer
    if (!writer.options.isAsync || writer.buffer !== 'o' || this.#tags.state.place !== 'text') return
    writer.line(writer.guarded('if(os<0)o=await rt.sink(ctx,o);'))
  }

  get writer(): CodeWriter {
    return this.#writer
  }

  get tags(): TagWriter {
    return this.#tags
  }

  #autoescape(node: Node<'Autoescape'>, scope: Scope): void {
    const writer = this.#writer
    const before = writer.escaped
    writer.flush()
    if (node.value.typename === 'Literal') writer.escaped = String(Boolean(node.value.value))
    else {
      const variable = writer.fresh('e')
      writer.line(`const ${variable}=rt.truthy(${writer.used(node.value, scope)});`)
      writer.escaped = variable
    }
    this.scoped(node.body, scope)
    writer.escaped = before
  }
}
