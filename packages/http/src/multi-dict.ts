/** A map in which a key can have several values, as query strings and forms do. */
import { DewarError } from '@dewar/base'
import { type Conversion, type ConversionTypes, type Converted, convert } from './conversion.ts'
import { BadRequest, MissingKeyError } from './errors.ts'

// Up to this many keys and values a search is faster than making a map.
const SCANNED = 32

/** What a MultiDict can be made of. */
export type MultiDictInit<V> =
  | MultiDict<V>
  | Iterable<readonly [string, V]>
  | Readonly<Record<string, V | readonly V[]>>

/** A MultiDict that cannot be changed. */
export type ReadonlyMultiDict<V = string> = Omit<
  MultiDict<V>,
  'set' | 'setAll' | 'add' | 'append' | 'setDefault' | 'extend' | 'delete' | 'pop' | 'popAll' | 'clear'
>

/** How `get` reads a value. */
export interface GetOptions<V, C extends Conversion<unknown, V>, D> {
  /** The type wanted: `'int'`, `'float'`, `'boolean'`, `'string'`, or a function that throws for what it cannot read. */
  readonly type: C
  /** The answer if the key is missing or its value cannot be read so. */
  readonly default?: D
}

/**
 * Keys with one or more values each. `get` gives the first; keys keep the order in which they came first.
 *
 * Keys are never properties: `__proto__` is a key like any other.
 *
 * @example
 * ```ts
 * import { MultiDict } from '@dewar/http'
 *
 * const args = new MultiDict([['tag', 'a'], ['tag', 'b'], ['page', '2']])
 * args.get('tag') // 'a'
 * args.getAll('tag') // ['a', 'b']
 * args.get('page', { type: 'int', default: 1 }) // 2
 * ```
 * @see Werkzeug: `MultiDict`, `ImmutableMultiDict`
 */
export class MultiDict<V = string> {
  /** The values by key; made when it is first needed, from `#raw` if there is that. */
  #map: Map<string, V[]> | null = null
  /** Keys and values in turn, as they were adopted. Short lists are searched as they are. */
  #raw: readonly unknown[] | null = null
  #frozen = false

  /** @param init pairs, an object (a list gives several values), or another MultiDict */
  constructor(init?: MultiDictInit<V>) {
    if (init !== undefined) this.extend(init)
  }

  /**
   * Adopts a list of keys and values in turn, without copying it: the cheap way from a parser.
   *
   * @param raw keys and values; nobody may change it afterwards
   */
  static fromRaw(raw: readonly string[]): MultiDict<string> {
    const dict = new MultiDict<string>()
    dict.#raw = raw
    return dict
  }

  /**
   * The parts one after the other, as one read-only MultiDict: the first part wins on `get`.
   *
   * @param parts the sources, in order of precedence
   * @see Werkzeug: `CombinedMultiDict`
   */
  static combine<V>(...parts: readonly MultiDict<V>[]): MultiDict<V> {
    const combined = new MultiDict<V>()
    for (const part of parts) combined.extend(part)
    return combined.freeze()
  }

  /** How many keys there are. */
  get size(): number {
    return this.#lists.size
  }

  /** Is this one read-only? */
  get isFrozen(): boolean {
    return this.#frozen
  }

  /**
   * The first value of a key.
   *
   * @param key the name, with its case
   */
  get(key: string): V | undefined
  /**
   * The first value of a key, or another answer if there is none.
   *
   * @param key the name, with its case
   * @param options the answer if the key is missing
   */
  get<D>(key: string, options: { readonly default: D; readonly type?: undefined }): V | D
  /**
   * The first value of a key, read as another type.
   *
   * @param key the name, with its case
   * @param options the type, and the answer if the key is missing or cannot be read so
   */
  get<const C extends keyof ConversionTypes | ((value: V) => unknown), D = undefined>(
    key: string,
    options: GetOptions<V, C, D>,
  ): Converted<C> | D
  get(
    key: string,
    options?: { readonly type?: Conversion<unknown, V> | undefined; readonly default?: unknown },
  ): unknown {
    const value = this.#first(key)
    if (options === undefined) return value
    if (value === undefined || options.type === undefined) return value ?? options.default
    const converted = convert(value, options.type)
    return converted === undefined ? options.default : converted
  }

  /**
   * All values of a key, in order; empty if there are none.
   *
   * @param key the name, with its case
   */
  getAll(key: string): V[]
  /**
   * All values of a key that can be read as another type.
   *
   * @param key the name, with its case
   * @param options the type; values that cannot be read so are left out
   */
  getAll<const C extends keyof ConversionTypes | ((value: V) => unknown)>(
    key: string,
    options: { readonly type: C },
  ): Converted<C>[]
  getAll(key: string, options?: { readonly type: Conversion<unknown, V> }): unknown[] {
    const values = this.#lists.get(key) ?? []
    if (options === undefined) return values.slice()
    const { type } = options
    return values.map((value) => convert(value, type)).filter((value) => value !== undefined)
  }

  /**
   * The first value of a key that must be there.
   *
   * @param key the name, with its case
   * @throws {MissingKeyError} 400, `ERR_HTTP_MISSING_KEY`, if it is not
   */
  require(key: string): V
  /**
   * The first value of a key that must be there and be of a type.
   *
   * @param key the name, with its case
   * @param options the type
   * @throws {MissingKeyError} 400, `ERR_HTTP_MISSING_KEY`, if it is missing
   * @throws {BadRequest} 400, `ERR_HTTP_BAD_REQUEST`, if it cannot be read so
   */
  require<const C extends keyof ConversionTypes | ((value: V) => unknown)>(
    key: string,
    options: { readonly type: C },
  ): Converted<C>
  require(key: string, options?: { readonly type: Conversion<unknown, V> }): unknown {
    const values = this.#lists.get(key)
    if (values === undefined || values.length === 0) throw new MissingKeyError(key)
    const value = values[0] as V
    if (options === undefined) return value
    const converted = convert(value, options.type)
    if (converted === undefined) throw new BadRequest(null, { details: { key } })
    return converted
  }

  /**
   * Has the key a value?
   *
   * @param key the name, with its case
   */
  has(key: string): boolean {
    const raw = this.#raw
    return raw === null || raw.length > SCANNED ? this.#lists.has(key) : find(raw, key) >= 0
  }

  /**
   * Puts one value in place of all a key had.
   *
   * @param key the name
   * @param value the value
   * @throws {DewarError} `ERR_HTTP_READ_ONLY`
   */
  set(key: string, value: V): void {
    this.#writable().set(key, [value])
  }

  /**
   * Puts several values in place of all a key had. No values remove the key.
   *
   * @param key the name
   * @param values the values
   * @throws {DewarError} `ERR_HTTP_READ_ONLY`
   */
  setAll(key: string, values: Iterable<V>): void {
    const list = [...values]
    if (list.length === 0) this.#writable().delete(key)
    else this.#writable().set(key, list)
  }

  /**
   * Adds a value and keeps those that are there.
   *
   * @param key the name
   * @param value the value
   * @throws {DewarError} `ERR_HTTP_READ_ONLY`
   */
  add(key: string, value: V): void {
    const lists = this.#writable()
    const list = lists.get(key)
    if (list === undefined) lists.set(key, [value])
    else list.push(value)
  }

  /**
   * Adds a value: `add` under the platform's name.
   *
   * @param key the name
   * @param value the value
   * @throws {DewarError} `ERR_HTTP_READ_ONLY`
   */
  append(key: string, value: V): void {
    this.add(key, value)
  }

  /**
   * Sets a key unless it has a value.
   *
   * @param key the name
   * @param value the value
   * @returns the first value that stands now
   * @throws {DewarError} `ERR_HTTP_READ_ONLY`
   */
  setDefault(key: string, value: V): V {
    const lists = this.#writable()
    const present = lists.get(key)
    if (present !== undefined) return present[0] as V
    lists.set(key, [value])
    return value
  }

  /**
   * Adds all of the given values to those that are there.
   *
   * @param init pairs, an object, or another MultiDict
   * @throws {DewarError} `ERR_HTTP_READ_ONLY`
   * @see Werkzeug: `MultiDict.update`, which extends as well
   */
  extend(init: MultiDictInit<V>): void {
    this.#writable()
    const pairs = Array.isArray(init) ? (init as readonly (readonly [string, V])[]) : pairsOf(init)
    for (const [key, value] of pairs) this.add(key, value)
  }

  /**
   * Removes a key and all its values.
   *
   * @param key the name
   * @returns whether it was there
   * @throws {DewarError} `ERR_HTTP_READ_ONLY`
   */
  delete(key: string): boolean {
    return this.#writable().delete(key)
  }

  /**
   * Removes a key and gives its first value.
   *
   * @param key the name
   * @throws {DewarError} `ERR_HTTP_READ_ONLY`
   */
  pop(key: string): V | undefined {
    return this.popAll(key)[0]
  }

  /**
   * Removes a key and gives all its values.
   *
   * @param key the name
   * @throws {DewarError} `ERR_HTTP_READ_ONLY`
   */
  popAll(key: string): V[] {
    const lists = this.#writable()
    const values = lists.get(key) ?? []
    lists.delete(key)
    return values
  }

  /**
   * Removes everything.
   *
   * @throws {DewarError} `ERR_HTTP_READ_ONLY`
   */
  clear(): void {
    this.#writable().clear()
  }

  /** Each key once. */
  keys(): MapIterator<string> {
    return this.#lists.keys()
  }

  /** All values, key by key. */
  *values(): Generator<V, void> {
    for (const values of this.#lists.values()) yield* values
  }

  /** All pairs of key and value, key by key. */
  *entries(): Generator<[string, V], void> {
    for (const [key, values] of this.#lists) for (const value of values) yield [key, value]
  }

  /** Each key with all its values. */
  *lists(): Generator<[string, V[]], void> {
    for (const [key, values] of this.#lists) yield [key, values.slice()]
  }

  /** All pairs of key and value, key by key. */
  [Symbol.iterator](): Generator<[string, V], void> {
    return this.entries()
  }

  /** A copy that can be changed. */
  copy(): MultiDict<V> {
    return new MultiDict(this)
  }

  /** Makes this one read-only for ever, and returns it. */
  freeze(): this {
    this.#frozen = true
    return this
  }

  /** The first value of each key, as an object without a prototype. */
  toObject(): Record<string, V>
  /**
   * The values of each key, as an object without a prototype.
   *
   * @param options `all`: lists of all values instead of the first
   */
  toObject(options: { readonly all: true }): Record<string, V[]>
  toObject(options?: { readonly all: boolean }): Record<string, V | V[]> {
    const object: Record<string, V | V[]> = Object.create(null)
    for (const [key, values] of this.#lists) {
      object[key] = options?.all === true ? values.slice() : (values[0] as V)
    }
    return object
  }

  /** The first value of each key. */
  toJSON(): Record<string, V> {
    return this.toObject()
  }

  #first(key: string): V | undefined {
    const raw = this.#raw
    if (raw === null || raw.length > SCANNED) return this.#lists.get(key)?.[0]
    const index = find(raw, key)
    return index < 0 ? undefined : (raw[index + 1] as V)
  }

  get #lists(): Map<string, V[]> {
    if (this.#map !== null) return this.#map
    const map = new Map<string, V[]>()
    const raw = this.#raw ?? []
    for (let index = 0; index < raw.length; index += 2) {
      const list = map.get(raw[index] as string)
      if (list === undefined) map.set(raw[index] as string, [raw[index + 1] as V])
      else list.push(raw[index + 1] as V)
    }
    this.#map = map
    this.#raw = null
    return map
  }

  #writable(): Map<string, V[]> {
    if (this.#frozen) {
      throw new DewarError(
        'ERR_HTTP_READ_ONLY',
        'This MultiDict is what the client sent; it cannot be changed.',
        {
          fix: 'Change a copy: args.copy().',
        },
      )
    }
    return this.#lists
  }
}

/** The position of a key in a list of keys and values, or -1. */
function find(raw: readonly unknown[], key: string): number {
  for (let index = 0; index < raw.length; index += 2) if (raw[index] === key) return index
  return -1
}

function* pairsOf<V>(init: MultiDictInit<V>): Generator<readonly [string, V], void> {
  if (Symbol.iterator in init) yield* init as Iterable<readonly [string, V]>
  else {
    for (const [key, value] of Object.entries(init)) {
      if (Array.isArray(value)) for (const item of value as readonly V[]) yield [key, item]
      else yield [key, value as V]
    }
  }
}
