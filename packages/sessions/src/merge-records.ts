/** Two requests of one session at once: what each has changed is kept, key by key. */
import type { SessionRecord } from './session-record.ts'

/**
 * Applies what we have changed to what is stored now.
 *
 * @param before what we opened
 * @param ours what we made of it
 * @param current what is stored now, perhaps by others
 * @returns theirs with our changes; for a key that both changed, ours
 */
export function mergeRecords(
  before: SessionRecord,
  ours: SessionRecord,
  current: SessionRecord,
): SessionRecord {
  return {
    id: ours.id,
    createdAt: current.createdAt,
    permanent: ours.permanent === before.permanent ? current.permanent : ours.permanent,
    csrfSecret:
      ours.csrfSecret === before.csrfSecret ? current.csrfSecret : (current.csrfSecret ?? ours.csrfSecret),
    flashes: mergeFlashes(before.flashes, ours.flashes, current.flashes),
    data: mergeData(before.data, ours.data, current.data),
  }
}

function mergeData(
  before: readonly unknown[],
  ours: readonly unknown[],
  current: readonly unknown[],
): unknown[] {
  const old = toTexts(before)
  const merged = toMap(current)
  for (const [key, value] of toMap(ours)) {
    if (old.get(key) !== JSON.stringify(value)) merged.set(key, value)
    old.delete(key)
  }
  for (const removed of old.keys()) merged.delete(removed)
  return [...merged].flat(1)
}

/** Messages we took are gone, ours are added; others' are kept. */
function mergeFlashes(
  before: readonly unknown[],
  ours: readonly unknown[],
  current: readonly unknown[],
): unknown[] {
  const isKept = before.every((part, i) => JSON.stringify(part) === JSON.stringify(ours[i]))
  const added = isKept ? ours.slice(before.length) : ours
  const theirs = isKept ? current : current.slice(before.length)
  return [...theirs, ...added]
}

function toMap(pairs: readonly unknown[]): Map<string, unknown> {
  const map = new Map<string, unknown>()
  for (let i = 0; i + 1 < pairs.length; i += 2) map.set(String(pairs[i]), pairs[i + 1])
  return map
}

function toTexts(pairs: readonly unknown[]): Map<string, string> {
  return new Map([...toMap(pairs)].map(([key, value]) => [key, JSON.stringify(value)]))
}
