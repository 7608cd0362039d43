/** Declarations of the names that templates read, so that the compiler of TypeScript checks what is passed to them. */
import { eachChild, type Node } from './ast.ts'
import type { Compiled, Engine } from './engine.ts'
import { TemplateError } from './errors.ts'
import { findNodes } from './scope.ts'

/**
 * What each template takes, by its name; `contextTypes()` writes a declaration that fills it.
 *
 * Templates that are not in it take anything.
 */
// biome-ignore lint/suspicious/noEmptyInterface: apps fill it by declaration merging
export interface TemplateContexts {}

/** What a template takes, by its name. */
export type TemplateContext<N> = N extends keyof TemplateContexts
  ? Readonly<TemplateContexts[N]>
  : Readonly<Record<string, unknown>>

/** The text of a declaration file for `TemplateContexts`. */
export function contextDeclarations(engine: Engine): string {
  const reader = new ContextReader(engine)
  const entries = engine.list().flatMap((name) => {
    const names = reader.names(name)
    if (names === null) return []
    const fields = [...names]
      .sort()
      .map((field) => `      ${property(field, reader.isOptional(name, field))}: unknown\n`)
    return [`    ${JSON.stringify(name)}: {\n${fields.join('')}    }\n`]
  })
  const body = `  interface TemplateContexts {\n${entries.join('')}  }\n`
  return `// Written by contextTypes() of @dewar/templates.\nimport '@dewar/templates'\n\ndeclare module '@dewar/templates' {\n${body}}\n`
}

function property(name: string, isOptional: boolean): string {
  return isOptional ? `${name}?` : name
}

class ContextReader {
  readonly #engine: Engine
  readonly #known = new Map<string, ReadonlySet<string> | null>()
  readonly #required = new Map<string, Set<string>>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** The names a template and those it extends or includes read; `null` if it does not compile. */
  names(name: string): ReadonlySet<string> | null {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    this.#known.set(name, new Set())
    const names = this.#read(name)
    this.#known.set(name, names)
    return names
  }

  /** Whether a template asks whether a name is there, wherever it reads it. */
  isOptional(template: string, name: string): boolean {
    return this.#required.get(template)?.has(name) !== true
  }

  #read(name: string): ReadonlySet<string> | null {
    try {
      const { names } = this.#engine.load(name, { from: '', isAsync: false }) as Compiled
      const { root } = this.#engine.parsed(name)
      const out = new Set([...names].filter((field) => !(field in this.#engine.globals)))
      const required = new Set([...out].filter((field) => isRequired(root, field)))
      for (const other of references(root)) {
        for (const field of this.names(other) ?? []) {
          out.add(field)
          if (!this.isOptional(other, field)) required.add(field)
        }
      }
      this.#required.set(name, required)
      return out
    } catch (error) {
      if (error instanceof TemplateError) return null
      throw error
    }
  }
}

/** The templates that a template names as a text. */
function references(root: Node): string[] {
  const nodes = [...findNodes(root, 'Extends'), ...findNodes(root, 'Include')]
  return nodes.flatMap(({ template }) => {
    return template.typename === 'Literal' && typeof template.value === 'string' ? [template.value] : []
  })
}

/** Whether a name is read anywhere without `is defined`, `|default` or `if` around it. */
function isRequired(root: Node, name: string): boolean {
  let found = false
  const visit = (node: Node): void => {
    if (found || asks(node, name)) return
    if (node.typename === 'Symbol' && node.value === name) found = true
    else eachChild(node, visit)
  }
  visit(root)
  return found
}

/** Whether a node asks for a name before it reads it; all that is in it then counts as optional. */
function asks(node: Node, name: string): boolean {
  const isName = (child: Node | null): boolean => child?.typename === 'Symbol' && child.value === name
  switch (node.typename) {
    case 'Is':
      return isName(node.left) && (node.name === 'defined' || node.name === 'undefined')
    case 'Filter':
      return isName(node.target) && (node.name.value === 'default' || node.name.value === 'd')
    case 'If':
    case 'InlineIf':
      return isName(node.cond)
    default:
      return false
  }
}
