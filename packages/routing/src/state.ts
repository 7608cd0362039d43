/** The tree of states a search walks: a step for each part of a path. */
import type { CompiledRule } from './compiled-rule.ts'
import { compareWeights, type Part, type Pattern, type PatternMatcher } from './part.ts'
import { TextTable } from './text-table.ts'

/** How a transition finds out whether a part fits, the commonest ways without making its text. */
export type TransitionKind = 'any' | 'digits' | 'pattern' | 'rest'

/** A way on from a state, by a pattern. */
export interface Transition {
  readonly kind: TransitionKind
  readonly pattern: Pattern
  readonly matches: PatternMatcher
  readonly state: State
}

/** A static way on. */
export interface Step {
  readonly text: string
  /** Its first character. */
  readonly first: number
  readonly state: State
}

/** So many static ways on are tried one by one. */
const fewSteps = 4

/** A place in the tree. */
export class State {
  readonly static = new Map<string, State>()
  readonly dynamic: Transition[] = []
  readonly rules: CompiledRule[] = []
  /** The state a slash further, if there is one. */
  branch: State | null = null
  /** The static ways on, if they are few. */
  few: readonly Step[] = []
  /** The static ways on, if they are many. */
  many: TextTable<Step> | null = null

  /** The state a part leads to, made if it is new. */
  next(part: Part, compile: (pattern: Pattern) => PatternMatcher): State {
    if (part.static) {
      const known = this.static.get(part.text)
      if (known !== undefined) return known
      const state = new State()
      this.static.set(part.text, state)
      return state
    }
    const known = this.dynamic.find(({ pattern }) => pattern.key === part.key)
    if (known !== undefined) return known.state
    const state = new State()
    this.dynamic.push({ kind: kindOf(part), pattern: part, matches: compile(part), state })
    return state
  }

  /** Puts the patterns in order and makes the static ways on quick to find, here and below. */
  update(): void {
    this.dynamic.sort((a, b) => compareWeights(a.pattern.weight, b.pattern.weight))
    this.branch = this.static.get('') ?? null
    const steps = Array.from(this.static, ([text, state]) => ({ text, first: text.charCodeAt(0), state }))
    const areFew = steps.length <= fewSteps
    this.few = areFew ? steps : []
    this.many = areFew ? null : new TextTable(steps.map((step) => [step.text, step] as const))
    for (const state of this.static.values()) state.update()
    for (const { state } of this.dynamic) state.update()
  }
}

function kindOf(part: Pattern): TransitionKind {
  if (part.final) return 'rest'
  const [item] = part.items
  if (part.items.length !== 1 || item?.kind !== 'variable') return 'pattern'
  if (item.converter.test === null) return 'any'
  return item.converter.digits === true ? 'digits' : 'pattern'
}
