/**
 * SqliteStore: entries in one file, shared by the processes of one machine, kept over restarts.
 *
 * The database of Node itself (`node:sqlite`), in WAL mode: readers do not wait for the writer. Writers wait for each
 * other up to `busyTimeout`. Each method is one statement, hence atomic.
 */
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { resolveSettings, type SettingsOptions, systemClock } from '@dewar/base'
import { defaults } from './defaults.ts'
import { closedStore, notANumber, type StoreError, unavailable, wrongArgument } from './errors.ts'
import { checkAmount, checkKey, checkTtl, checkValue, type Lifetime, type Store } from './store.ts'

const { maxKeyLength, maxValueLength, maxTtl, busyTimeout, purgeInterval, purgeBatch } = defaults
const sqliteSettings = { maxKeyLength, maxValueLength, maxTtl, busyTimeout, purgeInterval, purgeBatch }

/** What an SQLite store takes. */
export interface SqliteStoreOptions extends SettingsOptions<typeof sqliteSettings> {
  /** The file; made if absent, its folder must exist unless `createFolder` is set. `:memory:` keeps nothing. */
  readonly path: string
  /** Makes the file's folder if it is absent, for this user only (0700). */
  readonly createFolder?: boolean | undefined
  /** The clock, in seconds since the epoch. */
  readonly now?: (() => number) | undefined
}

/**
 * A store in an SQLite file.
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { SqliteStore } from '@dewar/stores/sqlite'
 *
 * const store = new SqliteStore({ path: ':memory:' })           // or 'instance/store.db'
 * assert.equal(await store.add('job:7', 'running', { ttl: 30 }), true)
 * assert.equal(await store.add('job:7', 'running', { ttl: 30 }), false)
 * await store.close()
 * ```
 */
export class SqliteStore implements Store {
  readonly #settings
  readonly #now: () => number
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #statements: Statements
  #nextPurge = 0

  /**
   * Opens the file and prepares its one table.
   *
   * @param options the file, bounds and clock
   * @throws {DewarError} `ERR_STORES_OPTION`, `ERR_STORES_ARGUMENT`
   * @throws {StoreError} `ERR_STORES_UNAVAILABLE` if the file cannot be opened or is no database
   */
  constructor({ path, createFolder = false, now = systemClock, ...bounds }: SqliteStoreOptions) {
    this.#settings = resolveSettings('stores', sqliteSettings, bounds)
    if (typeof path !== 'string' || path === '')
      throw wrongArgument(
        'A SqliteStore needs the path of its file.',
        "Use: new SqliteStore({ path: 'store.db' })",
      )
    this.#now = now
    this.#path = path
    try {
      if (createFolder) mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      this.#database = open(path, this.#settings.busyTimeout)
      this.#statements = prepare(this.#database)
    } catch (cause) {
      throw this.#failure(cause)
    }
  }

  async get(key: string): Promise<string | undefined> {
    checkKey(key, this.#settings)
    const row = this.#run((statements) => statements.get.get(key, this.#now()))
    return row === undefined ? undefined : String(row['value'])
  }

  async set(key: string, value: string, lifetime: Lifetime): Promise<void> {
    checkKey(key, this.#settings)
    checkValue(value, this.#settings)
    const expiresAt = this.#now() + checkTtl(lifetime, this.#settings)
    this.#run((statements) => statements.set.run(key, value, expiresAt))
    this.#purgeSometimes()
  }

  async add(key: string, value: string, lifetime: Lifetime): Promise<boolean> {
    checkKey(key, this.#settings)
    checkValue(value, this.#settings)
    const now = this.#now()
    const expiresAt = now + checkTtl(lifetime, this.#settings)
    const { changes } = this.#run((statements) => statements.add.run(key, value, expiresAt, now))
    this.#purgeSometimes()
    return Number(changes) > 0
  }

  async delete(key: string): Promise<boolean> {
    checkKey(key, this.#settings)
    const row = this.#run((statements) => statements.delete.get(key))
    return row !== undefined && Number(row['expires_at']) > this.#now()
  }

  async increment(key: string, by: number, lifetime: Lifetime): Promise<number> {
    checkKey(key, this.#settings)
    checkAmount(by)
    const now = this.#now()
    const expiresAt = now + checkTtl(lifetime, this.#settings)
    const row = this.#run((statements) => statements.increment.get({ key, by, expiresAt, now }))
    const value = row === undefined ? Number.NaN : Number(row['value'])
    if (!Number.isSafeInteger(value)) throw notANumber(key)
    this.#purgeSometimes()
    return value
  }

  /**
   * Removes expired entries; the store does so by itself now and then.
   *
   * @param limit how many at most
   * @returns how many were removed
   */
  async purge(limit: number = this.#settings.purgeBatch): Promise<number> {
    return Number(this.#run((statements) => statements.purge.run(this.#now(), limit)).changes)
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close()
  }

  #purgeSometimes(): void {
    const now = this.#now()
    if (now < this.#nextPurge) return
    this.#nextPurge = now + this.#settings.purgeInterval
    this.#run((statements) => statements.purge.run(now, this.#settings.purgeBatch))
  }

  #run<T>(work: (statements: Statements) => T): T {
    if (!this.#database.isOpen) throw closedStore()
    try {
      return work(this.#statements)
    } catch (cause) {
      throw this.#failure(cause)
    }
  }

  #failure(cause: unknown): StoreError {
    const why = cause instanceof Error ? cause.message : 'unknown reason'
    return unavailable(`The store in '${this.#path}' failed: ${why}.`, {
      cause,
      fix: 'See that its folder exists, that this user may write there, and that the disk is local and not full.',
    })
  }
}

interface Statements {
  readonly get: StatementSync
  readonly set: StatementSync
  readonly add: StatementSync
  readonly delete: StatementSync
  readonly increment: StatementSync
  readonly purge: StatementSync
}

function open(path: string, busyTimeout: number): DatabaseSync {
  // SQLite itself makes files that everybody on the machine may read; those beside it (-wal, -shm) follow this one.
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600))
  const database = new DatabaseSync(path, { timeout: busyTimeout * 1000, enableForeignKeyConstraints: false })
  try {
    // NORMAL under WAL survives a crash of the process; a power cut may cost the last moments, never the file.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;')
    database.exec(`
      CREATE TABLE IF NOT EXISTS dewar_store (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at REAL NOT NULL) STRICT, WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS dewar_store_expires_at ON dewar_store (expires_at);`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** A counter is text that equals its own reading as an integer; everything else gives no row, hence an error. */
const isCounter = '(value = CAST(CAST(value AS INTEGER) AS TEXT))'

function prepare(database: DatabaseSync): Statements {
  return {
    get: database.prepare('SELECT value FROM dewar_store WHERE key = ? AND expires_at > ?'),
    set: database.prepare(`INSERT INTO dewar_store (key, value, expires_at) VALUES (?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`),
    add: database.prepare(`INSERT INTO dewar_store (key, value, expires_at) VALUES (?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
      WHERE expires_at <= ?`),
    delete: database.prepare('DELETE FROM dewar_store WHERE key = ? RETURNING expires_at'),
    increment: database.prepare(`INSERT INTO dewar_store (key, value, expires_at)
      VALUES (:key, CAST(CAST(:by AS INTEGER) AS TEXT), :expiresAt)
      ON CONFLICT (key) DO UPDATE SET
        value = CASE WHEN expires_at <= :now THEN excluded.value
          ELSE CAST(CAST(value AS INTEGER) + CAST(:by AS INTEGER) AS TEXT) END,
        expires_at = CASE WHEN expires_at <= :now THEN excluded.expires_at ELSE expires_at END
      WHERE expires_at <= :now OR (${isCounter}
        AND abs(CAST(value AS INTEGER) + CAST(:by AS INTEGER)) <= ${Number.MAX_SAFE_INTEGER})
      RETURNING value`),
    purge: database.prepare(`DELETE FROM dewar_store WHERE key IN
      (SELECT key FROM dewar_store WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)`),
  }
}
