/** What the tools know about the repository: its packages, their manifests and their source files. */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** The repository's own root folder. */
export const root = join(import.meta.dirname, '..', '..')

/** The fields of a package's `package.json` that the tools read. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly description?: string
  readonly license?: string
  readonly engines?: { readonly node?: string }
  /** The floor the package stands on, and the short names of the Dewar packages it may import. */
  readonly dewar?: { readonly floor: number; readonly imports: readonly string[] }
  readonly files?: readonly string[]
  readonly bin?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string>>
  readonly publishConfig?: {
    readonly exports?: Readonly<Record<string, { readonly types: string; readonly default: string }>>
  }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** One package of the repository. */
export interface Package {
  /** The name of its folder, which is also its name in `dewar.imports`: `routing`. */
  readonly short: string
  readonly folder: string
  readonly manifest: Manifest
  /** Its files under `src` and `test`, as paths from the package's folder with forward slashes. */
  readonly sources: readonly string[]
}

/** Reads the packages of a repository, lowest floor first. */
export function readPackages(repository: string = root): Package[] {
  const folder = join(repository, 'packages')
  return readdirSync(folder)
    .filter((short) => existsSync(join(folder, short, 'package.json')))
    .map((short) => readPackage(join(folder, short), short))
    .sort((a, b) => floorOf(a) - floorOf(b) || a.short.localeCompare(b.short, 'en'))
}

function readPackage(folder: string, short: string): Package {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const sources = globSync(['src/**/*.ts', 'test/**/*.ts'], { cwd: folder })
    .map((file) => file.split(sep).join('/'))
    .sort()
  return { short, folder, manifest, sources }
}

function floorOf({ manifest }: Package): number {
  return manifest.dewar?.floor ?? Number.POSITIVE_INFINITY
}

/** The path of a file as it stands in messages and links: from the repository's root, with forward slashes. */
export function repositoryPath(file: string, repository: string = root): string {
  return relative(repository, file).split(sep).join('/')
}

/** The pinned Node that runs the tools; `bin` names a program of the root's dependencies. */
export function toolPath(bin: string): string {
  return join(root, 'node_modules', '.bin', bin)
}
