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
import { setTimeout as sleep } from 'node:timers/promises'
import { resolveSettings, type SettingsOptions, type SettingsValues } from '@dewar/base'
import type { Store } from '@dewar/stores'
import { defaults } from './defaults.ts'
import { SessionError, type SessionRefusal, wrongOption } from './errors.ts'
import { mergeRecords } from './merge-records.ts'
import { Session } from './session.ts'
import { createSessionCookie, type SessionCookie } from './session-cookie.ts'
import { parseRecord, type SessionRecord, serializeRecord } from './session-record.ts'
import { type SessionOptions, sessionSettings } from './session-settings.ts'
import type { StoredSessions } from './sessions.ts'
import { endOf, isRefreshDue, systemClock, whyOver } from './timeouts.ts'

const { keyPrefix, lockTimeout } = defaults
const table = { ...sessionSettings, keyPrefix, lockTimeout }

/** What stored sessions take, beside the settings of `defaults`. */
export interface StoredSessionsOptions extends SessionOptions {
  /** Where sessions are kept; all processes of the application share it. */
  readonly store: Store
  /** What the store's keys begin with; `session:`. */
  readonly keyPrefix?: string | undefined
  /** How long a save waits for another one of the same session, in seconds; 5. */
  readonly lockTimeout?: number | undefined
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
  options: StoredSessionsOptions,
): StoredSessions<Data> {
  const { store, now: clock = systemClock, random = randomBytes, ...rest } = options
  if (typeof store?.get !== 'function')
    throw wrongOption("The option 'store' takes a Store.", "Use: new SqliteStore({ path: 'sessions.db' })")
  const settings = resolveSettings('sessions', table, rest as SettingsOptions<typeof table>)
  const strategy: Strategy = { store, settings, cookie: createSessionCookie(settings), random }
  return Object.freeze({
    cookieName: strategy.cookie.name,
    open: (header: string | null | undefined, now = clock()) => open<Data>(strategy, header, now),
    save: (session: Session<Data>, now = clock()) => save(strategy, session, now),
    end: (id: string) => remove(strategy, id),
  })
}

interface Strategy {
  readonly store: Store
  readonly settings: SettingsValues<typeof table>
  readonly cookie: SessionCookie
  readonly random: (bytes: number) => Uint8Array
}

async function open<Data extends object>(
  strategy: Strategy,
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

async function readStored(strategy: Strategy, id: string, now: number): Promise<Stored | SessionRefusal> {
  if (!idPattern.test(id)) return { reason: 'tampered' }
  const stored = parseStored(id, await strategy.store.get(storeKey(strategy, id)))
  if (stored === null) return { reason: 'unknown' }
  const over = whyOver(strategy.settings, stored.record.createdAt, stored.renewedAt, now)
  return over === null ? stored : { reason: over }
}

async function save<Data extends object>(
  strategy: Strategy,
  session: Session<Data>,
  now: number,
): Promise<string | null> {
  const { settings, cookie } = strategy
  for (const id of session.endedIds) await remove(strategy, id)
  if (session.isEmpty) {
    if (session.source !== null) await remove(strategy, session.source.id)
    // An unknown id may be the old one of a session that a request at the same time has given a new one and cookie.
    return session.hadCookie && session.refused?.reason !== 'unknown' ? cookie.deletion : null
  }
  const isRefresh = isRefreshDue(settings, session, now)
  if (!session.modified && !isRefresh) return null
  const record = await write(strategy, session, now)
  if (record === null) return null
  const isSent = record.id !== session.source?.id || record.permanent !== session.source.permanent
  if (!isSent && !(isRefresh && record.permanent)) return null
  return cookie.write(record.id, record.permanent ? endOf(settings, record.createdAt, now) : null)
}

/** Writes a session over what is stored now; `null` if it was ended meanwhile. */
function write<Data extends object>(
  strategy: Strategy,
  session: Session<Data>,
  now: number,
): Promise<SessionRecord | null> {
  const ours = session.toRecord()
  const before = session.source
  const key = storeKey(strategy, ours.id)
  return withLock(strategy, key, async () => {
    let record = ours
    if (before !== null && before.id === ours.id) {
      const current = parseStored(ours.id, await strategy.store.get(key))
      if (current === null) return null
      record = mergeRecords(before, ours, current.record)
    }
    const ttl = endOf(strategy.settings, record.createdAt, now) - Math.floor(now)
    if (ttl < 1) return null
    const text = serializeRecord({ ...record, id: '' })
    await strategy.store.set(key, `${Math.floor(now)} ${text}`, { ttl })
    return record
  })
}

async function withLock<T>({ store, settings }: Strategy, key: string, work: () => Promise<T>): Promise<T> {
  const lock = `${key}:lock`
  const end = performance.now() + settings.lockTimeout * 1000
  while (!(await store.add(lock, '1', { ttl: settings.lockTimeout }))) {
    if (performance.now() > end)
      throw new SessionError('ERR_SESSIONS_BUSY', 'Another request of this session does not finish saving.', {
        fix: 'See whether the store answers slowly, or a process was killed while it saved: the lock ends by itself.',
      })
    await sleep(1)
  }
  try {
    return await work()
  } finally {
    await store.delete(lock)
  }
}

/** Under the lock, so that a save that has read the session already cannot bring it back. */
function remove(strategy: Strategy, id: string): Promise<boolean> {
  const key = storeKey(strategy, id)
  return withLock(strategy, key, () => strategy.store.delete(key))
}

const idPattern = new RegExp(`^[\\w-]{${Math.ceil((defaults.idBytes.value * 8) / 6)}}$`)

/** The store sees a hash only: whoever reads it cannot become anybody. */
function storeKey({ settings }: Strategy, id: string): string {
  return settings.keyPrefix + createHash(defaults.idHash.value).update(id).digest('base64url')
}

function parseStored(id: string, value: string | undefined): Stored | null {
  const blank = value?.indexOf(' ') ?? -1
  if (value === undefined || blank < 1) return null
  const record = parseRecord(value.slice(blank + 1))
  if (record === null) return null
  const own = { ...record, id }
  return { record: own, text: serializeRecord(own), renewedAt: Number(value.slice(0, blank)) }
}
