/**
 * Session: what a site remembers of a visitor from one request to the next.
 *
 * Threat: an id known before login is still good after it (fixation); a changed list is forgotten because nobody said
 * it changed; a cached page carries somebody's cookie because nobody noticed that the session was read.
 * Construction: a map whose values are read out of their stored form on first use; whether it changed is found by
 * comparing its text; the id and the CSRF secret change together.
 * Defaults: `defaults.ts`.
 */
import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { defaults } from './defaults.ts'
import { SessionError, type SessionRefusal } from './errors.ts'
import { type SessionRecord, serializeRecord } from './session-record.ts'
import { SessionValues } from './session-values.ts'
import { type StoredHtml, type ValueCodec, valueCodec } from './values.ts'

/** A message for the next page. */
export interface Flash {
  /** `message` unless another was given. */
  readonly category: string
  /** Text, or trusted HTML if that was what was flashed. */
  readonly message: string | StoredHtml
}

/** What a session is opened from. */
export interface SessionSource {
  /** What was stored, or `null` for a new session. */
  readonly record: SessionRecord | null
  /** The stored text that `record` was read from. */
  readonly text?: string | null
  /** The time of the request, in seconds since the epoch. */
  readonly now: number
  /** When the cookie was last issued, in seconds since the epoch. */
  readonly renewedAt?: number | null
  /** Whether a cookie came at all. */
  readonly hadCookie?: boolean
  /** Why the cookie that came was not used. */
  readonly refused?: SessionRefusal | undefined
  /** Gives that many random bytes. */
  readonly random?: ((bytes: number) => Uint8Array) | undefined
  /** The JSON form of values; Dewar's own by default. */
  readonly codec?: ValueCodec | undefined
}

/**
 * A visitor's session.
 *
 * Looking at it in any way sets `accessed`, so that the answer can say `Vary: Cookie`. Changes are found by comparison,
 * in nested data too.
 *
 * @typeParam Data the keys and their types
 */
export class Session<Data extends object = Record<string, unknown>> {
  /** Why the cookie that came was refused; `undefined` if it was good, or if none came. */
  readonly refused: SessionRefusal | undefined
  /** Whether a session cookie came, good or not. */
  readonly hadCookie: boolean
  /** When the cookie was last issued, in seconds since the epoch; `null` for a new session. */
  readonly renewedAt: number | null
  readonly #record: SessionRecord | null
  readonly #text: string | null
  readonly #now: number
  readonly #random: (bytes: number) => Uint8Array
  readonly #codec: ValueCodec
  readonly #values: SessionValues
  readonly #endedIds: string[] = []
  #id: string | null
  #createdAt: number
  #permanent: boolean
  #csrfSecret: string | null
  #flashes: readonly unknown[]
  #isNew: boolean
  #accessed = false
  #changed = false
  #isAbandoned = false

  /** @param source what was stored; the `open` of a session strategy makes it */
  constructor(source: SessionSource) {
    const { record } = source
    this.refused = source.refused
    this.hadCookie = source.hadCookie ?? record !== null
    this.renewedAt = source.renewedAt ?? null
    this.#record = record
    this.#text = source.text ?? null
    this.#now = Math.floor(source.now)
    this.#random = source.random ?? randomBytes
    this.#codec = source.codec ?? valueCodec
    this.#values = new SessionValues(record?.data ?? [], this.#codec)
    this.#isNew = record === null
    this.#id = record?.id ?? null
    this.#createdAt = record?.createdAt ?? this.#now
    this.#permanent = record?.permanent ?? false
    this.#csrfSecret = record?.csrfSecret ?? null
    this.#flashes = record?.flashes ?? []
  }

  /** The value under a key, or `undefined`. Changes inside it are saved. */
  get<K extends keyof Data & string>(key: K): Data[K] | undefined {
    return this.#touch().get(key) as Data[K] | undefined
  }

  /**
   * Puts a value under a key.
   *
   * @param value JSON, or `Date`, `bigint`, `Uint8Array`, `Map`, `Set`, safe HTML, and any nesting of these
   * @returns the session
   * @throws {SessionError} `ERR_SESSIONS_VALUE` for anything else, naming where it stands
   */
  set<K extends keyof Data & string>(key: K, value: Data[K]): this {
    if (typeof key !== 'string')
      throw new SessionError('ERR_SESSIONS_KEY', `A session's keys are text, not ${typeof key}.`, {
        fix: 'Use a Map as the value for other keys.',
      })
    this.#codec.encode(value, key)
    this.#touch().set(key, value)
    this.#changed = true
    return this
  }

  /** Whether there is a value under a key. */
  has(key: keyof Data & string): boolean {
    return this.#touch().has(key)
  }

  /** Removes a value; answers whether there was one. */
  delete(key: keyof Data & string): boolean {
    const there = this.#touch().delete(key)
    if (there) this.#changed = true
    return there
  }

  /** The value under a key, which is removed. @see Flask: `session.pop(key, None)` */
  pop<K extends keyof Data & string>(key: K): Data[K] | undefined {
    const value = this.get(key)
    this.delete(key)
    return value
  }

  /**
   * Ends the session: nothing of it is left, messages and CSRF secret included. What is set afterwards belongs to a
   * new session with another id.
   */
  clear(): void {
    this.#touch().clear()
    this.#flashes = []
    this.#permanent = false
    this.#renew()
    this.#isNew = true
  }

  /**
   * Drops the session for this request, because it has ended elsewhere. As `clear`, but the browser's cookie is left alone
   * unless something new is set: it may by now be that of the session that came after this one, when requests cross.
   */
  abandon(): void {
    const ended = [...this.#endedIds]
    this.clear()
    this.#endedIds.splice(0, this.#endedIds.length, ...ended)
    this.#isAbandoned = true
  }

  /** Whether `abandon` was called. */
  get isAbandoned(): boolean {
    return this.#isAbandoned
  }

  /**
   * Gives the session a new id and a new CSRF secret and keeps its data: at login and at every change of what the
   * visitor may do. Its absolute lifetime starts again.
   */
  regenerate(): void {
    this.#accessed = true
    this.#renew()
  }

  /** The keys, in the order they were first set. */
  keys(): IterableIterator<keyof Data & string> {
    return this.#touch().keys() as IterableIterator<keyof Data & string>
  }

  /** Keys with their values. */
  entries(): IterableIterator<[keyof Data & string, Data[keyof Data & string]]> {
    return this.#touch().entries() as IterableIterator<[keyof Data & string, Data[keyof Data & string]]>
  }

  /** Keys with their values. */
  [Symbol.iterator](): IterableIterator<[keyof Data & string, Data[keyof Data & string]]> {
    return this.entries()
  }

  /** How many keys there are. */
  get size(): number {
    return this.#touch().size
  }

  /** The session's id: 256 random bits. Not for logs of stored sessions, where it is the key. */
  get id(): string {
    this.#accessed = true
    this.#id ??= this.#secret()
    return this.#id
  }

  /** Whether the session begins with this request. */
  get isNew(): boolean {
    return this.#isNew
  }

  /** When the session began, in seconds since the epoch. */
  get createdAt(): number {
    return this.#createdAt
  }

  /** Whether the cookie outlives the browser window. The server's timeouts hold in either case. */
  get permanent(): boolean {
    this.#accessed = true
    return this.#permanent
  }

  set permanent(permanent: boolean) {
    this.#accessed = true
    if (permanent === this.#permanent) return
    this.#permanent = permanent === true
    this.#changed = true
  }

  /** The secret that CSRF tokens are made from; made on first use, and renewed with the id. */
  get csrfSecret(): string {
    this.#accessed = true
    if (this.#csrfSecret === null) {
      this.#csrfSecret = this.#secret()
      this.#changed = true
    }
    return this.#csrfSecret
  }

  /** Whether there is a CSRF secret already; asking makes none. */
  get hasCsrfSecret(): boolean {
    this.#accessed = true
    return this.#csrfSecret !== null
  }

  /**
   * Keeps a message for the next page.
   *
   * @param message text, or trusted HTML such as `Markup`
   * @param category for choosing a style, such as `error`
   * @see Flask: `flash`
   */
  flash(message: string | StoredHtml, category = 'message'): void {
    this.#accessed = true
    this.#flashes = [...this.#flashes, category, this.#codec.encode(message, 'flash')]
    this.#changed = true
  }

  /** The messages kept so far, oldest first; they are then gone. @see Flask: `get_flashed_messages` */
  takeFlashes(): Flash[] {
    this.#accessed = true
    const taken: Flash[] = []
    for (let i = 0; i + 1 < this.#flashes.length; i += 2)
      taken.push({
        category: String(this.#flashes[i]),
        message: this.#codec.decode(this.#flashes[i + 1]) as string | StoredHtml,
      })
    if (taken.length === 0) return taken
    this.#flashes = []
    this.#changed = true
    return taken
  }

  /** Whether anybody looked at the session in this request. */
  get accessed(): boolean {
    return this.#accessed
  }

  /** Whether it differs from what came, in nested data too. */
  get modified(): boolean {
    return this.isEmpty ? this.#mayDiffer && this.#record !== null : this.modifiedText() !== null
  }

  /** The session as text if it differs from what came, else `null`: writing it is what finding out takes. @internal */
  modifiedText(): string | null {
    if (!this.#mayDiffer) return null
    const text = this.toText()
    return text === this.#text ? null : text
  }

  /** Whether there is nothing to keep. */
  get isEmpty(): boolean {
    if (this.#csrfSecret !== null || this.#flashes.length > 0) return false
    return this.#values.size === 0
  }

  /** The ids under which the session came and which `regenerate` or `clear` have ended; for a list of ended sessions. */
  get endedIds(): readonly string[] {
    return this.#endedIds
  }

  /** What the session was opened from; `null` for a new one. */
  get source(): SessionRecord | null {
    return this.#record
  }

  /** The session as it is kept. @throws {SessionError} `ERR_SESSIONS_VALUE` if nested data has become unfit */
  toRecord(): SessionRecord {
    this.#id ??= this.#secret()
    return {
      id: this.#id,
      createdAt: this.#createdAt,
      permanent: this.#permanent,
      csrfSecret: this.#csrfSecret,
      flashes: this.#flashes,
      data: this.#values.toStored(),
    }
  }

  /** The session as text. @throws {SessionError} as `toRecord` */
  toText(): string {
    return serializeRecord(this.toRecord())
  }

  /** Names the keys, never ids, secrets or values. */
  [inspect.custom](): string {
    return `Session { ${[...this.#values.keys()].join(', ')} }`
  }

  /** Nothing: a session belongs into no answer and no log. */
  toJSON(): object {
    return {}
  }

  get #mayDiffer(): boolean {
    return this.#changed || this.#values.handedOut
  }

  /** Every way to the values goes through here. */
  #touch(): SessionValues {
    this.#accessed = true
    return this.#values
  }

  #renew(): void {
    if (this.#id !== null && this.#id === this.#record?.id) this.#endedIds.push(this.#id)
    this.#id = null
    this.#csrfSecret = null
    this.#createdAt = this.#now
    this.#changed = true
  }

  #secret(): string {
    return Buffer.from(this.#random(defaults.idBytes.value)).toString('base64url')
  }
}
