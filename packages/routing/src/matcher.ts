/**
 * The state machine: a tree of states, one step for each part of a path. From a state, static text is tried before
 * patterns, and patterns in the order of their weights; what leads nowhere is given up for the next.
 *
 * The cost of a match grows with the path, not with the number of rules. A path that is static as a whole is found in
 * one look-up, since the search would try it first anyway.
 *
 * @see Werkzeug: `werkzeug.routing.matcher`, whose answers and order this follows
 */
import type { CompiledRule } from './compiled-rule.ts'
import { decodePart } from './encoding.ts'
import { ruleLimitError } from './errors.ts'
import {
  compareWeights,
  type Part,
  type Pattern,
  type PatternMatcher,
  patternMatcher,
  TooManyStates,
} from './part.ts'

/** A way on from a state, by a pattern. */
export interface Transition {
  readonly pattern: Pattern
  /** `null` for a whole part of any text, the commonest case. */
  readonly matches: PatternMatcher | null
  readonly state: State
}

/** A place in the tree. */
export interface State {
  readonly static: Map<string, State>
  readonly dynamic: Transition[]
  readonly rules: CompiledRule[]
}

/** The rules of one host or subdomain. */
export interface DomainState {
  readonly root: State
  /** The rules of each path that is static as a whole, in order. */
  readonly paths: Map<string, CompiledRule[]>
}

/** How a search ended. */
export type Ending = 'found' | 'slash' | 'merge' | 'badEncoding' | 'tooLong' | 'none'

/** Arguments of a match: no prototype members, and one shape for equal names. */
class Args {
  [name: string]: unknown
}
Object.setPrototypeOf(Args.prototype, null)
Reflect.deleteProperty(Args.prototype, 'constructor')

interface DomainTransition {
  readonly pattern: Pattern
  readonly matches: PatternMatcher
  readonly state: DomainState
}

function newState(): State {
  return { static: new Map(), dynamic: [], rules: [] }
}

/** Limits of a search. */
export interface MatcherLimits {
  readonly maxPathLength: number
  readonly maxPathParts: number
  readonly maxPartStates: number
}

/** The tree of a map. It searches one path at a time and keeps the outcome of the last search. */
export class Matcher {
  readonly #limits: MatcherLimits
  readonly #domains = new Map<string, DomainState>()
  readonly #dynamicDomains: DomainTransition[] = []
  readonly #parts: string[] = []
  readonly #values: string[] = []
  #count = 0
  #method = ''
  #websocket = false
  #slash = false
  #convertValues = true

  /** The rule found, after `found`; the rule a merged path leads to, after `merge`. */
  rule: CompiledRule | null = null
  /** The arguments, after `found`. */
  args: Record<string, unknown> = {}
  /** The methods of rules that would have matched. */
  allowed: Set<string> | null = null
  /** Whether a rule would have matched but for being about WebSockets, or not. */
  websocketMismatch = false
  /** The error a converter threw. */
  refusal: unknown = undefined

  constructor(limits: MatcherLimits) {
    this.#limits = limits
  }

  /** Adds a rule; `update` puts them in order. */
  add(rule: CompiledRule): void {
    const domain = this.#domainState(rule)
    let state = domain.root
    for (const part of rule.parts) state = this.#next(state, part, rule)
    state.rules.push(rule)
    const { staticPath } = rule
    if (staticPath === null || staticPath.includes('%') || staticPath.startsWith('//')) return
    const same = domain.paths.get(staticPath)
    if (same === undefined) domain.paths.set(staticPath, [rule])
    else same.push(rule)
  }

  #domainState(rule: CompiledRule): DomainState {
    const part = rule.domainPart
    if (part.static) {
      const known = this.#domains.get(part.text)
      if (known !== undefined) return known
      const state = { root: newState(), paths: new Map() }
      this.#domains.set(part.text, state)
      return state
    }
    const known = this.#dynamicDomains.find(({ pattern }) => pattern.key === part.key)
    if (known !== undefined) return known.state
    const state = { root: newState(), paths: new Map() }
    this.#dynamicDomains.push({ pattern: part, matches: this.#compile(part, rule), state })
    return state
  }

  #next(state: State, part: Part, rule: CompiledRule): State {
    if (part.static) {
      const known = state.static.get(part.text)
      if (known !== undefined) return known
      const next = newState()
      state.static.set(part.text, next)
      return next
    }
    const known = state.dynamic.find(({ pattern }) => pattern.key === part.key)
    if (known !== undefined) return known.state
    const next = newState()
    const matches = isAnyPart(part) ? null : this.#compile(part, rule)
    state.dynamic.push({ pattern: part, matches, state: next })
    return next
  }

  #compile(part: Pattern, rule: CompiledRule): PatternMatcher {
    try {
      return patternMatcher(part, this.#limits.maxPartStates)
    } catch (error) {
      if (!(error instanceof TooManyStates)) throw error
      throw ruleLimitError(rule.rule.text, 'maxPartStates', this.#limits.maxPartStates, error.states)
    }
  }

  /** Puts the patterns of every state into the order they are tried in. */
  update(): void {
    const byWeight = (a: { pattern: Pattern }, b: { pattern: Pattern }): number =>
      compareWeights(a.pattern.weight, b.pattern.weight)
    this.#dynamicDomains.sort(byWeight)
    const sort = (state: State): void => {
      state.dynamic.sort(byWeight)
      for (const next of state.static.values()) sort(next)
      for (const { state: next } of state.dynamic) sort(next)
    }
    for (const { root } of this.#domains.values()) sort(root)
    for (const { state } of this.#dynamicDomains) sort(state.root)
  }

  /** The rules of a static domain, if it has any. */
  domain(domain: string): DomainState | undefined {
    return this.#domains.get(domain)
  }

  /** Every domain's tree, with the part that leads to it. */
  *trees(): Generator<{ readonly domain: string | Pattern; readonly root: State }> {
    for (const [domain, { root }] of this.#domains) yield { domain, root }
    for (const { pattern, state } of this.#dynamicDomains) yield { domain: pattern, root: state.root }
  }

  /**
   * Searches the rules for a path.
   *
   * @param domain the host or subdomain
   * @param method the method, upper-cased
   * @param path the path as received, percent-encoded, empty or with one leading slash
   * @param merge whether to try again with repeated slashes merged
   */
  search(domain: string, method: string, path: string, websocket: boolean, merge: boolean): Ending {
    this.#method = method
    this.#websocket = websocket
    this.#slash = false
    this.#convertValues = true
    this.rule = null
    this.allowed = null
    this.websocketMismatch = false
    this.refusal = undefined
    const problem = this.#split(path)
    if (problem !== null) return problem
    const rule = this.#walkDomains(domain)
    if (this.#slash) return 'slash'
    if (rule !== null) {
      this.rule = rule
      return 'found'
    }
    if (!merge || !path.includes('//')) return 'none'
    this.#split(path.replaceAll(/\/{2,}/g, '/'))
    this.#convertValues = false
    const merged = this.#walkDomains(domain)
    if (this.#slash) return 'slash'
    return merged === null || !merged.mergeSlashes ? 'none' : 'merge'
  }

  /** The decoded parts of the path last searched: after `slash` and `merge`, with slashes merged. */
  parts(): readonly string[] {
    return this.#parts.slice(0, this.#count)
  }

  #split(path: string): Ending | null {
    const { maxPathLength, maxPathParts } = this.#limits
    if (path.length > maxPathLength) return 'tooLong'
    const parts = this.#parts
    const encoded = path.includes('%')
    let count = 0
    let start = 1
    while (start <= path.length) {
      if (count === maxPathParts) return 'tooLong'
      let end = path.indexOf('/', start)
      if (end < 0) end = path.length
      const part = path.slice(start, end)
      if (encoded) {
        const decoded = decodePart(part)
        if (decoded === null) return 'badEncoding'
        parts[count++] = decoded
      } else parts[count++] = part
      start = end + 1
    }
    this.#count = count
    return null
  }

  #walkDomains(domain: string): CompiledRule | null {
    const known = this.#domains.get(domain)
    if (known !== undefined) {
      const rule = this.#walk(known.root, 0, 0)
      if (rule !== null || this.#slash) return rule
    }
    for (const { pattern, matches, state } of this.#dynamicDomains) {
      if (!matches(domain, this.#values, 0)) continue
      const rule = this.#walk(state.root, 0, pattern.variables)
      if (rule !== null || this.#slash) return rule
    }
    return null
  }

  /** Follows the parts from `index` on. A rule, or `#slash`, ends the whole search. */
  #walk(state: State, index: number, at: number): CompiledRule | null {
    if (index === this.#count) return this.#arrive(state)
    const part = this.#parts[index] as string
    const known = state.static.get(part)
    if (known !== undefined) {
      const rule = this.#walk(known, index + 1, at)
      if (rule !== null || this.#slash) return rule
    }
    const { dynamic } = state
    for (let i = 0; i < dynamic.length; i++) {
      const transition = dynamic[i] as Transition
      const rule = transition.pattern.final
        ? this.#walkRest(transition, index, at)
        : this.#walkPart(transition, part, index, at)
      if (rule !== null || this.#slash) return rule
    }
    return part === '' && index === this.#count - 1 ? this.#accept(state.rules, true) : null
  }

  #walkPart(transition: Transition, part: string, index: number, at: number): CompiledRule | null {
    const { matches } = transition
    if (matches === null) {
      if (part === '') return null
      this.#values[at] = part
      return this.#walk(transition.state, index + 1, at + 1)
    }
    if (!matches(part, this.#values, at)) return null
    return this.#walk(transition.state, index + 1, at + transition.pattern.variables)
  }

  /** A pattern that takes the rest of the path, but for one last slash if its rule ends in one. */
  #walkRest({ pattern, matches, state }: Transition, index: number, at: number): CompiledRule | null {
    const rest = this.#parts.slice(index, this.#count).join('/')
    const values = this.#values
    if (matches === null || !matches(rest, values, at)) return null
    const after = at + pattern.variables
    if (!pattern.suffixed || values[after] !== '/') return this.#walk(state, this.#count, after)
    const branch = state.static.get('')
    return branch === undefined ? null : this.#walk(branch, this.#count, after)
  }

  /** The path ends in this state: the first rule that takes the method, or the branch rule a slash away. */
  #arrive(state: State): CompiledRule | null {
    const rule = this.#accept(state.rules, false)
    if (rule !== null) return rule
    const branch = state.static.get('')
    if (branch === undefined) return null
    for (const candidate of branch.rules) {
      if (candidate.websocket !== this.#websocket) continue
      if (candidate.methods !== null && !candidate.methods.has(this.#method)) continue
      if (candidate.strictSlashes) {
        this.#slash = true
        return null
      }
      if (this.#convert(candidate)) return candidate
    }
    return null
  }

  #accept(rules: readonly CompiledRule[], looseOnly: boolean): CompiledRule | null {
    for (let i = 0; i < rules.length; i++) {
      const rule = rules[i] as CompiledRule
      if (looseOnly && rule.strictSlashes) continue
      if (rule.methods !== null && !rule.methods.has(this.#method)) {
        this.allowed ??= new Set()
        for (const method of rule.methods) this.allowed.add(method)
      } else if (rule.websocket !== this.#websocket) this.websocketMismatch = true
      else if (this.#convert(rule)) return rule
    }
    return null
  }

  /** Makes the arguments; a converter that refuses its text makes the search go on. A merged path is only sent on to. */
  #convert(rule: CompiledRule): boolean {
    if (!this.#convertValues) return true
    const { variables, defaults } = rule
    const args = new Args() as Record<string, unknown>
    for (let i = 0; i < variables.length; i++) {
      const { name, converter } = variables[i] as (typeof variables)[number]
      const text = this.#values[i] as string
      if (converter.parse === null) args[name] = text
      else {
        const value = this.#parse(converter.parse, text)
        if (value === undefined) return false
        args[name] = value
      }
    }
    if (defaults !== null) Object.assign(args, defaults)
    this.args = args
    return true
  }

  #parse(parse: (text: string) => unknown, text: string): unknown {
    try {
      return parse(text)
    } catch (error) {
      this.refusal = error
      return undefined
    }
  }
}

function isAnyPart(part: Pattern): boolean {
  const [item] = part.items
  return !part.final && part.items.length === 1 && item?.kind === 'variable' && item.converter.test === null
}
