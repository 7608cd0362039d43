/** `set`, `with` and `filter` blocks: names that get values, and bodies whose output is a value. */
import type { Node, Target } from './ast.ts'
import type { CodeWriter } from './code.ts'
import { expression, filterCode, quote } from './code-expressions.ts'
import { keepsAll } from './compile-output.ts'
import type { Compiler } from './compiler.ts'
import { partStart, textState } from './html-state.ts'
import { isAuthors, macroPlace } from './place.ts'
import { type Scope, targetNames } from './scope.ts'
import type { TrustedPlace } from './trusted.ts'

/** `filter`: a body that goes through a filter. */
export function compileFilterBlock(node: Node<'Capture'>, scope: Scope, compiler: Compiler): void {
  const { writer, tags } = compiler
  writer.at(node)
  const { state } = tags
  const place = macroPlace(state)
  const isFilterSafe = place === null || isAuthors(node.body) || keepsAll(node.filter)
  if (!isFilterSafe) {
    const message = `The filter '${node.filter.name.value}' may undo what was escaped for a script, a style or a tag.`
    tags.refuse(node, message, 'Put the filter on the values.')
  }
  const text = capture(node.body, scope, compiler, partStart(state), 'any')
  tags.part(node)
  writer.output(filterCode(node.filter, text, scope, writer))
}

/** Declares the variables of a target in a scope and gives them a value. */
export function bind(target: Target, value: string, scope: Scope, writer: CodeWriter): void {
  for (const name of targetNames(target)) {
    const variable = writer.fresh('v')
    scope.names.set(name, variable)
    writer.line(`let ${variable};`)
  }
  assign(target, value, scope, writer)
}

/** Gives a target, whose variables are declared, a value. */
export function assign(target: Target, value: string, scope: Scope, writer: CodeWriter): void {
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
      assign(child as Target, `${parts}[${index}]`, scope, writer)
  }
}

/** `set`, of a value and of a block. */
export function compileSet(node: Node<'Set'>, scope: Scope, compiler: Compiler): void {
  const { writer } = compiler
  writer.at(node)
  if (node.value !== null) {
    assign(node.target, expression(node.value, scope, writer), scope, writer)
    return
  }
  const text = capture(node.body ?? node, scope, compiler)
  const value = node.filter === null ? text : filterCode(node.filter, text, scope, writer)
  assign(node.target, value, scope, writer)
}

/** The output of a body, as an expression. */
function capture(
  body: Node,
  scope: Scope,
  compiler: Compiler,
  place = textState,
  made: TrustedPlace | null = isAuthors(body) ? 'any' : null,
): string {
  const { writer, tags } = compiler
  const buffer = writer.fresh('o')
  writer.line(`let ${buffer}='',${buffer}s=-1,${buffer}e=-1;`)
  writer.into(buffer, () => tags.apart(body, place, () => compiler.scoped(body, scope)))
  return `rt.asHtml(${buffer},${writer.escaped},${JSON.stringify(made)})`
}

/** `with`: names for a body. */
export function compileWith(node: Node<'With'>, scope: Scope, compiler: Compiler): void {
  const { writer } = compiler
  writer.at(node)
  compiler.scoped(node.body, scope, (inner) => {
    const values = node.pairs.map(({ value }) => {
      const variable = writer.fresh('w')
      writer.line(`const ${variable}=${expression(value, scope, writer)};`)
      return variable
    })
    for (const [index, { target }] of node.pairs.entries())
      bind(target, values[index] ?? 'undefined', inner, writer)
  })
}
