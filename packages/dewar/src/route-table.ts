/** The routes of an app: rules for the URL map, views by endpoint, and what each needs to be walked. */
import { Rule, RuleMap, type RuleMapOptions } from '@dewar/routing'
import { endpointTaken, noView } from './errors.ts'
import type { Endpoint } from './plan.ts'
import type { AnyView } from './route-types.ts'
import type { RouteRecord } from './scaffold.ts'

/** What an app keeps of its routes. @internal */
export class RouteTable {
  /** The URL rules. */
  readonly urlMap: RuleMap
  /** The views by endpoint. */
  readonly views = new Map<string, AnyView>()
  readonly #records = new Map<Rule, RouteRecord>()
  readonly #firstRules = new Map<string, string>()
  readonly #endpoints = new Map<Rule, Endpoint>()
  readonly #endpointNames = new Map<unknown, string[]>()

  /** @param options the app's own converters, host matching, who hears of overlaps */
  constructor(options: RuleMapOptions = {}) {
    this.urlMap = new RuleMap(options)
  }

  /**
   * Adds a route.
   *
   * @throws {DewarError} `ERR_DEWAR_ENDPOINT_TAKEN` if the endpoint serves another view; `ERR_ROUTING_…` for a bad rule
   */
  add(record: RouteRecord): void {
    const { endpoint, view, options, methods } = record
    const { defaults, strictSlashes, mergeSlashes, subdomain, host, redirectTo, alias } = options
    if (view !== null) this.addView(endpoint, view, record.rule)
    const rule = new Rule<string>(record.rule, {
      endpoint,
      methods,
      defaults,
      strictSlashes,
      mergeSlashes,
      subdomain,
      host,
      redirectTo,
      alias,
    })
    this.urlMap.add(rule)
    if (!this.#firstRules.has(endpoint)) this.#firstRules.set(endpoint, record.rule)
    this.#records.set(rule, record)
  }

  /**
   * Names the view of an endpoint.
   *
   * @throws {DewarError} `ERR_DEWAR_ENDPOINT_TAKEN` if it has another one
   */
  addView(endpoint: string, view: AnyView, rule: string | null = null): void {
    const other = this.views.get(endpoint)
    if (other !== undefined && other !== view) {
      throw endpointTaken(endpoint, rule, this.#firstRules.get(endpoint) ?? null)
    }
    this.views.set(endpoint, view)
    const names = this.#endpointNames.get(view)
    if (names === undefined) this.#endpointNames.set(view, [endpoint])
    else if (!names.includes(endpoint)) names.push(endpoint)
  }

  /**
   * Ends the setup: orders the rules, and works out what walking each route needs.
   *
   * @param compile makes an endpoint of a route
   * @param check looks at all routes before
   * @throws {DewarError} `ERR_ROUTING_DUPLICATE`, `ERR_DEWAR_NO_VIEW`, and whatever `check` and `compile` throw
   */
  freeze(
    compile: (record: RouteRecord, view: AnyView) => Endpoint,
    check: (records: readonly RouteRecord[]) => void = () => {},
  ): void {
    this.urlMap.freeze()
    check(this.urlMap.rules().map((rule) => this.#records.get(rule) ?? recordOf(rule)))
    for (const rule of this.urlMap.rules()) {
      const record = this.#records.get(rule) ?? recordOf(rule)
      const view = this.views.get(record.endpoint) ?? (rule.options.redirectTo === undefined ? null : unseen)
      if (view === null) throw noView(record.endpoint, record.rule, this.views.keys())
      this.#endpoints.set(rule, compile(record, view))
    }
  }

  /** The endpoint of a rule that matched. */
  endpointOf(rule: Rule): Endpoint {
    return this.#endpoints.get(rule) as Endpoint
  }

  /** The endpoint names of a view, in order of registration. */
  endpointsOf(view: unknown): readonly string[] {
    return this.#endpointNames.get(view) ?? []
  }
}

/** Rules that were added to `app.urlMap` itself. */
function recordOf(rule: Rule): RouteRecord {
  const { endpoint, methods = [] } = rule.options
  return { rule: rule.text, endpoint, methods, options: {}, view: null }
}

/** The view of a rule that leads elsewhere: nobody gets to see it. */
function unseen(): string {
  return ''
}
