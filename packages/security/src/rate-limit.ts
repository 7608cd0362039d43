/**
 * How often is too often.
 *
 * Threat: guessing passwords, flooding, scraping; and a limit that can be dodged or turned against its victim.
 * Construction: a sliding window out of two counters, this window's and the last one's, whose share shrinks as this
 * window passes. Counting is one atomic increment in the store, before the decision, so that requests at the same moment
 * cannot all see room; a refused request is taken back and does not prolong the wait.
 * Defaults: a store that fails means 503, not a limit that is gone.
 * When not to change: count logins by address, or by address and name together; by name alone, a stranger could lock the
 * owner out.
 */
import { createHash } from 'node:crypto'
import { resolveSettings, systemClock } from '@dewar/base'
import type { Store } from '@dewar/stores'
import { clientDefaults, rateDefaults } from './defaults.ts'
import { badCost, storeFailed } from './errors.ts'
import { checkRate, parseRates, type Rate } from './rate.ts'

/** Options of {@link RateLimit}. */
export interface RateLimitOptions {
  /** The rates that must all hold: `'5/minute'`, `'100 per hour; 10/minute'`, or as data. */
  readonly limit: string | Rate | readonly Rate[]
  /** Where the counts are kept. */
  readonly store: Store
  /** The name of the limit: limits of the same name and store share their counts. */
  readonly name?: string | undefined
  /** Lets requests through while the store is down. */
  readonly unsafeAllowOnStoreError?: boolean | undefined
  /** Seconds since the epoch; tests pass their own. */
  readonly now?: (() => number) | undefined
}

/** What a hit found. */
export interface RateResult {
  /** Whether the request may go on. */
  readonly allowed: boolean
  /** How many the tightest rate allows in its window. */
  readonly limit: number
  /** The length of that window in seconds. */
  readonly window: number
  /** How many are left. */
  readonly remaining: number
  /** Seconds until all of the limit is free again. */
  readonly resetAfter: number
  /** Seconds until the next request has a chance; 0 if it has one now. */
  readonly retryAfter: number
  /** Takes the hit back: for limits that count failures only. Does nothing for a refused hit or a second time. */
  refund(): Promise<void>
}

/** One rate's view of one key. */
interface Count {
  readonly rate: Rate
  readonly key: string
  /** Hits of this window, the one at hand included. */
  readonly current: number
  readonly previous: number
  /** Seconds of this window that have passed. */
  readonly elapsed: number
}

/**
 * A limit on how often something may happen for each key.
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { clientKey, RateLimit } from '@dewar/security'
 * import { MemoryStore } from '@dewar/stores'
 *
 * const logins = new RateLimit({ name: 'login', limit: '2/minute', store: new MemoryStore() })
 * const key = clientKey('2001:db8::1')
 * await logins.hit(key)
 * assert.equal((await logins.hit(key)).allowed, true)
 * assert.equal((await logins.hit(clientKey('2001:db8::2'))).allowed, false) // the same network
 * ```
 * @see Flask-Limiter: `Limiter`; OWASP ASVS 5.0 V2.4.1
 */
export class RateLimit {
  /** The name of the limit. */
  readonly name: string
  /** The rates that must all hold. */
  readonly rates: readonly Rate[]
  readonly #store: Store
  readonly #now: () => number
  readonly #allowOnError: boolean

  /**
   * @param options rates, store and name
   * @throws {DewarError} `ERR_SECURITY_RATE`, `ERR_SECURITY_OPTION`
   */
  constructor(options: RateLimitOptions) {
    const { limit, store, now = systemClock, ...rest } = options
    const values = resolveSettings('security', rateDefaults, rest)
    this.name = values.name
    this.rates = toRates(limit)
    this.#store = store
    this.#now = now
    this.#allowOnError = values.unsafeAllowOnStoreError
  }

  /**
   * Counts one use.
   *
   * @param key whose: an address from `clientKey`, a user's id; any text
   * @param cost how many uses it counts as; 1 if left out
   * @returns whether it may go on, and the numbers for the answer's headers
   * @throws {ServiceUnavailable} 503 `ERR_SECURITY_RATE_STORE` if the store fails
   * @throws {DewarError} `ERR_SECURITY_RATE_COST` if the cost is no whole number from 1 up
   */
  async hit(key: string, cost = 1): Promise<RateResult> {
    if (!Number.isSafeInteger(cost) || cost < 1) throw badCost(cost)
    return this.#guarded(cost, async () => {
      const counts = await this.#count(key, cost)
      const allowed = counts.every(isWithin)
      if (!allowed) await this.#takeBack(counts, cost)
      let refundable = allowed
      return toResult(counts, cost, allowed, async () => {
        if (refundable) {
          refundable = false
          await this.#takeBack(counts, cost)
        }
      })
    })
  }

  /**
   * Looks without counting.
   *
   * @param key whose
   * @returns what a hit would find
   * @throws {ServiceUnavailable} 503 `ERR_SECURITY_RATE_STORE` if the store fails
   */
  async check(key: string): Promise<RateResult> {
    return this.#guarded(1, async () => {
      const counts = (await this.#count(key, 0)).map((count) => ({ ...count, current: count.current + 1 }))
      const allowed = counts.every(isWithin)
      return toResult(counts, 1, allowed, async () => {})
    })
  }

  /**
   * Forgets a key's hits.
   *
   * @param key whose
   */
  async reset(key: string): Promise<void> {
    const now = this.#now()
    for (const rate of this.rates) {
      const window = Math.floor(now / rate.seconds)
      await this.#store.delete(this.#storeKey(rate, window, key))
      await this.#store.delete(this.#storeKey(rate, window - 1, key))
    }
  }

  async #guarded(cost: number, work: () => Promise<RateResult>): Promise<RateResult> {
    try {
      return await work()
    } catch (cause) {
      if (!this.#allowOnError) throw storeFailed(cause)
      const counts = this.rates.map((rate) => ({ rate, key: '', current: cost, previous: 0, elapsed: 0 }))
      return toResult(counts, cost, true, async () => {})
    }
  }

  #count(key: string, cost: number): Promise<readonly Count[]> {
    const now = this.#now()
    return Promise.all(
      this.rates.map(async (rate) => {
        const window = Math.floor(now / rate.seconds)
        const storeKey = this.#storeKey(rate, window, key)
        const [current, previous] = await Promise.all([
          cost === 0
            ? this.#read(storeKey)
            : this.#store.increment(storeKey, cost, { ttl: rate.seconds * 2 }),
          this.#read(this.#storeKey(rate, window - 1, key)),
        ])
        return { rate, key: storeKey, current, previous, elapsed: now - window * rate.seconds }
      }),
    )
  }

  async #read(storeKey: string): Promise<number> {
    return Math.max(0, Number((await this.#store.get(storeKey)) ?? 0))
  }

  async #takeBack(counts: readonly Count[], cost: number): Promise<void> {
    await Promise.all(
      counts.map(({ key, rate }) => this.#store.increment(key, -cost, { ttl: rate.seconds * 2 })),
    )
  }

  #storeKey(rate: Rate, window: number, key: string): string {
    return `rate:${this.name}:${rate.count}/${rate.seconds}:${window}:${safeKey(key)}`
  }
}

function toRates(limit: string | Rate | readonly Rate[]): readonly Rate[] {
  if (typeof limit === 'string') return parseRates(limit)
  const rates = 'count' in limit ? [limit] : limit
  for (const rate of rates) checkRate(rate)
  return Object.freeze([...rates])
}

function estimate({ rate, current, previous, elapsed }: Count): number {
  return (previous * (rate.seconds - elapsed)) / rate.seconds + current
}

/** Fractions of seconds do not add up exactly: nobody waits for the millionth part of a request. */
function isWithin(count: Count): boolean {
  return estimate(count) <= count.rate.count + 1e-6
}

function toResult(
  counts: readonly Count[],
  cost: number,
  allowed: boolean,
  refund: () => Promise<void>,
): RateResult {
  const tightest = counts.reduce((a, b) => (left(b) < left(a) ? b : a))
  return {
    allowed,
    limit: tightest.rate.count,
    window: tightest.rate.seconds,
    remaining: allowed ? Math.max(0, Math.floor(left(tightest))) : 0,
    resetAfter: wholeSeconds(tightest.rate.seconds * (tightest.current > 0 ? 2 : 1) - tightest.elapsed),
    retryAfter: allowed ? 0 : Math.max(1, ...counts.map((count) => secondsToWait(count, cost))),
    refund,
  }
}

function left(count: Count): number {
  return count.rate.count - estimate(count)
}

/** When the estimate will have room for `cost` again if nothing else comes. */
function secondsToWait(count: Count, cost: number): number {
  if (isWithin(count)) return 0
  const { rate, current, previous, elapsed } = count
  // In this window only the last one's share shrinks; if that is not enough, this window must become the last one.
  if (current <= rate.count) {
    return wholeSeconds(rate.seconds * (1 - (rate.count - current) / previous) - elapsed)
  }
  const share = Math.min(1, Math.max(0, (rate.count - cost) / (current - cost)))
  return wholeSeconds(rate.seconds * (2 - share) - elapsed)
}

function wholeSeconds(seconds: number): number {
  return Math.ceil(seconds - 1e-6)
}

/** Keys come from clients: what is long or holds blanks is hashed. */
function safeKey(key: string): string {
  if (key.length <= clientDefaults.rateKeyMaxLength.value && /^[\x21-\x7e]*$/.test(key)) return key
  return `sha256:${createHash('sha256').update(key).digest('base64url')}`
}

/**
 * The fields that tell a client how it stands: `RateLimit-Policy`, `RateLimit` and, if it was refused, `Retry-After`.
 *
 * @param name the limit's name
 * @param result what the hit found
 * @returns names and values
 * @see RateLimit header fields for HTTP (draft-ietf-httpapi-ratelimit-headers-10); RFC 9110 §10.2.3
 */
export function rateLimitHeaders(name: string, result: RateResult): readonly (readonly [string, string])[] {
  const policy = `"${name.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`
  const fields: (readonly [string, string])[] = [
    ['RateLimit-Policy', `${policy};q=${result.limit};w=${result.window}`],
    [
      'RateLimit',
      `${policy};r=${result.remaining};t=${result.allowed ? result.resetAfter : result.retryAfter}`,
    ],
  ]
  if (!result.allowed) fields.push(['Retry-After', String(result.retryAfter)])
  return fields
}
