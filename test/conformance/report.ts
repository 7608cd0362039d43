/** Runs the vectors of an area and counts how they came out. */
import { isDeepStrictEqual } from 'node:util'
import { type Adapter, loadAdapter, type Outcome, runCase } from './adapter.ts'
import { differenceFor } from './differences.ts'
import { type Case, readVectors } from './vectors.ts'

/** A case that came out otherwise than it should. */
export interface Miss {
  readonly wanted: Case
  readonly outcome: Outcome | { readonly thrown: unknown }
}

/** How the cases of an area came out. */
export interface Report {
  readonly area: string
  /** Whether there are no vectors or no adapter for it. */
  readonly skipped: 'no vectors' | 'no adapter' | null
  readonly passed: number
  readonly documented: number
  /** Cases of the level `quirk` that came out otherwise. */
  readonly quirks: number
  readonly failed: readonly Miss[]
}

/** Runs every case of an area. */
export async function runArea(folder: string, area: string): Promise<Report> {
  const empty = { area, passed: 0, documented: 0, quirks: 0, failed: [] }
  const vectors = readVectors(folder, area)
  if (vectors === null) return { ...empty, skipped: 'no vectors' }
  const adapter = await loadAdapter(area)
  if (adapter === null) return { ...empty, skipped: 'no adapter' }
  let [passed, documented, quirks] = [0, 0, 0]
  const failed: Miss[] = []
  for (const recorded of vectors.cases) {
    const wanted = { ...recorded, ...comparable(recorded) }
    const outcome = comparable(await outcomeOf(adapter, recorded))
    if ('thrown' in outcome) failed.push({ wanted, outcome })
    else if (isAsWanted(wanted, outcome)) passed++
    else if (differenceFor(area, wanted, outcome) !== undefined) documented++
    else if (wanted.level === 'quirk') quirks++
    else failed.push({ wanted, outcome })
  }
  return { area, skipped: null, passed, documented, quirks, failed }
}

async function outcomeOf(adapter: Adapter, wanted: Case): Promise<Outcome | { readonly thrown: unknown }> {
  try {
    return await runCase(adapter, wanted.op, wanted.in)
  } catch (thrown) {
    return { thrown }
  }
}

/** An error has to be of the same kind, and carry the same detail if the original's has one. */
function isAsWanted(wanted: Case, outcome: Outcome): boolean {
  if (wanted.error === undefined)
    return 'out' in outcome && isDeepStrictEqual(outcome.out, wanted.out ?? null)
  if (!('error' in outcome) || outcome.error !== wanted.error) return false
  return wanted.detail === undefined || isDeepStrictEqual(outcome.detail, wanted.detail)
}

/** One line for an area: `routing: 750 passed, 0 failed, 14 documented`. */
export function summary({ area, skipped, passed, failed, documented, quirks }: Report): string {
  if (skipped !== null) return `${area}: skipped (${skipped})`
  const line = `${area}: ${passed} passed, ${failed.length} failed, ${documented} documented`
  return quirks === 0 ? line : `${line}, ${quirks} quirks`
}

/** What a case was, what was wanted and what came, in a few lines. */
export function describeMiss({ wanted, outcome }: Miss): string {
  const expected =
    wanted.error === undefined ? { out: wanted.out } : { error: wanted.error, detail: wanted.detail }
  const came = 'thrown' in outcome ? String(outcome.thrown) : JSON.stringify(outcome)
  return `${wanted.id}\n  in      ${JSON.stringify(wanted.in)}\n  wanted  ${JSON.stringify(expected)}\n  came    ${came}`
}

/** Headers are equal whatever the case of their names and their order, except among those of one name. */
function comparable<T extends object>(outcome: T): T {
  const out: unknown = 'out' in outcome ? outcome.out : null
  if (typeof out !== 'object' || out === null || !('headers' in out) || !Array.isArray(out.headers))
    return outcome
  const headers = (out.headers as [string, string][]).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  )
  const line = 'status_line' in out ? { status_line: String(out.status_line).toLowerCase() } : {}
  return {
    ...outcome,
    out: { ...out, ...line, headers: headers.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) },
  }
}
