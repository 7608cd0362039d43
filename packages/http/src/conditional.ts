/** What the conditions and ranges of a request make of a response. */
import { parseHttpDate } from './dates.ts'
import { Etags, parseEtag } from './etags.ts'
import type { Headers } from './headers.ts'
import { IfRange, Range } from './range.ts'

/** The parts of a request that matter here. */
export interface ConditionalRequest {
  readonly method: string
  readonly headers: Headers
}

/** The version of a resource. */
export interface ResourceVersion {
  /** Its `ETag` as it stands in the header, or `null`. */
  readonly etag?: string | null | undefined
  /** When it changed last, or `null`. */
  readonly lastModified?: Date | null | undefined
}

/** What is to be sent. */
export type ConditionalOutcome =
  | { readonly kind: 'whole' | 'notModified' | 'preconditionFailed' | 'unsatisfiable' }
  | { readonly kind: 'part'; readonly start: number; readonly stop: number }

const WHOLE: ConditionalOutcome = Object.freeze({ kind: 'whole' })

/**
 * Decides what a GET or HEAD request gets, in the order of RFC 9110 §13.2.2.
 *
 * @param request whose headers hold the conditions
 * @param headers of the response, which hold the version
 * @param status of the response: only a 200 can become partial
 * @param ranges the unit and length, or `null` if parts cannot be had
 */
export function evaluateConditions(
  request: ConditionalRequest,
  headers: Headers,
  status: number,
  ranges: { readonly unit: string; readonly length: number | null } | null,
): ConditionalOutcome {
  const version = { etag: headers.get('ETag'), lastModified: parseHttpDate(headers.get('Last-Modified')) }
  const conditions = request.headers
  if (!isMatch(conditions, version)) return { kind: 'preconditionFailed' }
  if (!isResourceModified(conditions, version)) return { kind: 'notModified' }
  if (ranges === null || status !== 200) return WHOLE
  return partOf(conditions, version, ranges)
}

/**
 * Must the resource be sent, because the client lacks this version?
 *
 * Looks at `If-None-Match`, or if there is none at `If-Modified-Since`.
 *
 * @param conditions the request's headers
 * @param version of the resource as it is now
 * @see RFC 9110 §13.1.2, §13.1.3; Werkzeug: `is_resource_modified`
 */
export function isResourceModified(conditions: Headers, version: ResourceVersion): boolean {
  const ifNoneMatch = conditions.getJoined('If-None-Match')
  const etag = parseEtag(version.etag)
  if (ifNoneMatch !== null && etag !== null) {
    const etags = Etags.parse(ifNoneMatch)
    if (!etags.isEmpty) return !etags.hasWeak(etag.tag)
  }
  const since = parseHttpDate(conditions.get('If-Modified-Since'))
  return since === null || !isUnchangedSince(version, since)
}

/** Does the resource still have the version that `If-Match` or `If-Unmodified-Since` insists on? */
function isMatch(conditions: Headers, version: ResourceVersion): boolean {
  const ifMatch = conditions.getJoined('If-Match')
  if (ifMatch !== null) {
    const etags = Etags.parse(ifMatch)
    const etag = parseEtag(version.etag)
    if (etags.isEmpty || etags.star || etag === null) return true
    return !etag.weak && etags.has(etag.tag)
  }
  const since = parseHttpDate(conditions.get('If-Unmodified-Since'))
  return since === null || version.lastModified == null || isUnchangedSince(version, since)
}

function isUnchangedSince({ lastModified }: ResourceVersion, since: Date): boolean {
  return lastModified != null && wholeSeconds(lastModified) <= wholeSeconds(since)
}

function partOf(
  conditions: Headers,
  version: ResourceVersion,
  ranges: { readonly unit: string; readonly length: number | null },
): ConditionalOutcome {
  const header = conditions.get('Range')
  const { length } = ranges
  if (header === null || ranges.unit !== 'bytes' || length === null || length === 0) return WHOLE
  if (!isSameVersion(conditions.get('If-Range'), version)) return WHOLE
  const range = Range.parse(header)
  const part = range?.forLength(length) ?? null
  if (part === null) return { kind: 'unsatisfiable' }
  return { kind: 'part', start: part[0], stop: part[1] }
}

/** A part of another version would spoil what the client has. Only strong tags and exact dates will do. */
function isSameVersion(ifRange: string | null, version: ResourceVersion): boolean {
  if (ifRange === null) return true
  const { date } = IfRange.parse(ifRange)
  if (date !== null) {
    return version.lastModified != null && wholeSeconds(version.lastModified) === wholeSeconds(date)
  }
  const wanted = parseEtag(ifRange)
  const etag = parseEtag(version.etag)
  return wanted !== null && etag !== null && !wanted.weak && !etag.weak && wanted.tag === etag.tag
}

function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000)
}
