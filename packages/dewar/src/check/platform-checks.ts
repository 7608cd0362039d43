/** What the app stands on: the version of Node, the lockfile, and weaknesses published of its dependencies. */
import { defaults } from '../defaults.ts'
import { findAdvisories } from './advisories.ts'
import { type Finding, finding, type Subject } from './finding.ts'
import { findLockfile } from './lockfile.ts'

/**
 * The day on which each major version gets its last fix.
 * @see https://github.com/nodejs/Release
 */
const endOfLife: Readonly<Record<number, string>> = {
  18: '2025-04-30',
  20: '2026-04-30',
  21: '2024-06-01',
  22: '2027-04-30',
  23: '2025-06-01',
  24: '2028-04-30',
  25: '2026-06-01',
  26: '2029-04-30',
}

/** Looks at Node and the dependencies. */
export async function checkPlatform(subject: Subject): Promise<Iterable<Finding>> {
  return [...checkNode(subject), ...(await checkDependencies(subject))]
}

function* checkNode({ nodeVersion, now }: Subject): Iterable<Finding> {
  const major = Number.parseInt(nodeVersion, 10)
  const oldest = Math.min(...Object.keys(endOfLife).map(Number))
  const end = endOfLife[major] ?? (major < oldest ? endOfLife[oldest] : undefined)
  if (end === undefined) {
    yield finding('node-odd', `Node ${nodeVersion} is not in the table of this version of Dewar.`)
    return
  }
  const left = Date.parse(end) - now
  if (left < 0) yield finding('node-end-of-life', `Node ${nodeVersion} has had no fixes since ${end}.`)
  else if (left < defaults.checkEndOfLifeNotice.value * 1000)
    yield finding('node-ending', `Node ${nodeVersion} gets fixes until ${end}.`)
}

async function checkDependencies(subject: Subject): Promise<readonly Finding[]> {
  const lockfile = findLockfile(subject.project)
  if (lockfile === null)
    return [finding('lockfile-missing', `There is no lockfile in ${subject.project} or above.`)]
  const { advisories, skipped } = await findAdvisories(lockfile, subject)
  if (skipped !== null) return [finding('advisories-skipped', skipped)]
  return advisories.map(({ name, version, id, title, severity, fixed }) =>
    finding('dependency-advisory', `${name} ${version}: ${title} (${id}).`, {
      severity: severity === 'low' || severity === 'moderate' ? 'warning' : undefined,
      fix: fixed === null ? `No fixed version is known: replace ${name}.` : `Update ${name} to ${fixed}.`,
      place: { file: lockfile.path },
    }),
  )
}
