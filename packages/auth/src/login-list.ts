/**
 * Where somebody is logged in: a bounded list for each account, for signed cookies as well as for stored sessions.
 *
 * ```
 * auth:logins:<hash of the account> = [[handle, family, begun, ends, label], …]   ; oldest first, JSON
 * auth:seen:<handle>                = seconds since the epoch
 * ```
 *
 * A handle is the hash of a session's id: it names one, and opens none.
 */
import { createHash } from 'node:crypto'
import { withLock } from '@dewar/sessions'
import type { Store } from '@dewar/stores'
import { loginLimits } from './defaults.ts'

/** One login of somebody. */
export interface LoginEntry {
  /** The session, by its handle. */
  readonly handle: string
  /** The remember-me family it belongs to; empty if there is none. */
  readonly family: string
  /** When it was begun, in seconds since the epoch. */
  readonly begun: number
  /** When it ends at the latest, in seconds since the epoch. */
  readonly ends: number
  /** The browser, for people. */
  readonly label: string
}

/** The logins of all accounts. */
export class LoginList {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** All that were noted, oldest first; some may have ended by themselves. */
  async of(account: string): Promise<readonly LoginEntry[]> {
    return parse(await this.#store.get(listKey(account)))
  }

  /**
   * Notes a login; one of the same family or handle is replaced, and keeps the time it was begun.
   *
   * @param replaces the handle that the session had before
   * @returns those that are too many now: the oldest
   */
  async add(account: string, entry: LoginEntry, now: number, replaces = ''): Promise<readonly LoginEntry[]> {
    return this.#change(account, now, (all) => {
      const isSame = ({ handle, family }: LoginEntry) =>
        handle === entry.handle || handle === replaces || (family !== '' && family === entry.family)
      const begun = all.find(isSame)?.begun ?? entry.begun
      const kept = [...all.filter((other) => !isSame(other)), { ...entry, begun }]
      return [kept.slice(-loginLimits.maxLogins.value), kept.slice(0, -loginLimits.maxLogins.value)]
    })
  }

  /** Forgets logins; gives those that were there. */
  async remove(
    account: string,
    which: (entry: LoginEntry) => boolean,
    now: number,
  ): Promise<readonly LoginEntry[]> {
    return this.#change(account, now, (all) => [
      all.filter((entry) => !which(entry)),
      all.filter((entry) => which(entry)),
    ])
  }

  /** Notes that a session is in use. */
  async see(handle: string, now: number, ttl: number): Promise<void> {
    await this.#store.set(seenKey(handle), String(Math.floor(now)), { ttl })
  }

  /** When a session was last noted to be in use, in seconds since the epoch. */
  async seen(handle: string): Promise<number | null> {
    const text = await this.#store.get(seenKey(handle))
    return text === undefined ? null : Number(text)
  }

  #change(
    account: string,
    now: number,
    change: (
      all: readonly LoginEntry[],
    ) => readonly [kept: readonly LoginEntry[], gone: readonly LoginEntry[]],
  ): Promise<readonly LoginEntry[]> {
    const key = listKey(account)
    return withLock(this.#store, loginLimits.lockTimeout.value, key, async () => {
      const all = parse(await this.#store.get(key))
      const [kept, gone] = change(all.filter(({ ends }) => ends > now))
      const last = Math.max(...kept.map(({ ends }) => ends))
      if (kept.length === 0) await this.#store.delete(key)
      else await this.#store.set(key, serialize(kept), { ttl: Math.max(1, Math.ceil(last - now)) })
      return gone
    })
  }
}

function listKey(account: string): string {
  return `auth:logins:${createHash('sha256').update(account).digest('base64url')}`
}

function seenKey(handle: string): string {
  return `auth:seen:${handle}`
}

function serialize(entries: readonly LoginEntry[]): string {
  return JSON.stringify(
    entries.map(({ handle, family, begun, ends, label }) => [handle, family, begun, ends, label]),
  )
}

function parse(text: string | undefined): readonly LoginEntry[] {
  if (text === undefined) return []
  const rows = JSON.parse(text) as [string, string, number, number, string][]
  return rows.map(([handle, family, begun, ends, label]) => ({ handle, family, begun, ends, label }))
}
