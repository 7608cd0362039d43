/** Packs packages as `pnpm publish` does, and unpacks tarballs as an installation without a network would. */
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { type Manifest, type Package, root } from './workspace.ts'

/** A package in its tarball. */
export interface Packed {
  readonly tarball: string
  readonly manifest: Manifest
  /** Where the package's own dependencies were installed. */
  readonly modules: string
}

/**
 * Packs the packages of a repository.
 *
 * @param repository its folder, packages built
 * @param packages what to pack
 * @param destination an empty folder for the tarballs
 * @returns the tarballs by the packages' names
 */
export function packPackages(
  repository: string,
  packages: readonly Package[],
  destination: string,
): Map<string, Packed> {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    engines: { pnpm: string }
  }
  const workspace = join(repository, 'pnpm-workspace.yaml')
  if (!existsSync(workspace)) writeFileSync(workspace, 'packages:\n  - packages/*\n')
  const only = ['--recursive', '--filter', './packages/*']
  const pack = ['--yes', `pnpm@${engines.pnpm}`, ...only, 'pack', '--pack-destination', destination]
  execFileSync('npx', pack, { cwd: repository, stdio: 'pipe', shell: process.platform === 'win32' })
  const files = readdirSync(destination)
  return new Map(
    packages.map(({ folder, manifest: { name, version } }) => {
      const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
      if (!files.includes(file)) throw new Error(`${name} made no tarball.`)
      const tarball = join(destination, file)
      const manifest: Manifest = JSON.parse(
        execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }),
      )
      return [name, { tarball, manifest, modules: join(folder, 'node_modules') }]
    }),
  )
}

/**
 * Unpacks a package and those of the repository that its manifest asks for, and links what comes from elsewhere below each that
 * declares it: nobody finds what somebody else declared.
 *
 * @param name the package
 * @param packed all tarballs
 * @param folder an empty folder
 */
export function installPacked(name: string, packed: ReadonlyMap<string, Packed>, folder: string): void {
  const modules = join(folder, 'node_modules')
  const wanted = [name]
  for (const next of wanted) {
    const { tarball, manifest, modules: own } = packed.get(next) as Packed
    const target = join(modules, next)
    mkdirSync(target, { recursive: true })
    execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'])
    for (const other of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      if (!packed.has(other)) link(join(own, other), join(target, 'node_modules', other))
      else if (!wanted.includes(other)) wanted.push(other)
    }
  }
}

function link(source: string, place: string): void {
  mkdirSync(dirname(place), { recursive: true })
  rmSync(place, { recursive: true, force: true })
  symlinkSync(realpathSync(source), place, 'junction')
}
