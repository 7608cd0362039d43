import { nearestName, resolveSettings } from '@dewar/base'
import { MarkupError } from '@dewar/markup'
import { compileTemplate } from './compiler.ts'
import { Context } from './context.ts'
import { defaults } from './defaults.ts'
import type { CompiledTemplate, Environment, TransMessage } from './environment.ts'
import { TemplateError, type TemplateErrorCode, TemplateFault } from './errors.ts'
import { builtInCall, type FilterCall, userCall } from './filter.ts'
import { jinjaFilters } from './filters.ts'
import { jinjaGlobals } from './globals.ts'
import type { HtmlState } from './html-state.ts'
import { gettextGlobals, untranslated } from './i18n.ts'
import { FolderLoader } from './loader.ts'
import type { TemplateOptions } from './options.ts'
import { type ParseOptions, parseTemplate, type TemplateExtension } from './parser.ts'
import { Runtime } from './runtime.ts'
import { jinjaTests } from './tests.ts'
import { type Delimiters, jinjaDelimiters } from './tokens.ts'
import { itemsOf, textOf } from './values.ts'

/** A function of the app that templates call. Keyword arguments come last, as one object; see `isKeywords`. */
export type TemplateFunction = (...args: never[]) => unknown

/**
 * Templates: where they are found, what they may call, and how they are rendered.
 *
 * @see Flask: `app.jinja_env`, `render_template`
 */
export interface Templates {
  /**
   * Renders a template.
   *
   * @param name its name below a folder, with `/`; of a list, the first that exists
   * @param context the names it sees, above the globals
   * @throws {TemplateError} `ERR_TEMPLATES_…`; errors of functions that the template calls come through as they are
   */
  render(name: string | readonly string[], context?: Readonly<Record<string, unknown>>): string
  /**
   * Renders a literal of the app. Values are escaped. Never pass text that came from a request: it is a program.
   *
   * @param source the template
   * @param context the names it sees, above the globals
   * @throws {TemplateError} as {@link Templates.render}
   */
  renderString(source: string, context?: Readonly<Record<string, unknown>>): string
  /** Makes a filter: `{{ value|name(argument) }}`. */
  addFilter(name: string, fn: TemplateFunction): void
  /** Makes a test: `{% if value is name %}`. */
  addTest(name: string, fn: TemplateFunction): void
  /** Makes a value or function that every template sees, imported ones too. */
  addGlobal(name: string, value: unknown): void
  /** Adds a folder, searched after those that are there. */
  addFolder(path: string): void
  /** Whether there is a template of a name. */
  exists(name: string): boolean
  /** The names of all templates, sorted. */
  list(): string[]
}

interface Compiled extends CompiledTemplate {
  version: string
  /** Where its blocks stand in the HTML. */
  places: ReadonlyMap<string, HtmlState>
}

/**
 * Makes templates.
 *
 * @param options where they are and how they behave
 * @throws {DewarError} `ERR_TEMPLATES_OPTION` for an unknown or ill-typed option
 */
export function createTemplates(options: TemplateOptions = {}): Templates {
  const engine = new Engine(options)
  return {
    render: (name, context = {}) => engine.render(engine.load(name, '', false), context),
    renderString: (source, context = {}) => engine.render(engine.literal(source), context),
    addFilter: (name, fn) => void engine.filters.set(name, userCall(fn)),
    addTest: (name, fn) => void engine.tests.set(name, userCall(fn)),
    addGlobal: (name, value) => {
      engine.globals[name] = value
    },
    addFolder: (path) => engine.loader.add(path),
    exists: (name) => engine.exists(name),
    list: () => engine.list(),
  }
}

class Engine implements Environment {
  readonly loader = new FolderLoader()
  readonly filters = new Map<string, FilterCall>()
  readonly tests = new Map<string, FilterCall>()
  readonly globals: Record<string, unknown> = Object.assign(Object.create(null), jinjaGlobals)
  readonly chainable: boolean
  readonly csrfFieldName: string
  readonly urlSchemes: readonly string[]
  readonly #values
  readonly #parsing: ParseOptions
  readonly #sources: Readonly<Record<string, string>>
  readonly #contextGlobals: () => Readonly<Record<string, unknown>>
  readonly #translate: (message: TransMessage) => string
  readonly #runtime: Runtime
  readonly #compiled = new Map<string, Compiled>()
  readonly #literals = new Map<string, Compiled>()
  readonly #compiling = new Set<string>()

  constructor(options: TemplateOptions) {
    const {
      folders = [],
      sources = {},
      globals = {},
      contextGlobals,
      translate,
      extensions,
      delimiters,
      ...rest
    } = options
    this.#values = resolveSettings('templates', defaults, rest)
    this.chainable = this.#values.chainable
    this.csrfFieldName = this.#values.csrfFieldName
    this.urlSchemes = this.#values.urlSchemes
    for (const folder of folders) this.loader.add(folder)
    this.#sources = sources
    Object.assign(this.globals, globals)
    this.#contextGlobals = contextGlobals ?? (() => ({}))
    this.#translate = translate ?? untranslated
    if (extensions?.includes('i18n') === true) Object.assign(this.globals, gettextGlobals(this.#translate))
    this.#parsing = this.#parseOptions(extensions ?? [], delimiters ?? {})
    for (const [name, filter] of jinjaFilters) this.filters.set(name, builtInCall(name, filter))
    for (const [name, test] of Object.entries(jinjaTests)) this.tests.set(name, builtInCall(name, test))
    this.#runtime = new Runtime(this)
  }

  #parseOptions(extensions: readonly TemplateExtension[], delimiters: Partial<Delimiters>): ParseOptions {
    const { trimBlocks, lstripBlocks, keepTrailingNewline } = this.#values
    return {
      delimiters: { ...jinjaDelimiters, ...delimiters },
      extensions,
      trimBlocks,
      lstripBlocks,
      keepTrailingNewline,
    }
  }

  filter(name: string): FilterCall | undefined {
    return this.filters.get(name)
  }

  test(name: string): FilterCall | undefined {
    return this.tests.get(name)
  }

  translate(message: TransMessage): string {
    return this.#translate(message)
  }

  exists(name: string): boolean {
    return Object.hasOwn(this.#sources, name) || this.loader.version(name) !== null
  }

  list(): string[] {
    return [...new Set([...Object.keys(this.#sources), ...this.loader.list()])].sort()
  }

  render(template: CompiledTemplate | null, given: Readonly<Record<string, unknown>>): string {
    if (template === null) return ''
    const globals = Object.assign(Object.create(null), this.globals, this.#contextGlobals())
    const context = new Context(template.name, globals, given)
    context.addBlocks(template.blocks)
    return template.root(context)
  }

  load(names: unknown, from: string, optional: boolean): CompiledTemplate | null {
    if (typeof names === 'string') return this.#named(names) ?? this.#missing([names], from, optional)
    if (names === null) return this.#missing([], from, optional)
    const list = itemsOf(names)
    for (const name of list) {
      const template = typeof name === 'string' ? this.#named(name) : null
      if (template !== null) return template
    }
    return this.#missing(list.map(textOf), from, optional)
  }

  literal(source: string): CompiledTemplate {
    const known = this.#literals.get(source)
    if (known !== undefined) return known
    const template = this.#compile('<string>', source, true, '')
    const oldest = this.#literals.keys().next()
    if (this.#literals.size >= this.#values.cachedLiterals && oldest.done !== true)
      this.#literals.delete(oldest.value)
    if (this.#values.cachedLiterals > 0) this.#literals.set(source, template)
    return template
  }

  #named(name: string): Compiled | null {
    const known = this.#compiled.get(name)
    if (known !== undefined && !this.#values.autoReload) return known
    const source = Object.hasOwn(this.#sources, name) ? this.#sources[name] : undefined
    if (source !== undefined) return known ?? this.#remember(name, source, '')
    const version = this.loader.version(name)
    if (known !== undefined && known.version === version) return known
    const file = this.loader.read(name)
    return file === null ? null : this.#remember(name, file.source, file.version)
  }

  #remember(name: string, source: string, version: string): Compiled {
    const isEscaped = this.#values.escapedExtensions.some((extension) => name.endsWith(extension))
    this.#compiling.add(name)
    try {
      const template = this.#compile(name, source, isEscaped, version)
      this.#compiled.set(name, template)
      return template
    } finally {
      this.#compiling.delete(name)
    }
  }

  /** Where the blocks of a parent stand. A parent that is missing or malformed is an error of the rendering. */
  #placesOf(name: string): ReadonlyMap<string, HtmlState> | null {
    if (this.#compiling.has(name)) return null
    try {
      return this.#named(name)?.places ?? null
    } catch (error) {
      if (error instanceof TemplateError) return null
      throw error
    }
  }

  #compile(name: string, source: string, byName: boolean, version: string): Compiled {
    const autoescape = this.#values.autoescape ?? byName
    const { automaticNonce, automaticCsrf, strict, unsafeHtmlEscapingOnly } = this.#values
    const { code, places } = compileTemplate(parseTemplate(source, name, this.#parsing), {
      name,
      source,
      autoescape,
      tags: {
        nonce: autoescape && automaticNonce,
        csrf: autoescape && automaticCsrf,
        contextual: autoescape && !unsafeHtmlEscapingOnly,
      },
      placesOf: (parent) => this.#placesOf(parent),
      strict,
      hasFilter: (filter) => this.filters.has(filter),
      hasTest: (test) => this.tests.has(test),
      suggest: (kind, unknown) => suggestion(kind, unknown, kind === 'filter' ? this.filters : this.tests),
    })
    const at = (error: unknown, line: number): unknown => located(error, name, line, source)
    // Names, keys and texts of the template stand in the code as JSON strings only: see code-expressions.ts.
    const make = new Function('rt', 'at', code) as (
      rt: Runtime,
      at: unknown,
    ) => Pick<CompiledTemplate, 'root' | 'blocks'>
    return { name, version, places, ...make(this.#runtime, at) }
  }

  #missing(names: readonly string[], from: string, optional: boolean): null {
    if (optional) return null
    const nearest = names[0] === undefined ? undefined : nearestName(names[0], this.list())
    const { folders } = this.loader
    const where =
      folders.length === 0 ? 'There are no folders to search.' : `Searched: ${folders.join(', ')}.`
    const wanted =
      names.length === 1
        ? `template '${names[0]}'`
        : `template of ${names.map((name) => `'${name}'`).join(', ') || 'none'}`
    const asked = from === '' ? '' : ` (asked for by ${from})`
    throw new TemplateError('ERR_TEMPLATES_NOT_FOUND', `There is no ${wanted}${asked}. ${where}`, {
      fix: nearest === undefined ? 'Create it, or add its folder.' : `Did you mean '${nearest}'?`,
      details: { names, folders: [...folders] },
    })
  }
}

function suggestion(kind: string, name: string, known: ReadonlyMap<string, unknown>): string {
  const nearest = nearestName(name, known.keys())
  if (nearest !== undefined) return `Did you mean '${nearest}'?`
  return kind === 'filter' ? 'Register it with addFilter.' : 'Register it with addTest.'
}

/** Gives a mistake the place it happened at; what functions of the app throw stays as it is. */
function located(error: unknown, template: string, line: number, source: string): unknown {
  const place = { template, line, column: 0 }
  if (error instanceof TemplateFault) {
    return new TemplateError(error.code, error.message, { fix: error.fix, place, source })
  }
  if (error instanceof MarkupError) {
    const code: TemplateErrorCode =
      error.code === 'ERR_MARKUP_FORMAT_TYPE' ? 'ERR_TEMPLATES_TYPE' : 'ERR_TEMPLATES_VALUE'
    return new TemplateError(code, error.message, { fix: error.fix, place, source, cause: error })
  }
  if (error instanceof RangeError && error.message.includes('call stack')) {
    return new TemplateError('ERR_TEMPLATES_LIMIT', 'A macro or a value calls itself without end.', {
      place,
      source,
    })
  }
  return error
}
