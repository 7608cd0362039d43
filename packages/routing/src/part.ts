/**
 * The parts of a rule between its slashes, compiled. A part is static text, or a pattern of text and variables; a
 * pattern with a converter that spans slashes takes the rest of the path.
 *
 * @see Werkzeug: `RulePart`, `Rule._parse_rule`
 */
import { compileMatcher, type Matcher, type Piece, TooManyStates } from './automaton.ts'
import type { Converter } from './converter.ts'
import { nativeSource, textExpression } from './expression.ts'

/** How early a pattern is tried: compared member by member, smaller first. */
export interface Weight {
  readonly texts: number
  readonly lengths: readonly number[]
  readonly variables: number
  readonly converters: readonly number[]
}

/** A part with variables. */
export interface Pattern {
  readonly static: false
  /** Equal for patterns that match the same texts in the same way and are tried equally early. */
  readonly key: string
  readonly weight: Weight
  /** Whether it takes the rest of the path. */
  readonly final: boolean
  /** Whether the rule ends in a slash right after the rest of the path. */
  readonly suffixed: boolean
  readonly variables: number
  readonly items: readonly PatternItem[]
}

/** Static text between slashes. */
export interface StaticPart {
  readonly static: true
  readonly text: string
}

export type Part = StaticPart | Pattern

/** Text or a variable of a pattern. */
export type PatternItem =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly converter: Converter }

/** Orders two weights: negative if the first is tried first. */
export function compareWeights(a: Weight, b: Weight): number {
  return (
    a.texts - b.texts ||
    compareLists(a.lengths, b.lengths) ||
    a.variables - b.variables ||
    compareLists(a.converters, b.converters)
  )
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** A converter bound to its place, or text, or a slash. */
export type Piecewise =
  | { readonly kind: 'slash' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly converter: Converter }

/** Splits the pieces of a rule into its parts. */
export function splitParts(pieces: readonly Piecewise[]): Part[] {
  const parts: Part[] = []
  let items: PatternItem[] = []
  const isFinal = (): boolean => items.some((item) => item.kind === 'variable' && item.converter.spansSlashes)
  for (const piece of pieces) {
    if (piece.kind !== 'slash') items.push(piece)
    else if (isFinal()) items.push({ kind: 'text', text: '/' })
    else {
      parts.push(makePart(items, false, false))
      items = []
    }
  }
  const last = items.at(-1)
  const final = isFinal()
  const suffixed = final && last?.kind === 'text' && last.text === '/'
  parts.push(makePart(suffixed ? items.slice(0, -1) : items, final, suffixed))
  if (suffixed) parts.push({ static: true, text: '' })
  return parts
}

function makePart(items: readonly PatternItem[], final: boolean, suffixed: boolean): Part {
  const converters = items.filter((item) => item.kind === 'variable').map((item) => item.converter)
  const texts = items.filter((item) => item.kind === 'text')
  if (converters.length === 0) return { static: true, text: texts.map((item) => item.text).join('') }
  const counted = texts.filter((item) => item.text !== '/')
  const weight: Weight = {
    texts: -counted.length,
    lengths: counted.flatMap((item, index) => [index, -Array.from(item.text).length]),
    variables: -converters.length,
    converters: converters.map((converter) => converter.weight),
  }
  const source = items.map((item) =>
    item.kind === 'text' ? JSON.stringify(item.text) : `(${nativeSource(item.converter.expression)})`,
  )
  const key = JSON.stringify([source.join(''), final, suffixed, weight])
  return { static: false, key, weight, final, suffixed, variables: converters.length, items }
}

/** Finds the texts of a pattern's variables: puts them into `values` from `at` on, and says whether the text fits. */
export type PatternMatcher = (text: string, values: string[], at: number) => boolean

/**
 * Compiles a pattern to its matcher. A suffixed one also puts its last slash, or nothing, into `values`, after its
 * variables.
 *
 * @throws {TooManyStates} past `maxStates`
 */
export function patternMatcher(pattern: Pattern, maxStates: number): PatternMatcher {
  const { items, suffixed } = pattern
  const at = items.findIndex((item) => item.kind === 'variable')
  const prefix = textOf(items.slice(0, at))
  const suffix = textOf(items.slice(at + 1))
  const only = items[at]
  if (pattern.variables === 1 && only?.kind === 'variable' && !suffixed) {
    return affixMatcher(prefix, only.converter, suffix)
  }
  if (pattern.variables === 1 && only?.kind === 'variable' && prefix === '' && suffix === '') {
    return branchMatcher(only.converter)
  }
  return automatonMatcher(compileMatcher(piecesOf(pattern), maxStates))
}

function textOf(items: readonly PatternItem[]): string {
  return items.map((item) => (item.kind === 'text' ? item.text : '')).join('')
}

function affixMatcher(prefix: string, { test }: Converter, suffix: string): PatternMatcher {
  const around = prefix.length + suffix.length
  if (around === 0) {
    return (text, values, at) => {
      values[at] = text
      return test === null ? text !== '' : test(text)
    }
  }
  return (text, values, at) => {
    if (text.length < around || !text.startsWith(prefix) || !text.endsWith(suffix)) return false
    const value = text.slice(prefix.length, text.length - suffix.length)
    values[at] = value
    return test === null ? value !== '' : test(value)
  }
}

/** The rest of a path with or without a last slash: `<path:p>/`. */
function branchMatcher({ test }: Converter): PatternMatcher {
  return (text, values, at) => {
    const slash = text.endsWith('/')
    const value = slash ? text.slice(0, -1) : text
    if (value === '' || value.endsWith('/')) return false
    values[at] = value
    values[at + 1] = slash ? '/' : ''
    return test === null || test(value)
  }
}

function automatonMatcher(matcher: Matcher): PatternMatcher {
  return (text, values, at) => {
    const found = matcher(text)
    if (found === null) return false
    for (let i = 0; i < found.length; i++) values[at + i] = found[i] as string
    return true
  }
}

function piecesOf({ items, final, suffixed }: Pattern): Piece[] {
  const pieces: Piece[] = items.map((item) => {
    if (item.kind === 'text')
      return { kind: 'expression', expression: textExpression(item.text), captured: false }
    const { expression, partExpression } = item.converter
    return {
      kind: 'expression',
      expression: final ? expression : (partExpression ?? expression),
      captured: true,
    }
  })
  if (suffixed) pieces.push({ kind: 'optionalSlash' })
  return pieces
}

export { TooManyStates }
