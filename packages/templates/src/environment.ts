/** What the parts of this package ask of the environment they run in. */
import type { Context } from './context.ts'
import type { FilterCall, TestCall } from './filter.ts'

/** A compiled template. */
export interface CompiledTemplate {
  name: string
  root(context: Context): string
  blocks: Readonly<Record<string, (context: Context) => string>>
}

/** What the runtime asks of its environment. */
export interface Environment {
  chainable: boolean
  csrfFieldName: string
  urlSchemes: readonly string[]
  /** @throws {TemplateError} `ERR_TEMPLATES_NOT_FOUND`, unless `optional` */
  load(names: unknown, from: string, optional: boolean): CompiledTemplate | null
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
}
