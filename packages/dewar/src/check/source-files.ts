/** Source files as syntax trees. */
import { readFileSync } from 'node:fs'
import { type ParserOptions, parse } from '@babel/parser'

/** A node of a syntax tree: an object with a type, and whatever else belongs to it. */
export interface SyntaxNode {
  readonly type: string
  readonly loc?: { readonly start: { readonly line: number; readonly column: number } } | null
  readonly [key: string]: unknown
}

/**
 * Reads a file as JavaScript or TypeScript, decorators included: names in comments and strings are no code.
 *
 * @throws {Error} if it cannot be read or parsed
 */
export function parseFile(file: string): SyntaxNode {
  const source = readFileSync(file, 'utf8')
  const isTyped = /\.[cm]?tsx?$/.test(file)
  const plugins: NonNullable<ParserOptions['plugins']> = ['decorators', 'decoratorAutoAccessors']
  if (isTyped) plugins.push('typescript')
  if (/\.(?:[jt]sx|js)$/.test(file)) plugins.push('jsx')
  const options: ParserOptions = { sourceType: 'unambiguous', plugins, errorRecovery: true }
  return parse(source, options).program as unknown as SyntaxNode
}

/** Every node below one, parents first, each with the nodes above it, nearest first. */
export function* walk(root: SyntaxNode): Iterable<SyntaxNode> {
  const open: SyntaxNode[] = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node
    for (const value of Object.values(node).toReversed()) {
      const children: readonly unknown[] = Array.isArray(value) ? value.toReversed() : [value]
      for (const child of children) if (isNode(child)) open.push(child)
    }
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'loc' in value
  )
}
