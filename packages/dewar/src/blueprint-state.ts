/** One registration of a blueprint: the app, and the names, prefixes and rules in force. Flask: `BlueprintSetupState`. */
import type { App } from './app.ts'
import type { Blueprint, BlueprintOptions, RegisterOptions } from './blueprint.ts'
import type { AppOptions } from './create-app.ts'
import type { RouteHeaders } from './route-answers.ts'
import type { AnyView } from './route-types.ts'
import type { RouteRecord } from './scaffold.ts'

/** Where replayed routes go. @internal */
export interface RegistrationTarget {
  readonly app: App
  readonly blueprints: Map<string, Blueprint>
  addRecord(record: RouteRecord): void
  addView(endpoint: string, view: AnyView): void
}

/** What a blueprint within another takes over from it. */
type Inherited = Pick<BlueprintOptions, 'access' | 'limit' | 'cors' | 'csrf' | 'unsafeCsrfExempt'>

/** A route with what the app says for routes that say nothing themselves. @internal */
export function underApp(record: RouteRecord, { access, limit, cors }: AppOptions): RouteRecord {
  const { options } = record
  return {
    ...record,
    options: {
      ...options,
      access: options.access ?? access,
      limit: options.limit ?? limitOf(record, limit),
      cors: options.cors === undefined ? cors : options.cors,
    },
  }
}

/** What `record` gets. */
export class BlueprintState {
  /** The app the blueprint is registered on. */
  readonly app: App
  /** The blueprint. */
  readonly blueprint: Blueprint
  /** What this registration says anew. */
  readonly options: RegisterOptions
  /** Whether the blueprint was not registered on this app before, under whatever name. */
  readonly firstRegistration: boolean
  /** Its full name: `admin`, `shop.admin`. */
  readonly name: string
  /** Its prefix with those of the blueprints around it; empty for none. */
  readonly urlPrefix: string
  /** Its subdomain with those of the blueprints around it. */
  readonly subdomain: string | undefined
  /** Values for arguments that its rules do not hold. */
  readonly urlDefaults: Readonly<Record<string, unknown>>
  /** What its routes take over unless they say otherwise. @internal */
  readonly inherited: Inherited
  /** What its answers say differently, from the outermost blueprint inwards. @internal */
  readonly headers: readonly RouteHeaders[]
  readonly #target: RegistrationTarget

  /** @internal */
  constructor(
    target: RegistrationTarget,
    blueprint: Blueprint,
    options: RegisterOptions,
    outer: BlueprintState | null,
  ) {
    const own = blueprint.options
    this.#target = target
    this.app = target.app
    this.blueprint = blueprint
    this.options = options
    this.firstRegistration = ![...target.blueprints.values()].includes(blueprint)
    this.name = `${outer === null ? '' : `${outer.name}.`}${options.name ?? blueprint.name}`
    this.urlPrefix = joinPrefixes(outer?.urlPrefix ?? '', options.urlPrefix ?? own.urlPrefix ?? '')
    this.subdomain = joinSubdomains(options.subdomain ?? own.subdomain, outer?.subdomain)
    this.urlDefaults = { ...own.urlDefaults, ...options.urlDefaults }
    this.inherited = {
      access: own.access ?? outer?.inherited.access,
      limit: own.limit ?? outer?.inherited.limit,
      cors: own.cors === undefined ? outer?.inherited.cors : own.cors,
      csrf: own.csrf ?? outer?.inherited.csrf,
      unsafeCsrfExempt: own.unsafeCsrfExempt ?? outer?.inherited.unsafeCsrfExempt,
    }
    this.headers = [...(outer?.headers ?? []), ...(own.headers === undefined ? [] : [own.headers])]
  }

  /** Adds a route of the blueprint. @internal */
  addRecord(record: RouteRecord): void {
    const { options } = record
    const { access, limit, cors, csrf, unsafeCsrfExempt } = this.inherited
    this.#target.addRecord({
      ...record,
      rule: joinRule(this.urlPrefix, record.rule),
      endpoint: `${this.name}.${record.endpoint}`,
      headers: this.headers,
      options: {
        ...options,
        access: options.access ?? access,
        limit: options.limit ?? limitOf(record, limit),
        cors: options.cors === undefined ? cors : options.cors,
        csrf: options.csrf ?? csrf,
        unsafeCsrfExempt: options.unsafeCsrfExempt ?? unsafeCsrfExempt,
        subdomain: options.subdomain ?? this.subdomain,
        defaults: withDefaults(this.urlDefaults, options.defaults),
      },
    })
  }

  /** Names the view of an endpoint of the blueprint. @internal */
  addView(endpoint: string, view: AnyView): void {
    this.#target.addView(`${this.name}.${endpoint}`, view)
  }
}

/** The files of a page are no requests of a visitor's: only a limit of their own counts them. @internal */
export function limitOf(record: RouteRecord, inherited: Inherited['limit']): Inherited['limit'] {
  return record.personal === false ? undefined : inherited
}

function joinPrefixes(outer: string, own: string): string {
  if (own === '') return outer
  return outer === '' ? own : `${trimEnd(outer)}/${trimStart(own)}`
}

/** An empty rule is the prefix itself. */
function joinRule(prefix: string, rule: string): string {
  if (prefix === '') return rule
  return rule === '' ? prefix : `${trimEnd(prefix)}/${trimStart(rule)}`
}

function joinSubdomains(own: string | undefined, outer: string | undefined): string | undefined {
  if (own === undefined || outer === undefined) return own ?? outer
  return `${own}.${outer}`
}

function withDefaults(
  outer: Readonly<Record<string, unknown>>,
  own: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  return Object.keys(outer).length === 0 ? own : { ...outer, ...own }
}

function trimEnd(text: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === '/') end--
  return text.slice(0, end)
}

function trimStart(text: string): string {
  let start = 0
  while (start < text.length && text[start] === '/') start++
  return text.slice(start)
}
