/**
 * Templates that users write, such as the text of a mail or of a page of theirs.
 *
 * Threat: a template that reaches the app, never ends, fills the memory, or brings a script to whoever reads the page.
 * Construction: its data is copied and plain; it calls what user-guard.ts lets it call; it includes, imports and extends
 * nothing, and cannot turn escaping off; whatever it does is counted. What HTML it writes goes through the sanitiser,
 * because its author is not the app's.
 * When not to change that: `unsafeHtml` only for authors who may run scripts in the pages of all others.
 */
import { eachChild, type Node } from './ast.ts'
import { compileTemplate } from './compiler.ts'
import { Context } from './context.ts'
import { limits } from './defaults.ts'
import type { Engine } from './engine.ts'
import type { CompiledTemplate, Environment } from './environment.ts'
import { located, TemplateError } from './errors.ts'
import { builtInCall, type FilterCall, userCall } from './filter.ts'
import { jinjaFilters } from './filters.ts'
import { jinjaGlobals } from './globals.ts'
import { textState } from './html-state.ts'
import { parseTemplate } from './parser.ts'
import { columns } from './position.ts'
import { Runtime } from './runtime.ts'
import { sanitize } from './sanitize.ts'
import { findNodes } from './scope.ts'
import type { TemplateFunction } from './templates.ts'
import { jinjaTests } from './tests.ts'
import { plainCopy } from './user-data.ts'
import { AppFailure, type UserBounds, UserGuard } from './user-guard.ts'

/** What a user's template may call, and how much it may do. */
export interface UserTemplateOptions {
  /** Functions it may call, by name. */
  functions?: Readonly<Record<string, TemplateFunction>>
  /** Filters beyond Jinja's, by name. */
  filters?: Readonly<Record<string, TemplateFunction>>
  /** Leaves the HTML that the user wrote as it is, scripts too. */
  unsafeHtml?: boolean
}

/** Tags that reach other templates or turn off what keeps the page safe. */
const refusedTags = new Set<Node['typename']>([
  'Include',
  'Import',
  'FromImport',
  'Extends',
  'Block',
  'Autoescape',
  'Trans',
])

const name = '<user>'

/** Jinja's functions that a user's template may call. */
const fixed = ['range', 'dict', 'cycler', 'namespace'] as const

interface UserCode {
  code: string
  /** Whether the text of the template may hold HTML. */
  hasHtml: boolean
}

/** Renders templates that users wrote. One for an environment. */
export class UserTemplates {
  readonly #engine: Engine
  readonly #bounds: UserBounds
  readonly #compiled = new Map<string, UserCode>()

  /** @param engine the environment; only its settings are used, none of its functions and templates */
  constructor(engine: Engine) {
    this.#engine = engine
    const { userSteps, userOutput, userSize, userTime } = engine.values
    this.#bounds = {
      steps: userSteps,
      output: userOutput,
      size: userSize,
      time: userTime * 1000,
      depth: limits.userDepth,
    }
  }

  render(source: string, data: Readonly<Record<string, unknown>>, options: UserTemplateOptions): string {
    const given = plainCopy(data) as Record<string, unknown>
    const filters = userFilters(options)
    const functions = { ...options.functions }
    const guard = new UserGuard(this.#bounds, [
      ...Object.values(functions),
      ...fixed.map((key) => jinjaGlobals[key]),
    ])
    const { code, hasHtml } = this.#code(source, filters)
    const runtime = new Runtime(this.#environment(filters, guard), false, guard)
    const at = (error: unknown, position: number): unknown => placed(error, position, source)
    const make = new Function('rt', 'at', code) as (rt: Runtime, at: unknown) => CompiledTemplate
    const globals = Object.assign(Object.create(null), userGlobals(guard), functions)
    const text = this.#run(make(runtime, at), new Context(name, globals, given))
    return hasHtml && options.unsafeHtml !== true ? sanitize(text).toString() : text
  }

  #run(template: CompiledTemplate, context: Context): string {
    try {
      const text = template.root(context) as string
      if (text.length <= this.#bounds.output) return text
      throw tooLarge(`The output is longer than ${this.#bounds.output} characters.`)
    } catch (error) {
      throw error instanceof AppFailure ? error.cause : error
    }
  }

  #code(source: string, filters: ReadonlyMap<string, FilterCall>): UserCode {
    const key = [...filters.keys()].join() + source
    const known = this.#compiled.get(key)
    if (known !== undefined) return known
    const { userLength } = this.#engine.values
    if (source.length > userLength) throw tooLarge(`The template is longer than ${userLength} characters.`)
    const code = compiled(source, this.#engine, filters)
    const oldest = this.#compiled.keys().next()
    if (this.#compiled.size >= this.#engine.values.cachedLiterals && oldest.done !== true) {
      this.#compiled.delete(oldest.value)
    }
    this.#compiled.set(key, code)
    return code
  }

  #environment(filters: ReadonlyMap<string, FilterCall>, guard: UserGuard): Environment {
    const { csrfFieldName, urlSchemes } = this.#engine
    const none = (): never => {
      throw new TemplateError('ERR_TEMPLATES_REFUSED', 'A template of a user reaches no other.')
    }
    return {
      chainable: false,
      csrfFieldName,
      urlSchemes,
      load: none,
      placed: none,
      filter: (filter) => watched(filters.get(filter), guard),
      test: (test) => watched(tests.get(test), guard),
      translate: none,
    }
  }
}

/** A filter or test that looks at the clock: `select` and its like call one for each item. */
function watched(call: FilterCall | undefined, guard: UserGuard): FilterCall | undefined {
  if (call === undefined) return undefined
  return (state, args, named) => {
    guard.watch()
    return call(state, args, named)
  }
}

const tests: ReadonlyMap<string, FilterCall> = new Map(
  Object.entries(jinjaTests).map(([test, builtIn]) => [test, builtInCall(test, builtIn)]),
)

function userFilters({ filters = {} }: UserTemplateOptions): ReadonlyMap<string, FilterCall> {
  const out = new Map<string, FilterCall>()
  for (const [filter, builtIn] of jinjaFilters) {
    if (filter !== 'safe') out.set(filter, builtInCall(filter, builtIn))
  }
  for (const [filter, fn] of Object.entries(filters)) out.set(filter, userCall(fn))
  return out
}

/** Jinja's own globals; what `joiner` makes may be called too. */
function userGlobals(guard: UserGuard): Readonly<Record<string, unknown>> {
  const joiner = jinjaGlobals['joiner'] as (...args: unknown[]) => () => unknown
  return {
    ...Object.fromEntries(fixed.map((key) => [key, jinjaGlobals[key]])),
    joiner: guard.allow((...args: unknown[]) => guard.allow(joiner(...args))),
  }
}

function compiled(source: string, engine: Engine, filters: ReadonlyMap<string, FilterCall>): UserCode {
  try {
    const root = parseTemplate(source, name, engine.parsing)
    refuse(root, source)
    const { code } = compileTemplate(root, {
      name,
      source,
      autoescape: true,
      start: textState,
      places: null,
      isAsync: false,
      isUsers: true,
      strict: false,
      strictNames: false,
      tags: { nonce: false, csrf: false, contextual: true },
      placesOf: () => null,
      hasFilter: (filter) => filters.has(filter),
      hasTest: (test) => tests.has(test),
      suggest: () => 'Leave it out.',
    })
    return { code, hasHtml: findNodes(root, 'TemplateData').some(({ value }) => value.includes('<')) }
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge('The template is nested too deep.')
    throw error
  }
}

function refuse(root: Node, source: string): void {
  const visit = (node: Node): void => {
    const isSafe = node.typename === 'Filter' && node.name.value === 'safe'
    if (isSafe || refusedTags.has(node.typename)) {
      const what = isSafe ? "the filter 'safe'" : `the tag '${node.typename.toLowerCase()}'`
      throw new TemplateError('ERR_TEMPLATES_REFUSED', `A template of a user cannot use ${what}.`, {
        fix: 'Leave it out.',
        place: { template: name, line: node.lineno + 1, column: node.colno + 1 },
        source,
      })
    }
    eachChild(node, visit)
  }
  visit(root)
}

/** Every error of a user's template says where; those of functions of the app stay as they are. */
function placed(error: unknown, position: number, source: string): unknown {
  const found = located(error, name, position, source)
  if (found instanceof TemplateError || found instanceof AppFailure) return found
  const place = { template: name, line: Math.floor(position / columns), column: position % columns }
  return new TemplateError('ERR_TEMPLATES_VALUE', 'A value does not suit what is done with it.', {
    place,
    source,
    cause: error,
  })
}

function tooLarge(message: string): TemplateError {
  return new TemplateError('ERR_TEMPLATES_LIMIT', message, {
    fix: 'Make the template smaller.',
    place: { template: name, line: 1, column: 1 },
  })
}
