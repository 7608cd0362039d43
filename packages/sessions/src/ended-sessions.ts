/**
 * EndedSessions: sessions that are over before their time, signed cookies included.
 *
 * Threat: a cookie copied before the logout works after it, since a signed cookie needs nothing from the server.
 * Construction: ended ids are kept in a store, hashed, until no timeout would let them live anyway; for "everywhere" and
 * "everything before" a time is kept instead, against which the signed time of creation is held. Times are whole seconds: a
 * session that begins in the second in which all have ended is ended too, unless `spare` is told of it.
 * Defaults: entries live for the absolute lifetime. A shorter one than the sessions' own is a mistake: the cookie would revive.
 */
import { createHash, randomUUID } from 'node:crypto'
import { resolveSettings, systemClock } from '@dewar/base'
import type { Store } from '@dewar/stores'
import { defaults } from './defaults.ts'
import type { Session } from './session.ts'

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
    await this.endHandles(ids.map(hash))
  }

  /** The name of a session that may stand in a page: it ends one, and opens none. */
  handleOf(session: Pick<Session, 'id'>): string {
    return hash(session.id)
  }

  /** Ends sessions by their handles, such as the form of an account page sends them back. Ask first whose they are. */
  async endHandles(handles: readonly string[]): Promise<void> {
    for (const handle of handles) await this.#store.set(handleKey(handle), '1', { ttl: this.#lifetime })
  }

  /** Whether a session was ended by itself, rather than with all of its owner. */
  async hasHandle(handle: string): Promise<boolean> {
    return (await this.#store.get(handleKey(handle))) !== undefined
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
      this.#store.get(handleKey(hash(id))),
      this.#store.get(entryKey('all', '')),
      owner === undefined ? undefined : this.#store.get(entryKey('owner', owner)),
    ])
    if (own !== undefined) return true
    const covering = [all, everybody].filter((entry) => covers(entry, id, createdAt)).map(String)
    return covering.length > 0 && !(await this.#isSpared(id, covering))
  }

  /**
   * Says that a session has begun after whatever has ended until now, though in the same second: at a login. A list of
   * sessions that ends later ends it as any other.
   *
   * @param session the new session
   * @param owner whose it is
   */
  async spare(session: KnownSession, owner?: string): Promise<void> {
    const { id, createdAt } = session
    const entries = [await this.#store.get(entryKey('all', ''))]
    if (owner !== undefined) entries.push(await this.#store.get(entryKey('owner', owner)))
    const covering = entries.filter((entry) => covers(entry, id, createdAt))
    if (covering.length === 0) return
    await this.#store.set(entryKey('spared', id), covering.map((entry) => hash(String(entry))).join(' '), {
      ttl: this.#lifetime,
    })
  }

  async #isSpared(id: string, entries: readonly string[]): Promise<boolean> {
    const spared = (await this.#store.get(entryKey('spared', id)))?.split(' ') ?? []
    return entries.every((entry) => spared.includes(hash(entry)))
  }

  async #endUntil(key: string, time: number, except = ''): Promise<void> {
    const [before = '0'] = (await this.#store.get(key))?.split(' ') ?? []
    if (Number(before) > time) return // what has ended stays ended
    // The last part tells one end from another in the same second.
    const entry = `${time} ${except === '' ? '' : hash(except)} ${randomUUID()}`
    await this.#store.set(key, entry, { ttl: this.#lifetime })
  }
}

function covers(entry: string | undefined, id: string, createdAt: number): boolean {
  if (entry === undefined) return false
  const [time, except] = entry.split(' ')
  return createdAt <= Number(time) && except !== hash(id)
}

function handleKey(handle: string): string {
  return `session-ended:id:${handle}`
}

function entryKey(kind: 'spared' | 'owner' | 'all', value: string): string {
  return `session-ended:${kind}:${hash(value)}`
}

/** Stores see hashes only: whoever reads one cannot become anybody. */
function hash(value: string): string {
  return createHash(defaults.idHash.value).update(value).digest('base64url')
}
