/**
 * Published weaknesses of the packages that are installed: from a database on disk, or as the package manager's `audit`
 * learns from the registry. The database is a file or folder of OSV entries, as the GitHub Advisory Database has them.
 *
 * @see https://ossf.github.io/osv-schema/
 */
import { execFile } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { defaults } from '../defaults.ts'
import { readFolder } from '../own-files.ts'
import type { Subject } from './finding.ts'
import type { LockedPackage, Lockfile } from './lockfile.ts'
import { compareVersions } from './versions.ts'

/** A weakness of an installed package. */
export interface Advisory extends LockedPackage {
  /** `GHSA-…` or the like. */
  readonly id: string
  readonly title: string
  readonly severity: string
  /** The first version without it, if one is known. */
  readonly fixed: string | null
}

/** What was found, or why nothing could be looked up. */
export interface AdvisoryReport {
  readonly advisories: readonly Advisory[]
  readonly skipped: string | null
}

/** Compares the packages of a lockfile with what is published. */
export async function findAdvisories(lockfile: Lockfile, subject: Subject): Promise<AdvisoryReport> {
  if (subject.advisories !== undefined) return fromDatabase(lockfile, subject.advisories)
  if (lockfile.kind === 'other') return skipped(`${lockfile.path} is of a kind that this check cannot read.`)
  if (!subject.online) return skipped('Skipped: --offline.')
  return fromRegistry(lockfile)
}

function skipped(reason: string): AdvisoryReport {
  return { advisories: [], skipped: reason }
}

/** The part of an OSV entry that is needed. */
interface OsvEntry {
  readonly id?: string
  readonly summary?: string
  readonly withdrawn?: string
  readonly database_specific?: { readonly severity?: string }
  readonly affected?: readonly {
    readonly package?: { readonly ecosystem?: string; readonly name?: string }
    readonly versions?: readonly string[]
    readonly ranges?: readonly { readonly events?: readonly Readonly<Record<string, string>>[] }[]
  }[]
}

function fromDatabase(lockfile: Lockfile, place: string): AdvisoryReport {
  const installed = Map.groupBy(lockfile.packages, ({ name }) => name)
  try {
    const advisories = readEntries(place).flatMap((entry) => affectedPackages(entry, installed))
    return { advisories, skipped: null }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return skipped(`The database ${place} cannot be read: ${reason}`)
  }
}

function readEntries(place: string): readonly OsvEntry[] {
  if (statSync(place).isDirectory()) {
    return readFolder(place).flatMap((entry) => {
      const path = join(place, entry.name)
      return entry.isDirectory() || entry.name.endsWith('.json') ? readEntries(path) : []
    })
  }
  const content: unknown = JSON.parse(readFileSync(place, 'utf8'))
  return (Array.isArray(content) ? content : [content]) as readonly OsvEntry[]
}

function affectedPackages(
  entry: OsvEntry,
  installed: ReadonlyMap<string, readonly LockedPackage[]>,
): Advisory[] {
  if (entry.withdrawn !== undefined) return []
  return (entry.affected ?? []).flatMap(({ package: of, versions = [], ranges = [] }) => {
    if (of?.ecosystem !== 'npm' || of.name === undefined) return []
    return (installed.get(of.name) ?? []).flatMap(({ name, version }) => {
      const range = ranges.find(({ events = [] }) => isInRange(version, events))
      if (range === undefined && !versions.includes(version)) return []
      const fixed = range?.events?.find((event) => event['fixed'] !== undefined)?.['fixed'] ?? null
      const severity = entry.database_specific?.severity?.toLowerCase() ?? 'high'
      return [{ name, version, id: entry.id ?? '?', title: entry.summary ?? 'no summary', severity, fixed }]
    })
  })
}

/** OSV: sorted events open and close the range; `0` is before everything. */
function isInRange(version: string, events: readonly Readonly<Record<string, string>>[]): boolean {
  let inside = false
  for (const { introduced, fixed, last_affected: last } of events) {
    if (introduced !== undefined && (introduced === '0' || compareVersions(version, introduced) >= 0))
      inside = true
    if (fixed !== undefined && compareVersions(version, fixed) >= 0) inside = false
    if (last !== undefined && compareVersions(version, last) > 0) inside = false
  }
  return inside
}

async function fromRegistry({ kind, path }: Lockfile): Promise<AdvisoryReport> {
  const args = kind === 'npm' ? ['audit', '--json', '--omit=dev'] : ['audit', '--json', '--prod']
  const answer = await run(kind, args, dirname(path))
  if (answer === null)
    return skipped(`\`${kind} audit\` is not to be had here: is there a network, and ${kind}?`)
  return { advisories: kind === 'npm' ? readNpm(answer) : readPnpm(answer), skipped: null }
}

/** What a program writes, parsed; `null` where it cannot be run or says nothing of use. Findings make it fail, too. */
function run(program: string, args: readonly string[], cwd: string): Promise<Answer | null> {
  const timeout = defaults.checkAuditTimeout.value * 1000
  return new Promise((resolve) => {
    execFile(program, args, { cwd, timeout, maxBuffer: defaults.checkAuditSize.value }, (_, out) => {
      try {
        const answer = JSON.parse(out) as Answer & { readonly error?: unknown }
        const isAnswer = answer.vulnerabilities !== undefined || answer.advisories !== undefined
        resolve(isAnswer && answer.error === undefined ? answer : null)
      } catch {
        resolve(null)
      }
    })
  })
}

/** What `audit --json` of npm and of pnpm say. */
interface Answer {
  readonly vulnerabilities?: Readonly<Record<string, NpmVulnerability>>
  readonly advisories?: Readonly<Record<string, PnpmAdvisory>>
}

interface NpmVulnerability {
  readonly range?: string
  readonly via?: readonly (
    | string
    | { readonly title?: string; readonly url?: string; readonly severity?: string }
  )[]
}

interface PnpmAdvisory {
  readonly module_name?: string
  readonly title?: string
  readonly severity?: string
  readonly github_advisory_id?: string
  readonly patched_versions?: string
  readonly findings?: readonly { readonly version?: string }[]
}

function readNpm({ vulnerabilities = {} }: Answer): Advisory[] {
  return Object.entries(vulnerabilities).flatMap(([name, { via = [], range = '?' }]) =>
    via.flatMap((cause) => {
      if (typeof cause === 'string') return []
      const { title = 'no summary', url = '?', severity = 'high' } = cause
      return [{ name, version: range, id: url.slice(url.lastIndexOf('/') + 1), title, severity, fixed: null }]
    }),
  )
}

function readPnpm({ advisories = {} }: Answer): Advisory[] {
  return Object.values(advisories).map((each) => ({
    name: each.module_name ?? '?',
    version: each.findings?.[0]?.version ?? '?',
    id: each.github_advisory_id ?? '?',
    title: each.title ?? 'no summary',
    severity: each.severity ?? 'high',
    fixed: each.patched_versions ?? null,
  }))
}
