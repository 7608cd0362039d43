/**
 * Building URLs: choosing a rule of an endpoint, writing its values, and deciding how much of the address is needed.
 *
 * @see Werkzeug: `MapAdapter.build`, `MapAdapter._partial_build`
 */
import { type DewarError, nearestName } from '@dewar/base'
import type { CompiledRule } from './compiled-rule.ts'
import { encodeQuery, queryPairs } from './encoding.ts'
import { UrlBuildError } from './errors.ts'
import { isSuitable, type RuleTable } from './rule-table.ts'

/** Where a map is served. */
export interface Binding {
  /** Host and port, lower-cased and ASCII; `null` if not known. */
  readonly serverName: string | null
  /** The path the application is mounted at: empty, or with a leading and no trailing slash. */
  readonly rootPath: string
  /** The subdomain of the request; `null` with host matching. */
  readonly subdomain: string | null
  /** `http`, `https`, `ws`, `wss`, or empty for URLs without a scheme. */
  readonly scheme: string
  /** The method tried first when several rules of an endpoint differ in their methods. */
  readonly method: string
}

/** How a URL is to be built. */
export interface BuildOptions {
  /** Choose among the rules that answer this method. */
  readonly method?: string | undefined
  /** The fragment, without `#`. */
  readonly anchor?: string | undefined
  /** Whether to write scheme and host even where a path would do. */
  readonly external?: boolean | undefined
  /** The scheme; the map's or the binding's if left out, `''` for none. */
  readonly scheme?: string | undefined
  /** Whether values that no variable takes become the query; they do if left out. */
  readonly appendUnknown?: boolean | undefined
}

/** Values by name, or pairs in which names may repeat. */
export type UrlValues = Readonly<Record<string, unknown>> | Iterable<readonly [string, unknown]>

/** What the pieces of a URL are before they are put together. */
export interface PartialUrl {
  readonly domain: string
  readonly path: string
  readonly rule: CompiledRule
}

/** A function that orders query pairs. */
export type SortKey = (pair: readonly [string, unknown]) => string | number

/** Names to values, without those that are `null` or `undefined`. */
export function presentValues(values: UrlValues): Record<string, unknown> {
  const present: Record<string, unknown> = Object.create(null)
  if (Symbol.iterator in values) {
    const lists = new Map<string, unknown[]>()
    for (const [name, value] of values as Iterable<readonly [string, unknown]>) {
      const list = lists.get(name)
      if (list === undefined) lists.set(name, [value])
      else list.push(value)
    }
    for (const [name, list] of lists) present[name] = list.length === 1 ? list[0] : list
    return present
  }
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined) present[name] = value
  }
  return present
}

/** Builds the URL of an endpoint. */
export function buildUrl(
  table: RuleTable,
  binding: Binding,
  sortKey: SortKey | null,
  endpoint: string,
  args: UrlValues,
  options: BuildOptions,
): string {
  const values = presentValues(args)
  const method = options.method?.toUpperCase() ?? null
  const found = choose(table, binding, endpoint, values, method)
  if (found === null) throw buildError(table, endpoint, values, method)
  let tail = ''
  if (options.appendUnknown ?? true) tail = unknownQuery(table, found.rule, values, sortKey)
  if (options.anchor !== undefined) tail += `#${encodeAnchor(options.anchor)}`
  return address(table, binding, found, options) + tail
}

function encodeAnchor(anchor: string): string {
  const text = encodeURIComponent(anchor.toWellFormed())
  return text.replace(/%(?:2[134678BCF]|3[ABDF]|40)/g, decodeURIComponent)
}

/** The path of a rule, with the query left out. */
export function partialUrl(rule: CompiledRule, values: Readonly<Record<string, unknown>>): PartialUrl {
  return { domain: rule.buildDomain(values), path: rule.buildPath(values), rule }
}

function choose(
  table: RuleTable,
  binding: Binding,
  endpoint: string,
  values: Readonly<Record<string, unknown>>,
  method: string | null,
): PartialUrl | null {
  if (method === null) {
    const preferred = choose(table, binding, endpoint, values, binding.method)
    if (preferred !== null) return preferred
  }
  let first: PartialUrl | null = null
  for (const rule of table.endpoint(endpoint)) {
    if (!isSuitable(rule, values, method)) continue
    const url = partialUrl(rule, values)
    if (!table.settings.hostMatching || url.domain === binding.serverName) return url
    first ??= url
  }
  return first
}

function unknownQuery(
  table: RuleTable,
  rule: CompiledRule,
  values: Readonly<Record<string, unknown>>,
  sortKey: SortKey | null,
): string {
  const unknown = Object.entries(values).filter(([name]) => !rule.arguments.has(name))
  if (unknown.length === 0) return ''
  const pairs = queryPairs(unknown)
  if (table.settings.sortParameters) pairs.sort(sortKey === null ? comparePairs : byKey(sortKey))
  const query = encodeQuery(pairs)
  return query === '' ? '' : `?${query}`
}

function comparePairs(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return compare(a[0], b[0]) || compare(a[1], b[1])
}

function byKey(key: SortKey): (a: readonly [string, unknown], b: readonly [string, unknown]) => number {
  return (a, b) => compare(key(a), key(b))
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [String(a), String(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** The host of a host or subdomain rule. */
export function hostOf(table: RuleTable, binding: Binding, domain: string | null): string | null {
  if (table.settings.hostMatching) return domain ?? binding.serverName
  const subdomain = domain ?? binding.subdomain
  if (binding.serverName === null) return null
  return subdomain === null || subdomain === '' ? binding.serverName : `${subdomain}.${binding.serverName}`
}

const secure: ReadonlySet<string> = new Set(['https', 'wss'])

/** The scheme, host and path of a URL, as much of them as is needed. */
function address(table: RuleTable, binding: Binding, url: PartialUrl, options: BuildOptions): string {
  const { hostMatching } = table.settings
  const { websocket } = url.rule
  let scheme = options.scheme ?? binding.scheme
  const isSecure = secure.has(scheme)
  if (websocket) scheme = isSecure ? 'wss' : 'ws'
  else if (scheme !== '') scheme = isSecure ? 'https' : 'http'
  const path = `${binding.rootPath}/${url.path.replace(/^\/+/, '')}`
  const isHere = url.domain === (hostMatching ? binding.serverName : binding.subdomain)
  if (isHere && !websocket && !(options.external ?? false)) return path
  const host = hostOf(table, binding, url.domain)
  if (host === null || host === '') throw noHost(url.rule, hostMatching)
  return `${scheme === '' ? '' : `${scheme}:`}//${host}${path}`
}

function noHost(rule: CompiledRule, hostMatching: boolean): DewarError {
  const message = `The URL of rule ${rule.rule} needs a host, and none is known.`
  const fix = hostMatching
    ? "Give the rule a host: new Rule(…, { host: 'example.com' })."
    : "Pass it: map.build(…, { host: 'example.com' }) or map.bind({ serverName: 'example.com' })."
  return new UrlBuildError(message, { endpoint: rule.endpoint, suggestion: fix })
}

function buildError(
  table: RuleTable,
  endpoint: string,
  values: Readonly<Record<string, unknown>>,
  method: string | null,
): UrlBuildError {
  const names = Object.keys(values).sort()
  const given = names.length === 0 ? '' : ` with the values ${names.join(', ')}`
  const how = method === null ? '' : ` for ${method}`
  const suggestion = suggest(table, endpoint, values, method)
  return new UrlBuildError(`No URL of '${endpoint}' can be built${how}${given}.`, { endpoint, suggestion })
}

function suggest(
  table: RuleTable,
  endpoint: string,
  values: Readonly<Record<string, unknown>>,
  method: string | null,
): string {
  const rules = table.endpoint(endpoint)
  if (rules.length === 0) {
    const nearest = nearestName(endpoint, table.endpoints) ?? sameView(endpoint, table.endpoints)
    return nearest === undefined ? 'No rule has this endpoint.' : `Did you mean '${nearest}'?`
  }
  const answering = rules.filter(
    (rule) => method === null || rule.methods === null || rule.methods.has(method),
  )
  if (answering.length === 0) {
    const methods = new Set(rules.flatMap((rule) => [...(rule.methods ?? [])]))
    return `Its rules answer ${[...methods].sort().join(', ')}.`
  }
  const missing =
    answering.map((rule) => missingValues(rule, values)).sort((a, b) => a.length - b.length)[0] ?? []
  if (missing.length > 0) return `Pass a value for ${missing.join(', ')}.`
  return 'The values differ from the defaults of every rule of this endpoint.'
}

/** The endpoint of a view by that name, with the most blueprints in common: `todo.items.show` for `todo.show`. */
function sameView(endpoint: string, known: Iterable<string>): string | undefined {
  const parts = endpoint.split('.')
  const common = (other: string) => other.split('.').filter((part) => parts.includes(part)).length
  let best: string | undefined
  for (const other of known) {
    if (other.slice(other.lastIndexOf('.') + 1) !== parts.at(-1)) continue
    if (best === undefined || common(other) > common(best)) best = other
  }
  return best
}

function missingValues(rule: CompiledRule, values: Readonly<Record<string, unknown>>): string[] {
  return [...rule.arguments].filter(
    (name) => !Object.hasOwn(values, name) && !Object.hasOwn(rule.defaults ?? {}, name),
  )
}
