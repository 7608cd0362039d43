/** `Content-Range`: which part of a resource a response holds. */
import { DewarError } from '@dewar/base'

/** The parts of a `Content-Range`; `stop` is exclusive. */
export interface ContentRangeFields {
  /** The unit, usually `bytes`. */
  readonly units: string
  /** The first position, or `null` for an unsatisfied range. */
  readonly start: number | null
  /** The position after the last, or `null` for an unsatisfied range. */
  readonly stop: number | null
  /** The length of the whole, or `null` if unknown. */
  readonly length: number | null
}

/**
 * Does such a part exist?
 *
 * @param start the first position
 * @param stop the position after the last
 * @param length the length of the whole, or `null` if unknown
 * @see Werkzeug: `is_byte_range_valid`
 */
export function isByteRangeValid(start: number | null, stop: number | null, length: number | null): boolean {
  if (start === null || stop === null) return start === stop && (length === null || length >= 0)
  return start >= 0 && start < stop && (length === null || (length >= 0 && start < length))
}

/**
 * Writes a `Content-Range`.
 *
 * @param units the unit, usually `bytes`
 * @param start the first position, or `null` for an unsatisfied range
 * @param stop the position after the last, or `null`
 * @param length the length of the whole, or `null` if unknown
 * @throws {DewarError} `ERR_HTTP_RANGE` if there is no such part
 * @see RFC 9110 §14.4
 */
export function contentRangeHeader(
  units: string,
  start: number | null,
  stop: number | null,
  length: number | null,
): string {
  if (!isByteRangeValid(start, stop, length)) {
    throw new DewarError('ERR_HTTP_RANGE', `${start} to ${stop} is no part of ${length}.`, {
      fix: 'The start lies before the stop, which is exclusive, and both within the length.',
    })
  }
  const part = start === null || stop === null ? '*' : `${start}-${stop - 1}`
  return `${units} ${part}/${length ?? '*'}`
}

/**
 * Reads a `Content-Range`.
 *
 * @param value the header's value
 * @returns `null` if there is none or it is malformed
 * @see RFC 9110 §14.4; Werkzeug: `parse_content_range_header`
 */
export function parseContentRange(value: string | null | undefined): ContentRangeFields | null {
  const match = /^\s*(\S+)\s+(?:(\d+)\s*-\s*(\d+)|\*)\/(\d+|\*)\s*$/.exec(value ?? '')
  if (match === null) return null
  const [, units = '', first, last, total] = match
  const start = first === undefined ? null : Number(first)
  const stop = last === undefined ? null : Number(last) + 1
  const length = total === '*' ? null : Number(total)
  return isByteRangeValid(start, stop, length) ? { units, start, stop, length } : null
}
