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

/**
 * The types of values by the name that templates read them under, whatever the template; apps fill it by declaration
 * merging: `interface TemplateValues { post: Post }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: apps fill it by declaration merging
export interface TemplateValues {}

/** What a template takes, by its name; packages above pass interfaces of their own. */
export type TemplateContext<
  N,
  Contexts = TemplateContexts,
  Values = TemplateValues,
> = N extends keyof Contexts
  ? { readonly [K in keyof Contexts[N]]: K extends keyof Values ? Values[K] : Contexts[N][K] }
  : Readonly<Record<string, unknown>>

/** The argument with a template's values; it may be left out if there is no name that the template needs. */
export type TemplateArguments<N, Contexts = TemplateContexts, Values = TemplateValues> =
  Record<never, never> extends TemplateContext<N, Contexts, Values>
    ? [values?: TemplateContext<N, Contexts, Values>]
    : [values: TemplateContext<N, Contexts, Values>]

/** For whom declarations are written. */
export interface ContextTypesOptions {
  /** The module that `TemplateContexts` is imported from; `@dewar/templates` by default. */
  readonly module?: string
  /** Names that every template is given, so that nobody has to pass them: those of context processors. */
  readonly given?: readonly string[]
}

/** The text of a declaration file for `TemplateContexts`. */
export function contextDeclarations(
  engine: Engine,
  { module = '@dewar/templates', given = [] }: ContextTypesOptions,
): string {
  const reader = new ContextReader(engine)
  const entries = engine.list().flatMap((name) => {
    const names = reader.names(name)
    if (names === null) return []
    const fields = [...names].sort().map((field) => {
      const isOptional = given.includes(field) || reader.isOptional(name, field)
      return `      ${field}${isOptional ? '?' : ''}: unknown\n`
    })
    if (reader.isOpen(name)) fields.push('      [name: string]: unknown\n')
    return [`    ${JSON.stringify(name)}: {\n${fields.join('')}    }\n`]
  })
  const specifier = JSON.stringify(module).replaceAll('"', "'")
  const head = `// Written by contextTypes() of @dewar/templates.\nimport ${specifier}\n`
  return `${head}\ndeclare module ${specifier} {\n  interface TemplateContexts {\n${entries.join('')}  }\n}\n`
}

class ContextReader {
  readonly #engine: Engine
  readonly #known = new Map<string, ReadonlySet<string> | null>()
  readonly #required = new Map<string, Set<string>>()
  readonly #open = new Set<string>()

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

  /** Whether a template hands its names to others that are chosen while it renders. */
  isOpen(template: string): boolean {
    return this.#open.has(template)
  }

  #read(name: string): ReadonlySet<string> | null {
    try {
      const { names } = this.#engine.load(name, { from: '', isAsync: false }) as Compiled
      const { root } = this.#engine.parsed(name)
      const out = new Set([...names].filter((field) => !(field in this.#engine.globals)))
      const required = new Set([...out].filter((field) => isRequired(root, field)))
      const { others, isOpen } = references(root)
      if (isOpen) this.#open.add(name)
      for (const other of others) {
        for (const field of this.names(other) ?? []) {
          out.add(field)
          if (!this.isOptional(other, field)) required.add(field)
        }
        if (this.#open.has(other)) this.#open.add(name)
      }
      this.#required.set(name, required)
      return out
    } catch (error) {
      if (error instanceof TemplateError) return null
      throw error
    }
  }
}

/** The templates that a template names as texts and hands its names to, and whether there are others. */
function references(root: Node): { others: string[]; isOpen: boolean } {
  const nodes = [
    ...findNodes(root, 'Extends'),
    ...findNodes(root, 'Include').filter(({ withContext }) => withContext),
    ...[...findNodes(root, 'Import'), ...findNodes(root, 'FromImport')].filter(
      ({ withContext }) => withContext,
    ),
  ]
  const names = nodes.map(({ template }) => (template.typename === 'Literal' ? template.value : null))
  const others = names.filter((name) => typeof name === 'string')
  return { others, isOpen: others.length < nodes.length }
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
