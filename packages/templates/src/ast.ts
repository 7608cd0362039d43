/** The syntax tree: nunjucks' nodes with the types they lack, and a few of Jinja's. */
import type { Position } from './nunjucks.ts'

/** The fields of each node by its `typename`. */
interface Fields {
  Root: { children: Node[] }
  NodeList: { children: Node[] }
  Output: { children: Node[] }
  TemplateData: { value: string }
  Literal: { value: string | number | bigint | boolean | null }
  Symbol: { value: string }
  Tuple: { children: Node[] }
  Array: { children: Node[] }
  Dict: { children: Node<'Pair'>[] }
  Pair: { key: Node; value: Node }
  LookupVal: { target: Node; val: Node; dotted: boolean }
  Slice: { target: Node; start: Node | null; stop: Node | null; step: Node | null }
  FunCall: { name: Node; args: CallArguments }
  Filter: { name: Node<'Symbol'>; target: Node | null; args: CallArguments }
  Is: { left: Node; name: string; args: CallArguments; negated: boolean }
  Spread: { value: Node }
  InlineIf: { cond: Node; body: Node; else_: Node | null }
  Or: { left: Node; right: Node }
  And: { left: Node; right: Node }
  Not: { target: Node }
  Neg: { target: Node }
  Pos: { target: Node }
  Add: { left: Node; right: Node }
  Sub: { left: Node; right: Node }
  Mul: { left: Node; right: Node }
  Div: { left: Node; right: Node }
  FloorDiv: { left: Node; right: Node }
  Mod: { left: Node; right: Node }
  Pow: { left: Node; right: Node }
  Concat: { left: Node; right: Node }
  Compare: { expr: Node; ops: Node<'CompareOperand'>[] }
  CompareOperand: { expr: Node; type: string }
  If: { cond: Node; body: Node; else_: Node | null }
  For: { name: Target; arr: Node; test: Node | null; recursive: boolean; body: Node; else_: Node | null }
  Set: { target: Target; value: Node | null; filter: Node<'Filter'> | null; body: Node | null }
  With: { pairs: { target: Target; value: Node }[]; body: Node }
  Macro: { name: Node<'Symbol'>; signature: Signature; body: Node }
  CallBlock: { call: Node<'FunCall'>; signature: Signature; body: Node }
  Capture: { filter: Node<'Filter'>; body: Node }
  Block: { name: Node<'Symbol'>; body: Node; scoped: boolean; required: boolean }
  Extends: { template: Node }
  Include: { template: Node; ignoreMissing: boolean; withContext: boolean }
  Import: { template: Node; target: string; withContext: boolean }
  FromImport: { template: Node; names: { name: string; alias: string }[]; withContext: boolean }
  Autoescape: { value: Node; body: Node }
  Do: { value: Node }
  Break: object
  Continue: object
  Trans: {
    singular: string
    plural: string | null
    count: string | null
    context: string | null
    values: { name: string; value: Node }[]
    trimmed: boolean
  }
}

/** A node, or one of a given kind. */
export type Node<N extends keyof Fields = keyof Fields> = {
  [K in N]: Position & { readonly typename: K } & Fields[K]
}[N]

/** What can be assigned to: a name, an attribute of a namespace, or a tuple of such. */
export type Target = Node<'Symbol'> | Node<'LookupVal'> | Node<'Tuple'>

/** The arguments of a call. */
export interface CallArguments {
  positional: Node[]
  keywords: { name: string; value: Node }[]
  /** `**mapping` */
  mapping: Node | null
}

/** The parameters of a macro. */
export interface Signature {
  parameters: { name: string; value: Node | null }[]
}

/** Calls a function with every child of a node, nodes inside lists and records included. */
export function eachChild(node: Node, visit: (child: Node) => void): void {
  for (const [key, value] of Object.entries(node)) {
    if (key !== 'lineno' && key !== 'colno') visitValue(value, visit)
  }
}

function visitValue(value: unknown, visit: (child: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visitValue(item, visit)
  } else if (typeof value === 'object' && value !== null) {
    if ('typename' in value) visit(value as Node)
    else for (const item of Object.values(value)) visitValue(item, visit)
  }
}
