/** Applications as data: routes, hooks, error handlers and blueprints, registered by the calls a user would make. */
import { generateKey } from '@dewar/signing'
import {
  type App,
  type AppOptions,
  type Blueprint,
  createApp,
  createBlueprint,
  g,
  type makeResponse,
  type RouteOptionsWithMethods,
  type Signals,
} from 'dewar'
import { errorClasses, nameOf } from './error-names.ts'
import { run, type Step, type Trace } from './steps.ts'

/** A route. */
interface RouteData {
  readonly rule: string
  readonly endpoint: string
  readonly view: readonly Step[]
  readonly methods?: readonly string[]
  readonly defaults?: Record<string, unknown>
  readonly strict_slashes?: boolean
  readonly merge_slashes?: boolean
  readonly subdomain?: string
  readonly host?: string
  readonly redirect_to?: string
  readonly alias?: boolean
  readonly provide_automatic_options?: boolean
  readonly other_view?: boolean
}

/** What an app and a blueprint have in common. */
export interface PartData {
  readonly routes?: readonly RouteData[]
  readonly hooks?: readonly { readonly on: string; readonly name: string; readonly do?: readonly Step[] }[]
  readonly errors?: readonly {
    readonly for: number | string
    readonly name: string
    readonly do: readonly Step[] | 'same'
    readonly app?: boolean
  }[]
  readonly blueprints?: readonly BlueprintData[]
}

interface RegisterData {
  readonly name?: string
  readonly url_prefix?: string
}

interface BlueprintData extends PartData {
  readonly name: string
  readonly url_prefix?: string
  readonly subdomain?: string
  readonly url_defaults?: Record<string, unknown>
  readonly register?: RegisterData
  readonly registers?: readonly RegisterData[]
}

/** An application. */
export interface AppData extends PartData {
  readonly config?: Record<string, unknown>
  readonly options?: { readonly subdomain_matching?: boolean; readonly host_matching?: boolean }
  readonly signals?: boolean
}

/** Flask's settings where Dewar's defaults are others. */
export const flaskSettings = {
  SECRET_KEY: generateKey(),
  SESSION_COOKIE_SECURE: false,
  SESSION_COOKIE_SAMESITE: null,
  PERMANENT_SESSION_LIFETIME: 31 * 24 * 3600,
  SESSION_IDLE_TIMEOUT: null,
  SESSION_REFRESH_INTERVAL: 0,
  PREFERRED_URL_SCHEME: 'http',
  JSON_SORT_KEYS: true,
  JSON_AS_ASCII: true,
  JSON_DATES: 'http',
} as const

/** Makes an app of the data. */
export function build(data: AppData, trace: Trace = [], options: AppOptions = {}): App {
  const app = createApp({
    environment: {},
    logger: { level: 'silent' },
    subdomainMatching: data.options?.subdomain_matching,
    hostMatching: data.options?.host_matching,
    ...options,
    config: { ...flaskSettings, ...options.config, ...withStrongKeys(data.config) },
  })
  if (data.signals === true) watch(app.signals, trace)
  fill(app, data, trace, '')
  return app
}

/** The vectors' keys can be guessed, and Dewar refuses them; which key signs makes no difference to any outcome. */
function withStrongKeys(config: AppData['config'] = {}): Record<string, unknown> {
  const keys: Record<string, unknown> = { ...config }
  if (typeof keys['SECRET_KEY'] === 'string') delete keys['SECRET_KEY']
  if (Array.isArray(keys['SECRET_KEY_FALLBACKS'])) {
    keys['SECRET_KEY_FALLBACKS'] = keys['SECRET_KEY_FALLBACKS'].map(() => generateKey())
  }
  return keys
}

/** Registers routes, hooks, error handlers and blueprints, in this order. */
export function fill(part: App | Blueprint, data: PartData, trace: Trace, prefix: string): void {
  const views = new Map<string, () => unknown>()
  for (const route of data.routes ?? []) {
    const kept = views.get(route.endpoint)
    const view = kept === undefined || route.other_view === true ? makeView(route, trace) : kept
    views.set(route.endpoint, view)
    part.addUrlRule({ rule: route.rule, view: view as () => string, ...routeOptions(route) })
  }
  for (const { on, name, do: steps = [] } of data.hooks ?? []) addHook(part, on, name, steps, trace)
  for (const { for: key, name, do: steps, app = false } of data.errors ?? []) {
    const handler = async (error: Error) => {
      trace.push(`${name}:${nameOf(error)}${nameOfCause(error)}`)
      return (steps === 'same' ? error : await run(steps, trace)) as string
    }
    const type = typeof key === 'number' ? key : errorClasses[key]
    const register = app ? (part as Blueprint).appErrorHandler : part.errorHandler
    register.call(part, type as never, handler as never)
  }
  for (const child of data.blueprints ?? []) addBlueprint(part, child, trace, prefix)
}

function nameOfCause(error: Error): string {
  return nameOf(error) === 'InternalServerError' && error.cause instanceof Error
    ? `<${nameOf(error.cause)}`
    : ''
}

function makeView({ view }: RouteData, trace: Trace): () => unknown {
  return () => run(view, trace, 'view')
}

function routeOptions(route: RouteData): RouteOptionsWithMethods {
  return {
    endpoint: route.endpoint,
    methods: route.methods,
    defaults: route.defaults,
    strictSlashes: route.strict_slashes,
    mergeSlashes: route.merge_slashes,
    subdomain: route.subdomain,
    host: route.host,
    redirectTo: route.redirect_to,
    alias: route.alias,
    automaticOptions: route.provide_automatic_options,
    unsafeCsrfExempt: true,
  }
}

function addBlueprint(part: App | Blueprint, data: BlueprintData, trace: Trace, prefix: string): void {
  const blueprint = createBlueprint(data.name, {
    urlPrefix: data.url_prefix,
    subdomain: data.subdomain,
    urlDefaults: data.url_defaults,
  }) as Blueprint
  fill(blueprint, data, trace, `${prefix}${data.name}.`)
  for (const { name, url_prefix: urlPrefix } of data.registers ?? [data.register ?? {}]) {
    part.register(blueprint, { name, urlPrefix })
  }
}

type Values = Record<string, unknown>

function addHook(
  part: App | Blueprint,
  on: string,
  name: string,
  steps: readonly Step[],
  trace: Trace,
): void {
  const before = () => {
    trace.push(name)
    return steps.length === 0 ? undefined : (run(steps, trace) as Promise<string>)
  }
  const after = (response: Parameters<typeof change>[0]) => {
    trace.push(`${name}:${response.status}`)
    change(response, steps)
    return steps.length === 0 ? undefined : (run(steps, trace) as Promise<undefined>)
  }
  const teardown = async (error?: unknown) => {
    trace.push(`${name}:${error === undefined ? 'none' : nameOf(error as Error)}`)
    await run(steps, trace)
  }
  const preprocess = (endpoint: string | null, args: Values | null) => {
    trace.push(`${name}:${endpoint ?? '(none)'}`)
    if (args !== null) changeArguments(args, steps)
  }
  const fillIn = (endpoint: string, values: Values) => {
    trace.push(`${name}:${endpoint}`)
    changeValues(values, steps)
  }
  const blueprint = part as Blueprint
  const calls: Record<string, () => unknown> = {
    before: () => part.beforeRequest(before),
    after: () => part.afterRequest(after),
    teardown: () => part.teardownRequest(teardown),
    before_app: () => blueprint.beforeAppRequest(before),
    after_app: () => blueprint.afterAppRequest(after),
    teardown_app: () => blueprint.teardownAppRequest(teardown),
    teardown_context: () => (part as App).teardownAppContext(teardown),
    url_value_preprocessor: () => part.urlValuePreprocessor(preprocess),
    url_defaults: () => part.urlDefaults(fillIn),
    app_url_value_preprocessor: () => blueprint.appUrlValuePreprocessor(preprocess),
    app_url_defaults: () => blueprint.appUrlDefaults(fillIn),
  }
  calls[on]?.()
}

function change(response: ReturnType<typeof makeResponse>, steps: readonly Step[]): void {
  for (const [step, first, second] of steps) {
    if (step === 'header') response.headers.set(String(first), String(second))
    if (step === 'status') response.status = Number(first)
  }
}

function changeArguments(args: Values, steps: readonly Step[]): void {
  for (const [step, key, value] of steps) {
    if (step === 'put') args[String(key)] = value
    if (step !== 'pop') continue
    Object.assign(g, { [String(key)]: args[String(key)] })
    delete args[String(key)]
  }
}

function changeValues(values: Values, steps: readonly Step[]): void {
  for (const [step, key, value] of steps) {
    if (step === 'put') values[String(key)] = value
    if (step === 'default') values[String(key)] ??= value
  }
}

function watch(signals: Signals, trace: Trace): void {
  for (const signal of Object.values(signals)) {
    signal.connect(() =>
      trace.push(`signal:${signal.name.replaceAll(/[A-Z]/g, (c: string) => `_${c.toLowerCase()}`)}`),
    )
  }
}
