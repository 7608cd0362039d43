/** The area `templates`: Jinja's language. */
import { html, Markup } from '@dewar/markup'
import { createTemplates, isKeywords, TemplateError, type TemplateOptions } from '@dewar/templates'
import { type Adapter, Failure } from '../adapter.ts'

const main = 'main template'

/** What the templates of the vectors call. */
const functions: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
  echo: (value) => (isKeywords(value) ? value['value'] : value),
  bold: (value) => html`<b>${value}</b>`,
}

/** A value of the vectors: plain data, `{ _markup }`, or the name of a function. */
function valueOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(valueOf)
  if (typeof value !== 'object' || value === null) return value
  if ('_markup' in value) return new Markup(value._markup)
  if ('_fn' in value) return functions[String(value._fn)]
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, valueOf(item)]))
}

interface JinjaOptions {
  readonly autoescape?: boolean
  readonly undefined?: string
  readonly trim_blocks?: boolean
  readonly lstrip_blocks?: boolean
  readonly keep_trailing_newline?: boolean
  readonly extensions?: NonNullable<TemplateOptions['extensions']>
  readonly [name: string]: unknown
}

function optionsOf(options: JinjaOptions): TemplateOptions {
  const delimiters: Record<string, string> = {}
  for (const kind of ['block', 'variable', 'comment']) {
    for (const side of ['Start', 'End']) {
      const text = options[`${kind}_${side.toLowerCase()}_string`]
      if (typeof text === 'string') delimiters[kind + side] = text
    }
  }
  return {
    autoescape: options.autoescape ?? true,
    strict: options.undefined === 'strict',
    chainable: options.undefined === 'chainable',
    trimBlocks: options.trim_blocks ?? false,
    lstripBlocks: options.lstrip_blocks ?? false,
    keepTrailingNewline: options.keep_trailing_newline ?? false,
    extensions: options.extensions ?? [],
    delimiters,
  }
}

interface RenderInput {
  readonly template: string
  readonly templates?: Readonly<Record<string, string>>
  readonly context?: Readonly<Record<string, unknown>>
  readonly options?: JinjaOptions
}

function render({ template, templates: others, context, options }: RenderInput): unknown {
  const sources = { ...others, [main]: template }
  try {
    const templates = createTemplates({ ...optionsOf(options ?? {}), sources })
    return templates.render(main, valueOf(context ?? {}) as Record<string, unknown>)
  } catch (error) {
    return namesSeveral(error) ? new Failure('TemplatesNotFound') : Promise.reject(error)
  }
}

/** Whether none of several templates was found, or of none: Jinja has a class of its own for that. */
function namesSeveral(error: unknown): boolean {
  if (!(error instanceof TemplateError) || error.code !== 'ERR_TEMPLATES_NOT_FOUND') return false
  const { names } = error.details
  return Array.isArray(names) && names.length !== 1
}

function selectAutoescape({ name }: { name: string | null }): boolean {
  const probe = "{{ '<' ~ '' }}"
  const out =
    name === null
      ? createTemplates().renderString(probe)
      : createTemplates({ sources: { [name]: probe } }).render(name)
  return out === '&lt;'
}

/** Maps the area to `@dewar/templates`. */
export const adapter: Adapter = {
  operations: { render, select_autoescape: selectAutoescape },
  kinds: {
    ERR_TEMPLATES_SYNTAX: 'TemplateSyntaxError',
    ERR_TEMPLATES_NAME: 'TemplateAssertionError',
    ERR_TEMPLATES_NOT_FOUND: 'TemplateNotFound',
    ERR_TEMPLATES_UNDEFINED: 'UndefinedError',
    ERR_TEMPLATES_RENDER: 'TemplateRuntimeError',
    ERR_TEMPLATES_ARGUMENT: 'FilterArgumentError',
    ERR_TEMPLATES_TYPE: 'TypeError',
    ERR_TEMPLATES_VALUE: 'ValueError',
    ERR_TEMPLATES_DIVISION: 'ZeroDivisionError',
    ERR_TEMPLATES_CONTEXT: 'ContextError',
    ERR_TEMPLATES_LIMIT: 'OverflowError',
  },
}
