/**
 * What caches may do with requests and responses.
 *
 * ```
 * Cache-Control = #( token [ "=" ( token / quoted-string ) ] )   ; RFC 9111 §5.2
 * ```
 */
import { DewarError } from '@dewar/base'
import { parseDictHeader, serializeDictHeader } from './grammar.ts'

type Directives = Map<string, string | null>

/**
 * The directives of a request. They cannot be changed.
 *
 * @see RFC 9111 §5.2.1; Werkzeug: `RequestCacheControl`
 */
export class RequestCacheControl {
  readonly #directives: Directives

  private constructor(directives: Directives) {
    this.#directives = directives
  }

  /**
   * Reads a header.
   *
   * @param header the value, or `null` for no directives
   */
  static parse(header: string | null | undefined): RequestCacheControl {
    return new RequestCacheControl(parseDirectives(header))
  }

  /** A stored response must be checked before it is used. */
  get noCache(): boolean {
    return this.#directives.has('no-cache')
  }

  /** Nothing of this may be stored. */
  get noStore(): boolean {
    return this.#directives.has('no-store')
  }

  /** The content may not be transformed. */
  get noTransform(): boolean {
    return this.#directives.has('no-transform')
  }

  /** Only a stored response will do. */
  get onlyIfCached(): boolean {
    return this.#directives.has('only-if-cached')
  }

  /** The greatest age in seconds, or `null`. */
  get maxAge(): number | null {
    return seconds(this.#directives, 'max-age')
  }

  /** For how many seconds the response must stay fresh, or `null`. */
  get minFresh(): number | null {
    return seconds(this.#directives, 'min-fresh')
  }

  /** How many seconds past its time it may be; `true` for any number. */
  get maxStale(): number | true | null {
    return this.#directives.get('max-stale') === null ? true : seconds(this.#directives, 'max-stale')
  }

  /** For how many seconds a stale response will do if the server fails, or `null`. */
  get staleIfError(): number | null {
    return seconds(this.#directives, 'stale-if-error')
  }

  /**
   * The text of a directive: `null` if it stands alone, `undefined` if it is absent.
   *
   * @param directive in lower case
   */
  get(directive: string): string | null | undefined {
    return this.#directives.get(directive)
  }

  /** The directives and their texts. */
  [Symbol.iterator](): MapIterator<[string, string | null]> {
    return this.#directives.entries()
  }

  /** The directives as a header's value. */
  toString(): string {
    return serializeDictHeader(this.#directives)
  }
}

/**
 * The directives of a response. Changes are written back.
 *
 * @example
 * ```ts
 * import { Response } from '@dewar/http'
 *
 * const response = new Response('hello')
 * response.cacheControl.public = true
 * response.cacheControl.maxAge = 3600
 * response.headers.get('Cache-Control') // 'public, max-age=3600'
 * ```
 * @see RFC 9111 §5.2.2; Werkzeug: `ResponseCacheControl`
 */
export class ResponseCacheControl {
  readonly #directives: Directives
  readonly #onUpdate: ((control: ResponseCacheControl) => void) | undefined

  private constructor(
    directives: Directives,
    onUpdate: ((control: ResponseCacheControl) => void) | undefined,
  ) {
    this.#directives = directives
    this.#onUpdate = onUpdate
  }

  /**
   * Reads a header.
   *
   * @param header the value, or `null` for no directives
   * @param onUpdate called after each change
   */
  static parse(
    header: string | null | undefined,
    onUpdate?: (control: ResponseCacheControl) => void,
  ): ResponseCacheControl {
    return new ResponseCacheControl(parseDirectives(header), onUpdate)
  }

  /** Must be checked before each use: wholly, or as far as the named headers go. */
  get noCache(): boolean | string {
    return this.#text('no-cache')
  }

  set noCache(value: boolean | string | null) {
    this.set('no-cache', value)
  }

  /** May not be stored. */
  get noStore(): boolean {
    return this.has('no-store')
  }

  set noStore(value: boolean) {
    this.set('no-store', Boolean(value))
  }

  /** May not be transformed. */
  get noTransform(): boolean {
    return this.has('no-transform')
  }

  set noTransform(value: boolean) {
    this.set('no-transform', Boolean(value))
  }

  /** May be stored by every cache. */
  get public(): boolean {
    return this.has('public')
  }

  set public(value: boolean) {
    this.set('public', Boolean(value))
  }

  /** Is for one user: wholly, or as far as the named headers go. */
  get private(): boolean | string {
    return this.#text('private')
  }

  set private(value: boolean | string | null) {
    this.set('private', value)
  }

  /** May not be used when stale. */
  get mustRevalidate(): boolean {
    return this.has('must-revalidate')
  }

  set mustRevalidate(value: boolean) {
    this.set('must-revalidate', Boolean(value))
  }

  /** May not be used by shared caches when stale. */
  get proxyRevalidate(): boolean {
    return this.has('proxy-revalidate')
  }

  set proxyRevalidate(value: boolean) {
    this.set('proxy-revalidate', Boolean(value))
  }

  /** May be stored only by caches that understand the status. */
  get mustUnderstand(): boolean {
    return this.has('must-understand')
  }

  set mustUnderstand(value: boolean) {
    this.set('must-understand', Boolean(value))
  }

  /** Will not change while it is fresh. @see RFC 8246 */
  get immutable(): boolean {
    return this.has('immutable')
  }

  set immutable(value: boolean) {
    this.set('immutable', Boolean(value))
  }

  /** For how many seconds it is fresh, or `null`. */
  get maxAge(): number | null {
    return seconds(this.#directives, 'max-age')
  }

  set maxAge(value: number | null) {
    this.set('max-age', wholeSeconds('max-age', value))
  }

  /** For how many seconds it is fresh in shared caches, or `null`. */
  get sMaxage(): number | null {
    return seconds(this.#directives, 's-maxage')
  }

  set sMaxage(value: number | null) {
    this.set('s-maxage', wholeSeconds('s-maxage', value))
  }

  /** For how many seconds it may be used stale while it is checked, or `null`. @see RFC 5861 §3 */
  get staleWhileRevalidate(): number | null {
    return seconds(this.#directives, 'stale-while-revalidate')
  }

  set staleWhileRevalidate(value: number | null) {
    this.set('stale-while-revalidate', wholeSeconds('stale-while-revalidate', value))
  }

  /** For how many seconds it may be used stale if the server fails, or `null`. @see RFC 5861 §4 */
  get staleIfError(): number | null {
    return seconds(this.#directives, 'stale-if-error')
  }

  set staleIfError(value: number | null) {
    this.set('stale-if-error', wholeSeconds('stale-if-error', value))
  }

  /**
   * The text of a directive: `null` if it stands alone, `undefined` if it is absent.
   *
   * @param directive in lower case
   */
  get(directive: string): string | null | undefined {
    return this.#directives.get(directive)
  }

  /**
   * Is there such a directive?
   *
   * @param directive in lower case
   */
  has(directive: string): boolean {
    return this.#directives.has(directive)
  }

  /**
   * Sets any directive.
   *
   * @param directive in lower case
   * @param value `true` for the bare directive, `false` or `null` to remove it, else its text
   */
  set(directive: string, value: string | number | boolean | null): void {
    if (value === null || value === false) this.#directives.delete(directive)
    else this.#directives.set(directive, value === true ? null : String(value))
    this.#onUpdate?.(this)
  }

  /** Removes all directives. */
  clear(): void {
    this.#directives.clear()
    this.#onUpdate?.(this)
  }

  /** The directives and their texts. */
  [Symbol.iterator](): MapIterator<[string, string | null]> {
    return this.#directives.entries()
  }

  /** The directives as a header's value. */
  toString(): string {
    return serializeDictHeader(this.#directives)
  }

  #text(directive: string): boolean | string {
    return this.#directives.get(directive) ?? this.#directives.has(directive)
  }
}

function parseDirectives(header: string | null | undefined): Directives {
  const directives: Directives = new Map()
  for (const [name, value] of parseDictHeader(header)) directives.set(name.toLowerCase(), value)
  return directives
}

function seconds(directives: Directives, directive: string): number | null {
  const text = directives.get(directive)
  if (text === null || text === undefined || !/^\s*-?\d+\s*$/.test(text)) return null
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : null
}

function wholeSeconds(directive: string, value: number | null): number | null {
  if (value === null || Number.isFinite(value)) return value && Math.trunc(value)
  throw new DewarError('ERR_HTTP_CACHE_CONTROL', `${directive} cannot be ${value}.`, {
    fix: 'Use whole seconds, or null to remove it.',
  })
}
