import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { safeJoin } from '@dewar/base'

/** A template's file. */
export interface TemplateFile {
  path: string
  source: string
  /** Changes whenever the file does. */
  version: string
}

/** A look into a folder. */
export interface LoadAttempt {
  readonly folder: string
  readonly found: boolean
}

/**
 * Finds templates in folders, the first that has one wins.
 *
 * Names use `/`, stay inside their folder by name and by real path (a symbolic link out of it is no template), and never
 * contain a NUL, a backslash or a device name.
 */
export class FolderLoader {
  readonly #folders: string[] = []

  /** The folders, in the order they are searched. */
  get folders(): readonly string[] {
    return this.#folders
  }

  /** Adds a folder; it need not exist yet. */
  add(folder: string): void {
    const path = resolve(folder)
    if (!this.#folders.includes(path)) this.#folders.push(path)
  }

  /** Reads a template; `null` if no folder has it. */
  read(name: string): TemplateFile | null {
    const found = this.#find(name)
    if (found === null) return null
    return { path: found.path, source: readFileSync(found.path, 'utf8'), version: found.version }
  }

  /** What changes when the file does; `null` if there is none. */
  version(name: string): string | null {
    return this.#find(name)?.version ?? null
  }

  /** Every file that a template of this name could be read from; the first is. */
  files(name: string): string[] {
    return this.#folders.flatMap((folder) => this.#in(folder, name)?.path ?? [])
  }

  /** Where a template is looked for: the folders in order, up to the one that has it. */
  attempts(name: string): readonly LoadAttempt[] {
    const at = this.#folders.findIndex((folder) => this.#in(folder, name) !== null)
    const folders = at < 0 ? this.#folders : this.#folders.slice(0, at + 1)
    return folders.map((folder, index) => ({ folder, found: index === at }))
  }

  /** The names of all templates, sorted. */
  list(): string[] {
    const names = new Set<string>()
    for (const folder of this.#folders) {
      for (const path of filesBelow(folder)) names.add(path)
    }
    return [...names].filter((name) => this.#find(name) !== null).sort()
  }

  #find(name: string): { path: string; version: string } | null {
    for (const folder of this.#folders) {
      const found = this.#in(folder, name)
      if (found !== null) return found
    }
    return null
  }

  #in(folder: string, name: string): { path: string; version: string } | null {
    // As Jinja does, empty parts of a name and `.` count for nothing.
    const parts = name.split('/').filter((part) => part !== '' && part !== '.')
    const path = parts.length === 0 || name.endsWith('/') ? null : safeJoin(folder, parts.join('/'))
    const version = path === null ? null : versionOf(folder, path)
    return path === null || version === null ? null : { path, version }
  }
}

/** The identity of a file inside a folder; `null` if it is missing, no file, or lies elsewhere by a symbolic link. */
function versionOf(folder: string, path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true })
  if (stat === undefined || !stat.isFile()) return null
  const real = realpathSync(path)
  if (!real.startsWith(realpathSync(folder) + sep)) return null
  return `${real}:${stat.mtimeNs}:${stat.size}:${stat.ino}`
}

function filesBelow(folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll(sep, '/'),
    )
}
