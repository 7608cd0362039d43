/** The order of versions. */

/**
 * Compares two versions.
 *
 * @returns less than 0 if the first is the older one
 * @see Semantic Versioning 2.0.0 §11
 */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [splitVersion(left), splitVersion(right)]
  for (let i = 0; i < 3; i++) {
    const difference = (a.numbers[i] ?? 0) - (b.numbers[i] ?? 0)
    if (difference !== 0) return difference
  }
  return comparePrereleases(a.prerelease, b.prerelease)
}

function splitVersion(version: string): { numbers: number[]; prerelease: string[] } {
  const [release = '', ...rest] = version.replace(/^v/, '').replace(/\+.*$/, '').split('-')
  const prerelease = rest.join('-')
  return {
    numbers: release.split('.').map(Number),
    prerelease: prerelease === '' ? [] : prerelease.split('.'),
  }
}

/** A version before its release is older than it; numbers are older than words. */
function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [left, right] = [a[i], b[i]]
    if (left === undefined || right === undefined) return a.length - b.length
    if (left === right) continue
    const [m, n] = [/^\d+$/.test(left), /^\d+$/.test(right)]
    if (m && n) return Number(left) - Number(right)
    if (m !== n) return m ? -1 : 1
    return left < right ? -1 : 1
  }
  return 0
}
