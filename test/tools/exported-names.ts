/** What an entry file exports, and where each thing is declared. Read as text: TypeScript 7 has no JavaScript API. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** One exported name. */
export interface ExportedName {
  readonly name: string
  /** The file that declares it, or the package that it is handed on from. */
  readonly from: string
  /** Its name there. */
  readonly original: string
}

const reExport = /^export (?:type )?\{([^}]*)\} from '([^']+)'/gm
const declaration = /^export (?:abstract )?(?:async )?(?:class|const|function\*?|interface|type) (\w+)/gm

/**
 * Lists the names that a file exports, by name. The house has no `export *` and no default exports.
 *
 * @param file an entry of a package's `exports`
 */
export function readExports(file: string): ExportedName[] {
  const source = readFileSync(file, 'utf8')
  const own = Array.from(source.matchAll(declaration), ([, name = '']) => ({
    name,
    from: file,
    original: name,
  }))
  const others = Array.from(source.matchAll(reExport), ([, list = '', specifier = '']) =>
    list
      .replaceAll(/\/\/.*$|\/\*[\s\S]*?\*\//gm, '')
      .split(',')
      .map((item) => item.trim().replace(/^type /, ''))
      .filter((item) => item !== '')
      .map((item) => follow(file, specifier, item)),
  )
  const byName = new Map([...own, ...others.flat()].map((item) => [item.name, item]))
  return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'))
}

/** An item of a re-export, `a` or `a as b`, looked for in the files it is handed on through. */
function follow(file: string, specifier: string, item: string): ExportedName {
  const [original = item, name = original] = item.split(' as ')
  if (!specifier.startsWith('.')) return { name, from: specifier, original }
  const target = join(dirname(file), specifier)
  const found = existsSync(target) ? readExports(target).find((other) => other.name === original) : undefined
  return { name, from: found?.from ?? target, original: found?.original ?? original }
}
