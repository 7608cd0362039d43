/** The table of packages in `docs/architecture.md` says what the manifests say. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from '../finding.ts'
import { type Package, readPackages } from '../workspace.ts'

const page = 'docs/architecture.md'

export const architecturePage: Check = {
  name: `${page} lists every package with its imports`,
  run(repository) {
    const file = join(repository, page)
    const rows = readRows(existsSync(file) ? readFileSync(file, 'utf8') : '')
    const packages = readPackages(repository)
    const names = new Set(packages.map(({ manifest }) => manifest.name))
    return [
      ...packages
        .filter((item) => !isSaid(rows.get(item.manifest.name), item, packages))
        .map(({ manifest }) => ({
          where: page,
          message: `The row of ${manifest.name} does not say that it imports ${importsOf(manifest)}.`,
          fix: 'Correct its last column, or the field dewar.imports of its package.json.',
        })),
      ...[...rows.keys()]
        .filter((name) => !names.has(name))
        .map((name) => ({ where: page, message: `${name} is no package.`, fix: 'Take its row out.' })),
    ]
  },
}

/** The last column of each package's row, by the package's name. */
function readRows(text: string): Map<string, string> {
  const rows = text.matchAll(/^\| \[`([^`]+)`\]\([^)]*README\.md\) \|.*\| ([^|]+) \|$/gm)
  return new Map(Array.from(rows, ([, name = '', imports = '']) => [name, imports]))
}

function isSaid(said: string | undefined, { manifest }: Package, packages: readonly Package[]): boolean {
  if (said === undefined) return false
  const imports = [...(manifest.dewar?.imports ?? [])].sort()
  if (said === 'all above') {
    const floor = manifest.dewar?.floor ?? 0
    const below = packages.filter((other) => (other.manifest.dewar?.floor ?? 0) < floor)
    return (
      imports.join() ===
      below
        .map(({ short }) => short)
        .sort()
        .join()
    )
  }
  return (said === '–' ? '' : said.split(', ').sort().join()) === imports.join()
}

function importsOf({ dewar }: Package['manifest']): string {
  return dewar?.imports.join(', ') || 'nothing'
}
