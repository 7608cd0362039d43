/** The routes of an app: rules for the URL map, views by endpoint, and what each needs to be walked. */
import { type ConverterDefinition, Rule, RuleMap } from '@dewar/routing'
import { endpointTaken } from './errors.ts'
import type { Endpoint } from './plan.ts'
import type { RouteRecord } from './scaffold.ts'

/** What an app keeps of its routes. @internal */
export class RouteTable {
  /** The URL rules. */
  readonly urlMap: RuleMap
  readonly #records = new Map<Rule, RouteRecord>()
  readonly #byEndpoint = new Map<string, RouteRecord>()
  readonly #endpoints = new Map<Rule, Endpoint>()
  readonly #endpointNames = new Map<unknown, string[]>()

  /** @param converters the app's own converters by name */
  constructor(converters: Readonly<Record<string, ConverterDefinition>> = {}) {
    this.urlMap = new RuleMap({ converters })
  }

  /**
   * Adds a route.
   *
   * @throws {DewarError} `ERR_DEWAR_ENDPOINT_TAKEN` if the endpoint serves another view; `ERR_ROUTING_…` for a bad rule
   */
  add(record: RouteRecord): void {
    const { endpoint, view, options, methods } = record
    const other = this.#byEndpoint.get(endpoint)
    if (other !== undefined && other.view !== view) throw endpointTaken(endpoint, record.rule, other.rule)
    const { defaults, strictSlashes } = options
    const rule = new Rule<string>(record.rule, { endpoint, methods, defaults, strictSlashes })
    this.urlMap.add(rule)
    this.#byEndpoint.set(endpoint, record)
    this.#records.set(rule, record)
    const names = this.#endpointNames.get(view)
    if (names === undefined) this.#endpointNames.set(view, [endpoint])
    else if (!names.includes(endpoint)) names.push(endpoint)
  }

  /**
   * Ends the setup: orders the rules, and works out what walking each route needs.
   *
   * @throws {DewarError} `ERR_ROUTING_DUPLICATE`, and whatever `compile` throws
   */
  freeze(compile: (record: RouteRecord) => Endpoint): void {
    this.urlMap.freeze()
    for (const [rule, record] of this.#records) this.#endpoints.set(rule, compile(record))
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
