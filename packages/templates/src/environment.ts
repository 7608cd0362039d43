/** What the parts of this package ask of the environment they run in. */
import type { BlockFunction, Context, Output } from './context.ts'
import type { FilterCall, TestCall } from './filter.ts'
import type { HtmlState } from './html-state.ts'

/** A compiled template. */
export interface CompiledTemplate {
  name: string
  root(context: Context): Output
  blocks: Readonly<Record<string, BlockFunction>>
  /** Where its blocks stand in the HTML. */
  places: ReadonlyMap<string, HtmlState>
  /** Whether it ends in the place it starts in. */
  isWhole: boolean
}

/** How a template is asked for by another. */
export interface LoadOptions {
  /** The template that asks. */
  from: string
  /** Whether it may be missing. */
  optional?: boolean
  /** Where it starts in the HTML; between tags if left out. */
  place?: HtmlState | null
  /** Whether the place it goes to is escaped, so that it is too, whatever its name. */
  isEscaped?: boolean
  /** Whether it may wait for promises. */
  isAsync: boolean
}

/** What the runtime asks of its environment. */
export interface Environment {
  chainable: boolean
  csrfFieldName: string
  urlSchemes: readonly string[]
  /** @throws {TemplateError} `ERR_TEMPLATES_NOT_FOUND`, unless `optional` */
  load(names: unknown, options: LoadOptions): CompiledTemplate | null
  /** The same template with its blocks compiled for other places. */
  placed(template: CompiledTemplate, places: ReadonlyMap<string, HtmlState>): CompiledTemplate
  filter(name: string): FilterCall | undefined
  test(name: string): TestCall | undefined
  translate(message: TransMessage, context: Context): string
}

/** A message of a `trans` block. */
export interface TransMessage {
  singular: string
  plural: string | null
  count: unknown
  context: string | null
}

/** How a template is included. */
export interface IncludeOptions {
  ignoreMissing: boolean
  what: string
  /** Where it stands in the HTML; `null` between tags. */
  place: HtmlState | null
  isEscaped: boolean
  /** Whether its output goes to the page at once. */
  isDirect: boolean
}
