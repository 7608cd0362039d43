/** No dependency without a line that says what it is for and what we would lose without it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from '../finding.ts'
import { type Manifest, readPackages } from '../workspace.ts'

const page = 'docs/dependencies.md'

export const dependenciesPage: Check = {
  name: `every dependency has a line in ${page}`,
  run(repository) {
    const listed = new Set(rowNames(join(repository, page)))
    const needed = dependencyNames(repository)
    const missing = [...needed].filter((name) => !listed.has(name)).sort()
    const stale = [...listed].filter((name) => !needed.has(name)).sort()
    return [
      ...missing.map((name) => ({
        where: page,
        message: `${name} has no line.`,
        fix: `Add a row that begins with | \`${name}\` | and says what it is for, who keeps it, what we would lose.`,
      })),
      ...stale.map((name) => ({
        where: page,
        message: `${name} is no dependency any more.`,
        fix: 'Take its row out.',
      })),
    ]
  },
}

function rowNames(file: string): string[] {
  if (!existsSync(file)) return []
  return Array.from(readFileSync(file, 'utf8').matchAll(/^\| `([^`]+)` \|/gm), (match) => match[1] ?? '')
}

/** What the packages need at run time, what the root and their tests need, and the peers a user may add; not types. */
function dependencyNames(repository: string): Set<string> {
  const own: Manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'))
  const packages = readPackages(repository).map(({ manifest }) => manifest)
  const names = [own, ...packages].flatMap((manifest) => [
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.devDependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
  ])
  const siblings = new Set(packages.map(({ name }) => name))
  const isOther = (name: string) =>
    !siblings.has(name) && !(name.startsWith('@types/') && name !== '@types/node')
  return new Set(names.filter(isOther))
}
