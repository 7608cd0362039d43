/**
 * Which sessions are whose: for the list on an account page, and for ending them from there.
 *
 * ```
 * <prefix>owner:<hash of the owner> = [[handle, createdAt], …]      ; oldest first, JSON
 * ```
 *
 * A handle is the hash under which the store keeps the session: it names one, and opens none.
 */
import { createHash } from 'node:crypto'
import type { Store } from '@dewar/stores'
import { defaults } from './defaults.ts'
import { withLock } from './store-lock.ts'

/** One session of somebody. */
export interface OwnedSession {
  readonly handle: string
  /** Seconds since the epoch. */
  readonly createdAt: number
}

/** What it needs to know. */
export interface SessionOwnersSettings {
  readonly keyPrefix: string
  readonly lockTimeout: number
  /** The absolute lifetime, in seconds: entries live as long. */
  readonly lifetime: number
  /** How many sessions somebody has at most. */
  readonly maxPerOwner: number
}

/** The sessions of each owner. */
export class SessionOwners {
  readonly #store: Store
  readonly #settings: SessionOwnersSettings

  constructor(store: Store, settings: SessionOwnersSettings) {
    this.#store = store
    this.#settings = settings
  }

  /** All that were noted, oldest first; some may have ended by themselves. */
  async of(owner: string): Promise<OwnedSession[]> {
    return parse(await this.#store.get(this.#key(owner)))
  }

  /**
   * Notes a session as somebody's.
   *
   * @returns the handles of those that are too many now: the oldest
   */
  async add(owner: string, session: OwnedSession): Promise<string[]> {
    const { maxPerOwner, lifetime } = this.#settings
    return this.#change(owner, (all) => {
      const living = all.filter(({ createdAt }) => createdAt + lifetime > session.createdAt)
      const others = living.filter(({ handle }) => handle !== session.handle)
      const kept = [...others, session]
      const surplus = kept.splice(0, Math.max(0, kept.length - maxPerOwner))
      return { kept, result: surplus.map(({ handle }) => handle) }
    })
  }

  /** Forgets sessions. */
  async remove(owner: string, handles: ReadonlySet<string>): Promise<void> {
    await this.#change(owner, (all) => ({
      kept: all.filter(({ handle }) => !handles.has(handle)),
      result: undefined,
    }))
  }

  #change<T>(
    owner: string,
    change: (all: OwnedSession[]) => { kept: OwnedSession[]; result: T },
  ): Promise<T> {
    const key = this.#key(owner)
    const { lockTimeout, lifetime } = this.#settings
    return withLock(this.#store, lockTimeout, key, async () => {
      const { kept, result } = change(parse(await this.#store.get(key)))
      const list = kept.map(({ handle, createdAt }) => [handle, createdAt])
      if (list.length === 0) await this.#store.delete(key)
      else await this.#store.set(key, JSON.stringify(list), { ttl: lifetime })
      return result
    })
  }

  #key(owner: string): string {
    const hash = createHash(defaults.idHash.value).update(owner).digest('base64url')
    return `${this.#settings.keyPrefix}owner:${hash}`
  }
}

function parse(text: string | undefined): OwnedSession[] {
  if (text === undefined) return []
  return (JSON.parse(text) as [string, number][]).map(([handle, createdAt]) => ({ handle, createdAt }))
}
