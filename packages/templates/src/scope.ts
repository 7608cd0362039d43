/** Names while a template is compiled: which variable of the generated code holds which name of the template. */
import { eachChild, type Node, type Target } from './ast.ts'

/** A function of the generated code. */
export class FunctionScope {
  /** The function around this one; `null` for the root and for blocks, which read names from the context. */
  readonly parent: FunctionScope | null
  /** Names that no statement here sets, and the variables that hold what the context has for them. */
  readonly free = new Map<string, string>()
  /** Variables for values between two steps. */
  readonly temporaries: string[] = []
  /** Whether filters or tests are called, with output escaped and not. */
  readonly states = new Set<'S1' | 'S0'>()

  constructor(parent: FunctionScope | null) {
    this.parent = parent
  }

  /** The function that reads from the context. */
  get outermost(): FunctionScope {
    return this.parent === null ? this : this.parent.outermost
  }
}

/** A scope of names. */
export class Scope {
  readonly parent: Scope | null
  readonly function: FunctionScope
  readonly names = new Map<string, string>()
  /** Whether names set here belong to the template, so that blocks, parents and imports see them. */
  readonly isTop: boolean
  /** The function to call for `loop(…)`. */
  recursion: string | null = null
  /** In the body of a loop: the variables of its position and its items. */
  counter: { index: string; items: string } | null = null

  constructor(parent: Scope | null, fn: FunctionScope, isTop = false) {
    this.parent = parent
    this.function = fn
    this.isTop = isTop
  }

  /** The scope that holds a name. */
  holder(name: string): Scope | null {
    if (this.names.has(name)) return this
    return this.parent?.holder(name) ?? null
  }

  /** Every name visible here, the innermost first. */
  visible(): Map<string, string> {
    const out = new Map(this.parent?.visible() ?? [])
    for (const [name, variable] of this.names) out.set(name, variable)
    return out
  }
}

/** The names of a target. */
export function targetNames(target: Target): string[] {
  if (target.typename === 'Symbol') return [target.value]
  if (target.typename === 'LookupVal') return []
  return target.children.flatMap((child) => targetNames(child as Target))
}

/** The names that statements set in the scope they stand in; inner scopes keep theirs. */
export function assignedNames(body: Node): Set<string> {
  const out = new Set<string>()
  const visit = (node: Node): void => {
    switch (node.typename) {
      case 'Set':
        for (const name of targetNames(node.target)) out.add(name)
        return
      case 'Macro':
        out.add(node.name.value)
        return
      case 'Import':
        out.add(node.target)
        return
      case 'FromImport':
        for (const { alias } of node.names) out.add(alias)
        return
      case 'Root':
      case 'NodeList':
      case 'If':
        eachChild(node, visit)
    }
  }
  visit(body)
  return out
}

/** Whether a name is read anywhere in a piece of a template. */
export function usesName(body: Node, name: string): boolean {
  let found = false
  const visit = (node: Node): void => {
    if (node.typename === 'Symbol' && node.value === name) found = true
    else if (!found) eachChild(node, visit)
  }
  visit(body)
  return found
}

/** All nodes of a kind, in order. */
export function findNodes<N extends Node['typename']>(root: Node, typename: N): Node<N>[] {
  const out: Node<N>[] = []
  const visit = (node: Node): void => {
    if (node.typename === typename) out.push(node as unknown as Node<N>)
    eachChild(node, visit)
  }
  visit(root)
  return out
}
