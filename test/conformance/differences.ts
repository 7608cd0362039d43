/**
 * Departures on purpose: `differences.json` says for which inputs or outcomes Dewar answers otherwise, how, and why.
 *
 * An entry speaks for a case if `op` is the case's, every pattern of `when` matches, and Dewar's own outcome is as
 * `ours` says. So an entry never hides another mistake in the same place.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Outcome } from './adapter.ts'
import type { Case } from './vectors.ts'

/** How Dewar's outcome has to be for an entry to speak for it. */
export interface Ours {
  /** The kind of error. */
  readonly error?: string
  /** A pattern for the result, as text. */
  readonly matches?: string
  /** Replacements `[pattern, text]` after which both results are equal. */
  readonly equalAfter?: readonly (readonly [string, string])[]
}

/** One departure. */
export interface Difference {
  readonly area: string
  readonly op: string
  /** Patterns by place: `in.path`, `in.bind.script_name`, `out`, `error`; what is no text is matched as JSON. */
  readonly when: Readonly<Record<string, string>>
  readonly ours: Ours
  readonly reason: 'safer' | 'python'
  /** What differs and why, for `docs/differences.md`. */
  readonly text: string
}

/** All departures. */
export const differences: readonly Difference[] = JSON.parse(
  readFileSync(join(import.meta.dirname, 'differences.json'), 'utf8'),
)

/** Finds the departure that speaks for a case and Dewar's outcome. */
export function differenceFor(area: string, wanted: Case, ours: Outcome): Difference | undefined {
  return differences.find(
    (difference) =>
      difference.area === area &&
      difference.op === wanted.op &&
      Object.entries(difference.when).every(([place, pattern]) => matchesAt(wanted, place, pattern)) &&
      isAs(difference.ours, wanted, ours),
  )
}

function matchesAt(wanted: Case, place: string, pattern: string): boolean {
  let value: unknown = wanted
  for (const name of place.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[name]
  return value !== undefined && new RegExp(pattern, 'su').test(asText(value))
}

function isAs({ error, matches, equalAfter }: Ours, wanted: Case, ours: Outcome): boolean {
  if (error !== undefined) return 'error' in ours && ours.error === error
  const detail = 'error' in ours ? (ours.error === wanted.error ? ours.detail : undefined) : ours.out
  if (detail === undefined) return false
  if (matches !== undefined && !new RegExp(matches, 'su').test(asText(detail))) return false
  const theirs = 'error' in ours ? wanted.detail : wanted.out
  if (equalAfter === undefined) return true
  return theirs !== undefined && replaced(detail, equalAfter) === replaced(theirs, equalAfter)
}

function replaced(value: unknown, replacements: readonly (readonly [string, string])[]): string {
  return replacements.reduce(
    (text, [from, to]) => text.replaceAll(new RegExp(from, 'gsu'), to),
    asText(value),
  )
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
