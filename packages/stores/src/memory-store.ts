/**
 * MemoryStore: entries in this process only, never more than a given number.
 *
 * Full, it drops what is expired, then what was not used for longest. Several processes do not share it, and a restart
 * empties it: for one process, for tests and for development.
 */
import { resolveSettings, type SettingsOptions, systemClock } from '@dewar/base'
import { defaults } from './defaults.ts'
import { closedStore, notANumber } from './errors.ts'
import {
  checkAmount,
  checkKey,
  checkTtl,
  checkValue,
  type Lifetime,
  parseCounter,
  type Store,
} from './store.ts'

const { maxEntries, maxKeyLength, maxValueLength, maxTtl } = defaults
const memorySettings = { maxEntries, maxKeyLength, maxValueLength, maxTtl }

/** What a memory store takes. */
export interface MemoryStoreOptions extends SettingsOptions<typeof memorySettings> {
  /** The clock, in seconds since the epoch. */
  readonly now?: (() => number) | undefined
}

interface Entry {
  value: string
  readonly expiresAt: number
}

/**
 * A bounded store in memory.
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { MemoryStore } from '@dewar/stores'
 *
 * const store = new MemoryStore()
 * assert.equal(await store.increment('visits', 1, { ttl: 60 }), 1)
 * assert.equal(await store.increment('visits', 1, { ttl: 60 }), 2)
 * ```
 * @see Python: `cachelib.SimpleCache`
 */
export class MemoryStore implements Store {
  readonly #settings
  readonly #now: () => number
  readonly #entries = new Map<string, Entry>()
  #closed = false

  /**
   * @param options bounds and clock
   * @throws {DewarError} `ERR_STORES_OPTION`
   */
  constructor({ now = systemClock, ...bounds }: MemoryStoreOptions = {}) {
    this.#settings = resolveSettings('stores', memorySettings, bounds)
    this.#now = now
  }

  /** How many entries are kept, expired ones that were not yet dropped included. */
  get size(): number {
    return this.#entries.size
  }

  async get(key: string): Promise<string | undefined> {
    return this.#find(key)?.value
  }

  async set(key: string, value: string, lifetime: Lifetime): Promise<void> {
    this.#check(key)
    checkValue(value, this.#settings)
    this.#write(key, value, checkTtl(lifetime, this.#settings))
  }

  async add(key: string, value: string, lifetime: Lifetime): Promise<boolean> {
    checkValue(value, this.#settings)
    const ttl = checkTtl(lifetime, this.#settings)
    if (this.#find(key) !== undefined) return false
    this.#write(key, value, ttl)
    return true
  }

  async delete(key: string): Promise<boolean> {
    const there = this.#find(key) !== undefined
    this.#entries.delete(key)
    return there
  }

  async increment(key: string, by: number, lifetime: Lifetime): Promise<number> {
    checkAmount(by)
    const ttl = checkTtl(lifetime, this.#settings)
    const entry = this.#find(key)
    const old = entry === undefined ? 0 : parseCounter(entry.value)
    if (old === null || !Number.isSafeInteger(old + by)) throw notANumber(key)
    if (entry === undefined) this.#write(key, `${by}`, ttl)
    else entry.value = `${old + by}`
    return old + by
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#entries.clear()
  }

  #check(key: string): void {
    if (this.#closed) throw closedStore()
    checkKey(key, this.#settings)
  }

  /** A living entry, moved to the young end of the map. */
  #find(key: string): Entry | undefined {
    this.#check(key)
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    if (entry.expiresAt <= this.#now()) return undefined
    this.#entries.set(key, entry)
    return entry
  }

  #write(key: string, value: string, ttl: number): void {
    this.#entries.delete(key)
    if (this.#entries.size >= this.#settings.maxEntries) this.#makeRoom()
    this.#entries.set(key, { value, expiresAt: this.#now() + ttl })
  }

  /** Drops the expired among the longest unused; the very longest unused in any case. */
  #makeRoom(): void {
    const now = this.#now()
    let looked = 0
    for (const [key, { expiresAt }] of this.#entries) {
      if (looked === 0 || expiresAt <= now) this.#entries.delete(key)
      if (++looked >= roomSearch) return
    }
  }
}

/** How many old entries are looked at when the store is full: constant work for each write. */
const roomSearch = 8
