/** Versions of static files in their URLs, so that browsers keep a file for ever and still see the next one at once. */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { safeJoin } from '@dewar/base'
import { defaults } from './defaults.ts'

interface Known {
  readonly version: string
  readonly changed: number
  readonly size: number
}

/** Versions by path; a file that changed gets another. @internal */
export class StaticVersions {
  readonly #folders = new Map<string, string>()
  readonly #known = new Map<string, Known>()

  /** The folders that are served, by endpoint. */
  get folders(): ReadonlyMap<string, string> {
    return this.#folders
  }

  /** Notes the folder of a static endpoint. */
  add(endpoint: string, folder: string): void {
    this.#folders.set(endpoint, folder)
  }

  /** The version of a file, `null` if the endpoint serves no such file. */
  versionOf(endpoint: string, filename: unknown): string | null {
    const folder = this.#folders.get(endpoint)
    const path = folder === undefined || typeof filename !== 'string' ? null : safeJoin(folder, filename)
    if (path === null) return null
    try {
      return this.#read(path)
    } catch {
      return null // no such file: its URL will be a 404, as it should
    }
  }

  #read(path: string): string {
    const { mtimeMs: changed, size } = statSync(path)
    const known = this.#known.get(path)
    if (known?.changed === changed && known.size === size) return known.version
    const hash = createHash(defaults.staticVersionHash.value).update(readFileSync(path)).digest('base64url')
    const version = hash.slice(0, defaults.staticVersionLength.value)
    this.#known.set(path, { version, changed, size })
    return version
  }
}
