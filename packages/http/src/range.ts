/**
 * Which parts of a resource a client asks for.
 *
 * ```
 * Range = range-unit "=" range-set                         ; RFC 9110 §14.2
 * range-spec = first "-" [ last ] / "-" suffix-length
 * ```
 */
import { DewarError } from '@dewar/base'
import { contentRangeHeader, isByteRangeValid } from './content-range.ts'
import { httpDate, parseHttpDate } from './dates.ts'
import { parseEtag, quoteEtag } from './etags.ts'

/** One part: `stop` is exclusive, `null` means to the end; a negative start counts from the end. */
export type RangePart = readonly [start: number, stop: number | null]

/**
 * The parts that a `Range` header asks for.
 *
 * @see Werkzeug: `Range`
 */
export class Range {
  /** The unit, usually `bytes`. */
  readonly units: string
  /** The parts, in ascending order. */
  readonly parts: readonly RangePart[]

  /**
   * @param units the unit, usually `bytes`
   * @param parts the parts
   * @throws {DewarError} `ERR_HTTP_RANGE` for a part that stops before it starts
   */
  constructor(units: string, parts: readonly RangePart[]) {
    for (const [start, stop] of parts) {
      if (stop !== null && (start < 0 || start >= stop)) {
        throw new DewarError('ERR_HTTP_RANGE', `${start} to ${stop} is no part.`, {
          fix: 'The start lies before the stop, which is exclusive.',
        })
      }
    }
    this.units = units
    this.parts = parts
  }

  /**
   * Reads a header.
   *
   * @param header the value, or `null`
   * @returns `null` if there is none or it is malformed: a part reversed, overlapping, or not a number
   */
  static parse(header: string | null | undefined): Range | null {
    const equals = header?.indexOf('=') ?? -1
    if (header === null || header === undefined || equals < 0) return null
    const parts: RangePart[] = []
    let end = 0
    for (const item of header.slice(equals + 1).split(',')) {
      const part = parsePart(item)
      // After a part that reaches to the end nothing can follow; before its end nothing may begin.
      if (part === null || end < 0 || (part[0] >= 0 && part[0] < end)) return null
      end = part[1] ?? -1
      parts.push(part)
    }
    return new Range(header.slice(0, equals).trim().toLowerCase(), parts)
  }

  /**
   * The one part in numbers, for a resource of a length.
   *
   * @param length the length in bytes, or `null` if unknown
   * @returns start and exclusive stop; `null` unless the unit is bytes and exactly one part lies within
   */
  forLength(length: number | null): readonly [start: number, stop: number] | null {
    const part = this.parts[0]
    if (this.units !== 'bytes' || length === null || part === undefined || this.parts.length !== 1)
      return null
    const [first, stop] = part
    const start = first < 0 && stop === null ? Math.max(0, first + length) : first
    const end = Math.min(stop ?? length, length)
    return isByteRangeValid(start, end, length) ? [start, end] : null
  }

  /**
   * The `Content-Range` of the one part.
   *
   * @param length the length in bytes, or `null` if unknown
   * @returns `null` where `forLength` is
   */
  toContentRange(length: number | null): string | null {
    const part = this.forLength(length)
    return part === null ? null : contentRangeHeader(this.units, part[0], part[1], length)
  }

  /** The parts as a header's value. */
  toString(): string {
    const parts = this.parts.map(([start, stop]) => {
      if (stop !== null) return `${start}-${stop - 1}`
      return start < 0 ? String(start) : `${start}-`
    })
    return `${this.units}=${parts.join(',')}`
  }
}

function parsePart(item: string): RangePart | null {
  const match = /^(\d*)\s*-\s*(\d*)$/.exec(item.trim())
  if (match === null) return null
  const [, first = '', last = ''] = match
  if (first === '') return last === '' ? null : suffix(Number(last))
  const start = Number(first)
  const stop = last === '' ? null : Number(last) + 1
  if (!Number.isSafeInteger(start) || (stop !== null && (!Number.isSafeInteger(stop) || start >= stop)))
    return null
  return [start, stop]
}

function suffix(length: number): RangePart | null {
  return Number.isSafeInteger(length) ? [0 - length, null] : null
}

/**
 * `If-Range`: the version that the wanted part must belong to.
 *
 * @see RFC 9110 §13.1.5; Werkzeug: `IfRange`
 */
export class IfRange {
  /** The version's tag without quotes, or `null`. */
  readonly etag: string | null
  /** The version's date, or `null`. */
  readonly date: Date | null

  /**
   * @param etag the version's tag without quotes
   * @param date the version's date
   */
  constructor(etag: string | null = null, date: Date | null = null) {
    this.etag = etag
    this.date = date
  }

  /**
   * Reads a header.
   *
   * @param header the value, or `null`
   */
  static parse(header: string | null | undefined): IfRange {
    const date = parseHttpDate(header)
    return date === null ? new IfRange(parseEtag(header)?.tag ?? null) : new IfRange(null, date)
  }

  /** The version as a header's value. */
  toString(): string {
    if (this.date !== null) return httpDate(this.date)
    return this.etag === null ? '' : quoteEtag(this.etag)
  }
}
