/** `npm run new -- <folder>`: `dewar new`, with the packages of this repository in the app's folder `vendor`. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { buildPackages } from './build-packages.ts'
import { type Packed, packPackages } from './pack-packages.ts'
import { readPackages, root } from './workspace.ts'

/**
 * Lets an app take every package from its tarball: `dewar` needs the others, and npm asks no registry for a name it has.
 *
 * @param folder the app's, with its package.json
 * @param packed the tarballs, in a folder of the app's
 */
export function dependOnTarballs(folder: string, packed: ReadonlyMap<string, Packed>): void {
  const file = join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  const tarballs = [...packed].map(([name, { tarball }]) => [
    name,
    `file:${relative(folder, tarball).split(sep).join('/')}`,
  ])
  const dependencies = { ...manifest.dependencies, ...Object.fromEntries(tarballs) }
  writeFileSync(file, `${JSON.stringify({ ...manifest, dependencies }, null, 2)}\n`)
}

function makeApp(folder: string): number {
  const dewar = join(root, 'packages/dewar/bin/dewar.js')
  const made = spawnSync(process.execPath, [dewar, 'new', folder], { stdio: 'inherit' })
  if (made.status !== 0) return made.status ?? 1
  const built = buildPackages(join(root, 'packages'))
  process.stderr.write(built.output)
  if (built.status !== 0) return built.status
  const vendor = join(folder, 'vendor')
  mkdirSync(vendor)
  dependOnTarballs(folder, packPackages(root, readPackages(), vendor))
  return 0
}

if (import.meta.main) {
  // npm goes to the repository's folder; the path is meant from where the command was given.
  const [folder] = process.argv.slice(2)
  if (folder === undefined) process.stderr.write('Usage: npm run new -- <folder>\n')
  process.exitCode = folder === undefined ? 2 : makeApp(resolve(process.env['INIT_CWD'] ?? '.', folder))
}
