/**
 * Rules that get in each other's way. Equal rules for different endpoints are a mistake; rules that share some URLs
 * are reported with such a URL, and with what decides between them.
 */
import type { CompiledRule } from './compiled-rule.ts'
import { encodePart } from './encoding.ts'
import { Matcher } from './matcher.ts'
import type { Part, Pattern } from './part.ts'
import type { Rule } from './rule.ts'
import type { RuleTable } from './rule-table.ts'
import type { State, Transition } from './state.ts'

/** Two rules with different endpoints that match the same request. */
export interface Overlap {
  /** The rule that answers. */
  readonly winner: Rule
  /** The rule that would, without the other. */
  readonly loser: Rule
  /** A method both take. */
  readonly method: string
  /** A path both match, percent-encoded. */
  readonly example: string
  /**
   * `specificity`: the winner matches only URLs the loser matches too, as `/posts/new` does beside `/posts/<name>`;
   * this is how rules are meant to be used. `weight`: neither does, or the loser is the narrower one.
   */
  readonly decidedBy: 'specificity' | 'weight'
  readonly message: string
}

/** What was found within `maxOverlapSteps`. */
export interface OverlapReport {
  readonly overlaps: readonly Overlap[]
  /** Whether the search ended before every rule was compared. */
  readonly truncated: boolean
}

/** Two rules that are the same for a method. */
export interface Duplicate {
  readonly first: Rule
  readonly second: Rule
  readonly method: string
}

/** Finds the first rule that can never answer, because an equal one with another endpoint was added before. */
export function findDuplicate(table: RuleTable): Duplicate | null {
  const seen = new Map<string, CompiledRule[]>()
  for (const rule of table.rules) {
    if (rule.rule.buildOnly) continue
    const key = JSON.stringify([
      partKey(rule.domainPart),
      rule.parts.map(partKey),
      rule.websocket,
      bounds(rule),
    ])
    const same = seen.get(key) ?? []
    for (const other of same) {
      const method = sharedMethod(other, rule)
      if (other.endpoint !== rule.endpoint && method !== null) {
        return { first: other.rule, second: rule.rule, method }
      }
    }
    seen.set(key, [...same, rule])
  }
  return null
}

function partKey(part: Part): string {
  return part.static ? `=${part.text}` : `~${part.key}`
}

/** The converters as written: `<int(max=9):n>` and `<int:n>` match alike and differ in what they refuse. */
function bounds(rule: CompiledRule): string[] {
  return rule.rule.tokens.flatMap((token) =>
    token.kind === 'variable'
      ? [
          `${token.converter === 'default' ? 'string' : token.converter}(${JSON.stringify([token.args.positional, [...token.args.named]])})`,
        ]
      : [],
  )
}

function sharedMethod(a: CompiledRule, b: CompiledRule): string | null {
  if (a.websocket !== b.websocket) return null
  if (a.methods === null) return b.methods === null ? 'GET' : ([...b.methods][0] ?? null)
  if (b.methods === null) return [...a.methods][0] ?? null
  for (const method of a.methods) if (b.methods.has(method)) return method
  return null
}

/** Finds overlaps by walking each rule through the tree of all rules. */
export function findOverlaps(table: RuleTable): OverlapReport {
  const finder = new OverlapFinder(table)
  return finder.find()
}

interface Budget {
  left: number
}

class OverlapFinder {
  readonly #table: RuleTable
  readonly #found = new Map<string, Overlap>()
  readonly #budget: Budget
  readonly #order: ReadonlyMap<CompiledRule, number>

  constructor(table: RuleTable) {
    this.#table = table
    this.#budget = { left: table.settings.maxOverlapSteps }
    this.#order = new Map(table.rules.map((rule, index) => [rule, index]))
  }

  find(): OverlapReport {
    for (const rule of this.#table.rules) {
      if (rule.rule.buildOnly || rule.parts.every((part) => part.static)) continue
      for (const { domain, root } of this.#table.matcher.trees()) {
        const key = typeof domain === 'string' ? `=${domain}` : `~${domain.key}`
        if (key === partKey(rule.domainPart)) this.#walk(rule, root, 0, [])
      }
    }
    return { overlaps: [...this.#found.values()], truncated: this.#budget.left <= 0 }
  }

  /** Follows the parts of a rule that has patterns; `path` is an example of what led here. */
  #walk(rule: CompiledRule, state: State, index: number, path: readonly string[]): void {
    if (this.#budget.left-- <= 0) return
    const part = rule.parts[index]
    if (part === undefined) {
      for (const other of state.rules) this.#report(rule, other, path)
      return
    }
    if (part.static) this.#walkText(rule, part.text, state, index, path)
    else if (part.final) this.#walkRest(rule, part, state, index, path)
    else this.#walkPattern(rule, part, state, index, path)
  }

  #walkText(rule: CompiledRule, text: string, state: State, index: number, path: readonly string[]): void {
    const next = state.static.get(text)
    if (next !== undefined) this.#walk(rule, next, index + 1, [...path, text])
    for (const transition of state.dynamic) {
      if (!transition.pattern.final && takes(transition, text)) {
        this.#walk(rule, transition.state, index + 1, [...path, text])
      }
    }
  }

  #walkPattern(
    rule: CompiledRule,
    part: Pattern,
    state: State,
    index: number,
    path: readonly string[],
  ): void {
    const own = state.dynamic.find(({ pattern }) => pattern.key === part.key)
    if (own !== undefined) this.#walk(rule, own.state, index + 1, [...path, exampleText(part)])
    for (const [text, next] of state.static) {
      if (this.#budget.left-- <= 0) return
      if (own === undefined || takes(own, text)) this.#walk(rule, next, index + 1, [...path, text])
    }
    for (const transition of state.dynamic) {
      if (transition === own || transition.pattern.final) continue
      const shared = [exampleText(part), exampleText(transition.pattern)].find(
        (text) => takes(transition, text) && (own === undefined || takes(own, text)),
      )
      if (shared !== undefined) this.#walk(rule, transition.state, index + 1, [...path, shared])
    }
  }

  /** A rule that takes the rest of the path: every rule below is tried with an example of its own. */
  #walkRest(rule: CompiledRule, part: Pattern, state: State, index: number, path: readonly string[]): void {
    const own = state.dynamic.find(({ pattern }) => pattern.key === part.key)
    if (own !== undefined) this.#walk(rule, own.state, index + 1, [...path, exampleText(part)])
    const visit = (next: State, rest: readonly string[]): void => {
      if (this.#budget.left-- <= 0) return
      for (const other of next.rules) this.#report(rule, other, [...path, ...rest])
      for (const [text, below] of next.static) visit(below, [...rest, text])
      for (const { pattern, state: below } of next.dynamic) {
        if (pattern.key === part.key) continue
        visit(below, [...rest, exampleText(pattern)])
        if (pattern.final) visit(below, [...rest, exampleText(part)])
      }
    }
    visit(state, [])
  }

  /** Takes note of two rules if both really match the example. */
  #report(a: CompiledRule, b: CompiledRule, path: readonly string[]): void {
    const method = a === b || a.endpoint === b.endpoint ? null : sharedMethod(a, b)
    if (method === null) return
    const [first, second] = (this.#order.get(a) ?? 0) < (this.#order.get(b) ?? 0) ? [a, b] : [b, a]
    const key = `${this.#order.get(first)} ${this.#order.get(second)}`
    if (this.#found.has(key)) return
    const example = path.map((part) => `/${part.split('/').map(encodePart).join('/')}`).join('')
    const overlap = this.#decide(first, second, method, example)
    if (overlap !== null) this.#found.set(key, overlap)
  }

  #decide(a: CompiledRule, b: CompiledRule, method: string, example: string): Overlap | null {
    const { matcher } = this.#table
    this.#budget.left -= decisionCost
    const domain = a.domainPart.static ? a.domainPart.text : exampleText(a.domainPart)
    if (matcher.search(domain, method, example, a.websocket, false) !== 'found') return null
    const winner = matcher.rule === a ? a : matcher.rule === b ? b : null
    if (winner === null) return null
    const loser = winner === a ? b : a
    if (!this.#matchesAlone(loser, domain, method, example)) return null
    const decidedBy = isWithin(winner, loser) ? 'specificity' : 'weight'
    const message = `The rules ${winner.rule} and ${loser.rule} both match ${method} ${example}: '${winner.endpoint}' answers.`
    return { winner: winner.rule, loser: loser.rule, method, example, decidedBy, message }
  }

  #matchesAlone(rule: CompiledRule, domain: string, method: string, path: string): boolean {
    const matcher = new Matcher(this.#table.settings)
    matcher.add(rule)
    matcher.update()
    return matcher.search(domain, method, path, rule.websocket, false) === 'found'
  }
}

/** So many steps of a walk cost about as much as deciding between two rules. */
const decisionCost = 10

function takes({ matches }: Transition, text: string): boolean {
  return matches(text, [], 0)
}

function exampleText(pattern: Pattern): string {
  return pattern.items
    .map((item) => (item.kind === 'text' ? item.text : (item.converter.examples[0] ?? '')))
    .join('')
}

/** Whether every URL of one rule is, part by part, one of the other. */
function isWithin(inner: CompiledRule, outer: CompiledRule): boolean {
  for (let i = 0; i < outer.parts.length; i++) {
    const [a, b] = [inner.parts[i], outer.parts[i]]
    if (b === undefined || a === undefined) return false
    if (!b.static && b.final) return b.items.length === 1 || (!a.static && a.key === b.key)
    if (!partWithin(a, b)) return false
  }
  return inner.parts.length === outer.parts.length
}

function partWithin(inner: Part, outer: Part): boolean {
  if (outer.static) return inner.static && inner.text === outer.text
  if (inner.static) return true
  const [item] = outer.items
  const takesAny = outer.items.length === 1 && item?.kind === 'variable' && item.converter.test === null
  return takesAny ? !inner.final : inner.key === outer.key || isNumberWithin(inner, outer)
}

/** Patterns that differ are taken to be nested where the inner one has more text around its variables. */
function isNumberWithin(inner: Pattern, outer: Pattern): boolean {
  return !inner.final && inner.weight.texts < outer.weight.texts
}
