/** The app's own source files: not its dependencies, what was built of them, or tests. */
import { readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { defaults } from './defaults.ts'

/** Folders that hold no source of the app. */
const ignored: ReadonlySet<string> = new Set([
  ...['node_modules', 'dist', 'build', 'out', 'coverage', 'vendor', 'instance'],
  ...['test', 'tests', '__tests__', 'spec', 'e2e'],
])

const scripts: ReadonlySet<string> = new Set(['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx'])
const configs: ReadonlySet<string> = new Set(['.json', '.toml'])

/** The source files of a folder, sorted. */
export function scriptFiles(project: string): string[] {
  return filesBelow(
    project,
    (name) => scripts.has(extname(name)) && !/\.(?:test|spec|d)\.[cm]?[jt]sx?$/.test(name),
  )
}

/** The config files that lie beside the source: those of the instance folder are no part of it. */
export function configFiles(project: string): string[] {
  return filesBelow(
    project,
    (name) => configs.has(extname(name)) && !/^(?:package|tsconfig|.*-lock)\b/.test(name),
  )
}

function filesBelow(project: string, wanted: (name: string) => boolean): string[] {
  const found: string[] = []
  const folders = [project]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readFolder(folder)) {
      const { name } = entry
      if (found.length >= defaults.checkMaxFiles.value) return found.sort()
      if (entry.isDirectory() && !name.startsWith('.') && !ignored.has(name)) folders.push(join(folder, name))
      else if (entry.isFile() && wanted(name)) found.push(join(folder, name))
    }
  }
  return found.sort()
}

/** What lies in a folder; nothing where it cannot be read. */
export function readFolder(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
