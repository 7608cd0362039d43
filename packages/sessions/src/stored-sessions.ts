/**
 * Sessions on the server: the cookie holds nothing but a random id.
 *
 * Threat: cookies that the visitor can read, that are too small, that outlive a logout; two requests at once of which one
 * undoes the other; whoever reads the store becomes everybody.
 * Construction: id = 256 random bits, never one that the visitor chose; the store's key is its SHA-256. Saving merges key by key with
 * what others have written since, under a short lock; a session ended meanwhile stays ended.
 * Defaults: `defaults.ts`.
 */
import { createHash, randomBytes } from 'node:crypto'
import { resolveSettings, type SettingsOptions, type SettingsValues, systemClock } from '@dewar/base'
import type { Store } from '@dewar/stores'
import { defaults } from './defaults.ts'
import { type SessionRefusal, wrongOption } from './errors.ts'
import { mergeRecords } from './merge-records.ts'
import { Session } from './session.ts'
import { createSessionCookie, type SessionCookie } from './session-cookie.ts'
import { SessionOwners } from './session-owners.ts'
import { parseRecord, type SessionRecord, serializeRecord } from './session-record.ts'
import { type SessionOptions, sessionSettings } from './session-settings.ts'
import type { ListedSession, StoredSessions } from './sessions.ts'
import { withLock } from './store-lock.ts'
import { endOf, isRefreshDue, whyOver } from './timeouts.ts'

const { keyPrefix, lockTimeout, maxPerOwner } = defaults
const table = { ...sessionSettings, keyPrefix, lockTimeout, maxPerOwner }

/** What stored sessions take, beside the settings of `defaults`. */
export interface StoredSessionsOptions<Data extends object = Record<string, unknown>> extends SessionOptions {
  /** Where sessions are kept; all processes of the application share it. */
  readonly store: Store
  /** What the store's keys begin with; `session:`. */
  readonly keyPrefix?: string | undefined
  /** How long a save waits for another one of the same session, in seconds; 5. */
  readonly lockTimeout?: number | undefined
  /** How many sessions one owner has at most, the oldest ending for a new one; 100. */
  readonly maxPerOwner?: number | undefined
  /** Whose a session is, such as the id of the user who is logged in; needed for `list` and what else goes by owner. */
  readonly owner?: ((session: Pick<Session<Data>, 'get'>) => string | undefined) | undefined
}

/**
 * Keeps sessions in a store.
 *
 * @param options the store, and what differs from the defaults
 * @typeParam Data the keys of a session and their types
 * @throws {DewarError} `ERR_SESSIONS_OPTION`
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { storedSessions } from '@dewar/sessions'
 * import { MemoryStore } from '@dewar/stores'
 *
 * const sessions = storedSessions<{ user: number }>({ store: new MemoryStore() })
 * const session = await sessions.open(undefined)
 * session.set('user', 7)
 * const [cookie] = (await sessions.save(session))?.split(';') ?? []
 * assert.equal((await sessions.open(cookie)).get('user'), 7)
 * ```
 * @see Flask-Session
 */
export function storedSessions<Data extends object = Record<string, unknown>>(
  options: StoredSessionsOptions<Data>,
): StoredSessions<Data> {
  const { store, now: clock = systemClock, random = randomBytes, owner = nobody, ...rest } = options
  if (typeof store?.get !== 'function')
    throw wrongOption("The option 'store' takes a Store.", "Use: new SqliteStore({ path: 'sessions.db' })")
  const settings = resolveSettings('sessions', table, rest as SettingsOptions<typeof table>)
  const owners = new SessionOwners(store, settings)
  const strategy: Strategy<Data> = {
    store,
    settings,
    cookie: createSessionCookie(settings),
    random,
    owner,
    owners,
  }
  return Object.freeze({
    cookieName: strategy.cookie.name,
    create: (now = clock()) => new Session<Data>({ record: null, now, random }),
    open: (header: string | null | undefined, now = clock()) => open(strategy, header, now),
    save: (session: Session<Data>, now = clock()) => save(strategy, session, now),
    end: (id: string) => remove(strategy, hashId(id)),
    list: (of: string, now = clock()) => list(strategy, of, now),
    endListed: (of: string, handle: string) => endListed(strategy, of, handle),
    endAllOf: (of: string, except?: Pick<Session<Data>, 'id'>) => endAllOf(strategy, of, except),
  })
}

interface Strategy<Data extends object> {
  readonly store: Store
  readonly settings: SettingsValues<typeof table>
  readonly cookie: SessionCookie
  readonly random: (bytes: number) => Uint8Array
  readonly owner: (session: Pick<Session<Data>, 'get'>) => string | undefined
  readonly owners: SessionOwners
}

const nobody = () => undefined

async function open<Data extends object>(
  strategy: Strategy<Data>,
  header: string | null | undefined,
  now: number,
): Promise<Session<Data>> {
  const { cookie, random } = strategy
  const ids = header === null || header === undefined ? [] : cookie.read(header)
  let refused: SessionRefusal | undefined
  for (const id of ids) {
    const read = await readStored(strategy, id, now)
    if ('record' in read) return new Session({ ...read, now, hadCookie: true, random })
    refused ??= read
  }
  return new Session({ record: null, now, hadCookie: ids.length > 0, refused, random })
}

interface Stored {
  readonly record: SessionRecord
  readonly text: string
  readonly renewedAt: number
}

async function readStored<Data extends object>(
  strategy: Strategy<Data>,
  id: string,
  now: number,
): Promise<Stored | SessionRefusal> {
  if (!idPattern.test(id)) return { reason: 'tampered' }
  const stored = parseStored(id, await strategy.store.get(storeKey(strategy, hashId(id))))
  if (stored === null) return { reason: 'unknown' }
  const over = whyOver(strategy.settings, stored.record.createdAt, stored.renewedAt, now)
  return over === null ? stored : { reason: over }
}

async function save<Data extends object>(
  strategy: Strategy<Data>,
  session: Session<Data>,
  now: number,
): Promise<string | null> {
  const { settings, cookie } = strategy
  for (const id of session.endedIds) await remove(strategy, hashId(id))
  if (session.isEmpty) {
    if (session.source !== null) await remove(strategy, hashId(session.source.id))
    // An unknown id may be the old one of a session that a request at the same time has given a new one and cookie.
    const isAnothers = session.isAbandoned || session.refused?.reason === 'unknown'
    return session.hadCookie && !isAnothers ? cookie.deletion : null
  }
  const isRefresh = isRefreshDue(settings, session, now)
  if (!session.modified && !isRefresh) return null
  const record = await write(strategy, session, now)
  if (record === null) return null
  await noteOwner(strategy, session, record, now)
  const isSent = record.id !== session.source?.id || record.permanent !== session.source.permanent
  if (!isSent && !(isRefresh && record.permanent)) return null
  return cookie.write(record.id, record.permanent ? endOf(settings, record.createdAt, now) : null)
}

/** Writes a session over what is stored now; `null` if it was ended meanwhile. */
function write<Data extends object>(
  strategy: Strategy<Data>,
  session: Session<Data>,
  now: number,
): Promise<SessionRecord | null> {
  const { store, settings } = strategy
  const ours = session.toRecord()
  const before = session.source
  const key = storeKey(strategy, hashId(ours.id))
  return withLock(store, settings.lockTimeout, key, async () => {
    let record = ours
    if (before !== null && before.id === ours.id) {
      const current = parseStored(ours.id, await store.get(key))
      if (current === null) return null
      record = mergeRecords(before, ours, current.record)
    }
    const ttl = endOf(settings, record.createdAt, now) - Math.floor(now)
    if (ttl < 1) return null
    const text = serializeRecord({ ...record, id: '' })
    await store.set(key, `${Math.floor(now)} ${text}`, { ttl })
    return record
  })
}

/** Notes a session as its owner's when it has become that with this save. */
async function noteOwner<Data extends object>(
  strategy: Strategy<Data>,
  session: Session<Data>,
  record: SessionRecord,
  now: number,
): Promise<void> {
  if (strategy.owner === nobody) return
  const owner = ownerOf(strategy, record, now)
  if (owner === undefined) return
  const { source } = session
  if (source?.id === record.id && ownerOf(strategy, source, now) === owner) return
  const note = { handle: hashId(record.id), createdAt: record.createdAt }
  for (const handle of await strategy.owners.add(owner, note)) await remove(strategy, handle)
}

/** Asked of a copy: looking must not count as the visitor's session having been used. */
function ownerOf<Data extends object>({ owner }: Strategy<Data>, record: SessionRecord, now: number) {
  return owner(new Session<Data>({ record, now }))
}

async function list<Data extends object>(
  strategy: Strategy<Data>,
  owner: string,
  now: number,
): Promise<ListedSession<Data>[]> {
  const found: ListedSession<Data>[] = []
  for (const { handle } of await strategy.owners.of(owner)) {
    const stored = parseStored('', await strategy.store.get(storeKey(strategy, handle)))
    if (stored === null || ownerOf(strategy, stored.record, now) !== owner) continue
    if (whyOver(strategy.settings, stored.record.createdAt, stored.renewedAt, now) !== null) continue
    const session = new Session<Data>({ record: stored.record, now })
    found.push({
      handle,
      createdAt: stored.record.createdAt,
      usedAt: stored.renewedAt,
      get: (key) => session.get(key),
      is: (other) => hashId(other.id) === handle,
    })
  }
  return found.sort((a, b) => b.usedAt - a.usedAt)
}

async function endListed<Data extends object>(
  strategy: Strategy<Data>,
  owner: string,
  handle: string,
): Promise<boolean> {
  const own = await strategy.owners.of(owner)
  if (!own.some((session) => session.handle === handle)) return false // somebody else's, perhaps
  const there = await remove(strategy, handle)
  await strategy.owners.remove(owner, new Set([handle]))
  return there
}

async function endAllOf<Data extends object>(
  strategy: Strategy<Data>,
  owner: string,
  except: Pick<Session<Data>, 'id'> | undefined,
): Promise<number> {
  const kept = except === undefined ? null : hashId(except.id)
  const ended = (await strategy.owners.of(owner)).map(({ handle }) => handle).filter((each) => each !== kept)
  let count = 0
  for (const handle of ended) if (await remove(strategy, handle)) count++
  if (ended.length > 0) await strategy.owners.remove(owner, new Set(ended))
  return count
}

/** Under the lock, so that a save that has read the session already cannot bring it back. */
function remove<Data extends object>(strategy: Strategy<Data>, handle: string): Promise<boolean> {
  const { store, settings } = strategy
  const key = storeKey(strategy, handle)
  return withLock(store, settings.lockTimeout, key, () => store.delete(key))
}

const idPattern = new RegExp(`^[\\w-]{${Math.ceil((defaults.idBytes.value * 8) / 6)}}$`)

/** The store sees a hash only: whoever reads it cannot become anybody. */
function hashId(id: string): string {
  return createHash(defaults.idHash.value).update(id).digest('base64url')
}

function storeKey<Data extends object>({ settings }: Strategy<Data>, handle: string): string {
  return settings.keyPrefix + handle
}

function parseStored(id: string, value: string | undefined): Stored | null {
  const blank = value?.indexOf(' ') ?? -1
  if (value === undefined || blank < 1) return null
  const record = parseRecord(value.slice(blank + 1))
  if (record === null) return null
  const own = { ...record, id }
  return { record: own, text: serializeRecord(own), renewedAt: Number(value.slice(0, blank)) }
}
