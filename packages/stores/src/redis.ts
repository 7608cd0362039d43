/**
 * RedisStore: entries in Redis or Valkey, shared by machines.
 *
 * Each method is one command (`increment` one script) on one key, hence atomic, and at home in a cluster. A server that does not
 * answer gives `ERR_STORES_UNAVAILABLE` within `commandTimeout`; while it is known to be away, at once. The connection comes back by itself.
 */
import { resolveSettings, type SettingsOptions } from '@dewar/base'
import { createClient } from 'redis'
import { hostOf, type ServerName, withDeadline } from './deadline.ts'
import { defaults } from './defaults.ts'
import { closedStore, notANumber, wrongArgument } from './errors.ts'
import { checkAmount, checkKey, checkTtl, checkValue, type Lifetime, type Store } from './store.ts'

const { maxKeyLength, maxValueLength, maxTtl, keyPrefix, commandTimeout, maxPending } = defaults
const redisSettings = { maxKeyLength, maxValueLength, maxTtl, keyPrefix, commandTimeout, maxPending }

/** What the store needs of a client of the `redis` package: `createClient`, `createCluster` and `createSentinel` make such. */
export interface RedisClient {
  /** `GET` */
  get(key: string): Promise<unknown>
  /** `SET` with an end, perhaps only where nothing is */
  set(key: string, value: string, options: RedisSetOptions): Promise<unknown>
  /** `DEL` */
  del(key: string): Promise<unknown>
  /** `EVAL` */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
}

/** How long an entry lives, and whether only an absent one is written. */
export interface RedisSetOptions {
  expiration: { type: 'EX'; value: number }
  condition?: 'NX'
}

/** What a Redis store takes: an address or a client, and what differs from the defaults. */
export interface RedisStoreOptions extends SettingsOptions<typeof redisSettings> {
  /** `redis[s]://[[user]:password@]host[:port][/database]`; `rediss` is TLS. The store makes, keeps and closes the connection. */
  readonly url?: string | undefined
  /** A client of yours, connected: a cluster, sentinels, or settings of your own. It stays yours to close. */
  readonly client?: RedisClient | undefined
}

/**
 * A store in Redis, Valkey, or what else speaks their protocol.
 *
 * @example
 * ```ts
 * import { RedisStore } from '@dewar/stores/redis'
 *
 * const store = new RedisStore({ url: 'redis://127.0.0.1:6379' })
 * await store.increment('visits', 1, { ttl: 60 })
 * await store.close()
 * ```
 */
export class RedisStore implements Store {
  readonly #settings
  readonly #client: RedisClient
  readonly #own: OwnClient | null
  readonly #server: ServerName
  #closed = false

  /**
   * Connects on first use.
   *
   * @param options address or client, prefix and bounds
   * @throws {DewarError} `ERR_STORES_OPTION`, `ERR_STORES_ARGUMENT`
   */
  constructor({ url, client, ...bounds }: RedisStoreOptions) {
    this.#settings = resolveSettings('stores', redisSettings, bounds)
    if ((url === undefined) === (client === undefined))
      throw wrongArgument(
        'A RedisStore needs either an address or a client.',
        "Use: new RedisStore({ url: 'redis://127.0.0.1:6379' })",
      )
    this.#own = client === undefined ? createOwnClient(url ?? '', this.#settings) : null
    this.#client = client ?? (this.#own as OwnClient).client
    this.#server = {
      name: `Redis at ${hostOf(url ?? '', 'your client')}`,
      fix: 'See that the server runs and can be reached; the store goes on by itself when it does.',
    }
  }

  async get(key: string): Promise<string | undefined> {
    const value = await this.#command(key, (name) => this.#client.get(name))
    return typeof value === 'string' ? value : undefined
  }

  async set(key: string, value: string, lifetime: Lifetime): Promise<void> {
    checkValue(value, this.#settings)
    const expiration = { type: 'EX', value: checkTtl(lifetime, this.#settings) } as const
    await this.#command(key, (name) => this.#client.set(name, value, { expiration }))
  }

  async add(key: string, value: string, lifetime: Lifetime): Promise<boolean> {
    checkValue(value, this.#settings)
    const expiration = { type: 'EX', value: checkTtl(lifetime, this.#settings) } as const
    const answer = await this.#command(key, (name) =>
      this.#client.set(name, value, { expiration, condition: 'NX' }),
    )
    return answer !== null
  }

  async delete(key: string): Promise<boolean> {
    return Number(await this.#command(key, (name) => this.#client.del(name))) > 0
  }

  async increment(key: string, by: number, lifetime: Lifetime): Promise<number> {
    checkAmount(by)
    const ttl = checkTtl(lifetime, this.#settings)
    const answer = await this.#command(key, (name) =>
      this.#client.eval(incrementScript, { keys: [name], arguments: [`${by}`, `${ttl}`] }),
    )
    if (answer === null) throw notANumber(key)
    return Number(answer)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#own?.close()
  }

  async #command<T>(key: string, send: (name: string) => Promise<T>): Promise<T> {
    checkKey(key, this.#settings)
    if (this.#closed) throw closedStore()
    return withDeadline(this.#server, this.#settings.commandTimeout, async () => {
      await this.#own?.connected()
      return send(this.#settings.keyPrefix + key)
    })
  }
}

/**
 * Adds and gives a new counter its end, in one step. Answers nothing if the entry is no whole number, or would no longer
 * be one that is exact here.
 */
const incrementScript = `
local old = redis.call('GET', KEYS[1])
if not old then
  redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
  return ARGV[1]
end
local isCounter = #old <= 17 and (old == '0' or string.find(old, '^-?[1-9]%d*$'))
if not isCounter or math.abs(tonumber(old) + tonumber(ARGV[1])) > ${Number.MAX_SAFE_INTEGER} then return false end
redis.call('INCRBY', KEYS[1], ARGV[1])
return redis.call('GET', KEYS[1])`

interface OwnClient {
  readonly client: RedisClient
  /** Waits for the first connection; rejects at once while the server is known to be away. */
  connected(): Promise<unknown>
  close(): Promise<void>
}

function createOwnClient(url: string, settings: { commandTimeout: number; maxPending: number }): OwnClient {
  const client = createFor(url, settings)
  let first: Promise<void> | null = null
  let away: Error | null = null
  client.on('ready', () => {
    away = null
  })
  client.on('error', (error: Error) => {
    away = error // commands say so; the client goes on trying
  })
  return {
    client,
    async connected() {
      if (client.isReady) return
      if (away !== null) throw away
      first ??= new Promise((resolve, reject) => {
        client.once('ready', resolve).once('error', reject)
        client.connect().catch(reject)
      })
      await first
    },
    async close() {
      if (client.isReady) await client.close()
      else if (client.isOpen) client.destroy()
    },
  }
}

function createFor(
  url: string,
  { commandTimeout, maxPending }: { commandTimeout: number; maxPending: number },
) {
  const wait = commandTimeout * 1000
  try {
    return createClient({
      url,
      disableOfflineQueue: true, // away means an error now, not a queue that is worked off later
      commandsQueueMaxLength: maxPending,
      pingInterval: wait,
      // Silence in spite of the pings is a dead connection: it is replaced.
      socket: { connectTimeout: wait, socketTimeout: wait * 3 },
    })
  } catch {
    // The client's own error shows the address, password included.
    throw wrongArgument(
      "The option 'url' is no address of a Redis server.",
      'Use: redis://host:6379, or rediss://user:password@host:6379/0 with TLS.',
    )
  }
}
