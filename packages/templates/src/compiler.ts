/**
 * Compiles a syntax tree to JavaScript: one function for the template, one for each block. They add to a string.
 *
 *     (rt, at) => { function root(ctx) {…}  const B = { block(ctx) {…} }; return { root, blocks: B } }
 */

import { escapeText } from '@dewar/markup'
import type { Node, Signature, Target } from './ast.ts'
import { CodeWriter, type CompileOptions } from './code.ts'
import { callCode, describe, expression, filterCode, quote } from './code-expressions.ts'
import { importCode, includeCode, localsCode, macroShape, refuseTwins, transCode } from './code-parts.ts'
import { TemplateError } from './errors.ts'
import { type HtmlState, isSamePlace, textState } from './html-state.ts'
import { authorTexts, isAuthors } from './place.ts'
import { assignedNames, FunctionScope, findNodes, Scope, targetNames, usesName } from './scope.ts'
import { TagWriter } from './tag-writer.ts'
import { textOf } from './values.ts'

/** A template as JavaScript. */
export interface CompiledCode {
  code: string
  /** Where its blocks stand in the HTML. */
  places: ReadonlyMap<string, HtmlState>
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

class Compiler {
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
    const above = parent === undefined ? null : this.#placesAbove(parent)
    if (hasParent) writer.guard = 'dynamic'
    const ending = hasParent ? 'return P===null?o:o+rt.runParent(ctx,P);' : 'return o;'
    for (const [name, place] of above ?? []) this.#places.set(name, place)
    const rootCode = this.#contextFunction(root, true, `${hasParent ? 'let P=null;' : ''}`, ending)
    this.#isRoot = false
    writer.guard = 'none'
    const blocks = findNodes(root, 'Block')
    refuseTwins(blocks, writer)
    const blockCode = blocks.map((block) => {
      writer.block = block.name.value
      writer.escaped = String(writer.options.autoescape)
      const code = block.required
        ? `(ctx)=>rt.requiredBlock(${quote(block.name.value)})`
        : this.#blockFunction(block)
      return `[${quote(block.name.value)}]:${code}`
    })
    const code = [writer.hoistedCode(), `const B={__proto__:null,${blockCode.join(',\n')}};`]
    return {
      code: `"use strict";\n${code.join('\n')}\nreturn {root:${rootCode},blocks:B};`,
      places: this.#places,
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
      this.#statements(body, scope)
      writer.flush()
    })
    const head = Array.from(fn.free, ([name, variable]) => `const ${variable}=ctx.get(${quote(name)});`)
    for (const state of fn.states) head.push(`const ${state}=rt.state(ctx,${state === 'S1'});`)
    if (fn.temporaries.length > 0) head.push(`let ${fn.temporaries.join(',')};`)
    return `(ctx)=>{let L=0,o='';${before}try{\n${head.join('\n')}\n${code}\n${ending}}catch(e){throw at(e,L)}}`
  }

  /** A function inside another; `build` writes its body. */
  #innerFunction(
    parameters: string,
    scope: Scope,
    isTrusted: boolean,
    build: (inner: Scope) => void,
  ): string {
    const fn = new FunctionScope(scope.function)
    const inner = new Scope(scope, fn)
    const writer = this.#writer
    const buffer = writer.fresh('o')
    const code = writer.collect(() => writer.into(buffer, () => build(inner)))
    const temporaries = fn.temporaries.length > 0 ? `let ${fn.temporaries.join(',')};` : ''
    const result = `return rt.asHtml(${buffer},${writer.escaped},${isTrusted});`
    return `(${parameters})=>{let L=0,${buffer}='';${temporaries}try{\n${code}\n${result}}catch(e){throw at(e,L)}}`
  }

  #statements(body: Node, scope: Scope): void {
    if (body.typename === 'NodeList' || body.typename === 'Root') {
      for (const [index, child] of body.children.entries()) {
        this.#statement(child, scope, body.children[index + 1])
      }
    } else this.#statement(body, scope)
  }

  /** A body with a scope of its own: what it sets ends with it. */
  #scoped(body: Node, scope: Scope, prepare?: (inner: Scope) => void): void {
    const writer = this.#writer
    const inner = new Scope(scope, scope.function)
    writer.line('{')
    prepare?.(inner)
    this.#declare(body, scope, inner)
    this.#statements(body, inner)
    writer.line('}')
  }

  /** Variables for what a body sets; they start with what the names hold outside. */
  #declare(body: Node, outer: Scope, inner: Scope): void {
    for (const name of assignedNames(body)) {
      if (inner.names.has(name)) continue
      const value = this.#writer.name({ typename: 'Symbol', value: name, lineno: 0, colno: 0 }, outer)
      const variable = this.#writer.fresh('v')
      this.#writer.line(`let ${variable}=${value};`)
      inner.names.set(name, variable)
    }
  }

  #statement(node: Node, scope: Scope, following?: Node): void {
    const writer = this.#writer
    switch (node.typename) {
      case 'Output':
        this.#output(node, scope, following)
        break
      case 'If':
        this.#if(node, scope)
        break
      case 'For':
        this.#for(node, scope)
        break
      case 'Set':
        this.#set(node, scope)
        break
      case 'With':
        this.#with(node, scope)
        break
      case 'Macro': {
        writer.at(node)
        const code = this.#macro(node.name.value, node.signature, node.body, scope)
        this.#assign(node.name, code, scope)
        break
      }
      case 'CallBlock': {
        writer.at(node)
        const caller = this.#macro('caller', node.signature, node.body, scope)
        const code = callCode(node.call, scope, writer, [`["caller"]:${caller}`])
        writer.output(code, false, (value) => this.#tags.escape(value, ''))
        this.#tags.output()
        break
      }
      case 'Capture': {
        const text = this.#capture(node.body, scope, this.#tags.state, true)
        this.#tags.output()
        writer.output(filterCode(node.filter, text, scope, writer))
        break
      }
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
        this.#import(node, scope)
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
        writer.output(transCode(node, scope, writer), false, (value) => this.#tags.escape(value, ''))
        this.#tags.output()
        break
      default:
        throw new TypeError(`'${node.typename}' is no statement.`)
    }
  }

  #output(node: Node<'Output'>, scope: Scope, following?: Node): void {
    const writer = this.#writer
    for (const child of node.children) {
      if (child.typename === 'TemplateData') {
        this.#tags.text(child, scope)
        continue
      }
      const texts = authorTexts(child)
      if (child.typename === 'Literal' && (writer.escaped === 'true' || writer.escaped === 'false')) {
        const text = textOf(child.value)
        writer.text(writer.escaped === 'true' ? escapeText(text) : text)
      } else if (texts !== null) {
        writer.output(writer.used(child, scope))
      } else {
        writer.at(node)
        const next = following?.typename === 'Output' ? following.children[0] : undefined
        const text = next?.typename === 'TemplateData' ? next.value : ''
        writer.isInBlockPlace = isSamePlace(this.#tags.state, this.#blockPlace)
        writer.output(writer.used(child, scope), false, (code) => this.#tags.escape(code, text))
      }
      if (texts === null) this.#tags.output()
      else this.#tags.authorTexts(child, texts)
    }
  }

  #if(node: Node<'If'>, scope: Scope): void {
    const writer = this.#writer
    writer.at(node)
    this.#ifDepth++
    writer.conditionally(() => {
      writer.line(`if(rt.truthy(${writer.used(node.cond, scope)})){`)
      const otherwise = (): void => {
        writer.line('}else{')
        writer.forgetLine()
        if (node.else_ !== null) this.#statements(node.else_, scope)
      }
      this.#tags.branches(node, [() => this.#statements(node.body, scope), otherwise])
      writer.line('}')
      writer.forgetLine()
    })
    this.#ifDepth--
  }

  #for(node: Node<'For'>, scope: Scope): void {
    const writer = this.#writer
    writer.at(node)
    const items = `rt.items(${writer.used(node.arr, scope)},${quote(describe(node.arr))})`
    this.#ifDepth++
    if (!node.recursive) {
      const list = writer.fresh('a')
      writer.line(`const ${list}=${items};`)
      this.#loop(node, scope, list, '0', null)
    } else {
      const name = writer.fresh('r')
      const list = writer.fresh('a')
      const depth = writer.fresh('d')
      const code = this.#innerFunction(`${list},${depth}`, scope, true, (inner) => {
        this.#loop(node, inner, list, depth, name)
      })
      writer.line(`const ${name}=${code};`)
      writer.output(`${name}(${items},0)`, true)
    }
    this.#ifDepth--
    writer.forgetLine()
  }

  #loop(node: Node<'For'>, scope: Scope, list: string, depth: string, recursion: string | null): void {
    const writer = this.#writer
    const items = node.test === null ? list : this.#filtered(node, node.test, scope, list)
    const inner = new Scope(scope, scope.function)
    inner.recursion = recursion
    const index = writer.fresh('i')
    inner.counter = { index, items }
    const loop = usesName(node.body, 'loop') ? writer.fresh('p') : null
    if (loop !== null) {
      writer.line(`const ${loop}=rt.loop(${items},${depth});`)
      inner.names.set('loop', loop)
    }
    writer.line(`for(let ${index}=0;${index}<${items}.length;${index}++){`)
    writer.forgetLine()
    if (loop !== null) writer.line(`${loop}.index0=${index};`)
    this.#bind(node.name, `${items}[${index}]`, inner)
    this.#declare(node.body, scope, inner)
    const otherwise = (): void => {
      writer.line('}')
      writer.forgetLine()
      if (node.else_ === null) return
      writer.line(`if(${items}.length===0){`)
      this.#scoped(node.else_, scope)
      writer.line('}')
    }
    this.#tags.branches(node, [() => this.#statements(node.body, inner), otherwise])
  }

  #filtered(node: Node<'For'>, test: Node, scope: Scope, list: string): string {
    const writer = this.#writer
    const [kept, item] = [writer.fresh('a'), writer.fresh('x')]
    const inner = new Scope(scope, scope.function)
    writer.line(`const ${kept}=[];for(const ${item} of ${list}){`)
    this.#bind(node.name, item, inner)
    writer.line(`if(rt.truthy(${writer.used(test, inner)}))${kept}.push(${item});}`)
    return kept
  }

  /** Declares the variables of a target in a scope and gives them a value. */
  #bind(target: Target, value: string, scope: Scope): void {
    for (const name of targetNames(target)) {
      const variable = this.#writer.fresh('v')
      scope.names.set(name, variable)
      this.#writer.line(`let ${variable};`)
    }
    this.#assign(target, value, scope)
  }

  #assign(target: Target, value: string, scope: Scope): void {
    const writer = this.#writer
    if (target.typename === 'Symbol') {
      const holder = scope.holder(target.value)
      writer.line(`${holder?.names.get(target.value)}=${value};`)
      if (holder?.isTop === true) {
        writer.line(`ctx.set(${quote(target.value)},${holder.names.get(target.value)},true);`)
      }
    } else if (target.typename === 'LookupVal') {
      const object = expression(target.target, scope, writer)
      const name = target.val.typename === 'Literal' ? String(target.val.value) : ''
      writer.line(`rt.setAttribute(${object},${quote(name)},${value});`)
    } else {
      const parts = writer.fresh('u')
      writer.line(`const ${parts}=rt.unpack(${value},${target.children.length});`)
      for (const [index, child] of target.children.entries())
        this.#assign(child as Target, `${parts}[${index}]`, scope)
    }
  }

  #set(node: Node<'Set'>, scope: Scope): void {
    const writer = this.#writer
    writer.at(node)
    if (node.value !== null) {
      this.#assign(node.target, expression(node.value, scope, writer), scope)
      return
    }
    const text = this.#capture(node.body ?? node, scope)
    const value = node.filter === null ? text : filterCode(node.filter, text, scope, writer)
    this.#assign(node.target, value, scope)
  }

  /** The output of a body, as an expression. */
  #capture(body: Node, scope: Scope, place = textState, isTrusted = isAuthors(body)): string {
    const writer = this.#writer
    const buffer = writer.fresh('o')
    writer.line(`let ${buffer}='';`)
    writer.into(buffer, () => this.#tags.apart(body, place, () => this.#scoped(body, scope)))
    return `rt.asHtml(${buffer},${writer.escaped},${isTrusted})`
  }

  #with(node: Node<'With'>, scope: Scope): void {
    const writer = this.#writer
    writer.at(node)
    this.#scoped(node.body, scope, (inner) => {
      const values = node.pairs.map(({ value }) => {
        const variable = writer.fresh('w')
        writer.line(`const ${variable}=${expression(value, scope, writer)};`)
        return variable
      })
      for (const [index, { target }] of node.pairs.entries())
        this.#bind(target, values[index] ?? 'undefined', inner)
    })
  }

  #macro(name: string, signature: Signature, body: Node, scope: Scope): string {
    const { parameters } = signature
    const shape = macroShape(name, signature, body)
    const writer = this.#writer
    const code = this.#innerFunction('a,varargs,kwargs,caller', scope, isAuthors(body), (inner) => {
      for (const word of ['varargs', 'kwargs', 'caller'] as const)
        if (shape[word]) inner.names.set(word, word)
      for (const [index, parameter] of parameters.entries()) {
        const variable = writer.fresh('v')
        writer.line(`let ${variable}=a[${index}];`)
        const otherwise = parameter.value === null ? 'undefined' : expression(parameter.value, inner, writer)
        writer.line(`if(${variable}===rt.missing)${variable}=${otherwise};`)
        inner.names.set(parameter.name, variable)
      }
      this.#declare(body, scope, inner)
      this.#tags.apart(body, textState, () => this.#statements(body, inner))
    })
    return `rt.macro(${JSON.stringify(shape)},${code})`
  }

  #block(node: Node<'Block'>, scope: Scope): void {
    const writer = this.#writer
    writer.at(node)
    if (!this.#places.has(node.name.value)) this.#places.set(node.name.value, this.#tags.state)
    this.#tags.block()
    const context = node.scoped ? `ctx.with(${localsCode(scope, true)})` : 'ctx'
    writer.output(`rt.block(${context},${quote(node.name.value)})`, true)
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
      `P=rt.parent(ctx,${expression(node.template, scope, writer)},${quote(writer.options.name)},${what});`,
    )
    if (this.#ifDepth === 0) writer.guard = 'drop'
  }

  #include(node: Node<'Include'>, scope: Scope): void {
    const writer = this.#writer
    writer.at(node)
    this.#tags.output()
    writer.output(includeCode(node, scope, writer), true)
  }

  #import(node: Node<'Import'> | Node<'FromImport'>, scope: Scope): void {
    const writer = this.#writer
    writer.at(node)
    const code = importCode(node, scope, writer)
    const assign = (name: string, value: string): void => {
      const variable = scope.holder(name)?.names.get(name)
      writer.line(`${variable}=${value};`)
      if (scope.holder(name)?.isTop === true) writer.line(`ctx.set(${quote(name)},${variable},false);`)
    }
    if (node.typename === 'Import') {
      assign(node.target, code)
      return
    }
    const module = writer.fresh('m')
    writer.line(`const ${module}=${code};`)
    for (const { name, alias } of node.names) assign(alias, `${module}[${quote(name)}]`)
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
    this.#scoped(node.body, scope)
    writer.escaped = before
  }
}
