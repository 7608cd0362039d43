import type { SettingsOptions } from '@dewar/base'
import { checkTemplates, type TemplateReport } from './check.ts'
import { type ContextTypesOptions, contextDeclarations, type TemplateArguments } from './context-types.ts'
import type { defaults } from './defaults.ts'
import { Engine } from './engine.ts'
import { explainTemplate, type TemplateExplanation } from './explain.ts'
import { userCall } from './filter.ts'
import type { TemplateOptions } from './options.ts'
import { precompiledModule } from './precompiled.ts'
import { streamed } from './stream.ts'
import { type UserTemplateOptions, UserTemplates } from './user-template.ts'

type Values = Readonly<Record<string, unknown>>

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
   * @param context the names it sees, above the globals; checked by the compiler if `TemplateContexts` has the template
   * @throws {TemplateError} `ERR_TEMPLATES_…`; errors of functions that the template calls come through as they are
   */
  render<const N extends string>(name: N | readonly string[], ...context: TemplateArguments<N>): string
  /**
   * Whether a text was given to `renderString` or one of its kin lately, and compiled.
   *
   * @param source the text
   */
  knowsString(source: string): boolean
  /**
   * Renders a literal of the app. Values are escaped. Never pass text that came from a request: it is a program.
   *
   * @param source the template
   * @param context the names it sees, above the globals
   * @throws {TemplateError} as {@link Templates.render}
   */
  renderString(source: string, context?: Readonly<Record<string, unknown>>): string
  /**
   * Renders a template, waiting for the promises that its functions and filters give.
   *
   * @param name as for {@link Templates.render}
   * @param context the names it sees, above the globals
   * @throws {TemplateError} as {@link Templates.render}; what promises are rejected with comes through as it is
   */
  renderAsync<const N extends string>(
    name: N | readonly string[],
    ...context: TemplateArguments<N>
  ): Promise<string>
  /** Renders a literal of the app as {@link Templates.renderAsync} does. */
  renderStringAsync(source: string, context?: Readonly<Record<string, unknown>>): Promise<string>
  /**
   * Renders a template piece by piece: a piece ends at a block, an include or a round of a loop, never inside a tag.
   *
   * A missing template is an error at once. Any other error comes after the pieces before it.
   *
   * @param name as for {@link Templates.render}
   * @param context the names it sees, above the globals
   * @throws {TemplateError} as {@link Templates.render}
   * @see Jinja: `Template.generate_async`; Flask: `stream_template`
   */
  stream<const N extends string>(
    name: N | readonly string[],
    ...context: TemplateArguments<N>
  ): AsyncIterable<string>
  /** Streams a literal of the app as {@link Templates.stream} does. */
  streamString(source: string, context?: Readonly<Record<string, unknown>>): AsyncIterable<string>
  /**
   * Renders a template that a user wrote: nothing but plain data, everything bounded. See user-template.ts.
   *
   * @param source the user's template
   * @param data what it sees; plain data only
   * @param options functions it may call, and bounds
   * @throws {TemplateError} with the line and column of the user's template
   * @throws {DewarError} `ERR_TEMPLATES_DATA` for data that is not plain
   */
  renderUser(source: string, data?: Readonly<Record<string, unknown>>, options?: UserTemplateOptions): string
  /** The macro that a template exports under a name, or whatever else it sets. Flask: `get_template_attribute`. */
  attribute(name: string, attribute: string): unknown
  /** Says what the compiler did to a template: each escaper, nonce and CSRF field. */
  explain(name: string): TemplateExplanation
  /** Compiles all templates, and lists what is wrong and where escaping is overruled. */
  check(): TemplateReport
  /** The text of a module that exports `precompiled`, for the option of that name. */
  precompile(): string
  /**
   * Declarations of the names that each template reads, for `TemplateContexts`.
   *
   * @param options the module they are for, and names that every template is given
   */
  contextTypes(options?: ContextTypesOptions): string
  /** Makes a filter: `{{ value|name(argument) }}`. */
  addFilter(name: string, fn: TemplateFunction): void
  /** Makes a test: `{% if value is name %}`. */
  addTest(name: string, fn: TemplateFunction): void
  /** Makes a value or function that every template sees, imported ones too. */
  addGlobal(name: string, value: unknown): void
  /** The folders, in the order they are searched. */
  readonly folders: readonly string[]
  /**
   * Changes settings: `templates.configure({ trimBlocks: true })`. Templates are compiled anew where that matters.
   *
   * @throws {DewarError} `ERR_TEMPLATES_OPTION` for an unknown or ill-typed setting
   * @throws {TemplateError} `ERR_TEMPLATES_PRECOMPILED` if precompiled templates were made with other settings
   * @see Flask: `app.jinja_env.trim_blocks = True`
   */
  configure(changes: SettingsOptions<typeof defaults>): void
  /** Adds a folder, searched after those that are there. */
  addFolder(path: string): void
  /** Whether there is a template of a name. */
  exists(name: string): boolean
  /** The files that a template of a name could be read from; the first one is, the others are hidden by it. */
  files(name: string): string[]
  /** The names of all templates, sorted. */
  list(): string[]
}

/**
 * Makes templates.
 *
 * @param options where they are and how they behave
 * @throws {DewarError} `ERR_TEMPLATES_OPTION` for an unknown or ill-typed option
 */
export function createTemplates(options: TemplateOptions = {}): Templates {
  const engine = new Engine(options)
  const users = new UserTemplates(engine)
  const load = (name: string | readonly string[], isAsync: boolean) =>
    engine.load(name, { from: '', isAsync })
  return {
    get folders() {
      return engine.loader.folders
    },
    render: (name, context: Values = {}) => engine.render(load(name, false), context),
    knowsString: (source) => engine.knowsLiteral(source),
    renderString: (source, context = {}) => engine.render(engine.literal(source), context),
    renderAsync: async (name, context: Values = {}) => await engine.renderAsync(load(name, true), context),
    renderStringAsync: async (source, context = {}) =>
      await engine.renderAsync(engine.literal(source, true), context),
    stream: (name, context: Values = {}) => streamed(engine, load(name, true), context),
    streamString: (source, context = {}) => streamed(engine, engine.literal(source, true), context),
    renderUser: (source, data = {}, given = {}) => users.render(source, data, given),
    attribute: (name, attribute) => engine.attribute(name, attribute),
    explain: (name) => explainTemplate(engine, name),
    check: () => checkTemplates(engine),
    precompile: () => precompiled(engine),
    contextTypes: (options = {}) => contextDeclarations(engine, options),
    addFilter: (name, fn) => void engine.filters.set(name, userCall(fn)),
    addTest: (name, fn) => void engine.tests.set(name, userCall(fn)),
    addGlobal: (name, value) => {
      engine.globals[name] = value
    },
    configure: (changes) => engine.configure(changes),
    addFolder: (path) => engine.loader.add(path),
    exists: (name) => engine.exists(name),
    files: (name) => engine.files(name),
    list: () => engine.list(),
  }
}

/** Precompiled templates are for production: a name that nobody gave is no error in them. */
function precompiled(engine: Engine): string {
  const { strictNames } = engine.values
  engine.configure({ strictNames: false })
  try {
    return precompiledModule(engine.fingerprint, engine.all())
  } finally {
    engine.configure({ strictNames })
  }
}
