/** Which packages are installed, as the lockfile of npm or pnpm says. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A lockfile and what it locks. */
export interface Lockfile {
  readonly path: string
  readonly kind: 'npm' | 'pnpm' | 'other'
  readonly packages: readonly LockedPackage[]
}

/** A package in one version. */
export interface LockedPackage {
  readonly name: string
  readonly version: string
}

const kinds = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'other',
  'bun.lock': 'other',
} as const

/** The lockfile of a folder or of the nearest one above it, as workspaces have it. */
export function findLockfile(project: string): Lockfile | null {
  for (let folder = project; ; folder = dirname(folder)) {
    for (const [name, kind] of Object.entries(kinds)) {
      const path = join(folder, name)
      if (existsSync(path)) return { path, kind, packages: readPackages(path, kind) }
    }
    if (folder === dirname(folder)) return null
  }
}

function readPackages(path: string, kind: Lockfile['kind']): readonly LockedPackage[] {
  const text = readFileSync(path, 'utf8')
  if (kind === 'npm') return readNpm(text)
  return kind === 'pnpm' ? readPnpm(text) : []
}

function readNpm(text: string): readonly LockedPackage[] {
  const { packages = {} } = JSON.parse(text) as { packages?: Readonly<Record<string, { version?: string }>> }
  return Object.entries(packages).flatMap(([path, { version }]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    return path.includes('node_modules/') && version !== undefined ? [{ name, version }] : []
  })
}

/** The keys of `packages:`: `  '@babel/parser@8.1.2':`. */
function readPnpm(text: string): readonly LockedPackage[] {
  const section = /^packages:\n([\s\S]*?)(?=^\S)/m.exec(`${text}\n.`)?.[1] ?? ''
  const keys = section.matchAll(/^ {2}'?((?:@[^/\s]+\/)?[^@\s']+)@(\d[^:('\s]*)/gm)
  return [...keys].map(([, name = '', version = '']) => ({ name, version }))
}
