/** What a search means: found, sent on, not allowed or not found. */
import type { CompiledRule } from './compiled-rule.ts'
import { encodePart, encodeQuery, queryPairs } from './encoding.ts'
import type { Ending, Matcher } from './matcher.ts'
import type { Rule, UrlBuilder } from './rule.ts'
import { isSuitable, type RuleTable } from './rule-table.ts'
import { type Binding, hostOf, type PartialUrl, partialUrl, type UrlValues } from './url.ts'

/** A rule matches: the arguments have the types its converters give. */
export interface Found {
  readonly kind: 'found'
  readonly rule: Rule
  readonly args: Record<string, unknown>
}

/** The page has another address. */
export interface Redirect {
  readonly kind: 'redirect'
  /** Percent-encoded. A path from a map; an absolute URL from a bound map. */
  readonly location: string
  readonly status: 308
}

/** Rules match the path, but none of them the method. */
export interface MethodNotAllowed {
  readonly kind: 'methodNotAllowed'
  /** The methods they take, sorted. */
  readonly allowed: readonly string[]
}

/** No rule matches. */
export interface NotFound {
  readonly kind: 'notFound'
  /**
   * `unmatched`: there is no such page. `websocketMismatch`: a rule matches, but is for WebSockets and the request is
   * not, or the other way round. `badEncoding`: an escape is malformed or not UTF-8. `tooLong`: past a limit.
   */
  readonly reason: 'unmatched' | 'websocketMismatch' | 'badEncoding' | 'tooLong'
  /** The error a converter threw, if the search ended for that. */
  readonly cause?: unknown
}

/** The outcome of a match. */
export type Match = Found | Redirect | MethodNotAllowed | NotFound

/** A query as received, without the question mark, or its values. */
export type Query = string | UrlValues

const notFound = Object.freeze({
  none: Object.freeze<NotFound>({ kind: 'notFound', reason: 'unmatched' }),
  websocket: Object.freeze<NotFound>({ kind: 'notFound', reason: 'websocketMismatch' }),
  badEncoding: Object.freeze<NotFound>({ kind: 'notFound', reason: 'badEncoding' }),
  tooLong: Object.freeze<NotFound>({ kind: 'notFound', reason: 'tooLong' }),
})

/** How the outcome is to be worded. */
export interface OutcomeContext {
  readonly table: RuleTable
  readonly binding: Binding
  readonly urls: UrlBuilder
  readonly method: string
  readonly query: Query | null
  /** Whether redirects name the host even if it stays the same. */
  readonly absolute: boolean
}

/** Words the ending of a search that found nothing. */
export function missOf(
  ending: 'badEncoding' | 'tooLong' | 'none',
  matcher: Matcher,
): MethodNotAllowed | NotFound {
  if (ending !== 'none') return notFound[ending]
  if (matcher.allowed !== null) return { kind: 'methodNotAllowed', allowed: [...matcher.allowed].sort() }
  if (matcher.websocketMismatch) return notFound.websocket
  if (matcher.refusal === undefined) return notFound.none
  return { kind: 'notFound', reason: 'unmatched', cause: matcher.refusal }
}

/** Words the ending of the search the table's matcher has just made. */
export function outcomeOf(ending: Ending, context: OutcomeContext): Match {
  const { matcher } = context.table
  if (ending === 'found') return foundOutcome(matcher.rule as CompiledRule, matcher.args, context)
  if (ending !== 'slash' && ending !== 'merge') return missOf(ending, matcher)
  let path = ''
  for (const part of matcher.parts()) path += `/${encodePart(part)}`
  return redirect(ending === 'slash' ? `${path}/` : path, null, context)
}

function foundOutcome(rule: CompiledRule, args: Record<string, unknown>, context: OutcomeContext): Match {
  if (rule.rule.alias && context.table.settings.redirectDefaults) return aliasRedirect(rule, args, context)
  const shorter = context.table.shorter(rule)
  if (shorter !== undefined) {
    for (const other of shorter) {
      if (!isSuitable(other, args, context.method)) continue
      const url = attempt(() => partialUrl(other, { ...args, ...other.defaults }))
      if (url !== null) return redirect(url.path, url.domain, context)
    }
  }
  if (rule.rule.options.redirectTo !== undefined) return redirectTo(rule, args, context)
  return { kind: 'found', rule: rule.rule, args }
}

/** An alias leads to the first rule of its endpoint that is none. */
function aliasRedirect(rule: CompiledRule, args: Record<string, unknown>, context: OutcomeContext): Match {
  for (const other of context.table.endpoint(rule.endpoint)) {
    if (other.rule.alias || !isSuitable(other, args, context.method)) continue
    const url = attempt(() => partialUrl(other, args))
    if (url !== null) return redirect(url.path, url.domain, context)
  }
  return notFound.none
}

/** A match never throws: a value that was read but cannot be written again leaves the redirect undone. */
function attempt(build: () => PartialUrl): PartialUrl | null {
  try {
    return build()
  } catch {
    return null
  }
}

function redirect(path: string, domain: string | null, context: OutcomeContext): Match {
  const query = queryText(context.query)
  return {
    kind: 'redirect',
    location: `${origin(domain, context)}${rooted(path, context)}${query}`,
    status: 308,
  }
}

/** One slash between the root path and the path, whatever the path begins with: `//host` would be another site. */
function rooted(path: string, { binding }: OutcomeContext): string {
  return `${binding.rootPath}/${path.replace(/^\/+/, '')}`
}

function origin(domain: string | null, { table, binding, absolute }: OutcomeContext): string {
  const here = table.settings.hostMatching ? binding.serverName : binding.subdomain
  if (!absolute && (domain === null || domain === here)) return ''
  const host = hostOf(table, binding, domain)
  if (host === null || host === '') return ''
  const scheme = binding.scheme === '' ? (absolute ? 'http:' : '') : `${binding.scheme}:`
  return `${scheme}//${host}`
}

function queryText(query: Query | null): string {
  if (query === null || query === '') return ''
  if (typeof query === 'string') return `?${query}`
  const pairs =
    Symbol.iterator in query ? (query as Iterable<readonly [string, unknown]>) : Object.entries(query)
  const text = encodeQuery(queryPairs(pairs))
  return text === '' ? '' : `?${text}`
}

const place = /<([^>]+)>/g
const hasScheme = /^[A-Za-z][A-Za-z0-9+.-]*:/

/** Follows `redirectTo`: absolute only where the rule's author wrote it so. */
function redirectTo(rule: CompiledRule, args: Record<string, unknown>, context: OutcomeContext): Match {
  const { redirectTo: target, keepQuery } = rule.rule.options
  const isText = typeof target === 'string'
  const text = isText ? fill(target, rule, args) : (target?.(args, context.urls) ?? '')
  const shape = isText ? target : text
  const query = (keepQuery ?? true) ? queryText(context.query) : ''
  const joined = query !== '' && text.includes('?') ? `&${query.slice(1)}` : query
  return { kind: 'redirect', location: resolve(text, shape, context) + joined, status: 308 }
}

function fill(target: string, rule: CompiledRule, args: Readonly<Record<string, unknown>>): string {
  return target.replace(place, (_, name: string) => {
    const variable = rule.variables.find((candidate) => candidate.name === name)
    if (variable === undefined) return ''
    const text = variable.converter.format(args[name])
    return variable.converter.spansSlashes ? text.split('/').map(encodePart).join('/') : encodePart(text)
  })
}

function resolve(text: string, shape: string, context: OutcomeContext): string {
  if (hasScheme.test(shape) || shape.startsWith('//')) return text
  const start = origin(null, context)
  if (shape.startsWith('/')) return `${start}/${text.replace(/^\/+/, '')}`
  return `${start}${rooted(text, context)}`
}
