/**
 * MemcachedStore: entries in Memcached, shared by machines.
 *
 * Memcached counts its time in whole seconds and its counters from zero up, so each entry carries its own end, and what depends on
 * an older value is written only if nobody has changed that since (check and set). Keys are hashed: Memcached's own are short and plain.
 *
 * Memcached forgets when its memory is full or it restarts. It is for rates and for sessions that may be lost, not for a list of ended ones.
 */
import { createHash } from 'node:crypto'
import { resolveSettings, type SettingsOptions, systemClock } from '@dewar/base'
import memjs from 'memjs'
import { type ServerName, serverFailed, withDeadline } from './deadline.ts'
import { defaults } from './defaults.ts'
import { closedStore, notANumber, tooLong, wrongArgument } from './errors.ts'
import {
  encodeRequest,
  type MemcachedRequest,
  opcodes,
  statuses,
  type Version,
} from './memcached-requests.ts'
import {
  checkAmount,
  checkKey,
  checkTtl,
  checkValue,
  type Lifetime,
  parseCounter,
  type Store,
} from './store.ts'

const { maxKeyLength, maxValueLength, maxTtl, keyPrefix, commandTimeout } = defaults
const memcachedSettings = { maxKeyLength, maxValueLength, maxTtl, keyPrefix, commandTimeout }

/** What a Memcached store takes: the servers, and what differs from the defaults. */
export interface MemcachedStoreOptions extends SettingsOptions<typeof memcachedSettings> {
  /** `host[:port]`, several with commas between them; keys are spread over them. */
  readonly servers: string
  /** The user for SASL, if the servers ask for one. */
  readonly username?: string | undefined
  /** The password for SASL. */
  readonly password?: string | undefined
  /** The clock, in seconds since the epoch; the clocks of your servers should agree (NTP). */
  readonly now?: (() => number) | undefined
}

/**
 * A store in Memcached.
 *
 * @example
 * ```ts
 * import { MemcachedStore } from '@dewar/stores/memcached'
 *
 * const store = new MemcachedStore({ servers: '127.0.0.1:11211' })
 * await store.increment('visits', 1, { ttl: 60 })
 * await store.close()
 * ```
 */
export class MemcachedStore implements Store {
  readonly #settings
  readonly #now: () => number
  readonly #server: ServerName
  readonly #connect: () => memjs.Client
  #client: memjs.Client
  #sequence = 0
  #closed = false

  /**
   * Connects on first use.
   *
   * @param options servers, credentials, prefix and bounds
   * @throws {DewarError} `ERR_STORES_OPTION`, `ERR_STORES_ARGUMENT`
   */
  constructor({ servers, username, password, now = systemClock, ...bounds }: MemcachedStoreOptions) {
    this.#settings = resolveSettings('stores', memcachedSettings, bounds)
    if (typeof servers !== 'string' || servers === '' || servers.includes('@'))
      throw wrongArgument(
        'A MemcachedStore needs its servers, without credentials in them.',
        "Use: new MemcachedStore({ servers: 'cache1:11211,cache2:11211' })",
      )
    this.#now = now
    this.#server = {
      name: `Memcached at ${servers}`,
      fix: 'See that the servers run and can be reached; the store goes on by itself when they do.',
    }
    const timeout = this.#settings.commandTimeout
    const options = { username, password, timeout, conntimeout: timeout, retries: 0, logger: silent }
    this.#connect = () => memjs.Client.create(servers, options)
    this.#client = this.#connect()
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.#read(this.#name(key)))?.text
  }

  async set(key: string, value: string, lifetime: Lifetime): Promise<void> {
    const name = this.#name(key)
    checkValue(value, this.#settings)
    await this.#write(opcodes.set, name, value, this.#end(lifetime))
  }

  async add(key: string, value: string, lifetime: Lifetime): Promise<boolean> {
    const name = this.#name(key)
    checkValue(value, this.#settings)
    return this.#until(this.#end(lifetime), async (end) => {
      const found = await this.#find(name)
      if (found?.isLive) return false
      return (await this.#writeOver(found, name, value, end)) || undefined
    })
  }

  async delete(key: string): Promise<boolean> {
    const name = this.#name(key)
    return this.#until(0, async () => {
      const found = await this.#find(name)
      if (found === null) return false
      const status = await this.#send({ opcode: opcodes.delete, key: name, version: found.version })
      if (status === statuses.exists) return undefined
      return found.isLive && status === statuses.ok
    })
  }

  async increment(key: string, by: number, lifetime: Lifetime): Promise<number> {
    const name = this.#name(key)
    checkAmount(by)
    return this.#until(this.#end(lifetime), async (end) => {
      const found = await this.#find(name)
      const old = found?.isLive ? parseCounter(found.text) : 0
      if (old === null || !Number.isSafeInteger(old + by)) throw notANumber(key)
      const isWritten = await this.#writeOver(found, name, `${old + by}`, found?.isLive ? found.end : end)
      return isWritten ? old + by : undefined
    })
  }

  async close(): Promise<void> {
    if (!this.#closed) this.#client.close()
    this.#closed = true
  }

  #name(key: string): string {
    checkKey(key, this.#settings)
    if (this.#closed) throw closedStore()
    return this.#settings.keyPrefix + createHash(defaults.keyHash.value).update(key).digest('base64url')
  }

  #end(lifetime: Lifetime): number {
    return this.#now() + checkTtl(lifetime, this.#settings)
  }

  async #read(name: string): Promise<Found | undefined> {
    const found = await this.#find(name)
    return found?.isLive ? found : undefined
  }

  async #find(name: string): Promise<Found | null> {
    const { header, val } = await this.#ask({ opcode: opcodes.get, key: name })
    if (header.status !== statuses.ok) return null
    const entry = val.toString('utf8')
    const blank = entry.indexOf(' ')
    const end = Number(entry.slice(0, blank))
    // A copy: the buffer it lies in belongs to the client.
    return { text: entry.slice(blank + 1), end, isLive: end > this.#now(), version: Buffer.from(header.cas) }
  }

  /** Writes unless somebody else has written since; answers whether it did. */
  async #writeOver(found: Found | null, name: string, text: string, end: number): Promise<boolean> {
    const status =
      found === null
        ? await this.#write(opcodes.add, name, text, end)
        : await this.#write(opcodes.set, name, text, end, found.version)
    return status === statuses.ok
  }

  async #write(opcode: number, key: string, text: string, end: number, version?: Version): Promise<number> {
    const value = `${end} ${text}`
    const expires = this.#expires(end)
    const status = await this.#send(
      version === undefined ? { opcode, key, value, expires } : { opcode, key, value, expires, version },
    )
    if (status === statuses.tooLarge)
      throw tooLong('maxValueLength', this.#settings.maxValueLength, Buffer.byteLength(value))
    return status
  }

  /** When the server may drop an entry: its clock stands still for up to a second, so that much later. */
  #expires(end: number): number {
    const left = Math.max(1, Math.ceil(end - this.#now())) + 1
    return left > relativeLimit ? Math.ceil(systemClock()) + left : left
  }

  /** Tries again until a step has an answer: others wrote in between, so somebody gets on. */
  async #until<T>(end: number, step: (end: number) => Promise<T | undefined>): Promise<T> {
    const limit = performance.now() + this.#settings.commandTimeout * 1000
    while (performance.now() < limit) {
      const answer = await step(end)
      if (answer !== undefined) return answer
    }
    throw serverFailed(this.#server, new Error('too many processes write this entry at once'))
  }

  /** Answers are told apart by it; the client's own count turns negative one day. */
  #nextNumber(): number {
    this.#sequence = (this.#sequence + 1) % 2 ** 31
    return this.#sequence
  }

  async #send(request: MemcachedRequest): Promise<number> {
    return (await this.#ask(request)).header.status
  }

  async #ask(request: MemcachedRequest): Promise<memjs.Response> {
    const client = this.#client
    try {
      return await withDeadline(this.#server, this.#settings.commandTimeout, () =>
        ask(client, request, this.#nextNumber()),
      )
    } catch (error) {
      // What is left of an answer that was cut short would be read as the beginning of the next.
      if (client === this.#client && !this.#closed) this.#client = this.#connect()
      client.close()
      throw this.#closed ? closedStore() : error
    }
  }
}

interface Found {
  readonly text: string
  /** Seconds since the epoch. */
  readonly end: number
  readonly isLive: boolean
  readonly version: Version
}

/** Lifetimes above 30 days are points in time to Memcached. */
const relativeLimit = 2_592_000

const silent = { log() {} }

const expected: ReadonlySet<number> = new Set(Object.values(statuses))

function ask(client: memjs.Client, request: MemcachedRequest, number: number): Promise<memjs.Response> {
  const bytes = encodeRequest(request, number)
  return new Promise((resolve, reject) => {
    client.perform(request.key, bytes, number, (error, response: memjs.Response) => {
      if (error) reject(error)
      else if (expected.has(response.header.status)) resolve(response)
      else reject(new Error(`status ${response.header.status}`))
    })
  })
}
