/** Compiles packages to ESM and declarations, and lays them out as npm would install them. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Package, root } from './workspace.ts'

/** How a build ended. */
export interface BuildResult {
  readonly status: number
  readonly output: string
}

/**
 * Builds every package of a folder whose `tsconfig.build.json` is there, each after those it references.
 *
 * @param packages the folder of packages
 * @returns the exit status of tsc and what it said
 */
export function buildPackages(packages: string): BuildResult {
  const projects = globSync(join(packages, '*/tsconfig.build.json')).sort()
  return runTsc(['-b', ...projects])
}

/** Runs tsc; diagnostics come back one a line. */
export function runTsc(args: readonly string[], cwd: string = root): BuildResult {
  const program = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args, '--pretty', 'false'], {
    cwd,
    encoding: 'utf8',
  })
  return { status: status ?? 1, output: `${stdout}${stderr}` }
}

/**
 * Lays a built package out under `node_modules` as `pnpm publish` and an installation would: only what `files` names,
 * `publishConfig` in force, and its dependencies and peers at hand.
 *
 * @param item the package, built
 * @param modules the `node_modules` folder to put it into
 */
export function stagePackage({ folder, manifest }: Package, modules: string): void {
  const target = join(modules, manifest.name)
  mkdirSync(target, { recursive: true })
  for (const file of manifest.files ?? []) {
    if (existsSync(join(folder, file))) cpSync(join(folder, file), join(target, file), { recursive: true })
  }
  const { publishConfig, devDependencies: _, ...rest } = manifest
  writeFileSync(join(target, 'package.json'), JSON.stringify({ ...rest, ...publishConfig }))
  // With the optional clients beside it, as somebody has who imports a subpath that needs one.
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.peerDependencies })) {
    if (!version.startsWith('workspace:')) link(join(folder, 'node_modules', name), target, name)
  }
}

function link(source: string, target: string, name: string): void {
  const place = join(target, 'node_modules', name)
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(realpathSync(source), place, 'junction')
}
