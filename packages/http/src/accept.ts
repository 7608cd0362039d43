/**
 * What a client would like to get: the `Accept` headers and the choice among offers.
 *
 * ```
 * Accept = [ range [ weight ] *( OWS "," OWS range [ weight ] ) ]   ; RFC 9110 §12.5
 * weight = OWS ";" OWS "q=" qvalue
 * ```
 */
import { DewarError } from '@dewar/base'
import { splitList, unquoteHeaderValue } from './grammar.ts'
import { parseOptionsHeader, serializeOptionsHeader } from './options-header.ts'

/** One wish: what, and how much from 0 (never) to 1. */
export type AcceptItem = readonly [value: string, quality: number]

/** How the values of one header compare. */
interface Family {
  /** Does the client's range cover the value? */
  readonly matches: (value: string, range: string) => boolean
  /** The more of its parts are no wildcard, the more a range says. */
  readonly specificity: (range: string) => readonly boolean[]
  /** Languages fall back to their primary tags. */
  readonly primaryTag?: (value: string) => string
  /** Refuses offers that make no sense. */
  readonly checkOffer?: (value: string) => void
}

const QUALITY = /^\d+(?:\.\d+)?$/
const MIME_PARTS = /\/|\s*;\s*/

const encodings: Family = {
  matches: (value, range) => range === '*' || range.toLowerCase() === value.toLowerCase(),
  specificity: (range) => [range !== '*'],
}

const languages: Family = {
  matches: (value, range) => range === '*' || normalTag(value) === normalTag(range),
  specificity: (range) => [range !== '*'],
  primaryTag: (value) => value.split(/[_-]/, 1)[0] ?? value,
}

const mimetypes: Family = {
  matches: mimeMatches,
  specificity: (range) => range.split(MIME_PARTS).map((part) => part !== '*'),
  checkOffer: checkMimetype,
}

/**
 * A client's wishes, the most specific first.
 *
 * @example
 * ```ts
 * import { Accept } from '@dewar/http'
 *
 * const accept = Accept.mime('text/html, application/json;q=0.9')
 * accept.bestMatch(['application/json', 'text/html']) // 'text/html'
 * ```
 * @see RFC 9110 §12.5; Werkzeug: `Accept`, `MIMEAccept`, `LanguageAccept`
 */
export class Accept {
  /** Was the header sent at all? */
  readonly provided: boolean
  /** The wishes, the most specific first, then those of higher quality. */
  readonly items: readonly AcceptItem[]
  readonly #family: Family

  private constructor(items: readonly AcceptItem[] | null, family: Family) {
    this.provided = items !== null
    this.items = items === null ? [] : sortItems(items, family)
    this.#family = family
  }

  /**
   * Reads `Accept`.
   *
   * @param header its value, or `null`; elements with a malformed weight are dropped
   */
  static mime(header: string | null | undefined): Accept {
    return new Accept(parseItems(header), mimetypes)
  }

  /**
   * Reads `Accept-Language`.
   *
   * @param header its value, or `null`; elements with a malformed weight are dropped
   */
  static language(header: string | null | undefined): Accept {
    return new Accept(parseItems(header), languages)
  }

  /**
   * Reads `Accept-Encoding`, or another header of plain tokens.
   *
   * @param header its value, or `null`; elements with a malformed weight are dropped
   */
  static encoding(header: string | null | undefined): Accept {
    return new Accept(parseItems(header), encodings)
  }

  /** The first wish, or `null`. */
  get best(): string | null {
    return this.items[0]?.[0] ?? null
  }

  /** Does the client take HTML? */
  get acceptsHtml(): boolean {
    return this.has('text/html') || this.acceptsXhtml
  }

  /** Does the client take XHTML? */
  get acceptsXhtml(): boolean {
    return this.has('application/xhtml+xml') || this.has('application/xml')
  }

  /** Does the client take JSON? */
  get acceptsJson(): boolean {
    return this.has('application/json')
  }

  /**
   * How much a value is wanted, from 0 to 1.
   *
   * @param value a media type, language or encoding
   * @throws {DewarError} `ERR_HTTP_MIMETYPE` for an offer that is no media type
   */
  quality(value: string): number {
    return this.items[this.find(value)]?.[1] ?? 0
  }

  /**
   * Is the value covered by a wish, be its quality 0?
   *
   * @param value a media type, language or encoding
   * @throws {DewarError} `ERR_HTTP_MIMETYPE` for an offer that is no media type
   */
  has(value: string): boolean {
    return this.find(value) >= 0
  }

  /**
   * The position of the first wish that covers a value, or -1.
   *
   * @param value a media type, language or encoding
   * @throws {DewarError} `ERR_HTTP_MIMETYPE` for an offer that is no media type
   */
  find(value: string): number {
    return this.items.findIndex(([range]) => this.#matches(value, range))
  }

  /** The wishes without their qualities. */
  values(): string[] {
    return this.items.map(([value]) => value)
  }

  /**
   * The offer the client wants most: by quality, then by how specific the wish is, then in the order of the offers.
   *
   * @param offers what there is, the server's favourite first
   * @param otherwise the answer if the client wants none of it
   * @throws {DewarError} `ERR_HTTP_MIMETYPE` for an offer that is no media type
   */
  bestMatch<const T extends string>(offers: readonly T[]): T | null
  bestMatch<const T extends string, D>(offers: readonly T[], otherwise: D): T | D
  bestMatch(offers: readonly string[], otherwise: string | null = null): string | null {
    const primaryTag = this.#family.primaryTag
    const best = this.#bestOf(offers)
    if (best !== null || primaryTag === undefined) return best ?? otherwise
    const shortened = new Accept(
      this.items.map(([range, quality]) => [primaryTag(range), quality]),
      encodings,
    )
    const exact = shortened.#bestOf(offers)
    if (exact !== null) return exact
    const primary = this.#bestOf(offers.map(primaryTag))
    if (primary === null) return otherwise
    return offers.find((offer) => offer.startsWith(primary)) ?? otherwise
  }

  /** The wishes as a header's value, the most specific first. */
  toString(): string {
    return this.items.map(([value, quality]) => (quality === 1 ? value : `${value};q=${quality}`)).join(',')
  }

  /** The wishes, the most specific first. */
  [Symbol.iterator](): ArrayIterator<AcceptItem> {
    return this.items.values()
  }

  #matches(value: string, range: string): boolean {
    return this.#family.matches(value, range)
  }

  #bestOf(offers: readonly string[]): string | null {
    let best: string | null = null
    let bestQuality = 0
    let bestSpecificity: readonly boolean[] = []
    for (const offer of offers) {
      const item = this.items[this.find(offer)]
      if (item === undefined || item[1] <= 0 || item[1] < bestQuality) continue
      const specificity = this.#family.specificity(item[0])
      if (item[1] > bestQuality || compareSpecificity(specificity, bestSpecificity) > 0) {
        best = offer
        bestQuality = item[1]
        bestSpecificity = specificity
      }
    }
    return best
  }
}

function parseItems(header: string | null | undefined): AcceptItem[] | null {
  if (header === null || header === undefined || header === '') return null
  const items: AcceptItem[] = []
  for (const element of splitList(header)) {
    const { value, params } = parseOptionsHeader(unquoteHeaderValue(element))
    const weight = params.get('q')?.trim()
    if (weight === undefined) items.push([serializeOptionsHeader(value, params), 1])
    else if (QUALITY.test(weight) && Number(weight) <= 1) {
      const others = [...params].filter(([name]) => name !== 'q')
      items.push([others.length === 0 ? value : serializeOptionsHeader(value, others), Number(weight)])
    }
  }
  return items
}

function sortItems(items: readonly AcceptItem[], family: Family): AcceptItem[] {
  return items
    .map((item) => ({ item, specificity: family.specificity(item[0]) }))
    .sort((a, b) => compareSpecificity(b.specificity, a.specificity) || b.item[1] - a.item[1])
    .map(({ item }) => item)
}

function compareSpecificity(a: readonly boolean[], b: readonly boolean[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = Number(a[index]) - Number(b[index])
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function normalTag(tag: string): string {
  return tag.toLowerCase().replaceAll('_', '-')
}

function mimeMatches(value: string, range: string): boolean {
  if (!range.includes('/')) return false
  checkMimetype(value)
  const [type, subtype, ...params] = value.toLowerCase().split(MIME_PARTS)
  const [rangeType, rangeSubtype, ...rangeParams] = range.toLowerCase().split(MIME_PARTS)
  if (rangeType === '*') return rangeSubtype === '*'
  if (type === '*') return true
  if (type !== rangeType) return false
  if (rangeSubtype === '*' || subtype === '*') return true
  return subtype === rangeSubtype && params.sort().join(';') === rangeParams.sort().join(';')
}

/** The offers are the developer's: one that makes no sense should be noticed. */
function checkMimetype(value: string): void {
  const [type, subtype] = value.split(MIME_PARTS)
  if (value.includes('/') && (type !== '*' || subtype === '*')) return
  throw new DewarError('ERR_HTTP_MIMETYPE', `${JSON.stringify(value)} is no media type.`, {
    fix: "Write it as type/subtype, such as 'text/html'.",
  })
}
