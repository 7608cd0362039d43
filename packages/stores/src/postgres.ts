/**
 * PostgresStore: entries in a table of PostgreSQL, shared by machines, kept over restarts.
 *
 * Each method is one statement, hence atomic. Time is the database's, so the clocks of the application's machines do not matter.
 * Keys and values are bytes, since text in PostgreSQL cannot hold every character.
 */
import { resolveSettings, type SettingsOptions } from '@dewar/base'
import pg from 'pg'
import { hostOf, type ServerName, withDeadline } from './deadline.ts'
import { defaults } from './defaults.ts'
import { closedStore, notANumber, wrongArgument } from './errors.ts'
import { type PostgresStatements, postgresStatements } from './postgres-statements.ts'
import { checkAmount, checkKey, checkTtl, checkValue, type Lifetime, type Store } from './store.ts'

const { maxKeyLength, maxValueLength, maxTtl, purgeInterval, purgeBatch, commandTimeout, poolSize, table } =
  defaults
const postgresSettings = {
  maxKeyLength,
  maxValueLength,
  maxTtl,
  purgeInterval,
  purgeBatch,
  commandTimeout,
  poolSize,
  table,
}

/** What the store needs of a pool (or client) of the `pg` package. */
export interface PostgresPool {
  /** Runs one statement. */
  query(text: string, values?: unknown[]): Promise<PostgresResult>
}

/** What the store reads of a result. */
export interface PostgresResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly rowCount: number | null
}

/** What a PostgreSQL store takes: an address or a pool, and what differs from the defaults. */
export interface PostgresStoreOptions extends SettingsOptions<typeof postgresSettings> {
  /** `postgres://user:password@host:5432/database`. The store makes, keeps and closes the connections. */
  readonly url?: string | undefined
  /** A pool of yours. It stays yours to close. */
  readonly pool?: PostgresPool | undefined
}

/**
 * A store in PostgreSQL.
 *
 * @example
 * ```ts
 * import { PostgresStore } from '@dewar/stores/postgres'
 *
 * const store = new PostgresStore({ url: 'postgres://app:secret@127.0.0.1/app' })
 * await store.increment('visits', 1, { ttl: 60 })
 * await store.close()
 * ```
 */
export class PostgresStore implements Store {
  readonly #settings
  readonly #pool: PostgresPool
  readonly #own: pg.Pool | null
  readonly #server: ServerName
  readonly #statements: PostgresStatements
  #table: Promise<unknown> | null = null
  #nextPurge = 0
  #closed = false

  /**
   * Connects on first use, and makes its table if there is none.
   *
   * @param options address or pool, table and bounds
   * @throws {DewarError} `ERR_STORES_OPTION`, `ERR_STORES_ARGUMENT`
   */
  constructor({ url, pool, ...bounds }: PostgresStoreOptions) {
    this.#settings = resolveSettings('stores', postgresSettings, bounds)
    if ((url === undefined) === (pool === undefined))
      throw wrongArgument(
        'A PostgresStore needs either an address or a pool.',
        "Use: new PostgresStore({ url: 'postgres://user@host/database' })",
      )
    this.#statements = postgresStatements(this.#settings.table)
    this.#own = pool === undefined ? createPool(url ?? '', this.#settings) : null
    this.#pool = pool ?? (this.#own as pg.Pool)
    this.#server = {
      name: `PostgreSQL at ${hostOf(url ?? '', 'your pool')}`,
      fix: 'See that the server runs, that it can be reached, and that this user may make or use the table.',
    }
  }

  async get(key: string): Promise<string | undefined> {
    const { rows } = await this.#query(key, this.#statements.get)
    return rows[0] === undefined ? undefined : textOf(rows[0]['value'])
  }

  async set(key: string, value: string, lifetime: Lifetime): Promise<void> {
    checkValue(value, this.#settings)
    await this.#query(key, this.#statements.set, Buffer.from(value), checkTtl(lifetime, this.#settings))
    this.#purgeSometimes()
  }

  async add(key: string, value: string, lifetime: Lifetime): Promise<boolean> {
    checkValue(value, this.#settings)
    const ttl = checkTtl(lifetime, this.#settings)
    const { rowCount } = await this.#query(key, this.#statements.add, Buffer.from(value), ttl)
    this.#purgeSometimes()
    return rowCount === 1
  }

  async delete(key: string): Promise<boolean> {
    const { rows } = await this.#query(key, this.#statements.delete)
    return rows[0]?.['live'] === true
  }

  async increment(key: string, by: number, lifetime: Lifetime): Promise<number> {
    checkAmount(by)
    const ttl = checkTtl(lifetime, this.#settings)
    const { rows } = await this.#query(key, this.#statements.increment, Buffer.from(`${by}`), ttl, by)
    if (rows[0] === undefined) throw notANumber(key)
    this.#purgeSometimes()
    return Number(textOf(rows[0]['value']))
  }

  /**
   * Removes expired entries; the store does so by itself now and then.
   *
   * @param limit how many at most
   * @returns how many were removed
   */
  async purge(limit: number = this.#settings.purgeBatch): Promise<number> {
    return (await this.#run(this.#statements.purge, [limit])).rowCount ?? 0
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#own?.end()
  }

  /** Not waited for, and nobody's error: the next one removes the rest. */
  #purgeSometimes(): void {
    const now = performance.now() / 1000
    if (now < this.#nextPurge) return
    this.#nextPurge = now + this.#settings.purgeInterval
    this.purge().catch(() => {})
  }

  #query(key: string, statement: string, ...values: readonly unknown[]): Promise<PostgresResult> {
    checkKey(key, this.#settings)
    return this.#run(statement, [Buffer.from(key), ...values])
  }

  async #run(statement: string, values: unknown[]): Promise<PostgresResult> {
    if (this.#closed) throw closedStore()
    return withDeadline(this.#server, this.#settings.commandTimeout, async () => {
      await this.#ready()
      return this.#pool.query(statement, values)
    })
  }

  /** Makes the table once; after a failure the next call tries again. */
  #ready(): Promise<unknown> {
    this.#table ??= this.#pool.query(this.#statements.create).catch((error: unknown) => {
      this.#table = null
      throw error
    })
    return this.#table
  }
}

function createPool(
  connectionString: string,
  { poolSize: max, commandTimeout: seconds }: { poolSize: number; commandTimeout: number },
): pg.Pool {
  const wait = seconds * 1000
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: wait,
    query_timeout: wait,
    statement_timeout: wait,
    allowExitOnIdle: true,
  })
  pool.on('error', () => {}) // an idle connection has gone; the next statement opens another
  return pool
}

function textOf(bytes: unknown): string {
  return Buffer.from(bytes as Uint8Array).toString('utf8')
}
