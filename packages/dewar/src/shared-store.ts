/**
 * The store of what must outlive this process and be seen by all of the app's processes, such as ended sessions: the app's
 * own (`createApp({ store })`), else an SQLite file in the instance folder, else, for apps without a folder, this
 * process's memory.
 */
import { join } from 'node:path'
import { MemoryStore, type Store } from '@dewar/stores'
import type { AppOptions } from './create-app.ts'
import { defaults } from './defaults.ts'

/** @internal */
export function createSharedStore(options: AppOptions, instancePath: string): Store {
  if (options.store !== undefined) return options.store
  if (options.root === undefined && options.instancePath === undefined) return new MemoryStore()
  return new DeferredStore(async () => {
    const { SqliteStore } = await import('@dewar/stores/sqlite')
    return new SqliteStore({ path: join(instancePath, defaults.storeFile.value), createFolder: true })
  })
}

/** A store that opens at its first use: an app that remembers nothing makes no file. */
class DeferredStore implements Store {
  readonly #open: () => Promise<Store>
  #opened: Promise<Store> | null = null

  constructor(open: () => Promise<Store>) {
    this.#open = open
  }

  async get(key: string) {
    return (await this.#store()).get(key)
  }

  async set(...entry: Parameters<Store['set']>) {
    return (await this.#store()).set(...entry)
  }

  async add(...entry: Parameters<Store['add']>) {
    return (await this.#store()).add(...entry)
  }

  async delete(key: string) {
    return (await this.#store()).delete(key)
  }

  async increment(...entry: Parameters<Store['increment']>) {
    return (await this.#store()).increment(...entry)
  }

  async close() {
    await (await this.#opened)?.close()
  }

  /** A file that could not be opened is tried again at the next use. */
  #store(): Promise<Store> {
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = null
      throw error
    })
    return this.#opened
  }
}
