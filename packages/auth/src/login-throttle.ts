/**
 * How often a password may be tried.
 *
 * Threat: guessing the passwords of one account, or one password of many; and the reverse, a stranger who fails on purpose
 * so that the owner is kept out.
 * Construction: failures are counted by address, and by account and address together, before the password is looked at, so
 * that attempts at the same moment cannot all see room; a success takes its counts back. What fails from elsewhere never
 * counts against an address that has not failed itself. When an account fails from everywhere at once, each address gets
 * a single try for a while, but those from which the owner has logged in before.
 * Defaults: `throttleDefaults`. Counts are kept in the app's shared store, so that more processes are not more tries.
 */
import { createHash } from 'node:crypto'
import type { SettingsValues } from '@dewar/base'
import { clientKey, RateLimit, type RateResult } from '@dewar/security'
import { type App, TooManyRequests } from 'dewar'
import { loginLimits, type throttleDefaults } from './defaults.ts'

/** An attempt that may go on. */
export interface Attempt {
  /** Takes its counts back, and remembers the address as the owner's. */
  succeed(): Promise<void>
  /** Counts it against the account. */
  fail(): Promise<void>
  /** Takes its counts back: nothing was found out. */
  abandon(): Promise<void>
}

/** The limits of an app's logins. */
export class LoginThrottle {
  readonly #app: App
  readonly #settings: SettingsValues<typeof throttleDefaults>
  #limits: Limits | null = null

  constructor(app: App, settings: SettingsValues<typeof throttleDefaults>) {
    this.#app = app
    this.#settings = settings
  }

  /**
   * Counts an attempt.
   *
   * @param name the account as typed
   * @param remoteAddr from where
   * @throws {TooManyRequests} 429 if it is one too many
   */
  async enter(name: string, remoteAddr: string | null): Promise<Attempt> {
    this.#limits ??= createLimits(this.#app, this.#settings)
    const limits = this.#limits
    const client = clientKey(remoteAddr)
    const account = accountKey(name)
    const both = `${account}|${client}`
    const taken: RateResult[] = []
    const take = async (limit: RateLimit, key: string) => {
      const result = await limit.hit(key)
      if (result.allowed) return void taken.push(result)
      await giveBack(taken) // what is refused costs nobody anything
      throw new TooManyRequests('Too many attempts. Please wait before you try again.', {
        retryAfter: result.retryAfter,
      })
    }
    await take(limits.address, client)
    await take(limits.account, both)
    if (!(await limits.threshold.check(account)).allowed && !(await this.#isFamiliar(both)))
      await take(limits.attack, both)
    return {
      succeed: async () => {
        await giveBack(taken)
        await this.#app.sharedStore.set(familiarKey(both), '1', { ttl: loginLimits.familiarLifetime.value })
      },
      fail: async () => void (await limits.threshold.hit(account)),
      abandon: () => giveBack(taken),
    }
  }

  async #isFamiliar(both: string): Promise<boolean> {
    return (await this.#app.sharedStore.get(familiarKey(both))) !== undefined
  }
}

interface Limits {
  readonly address: RateLimit
  readonly account: RateLimit
  readonly threshold: RateLimit
  readonly attack: RateLimit
}

/** @throws {DewarError} `ERR_SECURITY_RATE` for a rate that is none */
function createLimits(app: App, settings: SettingsValues<typeof throttleDefaults>): Limits {
  const limit = (name: string, rate: string) =>
    new RateLimit({ name: `login-${name}`, limit: rate, store: app.sharedStore, now: () => app.now() })
  return {
    address: limit('address', settings.addressLimit),
    account: limit('account', settings.accountLimit),
    threshold: limit('threshold', settings.attackThreshold),
    attack: limit('attack', settings.attackLimit),
  }
}

async function giveBack(taken: readonly RateResult[]): Promise<void> {
  for (const result of taken) await result.refund()
}

/**
 * One key for all ways of writing a name, those included that only a database takes for the same: with accents, with
 * characters that nobody sees, in another case. Two accounts with one key share a few tries from one address, no more. Stores
 * see no names.
 */
function accountKey(name: string): string {
  const bare = name.normalize('NFKD').replaceAll(/[\p{M}\p{C}\p{Z}]/gu, '')
  const plain = bare.toUpperCase().toLowerCase().normalize('NFKD').replaceAll(/\p{M}/gu, '')
  return createHash('sha256').update(plain).digest('base64url')
}

function familiarKey(both: string): string {
  return `auth:familiar:${both}`
}
