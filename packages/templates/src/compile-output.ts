/** Outputs: what stands where decides how a value is computed, before it is escaped. */
import type { Node } from './ast.ts'
import type { CodeWriter } from './code.ts'
import { callCode } from './code-expressions.ts'
import type { Compiler } from './compiler.ts'
import { placeKey } from './html-state.ts'
import { macroPlace } from './place.ts'
import type { Scope } from './scope.ts'

/** Filters that leave what was escaped for a place escaped. */
const keepsEscapes = new Set(['trim', 'indent', 'lower', 'safe'])

/** A value to output: macros called in it write for the place they are called in. */
export function placedCode(node: Node, scope: Scope, compiler: Compiler): string {
  const { writer, tags } = compiler
  const place = macroPlace(tags.state)
  if (place === null || !writer.options.tags.contextual) return writer.printed(node, scope)
  if (node.typename === 'FunCall') return callCode(node, scope, writer, { place })
  if (node.typename !== 'InlineIf') return writer.printed(node, scope)
  return writer.conditionally(() => {
    const otherwise = node.else_ === null ? 'undefined' : placedCode(node.else_, scope, compiler)
    return `(rt.truthy(${writer.used(node.cond, scope)})?${placedCode(node.body, scope, compiler)}:${otherwise})`
  })
}

/** Whether a filter, and those before it, leave what was escaped for a place escaped. */
export function keepsAll(filter: Node<'Filter'>): boolean {
  if (!keepsEscapes.has(filter.name.value)) return false
  return filter.target?.typename === 'Filter' ? keepsAll(filter.target) : true
}

/** Where a template starts that was not asked for between tags; its parent starts there too. */
export function startCode({ options: { start } }: CodeWriter): string {
  return placeKey(start) === 'text' ? 'null' : JSON.stringify(start)
}
