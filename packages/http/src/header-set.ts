/** A list of tokens in a header, such as `Vary` or `Allow`, as a set that writes itself back. */
import { parseListHeader, serializeListHeader } from './grammar.ts'

/**
 * An ordered set of words that compare without case and keep the case they were added in.
 *
 * @example
 * ```ts
 * import { Response } from '@dewar/http'
 *
 * const response = new Response('hello')
 * response.vary.add('Cookie')
 * response.headers.get('Vary') // 'Cookie'
 * ```
 * @see Werkzeug: `HeaderSet`
 */
export class HeaderSet {
  readonly #items = new Map<string, string>()
  readonly #onUpdate: ((set: HeaderSet) => void) | undefined

  /**
   * @param items the words to start with
   * @param onUpdate called after each change
   */
  constructor(items: Iterable<string> = [], onUpdate?: (set: HeaderSet) => void) {
    for (const item of items) this.#insert(item)
    this.#onUpdate = onUpdate
  }

  /**
   * Reads a header's value.
   *
   * @param header the value, or `null` for an empty set
   * @param onUpdate called after each change
   */
  static parse(header: string | null | undefined, onUpdate?: (set: HeaderSet) => void): HeaderSet {
    return new HeaderSet(parseListHeader(header), onUpdate)
  }

  /** How many words there are. */
  get size(): number {
    return this.#items.size
  }

  /**
   * Is the word in the set, in whatever case?
   *
   * @param item the word
   */
  has(item: string): boolean {
    return this.#items.has(item.toLowerCase())
  }

  /**
   * Adds words that are not there yet.
   *
   * @param items the words
   */
  add(...items: readonly string[]): this {
    const before = this.#items.size
    for (const item of items) this.#insert(item)
    if (this.#items.size !== before) this.#onUpdate?.(this)
    return this
  }

  /**
   * Removes a word.
   *
   * @param item the word, in any case
   * @returns whether it was there
   */
  delete(item: string): boolean {
    const deleted = this.#items.delete(item.toLowerCase())
    if (deleted) this.#onUpdate?.(this)
    return deleted
  }

  /** Removes all words. */
  clear(): void {
    if (this.#items.size === 0) return
    this.#items.clear()
    this.#onUpdate?.(this)
  }

  /**
   * The word at a position; negative positions count from the end.
   *
   * @param index 0 for the first
   */
  at(index: number): string | undefined {
    return [...this.#items.values()].at(index)
  }

  /**
   * The position of a word, or -1.
   *
   * @param item the word, in any case
   */
  indexOf(item: string): number {
    return [...this.#items.keys()].indexOf(item.toLowerCase())
  }

  /** The words, in the case they were added in. */
  values(): MapIterator<string> {
    return this.#items.values()
  }

  /** The words, in the case they were added in. */
  [Symbol.iterator](): MapIterator<string> {
    return this.#items.values()
  }

  /** The words as a header's value. */
  toString(): string {
    return serializeListHeader(this)
  }

  #insert(item: string): void {
    const key = item.toLowerCase()
    if (!this.#items.has(key)) this.#items.set(key, item)
  }
}
