/**
 * Versions of content.
 *
 * ```
 * entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE   ; RFC 9110 §8.8.3
 * ```
 */
import { createHash } from 'node:crypto'
import { DewarError } from '@dewar/base'

/** A tag without its quotes. Weak tags mean equivalent content, not the same bytes. */
export interface Etag {
  readonly tag: string
  readonly weak: boolean
}

const ETAG = /([Ww]\/)?(?:"([^"]*)"|([^,]*))/y

/**
 * The tags of `If-Match` or `If-None-Match`.
 *
 * @see RFC 9110 §8.8.3.2; Werkzeug: `ETags`
 */
export class Etags {
  /** Tags that stand for the same bytes. */
  readonly strong: ReadonlySet<string>
  /** Tags that stand for equivalent content. */
  readonly weak: ReadonlySet<string>
  /** `*`: any version. */
  readonly star: boolean

  /**
   * @param strong tags that stand for the same bytes
   * @param weak tags that stand for equivalent content
   * @param star any version
   */
  constructor(strong: Iterable<string> = [], weak: Iterable<string> = [], star = false) {
    this.strong = new Set(star ? [] : strong)
    this.weak = new Set(weak)
    this.star = star
  }

  /**
   * Reads a header. Tags without quotes are taken too.
   *
   * @param header the value, or `null` for no tags
   */
  static parse(header: string | null | undefined): Etags {
    const strong: string[] = []
    const weak: string[] = []
    const text = header ?? ''
    for (let position = skipBlanks(text, 0); position < text.length; ) {
      ETAG.lastIndex = position
      const match = ETAG.exec(text)
      const tag = match?.[2] ?? match?.[3]?.trim() ?? ''
      if (match?.[2] === undefined && tag === '*') return new Etags([], [], true)
      if (match?.[2] !== undefined || tag !== '') (match?.[1] === undefined ? strong : weak).push(tag)
      const comma = text.indexOf(',', position + (match?.[0].length ?? 0))
      if (comma < 0) break
      position = skipBlanks(text, comma + 1)
    }
    return new Etags(strong, weak)
  }

  /** Is there nothing to compare with? */
  get isEmpty(): boolean {
    return !this.star && this.strong.size === 0 && this.weak.size === 0
  }

  /**
   * Is this very version among them (strong comparison)?
   *
   * @param tag without quotes
   */
  has(tag: string): boolean {
    return this.star || this.strong.has(tag)
  }

  /**
   * Is an equivalent version among them (weak comparison)?
   *
   * @param tag without quotes
   */
  hasWeak(tag: string): boolean {
    return this.has(tag) || this.weak.has(tag)
  }

  /**
   * Is the version among them, by the comparison its own weakness asks for?
   *
   * @param value a tag as it stands in a header
   */
  hasRaw(value: string): boolean {
    const etag = parseEtag(value)
    if (etag === null) return this.star
    return etag.weak ? this.hasWeak(etag.tag) : this.has(etag.tag)
  }

  /** The tags as a header's value. */
  toString(): string {
    if (this.star) return '*'
    return [
      ...Array.from(this.strong, (tag) => quoteEtag(tag)),
      ...Array.from(this.weak, (tag) => quoteEtag(tag, { weak: true })),
    ].join(', ')
  }
}

/**
 * Writes a tag.
 *
 * @param tag without quotes
 * @param options `weak`: it stands for equivalent content
 * @throws {DewarError} `ERR_HTTP_ETAG` for a tag with quotes, blanks or control characters
 * @see Werkzeug: `quote_etag`
 */
export function quoteEtag(tag: string, options: { readonly weak?: boolean } = {}): string {
  if (/[^\x20\x21\x23-\x7e\x80-\xff]/.test(tag)) {
    throw new DewarError('ERR_HTTP_ETAG', `${JSON.stringify(tag)} cannot be an ETag.`, {
      fix: 'Pass the tag without quotes; letters, digits and hyphens are best.',
    })
  }
  return options.weak === true ? `W/"${tag}"` : `"${tag}"`
}

/**
 * Reads one tag.
 *
 * @param value as it stands in a header, with or without quotes
 * @returns `null` if there is none
 * @see Werkzeug: `unquote_etag`
 */
export function parseEtag(value: string | null | undefined): Etag | null {
  const text = value?.trim() ?? ''
  if (text === '') return null
  const weak = /^[Ww]\//.test(text)
  const quoted = weak ? text.slice(2) : text
  const tag =
    quoted.length > 1 && quoted.startsWith('"') && quoted.endsWith('"') ? quoted.slice(1, -1) : quoted
  return { tag, weak }
}

/**
 * Makes a tag out of content, by SHA-256.
 *
 * @param content text or bytes
 */
export function generateEtag(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url')
}

function skipBlanks(text: string, start: number): number {
  let position = start
  while (text.charCodeAt(position) === 0x20 || text.charCodeAt(position) === 0x09) position++
  return position
}
