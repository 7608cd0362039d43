/** "Did you mean": the known name closest to a misspelt one. */

/**
 * Finds the candidate with the smallest edit distance (insert, delete, replace, swap neighbours), ignoring case.
 *
 * @param name the word as written; only its first 64 characters count
 * @param candidates the known names
 * @param most how many edits still count as a slip; by default a third of the longer word's length
 * @returns the nearest name, or `undefined` if none is near enough to be meant
 */
export function nearestName(
  name: string,
  candidates: Iterable<string>,
  most: number = Number.POSITIVE_INFINITY,
): string | undefined {
  const written = name.slice(0, 64).toLowerCase()
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const known = candidate.slice(0, 64).toLowerCase()
    const allowed = Math.min(most, Math.max(1, Math.floor(Math.max(written.length, known.length) / 3)))
    if (Math.abs(written.length - known.length) > allowed) continue
    const distance = editDistance(written, known)
    if (distance <= allowed && distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Damerau–Levenshtein distance with adjacent swaps, in three rolling rows. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1)
      }
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
