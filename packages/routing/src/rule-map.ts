/** The map of all rules: from a method and a path to a rule and its arguments, and back to a URL. */
import { DewarError } from '@dewar/base'
import { type BindOptions, BoundMap, bindingOf } from './bound-map.ts'
import type { CompiledRule } from './compiled-rule.ts'
import type { ConverterDefinition } from './converter.ts'
import { onePrecedingSlash } from './encoding.ts'
import { type Match, missOf, outcomeOf, type Query } from './outcome.ts'
import { type Duplicate, findDuplicate, findOverlaps, type Overlap, type OverlapReport } from './overlap.ts'
import { Rule } from './rule.ts'
import { RuleTable, type TableOptions } from './rule-table.ts'
import { StaticPaths } from './static-paths.ts'
import { type Binding, type BuildOptions, buildUrl, type SortKey, type UrlValues } from './url.ts'

/** How a map behaves; the settings are those of `defaults`. */
export interface RuleMapOptions extends TableOptions {
  /** Converters by name; one named like a built-in takes its place. */
  readonly converters?: Readonly<Record<string, ConverterDefinition>> | undefined
  /** What to sort query parameters by, with `sortParameters`; by name and value if left out. */
  readonly sortKey?: SortKey | undefined
  /** Hears of rules that overlap when the map freezes; a process warning if left out. */
  readonly onOverlap?: ((overlap: Overlap) => void) | undefined
}

/** What a match may need beside method and path. */
export interface MatchOptions {
  /** The host with port, with host matching. */
  readonly host?: string | undefined
  /** The subdomain, without host matching; the map's default if left out. */
  readonly subdomain?: string | undefined
  /** Whether the request is a WebSocket handshake. */
  readonly websocket?: boolean | undefined
  /** The query to keep when sending on. */
  readonly query?: Query | undefined
  /** The path the application is mounted at, put before redirects. */
  readonly rootPath?: string | undefined
  /** The part of the host that all subdomains share, for redirects to another subdomain. */
  readonly serverName?: string | null | undefined
}

/** How a URL is to be built, and for which address. */
export interface MapBuildOptions extends BuildOptions {
  /** The host with port, for external URLs. */
  readonly host?: string | undefined
  /** The path the application is mounted at. */
  readonly rootPath?: string | undefined
}

const none: MatchOptions = Object.freeze({})

/**
 * A map of rules.
 *
 * Rules are added first; `freeze`, or the first match, puts them in order and looks for rules that get in each
 * other's way. From then on it does not change.
 *
 * @see Werkzeug: `werkzeug.routing.Map`
 */
export class RuleMap {
  readonly #table: RuleTable
  readonly #sortKey: SortKey | null
  readonly #onOverlap: (overlap: Overlap) => void
  readonly #unbound: Binding
  readonly #home: string
  readonly #mergeSlashes: boolean
  #paths: StaticPaths | null = null
  #frozen = false

  /**
   * @param options settings, converters, and who hears of overlaps
   * @throws {DewarError} `ERR_ROUTING_OPTION`
   */
  constructor(options: RuleMapOptions = {}) {
    const { converters, sortKey, onOverlap, ...settings } = options
    this.#table = new RuleTable(settings, converters ?? {})
    this.#home = this.#table.settings.defaultSubdomain
    this.#mergeSlashes = this.#table.settings.mergeSlashes
    this.#sortKey = sortKey ?? null
    this.#onOverlap = onOverlap ?? warnOfOverlap
    this.#unbound = bindingOf(this.#table, { serverName: null, scheme: '' })
  }

  /**
   * Adds rules.
   *
   * @param rules a rule, or any nesting of lists of rules
   * @throws {DewarError} `ERR_ROUTING_FROZEN`, `ERR_ROUTING_UNKNOWN_CONVERTER`, `ERR_ROUTING_CONVERTER_ARGUMENT`,
   *   `ERR_ROUTING_HOST`, `ERR_ROUTING_REPEATED_VARIABLE`, `ERR_ROUTING_REDIRECT`, `ERR_ROUTING_RULE_LIMIT`
   */
  add(rules: RuleSource): this {
    if (this.#frozen) {
      throw new DewarError('ERR_ROUTING_FROZEN', 'A rule was added after the first match.', {
        fix: 'Add all rules before the map is used.',
      })
    }
    if (rules instanceof Rule) this.#table.add(rules)
    else for (const rule of rules) this.add(rule)
    return this
  }

  /**
   * Ends the set-up: no more rules, duplicates refused, overlaps reported. Freezing again does nothing.
   *
   * @throws {DewarError} `ERR_ROUTING_DUPLICATE`, `ERR_ROUTING_ALIAS`
   */
  freeze(): this {
    if (this.#frozen) return this
    this.#table.update()
    this.#table.checkAliases()
    if (this.#table.settings.duplicates === 'refuse') {
      const duplicate = findDuplicate(this.#table)
      if (duplicate !== null) throw duplicateError(duplicate)
      for (const overlap of findOverlaps(this.#table).overlaps) {
        if (overlap.decidedBy !== 'specificity') this.#onOverlap(overlap)
      }
    }
    this.#paths = new StaticPaths(this.#table)
    this.#frozen = true
    return this
  }

  /** Whether rules can no longer be added. */
  get frozen(): boolean {
    return this.#frozen
  }

  /** The rules of an endpoint in the order they are tried for building, or all rules as they were added. */
  rules(endpoint?: string): readonly Rule[] {
    const compiled = endpoint === undefined ? this.#table.rules : this.#table.endpoint(endpoint)
    return compiled.map(({ rule }) => rule)
  }

  /** Whether a rule of the endpoint has all of these arguments. */
  expects(endpoint: string, ...names: readonly string[]): boolean {
    return this.#table.endpoint(endpoint).some((rule) => names.every((name) => rule.arguments.has(name)))
  }

  /** Rules with different endpoints that match the same method and URL, with an example of each. */
  overlaps(): OverlapReport {
    this.#table.update()
    return findOverlaps(this.#table)
  }

  /**
   * Finds the rule for a request. It never throws: whatever comes from the network has an outcome.
   *
   * @param method the request's method
   * @param rawPath the path as received: percent-encoded, without root path and query
   * @param options host, subdomain, query and root path, where they matter
   */
  match(method: string, rawPath: string, options: MatchOptions = none): Match {
    if (!this.#frozen) this.freeze()
    const found = options === none ? this.#paths?.find(method, rawPath) : null
    return found ?? this.#search(upperCased(method), rawPath, options)
  }

  #search(method: string, rawPath: string, options: MatchOptions): Match {
    const { matcher } = this.#table
    const { hostMatching } = this.#table.settings
    const domain = (hostMatching ? options.host?.toLowerCase() : options.subdomain) ?? this.#home
    const path = onePrecedingSlash(rawPath)
    const ending = matcher.search(domain, method, path, options.websocket ?? false, this.#mergeSlashes)
    if (ending === 'found') {
      const rule = matcher.rule as CompiledRule
      if (this.#table.isPlain(rule)) return { kind: 'found', rule: rule.rule, args: matcher.args }
    } else if (ending !== 'slash' && ending !== 'merge') return missOf(ending, matcher)
    const binding = { ...this.#unbound, rootPath: rootPathOf(options.rootPath) }
    if (hostMatching) Object.assign(binding, { serverName: domain })
    else Object.assign(binding, { subdomain: domain, serverName: options.serverName ?? null })
    const query = options.query ?? null
    return outcomeOf(ending, { table: this.#table, binding, urls: this, method, query, absolute: false })
  }

  /**
   * Builds a URL: a path, or more of the address if asked for or needed.
   *
   * @param endpoint the endpoint
   * @param args values for the rule's variables; the rest becomes the query
   * @param options method, anchor, host and scheme
   * @throws {UrlBuildError} `ERR_ROUTING_BUILD` if no rule takes the values, or a host is needed and not known
   * @throws {DewarError} `ERR_ROUTING_VALUE` if a converter cannot write a value
   */
  build(endpoint: string, args: UrlValues = {}, options: MapBuildOptions = {}): string {
    const { host, rootPath, ...rest } = options
    const serverName = host ?? null
    const binding =
      host === undefined && rootPath === undefined
        ? this.#unbound
        : bindingOf(this.#table, { serverName, scheme: '', rootPath })
    return buildUrl(this.#table, binding, this.#sortKey, endpoint, args, rest)
  }

  /**
   * Binds the map to the address it is served at, for absolute URLs and redirects, subdomains and WebSockets.
   *
   * @throws {DewarError} `ERR_ROUTING_HOST`, `ERR_ROUTING_OPTION`
   * @see Werkzeug: `Map.bind`
   */
  bind(options: BindOptions): BoundMap {
    if (!this.#frozen) this.freeze()
    return new BoundMap(this.#table, bindingOf(this.#table, options), this.#sortKey, options.query ?? null)
  }
}

/** A rule, or lists of rules. */
export type RuleSource = Rule | Iterable<RuleSource>

/** Most methods are upper-cased already, and one string each. */
function upperCased(method: string): string {
  return method === 'GET' || method === 'POST' || method === 'HEAD' ? method : method.toUpperCase()
}

function rootPathOf(rootPath: string | undefined): string {
  const inner = rootPath?.replace(/^\/+|\/+$/g, '') ?? ''
  return inner === '' ? '' : `/${inner}`
}

function duplicateError({ first, second, method }: Duplicate): DewarError {
  return new DewarError(
    'ERR_ROUTING_DUPLICATE',
    `The rules ${first} and ${second} are the same for ${method}: '${second.endpoint}' would never be called.`,
    {
      fix: 'Change the text or the methods of one of them.',
      details: { first: first.endpoint, second: second.endpoint },
    },
  )
}

function warnOfOverlap(overlap: Overlap): void {
  process.emitWarning(overlap.message, { type: 'DewarWarning', code: 'DEWAR_ROUTING_OVERLAP' })
}
