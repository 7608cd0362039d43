/** The files of a new app: those in the folder `new` of this package, and what is made for each app. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'

/** What goes into them. */
export interface NewApp {
  readonly name: string
  readonly version: string
  readonly key: string
}

const folder = join(import.meta.dirname, '..', 'new')

/** The files by path. @internal */
export function newAppFiles({ name, version, key }: NewApp): Readonly<Record<string, string>> {
  const files: Record<string, string> = {
    'package.json': manifest(name, version),
    '.env': `DEWAR_SECRET_KEY=${key}\n`,
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const path = file.slice(folder.length + 1).replaceAll(sep, '/')
    // npm leaves out files of this name when it packs.
    const target = path === 'gitignore' ? '.gitignore' : path
    files[target] = readFileSync(file, 'utf8').replaceAll('__NAME__', name)
  }
  return files
}

function manifest(name: string, version: string): string {
  const content = {
    name,
    private: true,
    type: 'module',
    engines: { node: '>=22.18' },
    scripts: {
      dev: 'dewar run --debug --watch',
      start: 'dewar serve',
      // As `dewar run` has it: .env is read, and files with decorators are compiled.
      test: 'node --env-file-if-exists=.env --env-file=test/settings.env --import dewar/register --test "test/**/*.test.ts"',
      check: 'tsc',
    },
    dependencies: { dewar: `^${version}` },
    devDependencies: { '@types/node': '>=22', esbuild: '>=0.25', typescript: '>=5.9' },
  }
  return `${JSON.stringify(content, null, 2)}\n`
}
