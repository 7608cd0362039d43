/** The interface of all stores, and the checks they share. */
import { tooLong, wrongArgument } from './errors.ts'

/** How long an entry lives. */
export interface Lifetime {
  /** Seconds from now until the entry is gone; a whole number from 1 up. */
  readonly ttl: number
}

/**
 * Expiring entries: text under a key, for a time.
 *
 * An entry is there until its `ttl` has passed, to the second, and then is not. Each method is atomic, also among
 * processes that share the store. Keys are 1 to 512 characters, values any well-formed text up to 1 MiB.
 *
 * @see Python: `cachelib.BaseCache`
 */
export interface Store {
  /** The entry's text, or `undefined` if there is none (any more). */
  get(key: string): Promise<string | undefined>
  /** Writes an entry, over an older one if there is one, and gives it a new life. */
  set(key: string, value: string, lifetime: Lifetime): Promise<void>
  /** Writes an entry only if there is none; answers whether it did. */
  add(key: string, value: string, lifetime: Lifetime): Promise<boolean>
  /** Removes an entry; answers whether there was one. */
  delete(key: string): Promise<boolean>
  /**
   * Adds to a counter and answers its new value. An absent counter starts at 0 and gets the lifetime; an existing one
   * keeps its own.
   *
   * @param by a whole number, also negative
   * @throws {StoreError} `ERR_STORES_NOT_A_NUMBER` if the entry is no whole number
   */
  increment(key: string, by: number, lifetime: Lifetime): Promise<number>
  /** Gives back files and connections; later calls throw `ERR_STORES_CLOSED`. Closing twice is allowed. */
  close(): Promise<void>
}

/** The bounds that every store checks. */
export interface StoreBounds {
  readonly maxKeyLength: number
  readonly maxValueLength: number
  readonly maxTtl: number
}

/** Checks a key: text of 1 to `maxKeyLength` characters, without half surrogate pairs. */
export function checkKey(key: string, { maxKeyLength }: StoreBounds): void {
  if (typeof key !== 'string' || key === '' || !key.isWellFormed())
    throw wrongArgument(
      'A key is text of at least one character.',
      "Prefix it with what it is for: 'reset:' + id.",
    )
  if (key.length > maxKeyLength) throw tooLong('maxKeyLength', maxKeyLength, key.length)
}

/** Checks a value: well-formed text of at most `maxValueLength` bytes. */
export function checkValue(value: string, { maxValueLength }: StoreBounds): void {
  if (typeof value !== 'string' || !value.isWellFormed())
    throw wrongArgument('A value is well-formed text.', 'Pass JSON.stringify(value) for data.')
  const bytes = value.length * 3 <= maxValueLength ? 0 : Buffer.byteLength(value, 'utf8')
  if (bytes > maxValueLength) throw tooLong('maxValueLength', maxValueLength, bytes)
}

/** Checks a lifetime: a whole number of seconds from 1 to `maxTtl`. */
export function checkTtl(lifetime: Lifetime | undefined, { maxTtl }: StoreBounds): number {
  const ttl = lifetime?.ttl
  if (typeof ttl === 'number' && Number.isSafeInteger(ttl) && ttl > 0 && ttl <= maxTtl) return ttl
  throw wrongArgument(
    `A ttl is a whole number of seconds from 1 to ${maxTtl}.`,
    'Say how long: { ttl: 3600 }.',
  )
}

/** Checks an amount to add. */
export function checkAmount(by: number): void {
  if (!Number.isSafeInteger(by))
    throw wrongArgument('A counter moves by whole numbers.', 'Use: increment(key, 1, …).')
}

/** The number in a counter's text, or `null` if it is none. */
export function parseCounter(text: string): number | null {
  if (!/^(0|-?[1-9]\d{0,15})$/.test(text)) return null
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : null
}
