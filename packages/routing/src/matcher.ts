/**
 * The state machine: a tree of states, one step for each part of a path. From a state, static text is tried before
 * patterns, and patterns in the order of their weights; what leads nowhere is given up for the next.
 *
 * The cost of a match grows with the path, not with the number of rules. A path that is static as a whole is found in
 * one look-up, since the search would try it first anyway.
 *
 * @see Werkzeug: `werkzeug.routing.matcher`, whose answers and order this follows
 */
import type { CompiledRule, Variable } from './compiled-rule.ts'
import { ruleLimitError } from './errors.ts'
import { methodBit } from './method-bits.ts'
import { compareWeights, type Pattern, type PatternMatcher, patternMatcher, TooManyStates } from './part.ts'
import { decodePath, isTooLong, withSlashes } from './path-text.ts'
import { State, type Step, type Transition } from './state.ts'
import { isAt } from './text-table.ts'

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
  readonly root: State
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
  readonly #domains = new Map<string, State>()
  /** The tree of rules without host or subdomain. */
  #home: State | undefined
  readonly #dynamicDomains: DomainTransition[] = []
  #text = ''
  #encoded = false
  /** The texts of the variables so far; one whose start is not negative is still a place in the path. */
  readonly #values: string[] = []
  readonly #starts: number[] = []
  readonly #ends: number[] = []
  #method = ''
  #methodBit = 0
  #websocket = false
  #slash = false
  #convertValues = true
  #refused = false

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
    const compile = (pattern: Pattern): PatternMatcher => this.#compile(pattern, rule)
    let state = this.#root(rule, compile)
    for (const part of rule.parts) state = state.next(part, compile)
    state.rules.push(rule)
  }

  #root(rule: CompiledRule, compile: (pattern: Pattern) => PatternMatcher): State {
    const part = rule.domainPart
    if (part.static) {
      const known = this.#domains.get(part.text)
      if (known !== undefined) return known
      const root = new State()
      this.#domains.set(part.text, root)
      return root
    }
    const known = this.#dynamicDomains.find(({ pattern }) => pattern.key === part.key)
    if (known !== undefined) return known.root
    const root = new State()
    this.#dynamicDomains.push({ pattern: part, matches: compile(part), root })
    return root
  }

  #compile(pattern: Pattern, rule: CompiledRule): PatternMatcher {
    try {
      return patternMatcher(pattern, this.#limits.maxPartStates)
    } catch (error) {
      if (!(error instanceof TooManyStates)) throw error
      throw ruleLimitError(rule.rule.text, 'maxPartStates', this.#limits.maxPartStates, error.states)
    }
  }

  /** Puts everything into the order it is tried in. */
  update(): void {
    this.#dynamicDomains.sort((a, b) => compareWeights(a.pattern.weight, b.pattern.weight))
    for (const { root } of this.trees()) root.update()
    this.#home = this.#domains.get('')
  }

  /** Every domain's tree, with the part that leads to it. */
  *trees(): Generator<{ readonly domain: string | Pattern; readonly root: State }> {
    for (const [domain, root] of this.#domains) yield { domain, root }
    for (const { pattern, root } of this.#dynamicDomains) yield { domain: pattern, root }
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
    this.#methodBit = methodBit(method)
    this.#websocket = websocket
    this.#slash = false
    this.#convertValues = true
    this.#refused = false
    this.rule = null
    this.allowed = null
    this.websocketMismatch = false
    this.refusal = undefined
    if (isTooLong(path, this.#limits.maxPathLength, this.#limits.maxPathParts)) return 'tooLong'
    this.#encoded = path.includes('%')
    const text = this.#encoded ? decodePath(path) : path
    if (text === null) return 'badEncoding'
    this.#text = text
    const rule = this.#walkDomains(domain)
    if (this.#slash) return 'slash'
    if (rule !== null) {
      this.rule = rule
      return 'found'
    }
    if (!merge || this.#refused || !path.includes('//')) return 'none'
    this.#text = this.#text.replaceAll(/\/{2,}/g, '/')
    this.#convertValues = false
    const merged = this.#walkDomains(domain)
    if (this.#slash) return 'slash'
    return merged === null || !merged.mergeSlashes ? 'none' : 'merge'
  }

  /** The decoded parts of the path last searched: after `slash` and `merge`, with slashes merged. */
  parts(): readonly string[] {
    return this.#text === '' ? [] : this.#text.slice(1).split('/').map(withSlashes)
  }

  #walkDomains(domain: string): CompiledRule | null {
    const known = domain === '' ? this.#home : this.#domains.get(domain)
    if (known !== undefined) {
      const rule = this.#walk(known, 1, 0)
      if (rule !== null || this.#slash) return rule
    }
    for (const { pattern, matches, root } of this.#dynamicDomains) {
      if (!matches(domain, this.#values, 0)) continue
      const rule = this.#walk(root, 1, this.#keepTexts(0, pattern.variables))
      if (rule !== null || this.#slash) return rule
    }
    return null
  }

  /** Notes that the values from `at` on are texts; gives the place after them. */
  #keepTexts(at: number, variables: number): number {
    for (let i = at; i < at + variables; i++) this.#starts[i] = -1
    return at + variables
  }

  /** Follows the parts from `start` on. A rule, or `#slash`, ends the whole search. */
  #walk(state: State, start: number, at: number): CompiledRule | null {
    const text = this.#text
    if (start > text.length) return this.#arrive(state)
    const { few, dynamic } = state
    let end = -1
    for (let i = 0; i < few.length; i++) {
      const step = few[i] as Step
      if (text.charCodeAt(start) !== step.first && step.text !== '') continue
      const after = start + step.text.length
      if ((after !== text.length && text.charCodeAt(after) !== 47) || !isAt(text, step.text, start)) continue
      const rule = this.#walk(step.state, after + 1, at)
      if (rule !== null || this.#slash) return rule
      break
    }
    if (state.many !== null) {
      const step = state.many.getPart(text, start)
      if (step !== null) {
        const rule = this.#walk(step.state, start + step.text.length + 1, at)
        if (rule !== null || this.#slash) return rule
      }
    }
    for (let i = 0; i < dynamic.length; i++) {
      const transition = dynamic[i] as Transition
      const { kind } = transition
      let rule: CompiledRule | null
      if (kind === 'digits' || kind === 'any') {
        if (kind === 'any' && end < 0) end = endOfPart(text, start)
        const after = kind === 'any' ? end : endOfDigits(text, start)
        if (after === start) continue
        this.#starts[at] = start
        this.#ends[at] = after
        rule = this.#walk(transition.state, after + 1, at + 1)
      } else
        rule =
          kind === 'rest' ? this.#walkRest(transition, start, at) : this.#walkPattern(transition, start, at)
      if (rule !== null || this.#slash) return rule
    }
    return start === text.length ? this.#accept(state.rules, true) : null
  }

  #walkPattern({ pattern, state, matches }: Transition, start: number, at: number): CompiledRule | null {
    const end = endOfPart(this.#text, start)
    if (!matches(this.#plain(start, end), this.#values, at)) return null
    return this.#walk(state, end + 1, this.#keepTexts(at, pattern.variables))
  }

  /** A pattern that takes the rest of the path, but for one last slash if its rule ends in one. */
  #walkRest({ pattern, matches, state }: Transition, start: number, at: number): CompiledRule | null {
    const { length } = this.#text
    if (!matches(this.#plain(start, length), this.#values, at)) return null
    const after = this.#keepTexts(at, pattern.variables)
    if (!pattern.suffixed || this.#values[after] !== '/') return this.#walk(state, length + 1, after)
    return state.branch === null ? null : this.#walk(state.branch, length + 1, after)
  }

  #plain(start: number, end: number): string {
    const text = this.#text.slice(start, end)
    return this.#encoded ? withSlashes(text) : text
  }

  /** The path ends in this state: the first rule that takes the method, or the branch rule a slash away. */
  #arrive(state: State): CompiledRule | null {
    const rule = this.#accept(state.rules, false)
    if (rule !== null || state.branch === null) return rule
    for (const candidate of state.branch.rules) {
      if (candidate.websocket !== this.#websocket) continue
      if (!this.#takes(candidate)) continue
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
      if (!this.#takes(rule)) {
        if (!this.#fits(rule)) continue
        this.allowed ??= new Set()
        for (const method of rule.methods ?? []) this.allowed.add(method)
      } else if (rule.websocket !== this.#websocket) this.websocketMismatch = true
      else if (this.#convert(rule)) return rule
    }
    return null
  }

  /** Whether a rule for other methods would take the values: else there is nothing at this path for any method. */
  #fits({ variables }: CompiledRule): boolean {
    if (!this.#convertValues) return true
    const { refusal } = this
    for (let i = 0; i < variables.length; i++) {
      if (this.#value(variables[i] as Variable, i) === undefined) {
        this.refusal = refusal
        return false
      }
    }
    return true
  }

  #takes({ methods, methodBits }: CompiledRule): boolean {
    const bit = this.#methodBit
    return bit === 0 ? methods === null || methods.has(this.#method) : (methodBits & bit) !== 0
  }

  /** Makes the arguments; a converter that refuses its text makes the search go on. A merged path is only sent on to. */
  #convert(rule: CompiledRule): boolean {
    if (!this.#convertValues) return true
    const { variables, defaults } = rule
    const args = new Args() as Record<string, unknown>
    for (let i = 0; i < variables.length; i++) {
      const variable = variables[i] as Variable
      const value = this.#value(variable, i)
      if (value === undefined) {
        this.#refused = true
        return false
      }
      args[variable.name] = value
    }
    if (defaults !== null) Object.assign(args, defaults)
    this.args = args
    return true
  }

  #value({ converter }: Variable, index: number): unknown {
    const start = this.#starts[index] as number
    const end = this.#ends[index] as number
    if (converter.digits === true && start >= 0 && end - start <= exactDigits)
      return numberIn(this.#text, start, end)
    const text = start < 0 ? (this.#values[index] as string) : this.#plain(start, end)
    if (converter.parse === null) return text
    try {
      return converter.parse(text)
    } catch (error) {
      this.refusal = error
      return undefined
    }
  }
}

/** So many digits always make a safe integer. */
const exactDigits = 15

function endOfPart(text: string, start: number): number {
  const end = text.indexOf('/', start)
  return end < 0 ? text.length : end
}

/** Where a part of digits ends; `start` if it is none. */
function endOfDigits(text: string, start: number): number {
  const { length } = text
  let end = start
  while (end < length) {
    const unit = text.charCodeAt(end)
    if (unit === 47) return end
    if (unit < 48 || unit > 57) return start
    end++
  }
  return end
}

function numberIn(text: string, start: number, end: number): number {
  let value = 0
  for (let i = start; i < end; i++) value = value * 10 + text.charCodeAt(i) - 48
  return value
}
