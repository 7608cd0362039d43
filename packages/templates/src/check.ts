/** Looks at all templates: which do not compile, and where escaping is overruled. */
import { nearestName } from '@dewar/base'
import type { Node } from './ast.ts'
import { defaults } from './defaults.ts'
import type { Engine } from './engine.ts'
import { TemplateError, type TemplatePlace } from './errors.ts'
import type { Position } from './nunjucks.ts'
import { findNodes } from './scope.ts'

/** A place where a template overrules escaping. */
export interface TemplateAudit extends TemplatePlace {
  /** `|safe`, `autoescape`, `data-nonce="off"`, `data-csrf="off"`, or the name that starts with `unsafe`. */
  readonly what: string
  /** The comment on the line or the one above it, `''` without one. */
  readonly why: string
}

/** What {@link checkTemplates} found. */
export interface TemplateReport {
  readonly templates: readonly string[]
  readonly errors: readonly TemplateError[]
  readonly audit: readonly TemplateAudit[]
  /** Options of `createTemplates` that escape less, or add less, than it does by default. */
  readonly options: readonly string[]
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
      errors.push(...missing(engine, root, name, source))
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      errors.push(error)
    }
  }
  return { templates, errors, audit, options: weakened(engine) }
}

/** Templates that a template needs by name, and that are not there. */
function missing(engine: Engine, root: Node, template: string, source: string): TemplateError[] {
  const nodes = [
    ...findNodes(root, 'Extends'),
    ...findNodes(root, 'Include').filter(({ ignoreMissing }) => !ignoreMissing),
    ...findNodes(root, 'Import'),
    ...findNodes(root, 'FromImport'),
  ]
  return nodes.flatMap(({ template: wanted, lineno, colno }) => {
    if (wanted.typename !== 'Literal' || typeof wanted.value !== 'string') return []
    if (engine.exists(wanted.value)) return []
    const nearest = nearestName(wanted.value, engine.list())
    const fix = nearest === undefined ? 'Create it, or add its folder.' : `Did you mean '${nearest}'?`
    const place = { template, line: lineno + 1, column: colno + 1 }
    const message = `There is no template '${wanted.value}'.`
    return new TemplateError('ERR_TEMPLATES_NOT_FOUND', message, { fix, place, source })
  })
}

/** Options that weaken what `createTemplates` does by default. */
function weakened({ values }: Engine): string[] {
  const { autoescape, automaticNonce, automaticCsrf, unsafeHtmlEscapingOnly, escapedExtensions, urlSchemes } =
    values
  const missed = defaults.escapedExtensions.value.filter(
    (extension) => !escapedExtensions.includes(extension),
  )
  const usual: readonly string[] = defaults.urlSchemes.value
  const added = urlSchemes.filter((scheme) => !usual.includes(scheme))
  return [
    ...(autoescape === false ? ['autoescape: false'] : []),
    ...(automaticNonce ? [] : ['automaticNonce: false']),
    ...(automaticCsrf ? [] : ['automaticCsrf: false']),
    ...(unsafeHtmlEscapingOnly ? ['unsafeHtmlEscapingOnly: true'] : []),
    ...(missed.length > 0 ? [`escapedExtensions without ${missed.join(', ')}`] : []),
    ...(added.length > 0 ? [`urlSchemes with ${added.join(', ')}`] : []),
  ]
}

function audited(root: Node, template: string, source: string): TemplateAudit[] {
  const lines = source.split(/\r\n|\r|\n/)
  const entry = ({ lineno, colno }: Position, what: string): TemplateAudit => {
    const why = reason(lines[lineno]) ?? reason(lines[lineno - 1]) ?? ''
    return { template, line: lineno + 1, column: colno + 1, what, why }
  }
  const blocks = findNodes(root, 'Autoescape').filter(({ value }) => !isTrue(value))
  const names = findNodes(root, 'Symbol').filter(({ value }) => /^unsafe/i.test(value))
  return [
    ...findNodes(root, 'Filter')
      .filter(isSafe)
      .map((node) => entry(node, '|safe')),
    ...blocks.map((node) => entry(node, 'autoescape')),
    ...names.map((node) => entry(node, node.value)),
    ...findNodes(root, 'TemplateData').flatMap((node) =>
      turnedOff(node).map(({ what, ...at }) => entry(at, what)),
    ),
  ].sort((left, right) => left.line - right.line || left.column - right.column)
}

/** `|safe`, also by way of `|map('safe')`. */
function isSafe({ name, args }: Node<'Filter'>): boolean {
  if (name.value === 'safe') return true
  const [first] = args.positional
  return name.value === 'map' && first?.typename === 'Literal' && first.value === 'safe'
}

/** Elements that get no nonce or no field because the template says so. */
function turnedOff({ value, lineno, colno }: Node<'TemplateData'>) {
  return [...value.matchAll(/\bdata-(nonce|csrf)\s*=\s*(?:"off"|'off'|off\b)/gi)].map((found) => {
    const before = value.slice(0, found.index).split('\n')
    const column = before.at(-1)?.length ?? 0
    return {
      what: `data-${found[1]?.toLowerCase()}="off"`,
      lineno: lineno + before.length - 1,
      colno: before.length === 1 ? colno + column : column,
    }
  })
}

function isTrue(node: Node): boolean {
  return node.typename === 'Literal' && node.value === true
}

function reason(line: string | undefined): string | undefined {
  return line === undefined ? undefined : /\{#-?\s*(.*?)\s*-?#\}/.exec(line)?.[1]
}
