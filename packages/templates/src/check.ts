/** Looks at all templates: which do not compile, and where escaping is overruled. */
import type { Node } from './ast.ts'
import type { Engine } from './engine.ts'
import { TemplateError, type TemplatePlace } from './errors.ts'
import { findNodes } from './scope.ts'

/** A place where a template overrules escaping. */
export interface TemplateAudit extends TemplatePlace {
  /** `|safe`, `autoescape`, or the name that starts with `unsafe`. */
  readonly what: string
  /** The comment on the line or the one above it, `''` without one. */
  readonly why: string
}

/** What {@link checkTemplates} found. */
export interface TemplateReport {
  readonly templates: readonly string[]
  readonly errors: readonly TemplateError[]
  readonly audit: readonly TemplateAudit[]
}

/** Compiles every template, and lists what overrules escaping. */
export function checkTemplates(engine: Engine): TemplateReport {
  const templates = engine.list()
  const errors: TemplateError[] = []
  const audit: TemplateAudit[] = []
  for (const name of templates) {
    try {
      const { source, root } = engine.parsed(name)
      audit.push(...audited(root, name, source))
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      errors.push(error)
    }
  }
  return { templates, errors, audit }
}

function audited(root: Node, template: string, source: string): TemplateAudit[] {
  const lines = source.split(/\r\n|\r|\n/)
  const entry = ({ lineno, colno }: Node, what: string): TemplateAudit => {
    const why = reason(lines[lineno]) ?? reason(lines[lineno - 1]) ?? ''
    return { template, line: lineno + 1, column: colno + 1, what, why }
  }
  const safe = findNodes(root, 'Filter').filter(({ name }) => name.value === 'safe')
  const blocks = findNodes(root, 'Autoescape').filter(({ value }) => !isTrue(value))
  const names = findNodes(root, 'Symbol').filter(({ value }) => /^unsafe/i.test(value))
  return [
    ...safe.map((node) => entry(node, '|safe')),
    ...blocks.map((node) => entry(node, 'autoescape')),
    ...names.map((node) => entry(node, node.value)),
  ].sort((left, right) => left.line - right.line || left.column - right.column)
}

function isTrue(node: Node): boolean {
  return node.typename === 'Literal' && node.value === true
}

function reason(line: string | undefined): string | undefined {
  return line === undefined ? undefined : /\{#-?\s*(.*?)\s*-?#\}/.exec(line)?.[1]
}
