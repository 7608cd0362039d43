/**
 * EndedSessions: sessions that are over before their time, signed cookies included.
 *
 * Threat: a cookie copied before the logout works after it, since a signed cookie needs nothing from the server.
 * Construction: ended ids are kept in a store, hashed, until no timeout would let them live anyway; for "everywhere" and
 * "everything before" a time is kept instead, against which the signed time of creation is held.
 * Defaults: entries live for the absolute lifetime. A shorter one than the sessions' own is a mistake: the cookie would revive.
 */
import { createHash } from 'node:crypto'
import { resolveSettings } from '@dewar/base'
import type { Store } from '@dewar/stores'
import { defaults } from './defaults.ts'
import type { Session } from './session.ts'
import { systemClock } from './timeouts.ts'

/** What it takes. */
export interface EndedSessionsOptions {
  /** Where ended ids are kept; all processes of the application share it. */
  readonly store: Store
  /** The absolute lifetime of the sessions, in seconds; 43,200. */
  readonly lifetime?: number | undefined
  /** The clock, in seconds since the epoch. */
  readonly now?: (() => number) | undefined
}

/** What is needed of a session. */
export type KnownSession = Pick<Session, 'id' | 'createdAt'>

/**
 * Ends sessions early, and answers whether one was ended.
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { EndedSessions, signedCookieSessions } from '@dewar/sessions'
 * import { generateKey, KeyRing } from '@dewar/signing'
 * import { MemoryStore } from '@dewar/stores'
 *
 * const sessions = signedCookieSessions({ keys: new KeyRing(generateKey()) })
 * const ended = new EndedSessions({ store: new MemoryStore() })
 * const session = sessions.open(undefined).set('user', 7)
 * const stolen = sessions.save(session)?.split(';')[0]
 *
 * await ended.end(session)                                        // logout
 * assert.equal(await ended.has(sessions.open(stolen)), true)      // the copy is worth nothing
 * ```
 */
export class EndedSessions {
  readonly #store: Store
  readonly #lifetime: number
  readonly #now: () => number

  /** @throws {DewarError} `ERR_SESSIONS_OPTION` */
  constructor({ store, now = systemClock, ...options }: EndedSessionsOptions) {
    this.#store = store
    this.#lifetime = resolveSettings('sessions', { lifetime: defaults.lifetime }, options).lifetime
    this.#now = now
  }

  /** Ends one session. */
  async end(session: Pick<Session, 'id'>): Promise<void> {
    await this.endIds([session.id])
  }

  /** Ends sessions by their ids, such as a session's `endedIds` after `regenerate` or `clear`. */
  async endIds(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#store.set(entryKey('id', id), '1', { ttl: this.#lifetime })
  }

  /**
   * Ends all sessions of somebody that have begun until now.
   *
   * @param owner who, such as a user's id
   * @param options `except`: the session that may go on, such as the one that changed the password
   */
  async endAllOf(
    owner: string,
    { except }: { readonly except?: Pick<Session, 'id'> | undefined } = {},
  ): Promise<void> {
    await this.#endUntil(entryKey('owner', owner), Math.floor(this.#now()), except?.id)
  }

  /** Ends all sessions that have begun until a time, in seconds since the epoch. */
  async endAllUntil(time: number): Promise<void> {
    await this.#endUntil(entryKey('all', ''), Math.floor(time))
  }

  /**
   * Whether a session was ended.
   *
   * @param session as it was opened
   * @param owner whose it is, if it is anybody's; needed for `endAllOf` to be seen
   */
  async has(session: KnownSession, owner?: string): Promise<boolean> {
    const { id, createdAt } = session
    const [own, all, everybody] = await Promise.all([
      this.#store.get(entryKey('id', id)),
      this.#store.get(entryKey('all', '')),
      owner === undefined ? undefined : this.#store.get(entryKey('owner', owner)),
    ])
    return own !== undefined || covers(all, id, createdAt) || covers(everybody, id, createdAt)
  }

  async #endUntil(key: string, time: number, except = ''): Promise<void> {
    const [before = '0'] = (await this.#store.get(key))?.split(' ') ?? []
    if (Number(before) > time) return // what has ended stays ended
    await this.#store.set(key, `${time} ${except === '' ? '' : hash(except)}`, { ttl: this.#lifetime })
  }
}

function covers(entry: string | undefined, id: string, createdAt: number): boolean {
  if (entry === undefined) return false
  const [time, except] = entry.split(' ')
  return createdAt <= Number(time) && except !== hash(id)
}

function entryKey(kind: 'id' | 'owner' | 'all', value: string): string {
  return `session-ended:${kind}:${hash(value)}`
}

/** Stores see hashes only: whoever reads one cannot become anybody. */
function hash(value: string): string {
  return createHash(defaults.idHash.value).update(value).digest('base64url')
}
