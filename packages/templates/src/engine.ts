/** The environment of templates: finds, compiles and keeps them, and renders. */
import { nearestName, resolveSettings, type SettingsOptions, type SettingsValues } from '@dewar/base'
import { compileTemplate } from './compiler.ts'
import { Context, type Output, type Rendering } from './context.ts'
import { defaults } from './defaults.ts'
import type { CompiledTemplate, Environment, LoadOptions, TransMessage } from './environment.ts'
import { located, TemplateError } from './errors.ts'
import { builtInCall, type FilterCall } from './filter.ts'
import { jinjaFilters } from './filters.ts'
import { jinjaGlobals } from './globals.ts'
import { type HtmlState, placeKey, textState } from './html-state.ts'
import { gettextGlobals, untranslated } from './i18n.ts'
import { FolderLoader } from './loader.ts'
import type { CompileNote } from './notes.ts'
import type { TemplateOptions } from './options.ts'
import { type ParseOptions, parseTemplate, type TemplateExtension } from './parser.ts'
import type { PrecompiledTemplates } from './precompiled.ts'
import { Runtime } from './runtime.ts'
import { jinjaTests } from './tests.ts'
import { type Delimiters, jinjaDelimiters } from './tokens.ts'
import { itemsOf, textOf } from './values.ts'

/** How a template is compiled, beyond what the environment says. */
interface Variant {
  isAsync: boolean
  start: HtmlState
  /** Whether it is escaped, whatever its name. */
  isEscaped: boolean
  places: ReadonlyMap<string, HtmlState> | null
}

/** A template with what the environment remembers of it. */
export interface Compiled extends CompiledTemplate {
  source: string
  version: string
  variant: Variant
  /** What the code is made of, for {@link Engine.explain} and precompiling. */
  code: string
  notes: readonly CompileNote[]
  names: ReadonlySet<string>
  /** The same template compiled for other places, by what these are. */
  others: Map<string, Compiled>
}

const plain: Variant = { isAsync: false, start: textState, isEscaped: false, places: null }
const waiting: Variant = { ...plain, isAsync: true }

type Make = (rt: Runtime, at: unknown) => Pick<CompiledTemplate, 'root' | 'blocks'>

/** The environment of templates. */
export class Engine implements Environment {
  readonly loader = new FolderLoader()
  readonly filters = new Map<string, FilterCall>()
  readonly tests = new Map<string, FilterCall>()
  readonly globals: Record<string, unknown> = Object.assign(Object.create(null), jinjaGlobals)
  /** The settings. */
  values: SettingsValues<typeof defaults>
  /** How templates are read. */
  parsing: ParseOptions
  #given: SettingsOptions<typeof defaults>
  readonly #sources: Readonly<Record<string, string>>
  readonly #contextGlobals: (() => Readonly<Record<string, unknown>>) | null
  readonly #onLoad: TemplateOptions['onLoad'] | null
  readonly #translate: (message: TransMessage) => string
  readonly #runtime: Runtime
  readonly #asyncRuntime: Runtime
  readonly #precompiled: PrecompiledTemplates | null
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
      precompiled,
      onLoad,
      ...rest
    } = options
    this.#given = rest
    this.values = resolveSettings('templates', defaults, rest)
    for (const folder of folders) this.loader.add(folder)
    this.#sources = sources
    Object.assign(this.globals, globals)
    this.#contextGlobals = contextGlobals ?? null
    this.#onLoad = onLoad ?? null
    this.#translate = translate ?? untranslated
    if (extensions?.includes('i18n') === true) Object.assign(this.globals, gettextGlobals(this.#translate))
    this.parsing = this.#parseOptions(extensions ?? [], delimiters ?? {})
    for (const [name, filter] of jinjaFilters) this.filters.set(name, builtInCall(name, filter))
    for (const [name, test] of Object.entries(jinjaTests)) this.tests.set(name, builtInCall(name, test))
    this.#runtime = new Runtime(this)
    this.#asyncRuntime = new Runtime(this, true)
    this.#precompiled = this.#checked(precompiled ?? null)
  }

  get chainable(): boolean {
    return this.values.chainable
  }

  get csrfFieldName(): string {
    return this.values.csrfFieldName
  }

  get urlSchemes(): readonly string[] {
    return this.values.urlSchemes
  }

  /** Changes settings; what is compiled is compiled again. */
  configure(changes: SettingsOptions<typeof defaults>): void {
    const given = { ...this.#given, ...changes }
    const [values, before] = [resolveSettings('templates', defaults, given), this.fingerprint]
    const { delimiters, extensions } = this.parsing
    const { strictNames } = this.values
    this.#given = given
    this.values = values
    this.parsing = this.#parseOptions(extensions, delimiters)
    this.#checked(this.#precompiled)
    if (this.fingerprint === before && values.strictNames === strictNames) return
    this.#compiled.clear()
    this.#literals.clear()
  }

  #checked(precompiled: PrecompiledTemplates | null): PrecompiledTemplates | null {
    if (precompiled === null || precompiled.fingerprint === this.fingerprint) return precompiled
    throw new TemplateError(
      'ERR_TEMPLATES_PRECOMPILED',
      'The precompiled templates were made with other options.',
      {
        fix: 'Precompile them again, with the options they are used with.',
      },
    )
  }

  #parseOptions(extensions: readonly TemplateExtension[], delimiters: Partial<Delimiters>): ParseOptions {
    const { trimBlocks, lstripBlocks, keepTrailingNewline } = this.values
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
    return (
      Object.hasOwn(this.#sources, name) ||
      this.#precompiled?.templates[name] !== undefined ||
      this.loader.version(name) !== null
    )
  }

  list(): string[] {
    return [
      ...new Set([
        ...Object.keys(this.#sources),
        ...Object.keys(this.#precompiled?.templates ?? {}),
        ...this.loader.list(),
      ]),
    ].sort()
  }

  /** Where a template comes from: every file of its name, the one that is read first; none for a source of the options. */
  files(name: string): string[] {
    return Object.hasOwn(this.#sources, name) ? [] : this.loader.files(name)
  }

  /** Renders at once. */
  render(template: CompiledTemplate | null, given: Readonly<Record<string, unknown>>): string {
    if (template === null) return ''
    return this.#start(template, given) as string
  }

  /** Renders, waiting for what functions and filters promise; `sink` takes what is done before the end. */
  async renderAsync(
    template: CompiledTemplate | null,
    given: Readonly<Record<string, unknown>>,
    sink: Rendering['sink'] = null,
  ): Promise<string> {
    if (template === null) return ''
    return await this.#start(template, given, sink)
  }

  #start(
    template: CompiledTemplate,
    given: Readonly<Record<string, unknown>>,
    sink: Rendering['sink'] = null,
  ): Output {
    return template.root(this.#context(template, given, sink))
  }

  #context(
    template: CompiledTemplate,
    given: Readonly<Record<string, unknown>>,
    sink: Rendering['sink'],
  ): Context {
    const more = this.#contextGlobals
    const globals = more === null ? this.globals : Object.assign(Object.create(this.globals), more())
    const context = new Context(template.name, globals, given, { depth: 0, sink })
    context.addBlocks(template)
    return context
  }

  load(names: unknown, options: LoadOptions): Compiled | null {
    const { from, optional = false } = options
    const variant = variantOf(options)
    if (typeof names === 'string') return this.named(names, variant) ?? this.#missing([names], from, optional)
    if (names === null) return this.#missing([], from, optional)
    const list = itemsOf(names)
    for (const name of list) {
      const template = typeof name === 'string' ? this.named(name, variant) : null
      if (template !== null) return template
    }
    return this.#missing(list.map(textOf), from, optional)
  }

  placed(template: CompiledTemplate, places: ReadonlyMap<string, HtmlState>): CompiledTemplate {
    const known = template as Compiled
    const key = [...known.places.keys()].map((name) => placeKey(places.get(name) ?? textState)).join()
    let other = known.others.get(key)
    if (other === undefined) {
      other = this.#compile(known.name, known.source, { ...known.variant, places }, known.version)
      known.others.set(key, other)
    }
    return other
  }

  /** Whether a literal is among those that were compiled lately. */
  knowsLiteral(source: string): boolean {
    return this.#literals.has(`s${source}`) || this.#literals.has(`a${source}`)
  }

  /** The compiled form of a literal of the app. */
  literal(source: string, isAsync = false): Compiled {
    const key = isAsync ? `a${source}` : `s${source}`
    const known = this.#literals.get(key)
    if (known !== undefined) return known
    const variant = { ...(isAsync ? waiting : plain), isEscaped: true }
    const template = this.#compile('<string>', source, variant, '')
    const oldest = this.#literals.keys().next()
    if (this.#literals.size >= this.values.cachedLiterals && oldest.done !== true)
      this.#literals.delete(oldest.value)
    if (this.values.cachedLiterals > 0) this.#literals.set(key, template)
    return template
  }

  /** A template by its name, compiled at most once for each variant. */
  named(name: string, variant: Variant = plain): Compiled | null {
    const key = keyOf(name, variant)
    const known = this.#compiled.get(key)
    if (known !== undefined && !this.values.autoReload) return known
    const source = Object.hasOwn(this.#sources, name) ? this.#sources[name] : undefined
    if (source !== undefined) return known ?? this.#remember(name, source, '', variant)
    const ready = this.#precompiled?.templates[name]
    if (ready !== undefined) return known ?? this.#remember(name, ready.source, '', variant)
    const version = this.loader.version(name)
    if (known !== undefined && known.version === version) return known
    this.#onLoad?.(name, this.loader.attempts(name))
    const file = this.loader.read(name)
    return file === null ? null : this.#remember(name, file.source, file.version, variant)
  }

  /** The source of a template and its syntax tree. */
  parsed(name: string) {
    const { source } = this.load(name, { from: '', isAsync: false }) as Compiled
    return { source, root: parseTemplate(source, name, this.parsing) }
  }

  /** What precompiled code depends on beside the templates. */
  get fingerprint(): string {
    const { autoReload: _, cachedLiterals: __, strictNames: ___, ...values } = this.values
    return JSON.stringify([values, this.parsing])
  }

  #remember(name: string, source: string, version: string, variant: Variant): Compiled {
    this.#compiling.add(name)
    try {
      const template = this.#compile(name, source, variant, version)
      this.#compiled.set(keyOf(name, variant), template)
      return template
    } finally {
      this.#compiling.delete(name)
    }
  }

  /** Where the blocks of a parent stand. A parent that is missing or malformed is an error of the rendering. */
  #placesOf(name: string, { isAsync, start }: Variant): ReadonlyMap<string, HtmlState> | null {
    if (this.#compiling.has(name)) return null
    try {
      return this.named(name, { isAsync, start, isEscaped: false, places: null })?.places ?? null
    } catch (error) {
      if (error instanceof TemplateError) return null
      throw error
    }
  }

  #compile(name: string, source: string, variant: Variant, version: string): Compiled {
    const at = (error: unknown, position: number): unknown => located(error, name, position, source)
    const ready = keyOf(name, variant) === name ? this.#precompiled?.templates[name] : undefined
    const others = new Map<string, Compiled>()
    const kept = { name, source, version, variant, others }
    const runtime = variant.isAsync ? this.#asyncRuntime : this.#runtime
    if (ready !== undefined && !Object.hasOwn(this.#sources, name)) {
      const { make, places, isWhole } = ready
      const empty = { code: '', notes: [], names: new Set<string>() }
      return { ...kept, ...empty, places: new Map(places), isWhole, ...make(runtime, at) }
    }
    const result = this.#code(name, source, variant)
    // Names, keys and texts of the template stand in the code as JSON strings only: see code-expressions.ts.
    const make = new Function('rt', 'at', result.code) as Make
    return { ...kept, ...result, ...make(runtime, at) }
  }

  #code(name: string, source: string, variant: Variant) {
    try {
      return compileTemplate(parseTemplate(source, name, this.parsing), this.#options(name, source, variant))
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      const place = { template: name, line: 1, column: 1 }
      throw new TemplateError('ERR_TEMPLATES_LIMIT', 'The template is nested too deep.', { place, source })
    }
  }

  #options(name: string, source: string, variant: Variant) {
    const byName = this.values.escapedExtensions.some((extension) => name.endsWith(extension))
    const autoescape = this.values.autoescape ?? (byName || variant.isEscaped)
    const { automaticNonce, automaticCsrf, strict, strictNames, unsafeHtmlEscapingOnly } = this.values
    return {
      ...variant,
      name,
      source,
      autoescape,
      isUsers: false,
      tags: {
        nonce: autoescape && automaticNonce,
        csrf: autoescape && automaticCsrf,
        contextual: autoescape && !unsafeHtmlEscapingOnly,
      },
      placesOf: (parent: string) => this.#placesOf(parent, variant),
      strict,
      strictNames,
      hasFilter: (filter: string) => this.filters.has(filter),
      hasTest: (test: string) => this.tests.has(test),
      suggest: (kind: 'filter' | 'test', unknown: string) =>
        suggestion(kind, unknown, kind === 'filter' ? this.filters : this.tests),
    }
  }

  /** Every template that compiles. */
  all(): Compiled[] {
    return this.list().flatMap((name) => this.named(name) ?? [])
  }

  /** What a template exports under a name. */
  attribute(name: string, attribute: string): unknown {
    const template = this.load(name, { from: '', isAsync: false }) as Compiled
    const context = this.#context(template, {}, null)
    template.root(context)
    return context.exports()[attribute]
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

function variantOf({ place = null, isEscaped = false, isAsync }: LoadOptions): Variant {
  if (place === null && !isEscaped) return isAsync ? waiting : plain
  return { isAsync, start: place ?? textState, isEscaped, places: null }
}

/** What a template is kept under: its name alone where there is nothing special about it. */
function keyOf(name: string, { isAsync, start, isEscaped }: Variant): string {
  const place = placeKey(start)
  if (!isAsync && place === 'text' && !isEscaped) return name
  return `${name}\0${isAsync ? 'a' : 's'}${isEscaped ? 'e' : ''}${place}`
}

function suggestion(kind: string, name: string, known: ReadonlyMap<string, unknown>): string {
  const nearest = nearestName(name, known.keys())
  if (nearest !== undefined) return `Did you mean '${nearest}'?`
  return kind === 'filter' ? 'Register it with addFilter.' : 'Register it with addTest.'
}
