/** What the conditions and ranges of a request make of a response. */
import { contentRangeHeader } from './content-range.ts'
import { httpDate, parseHttpDate } from './dates.ts'
import { Etags, parseEtag } from './etags.ts'
import type { Headers } from './headers.ts'
import { RequestedRangeNotSatisfiable } from './http-error.ts'
import { IfRange, Range } from './range.ts'
import { bodySize, isStreamedBody, type ResponseBody, sliceBody } from './response-body.ts'

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

/** How a response becomes conditional. */
export interface ConditionalOptions {
  /** Answer `Range` requests: `true` for bytes, or the unit to announce. */
  readonly acceptRanges?: boolean | string | undefined
  /** The length of the whole body in bytes; needed for ranges of streams. */
  readonly length?: number | null | undefined
  /** Seconds since 1970, for `Date`. */
  readonly now?: number | undefined
}

/** The parts of a response that conditions change. */
export interface ConditionalResponse {
  status: number
  body: ResponseBody
  readonly headers: Headers
}

/** What is to be sent. */
export type ConditionalOutcome =
  | { readonly kind: 'whole' | 'notModified' | 'preconditionFailed' | 'unsatisfiable' }
  | { readonly kind: 'part'; readonly start: number; readonly stop: number }

const WHOLE: ConditionalOutcome = Object.freeze({ kind: 'whole' })

/**
 * Cuts a response to what the client lacks. Does nothing unless the method is GET or HEAD.
 *
 * @param response is changed
 * @param request whose headers hold the conditions
 * @param options whether parts can be had, and of what length the whole is
 * @throws {RequestedRangeNotSatisfiable} 416, if the part lies outside of the whole
 */
export function applyConditions(
  response: ConditionalResponse,
  request: ConditionalRequest,
  options: ConditionalOptions,
): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') return
  const { headers, body } = response
  if (!headers.has('Date')) headers.add('Date', httpDate(options.now))
  const units = options.acceptRanges === true ? 'bytes' : options.acceptRanges || null
  if (units !== null) headers.set('Accept-Ranges', units)
  const length = options.length ?? (isStreamedBody(body) ? null : bodySize(body))
  const outcome = evaluateConditions(
    request,
    headers,
    response.status,
    units === null ? null : { units, length },
  )
  if (outcome.kind === 'unsatisfiable') throw new RequestedRangeNotSatisfiable(null, { length })
  if (outcome.kind === 'part') {
    const { start, stop } = outcome
    response.status = 206
    response.body = sliceBody(body, start, stop)
    headers.set('Content-Range', contentRangeHeader('bytes', start, stop, length))
    headers.set('Content-Length', stop - start)
  } else if (outcome.kind !== 'whole') response.status = outcome.kind === 'notModified' ? 304 : 412
}

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
  ranges: { readonly units: string; readonly length: number | null } | null,
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
  ranges: { readonly units: string; readonly length: number | null },
): ConditionalOutcome {
  const header = conditions.get('Range')
  const { length } = ranges
  if (header === null || ranges.units !== 'bytes' || length === null || length === 0) return WHOLE
  if (!isSameVersion(conditions.get('If-Range'), version)) return WHOLE
  const range = Range.parse(header)
  // What is malformed, in another unit or of several parts may be ignored (RFC 9110 §14.2): the whole serves too.
  if (range?.units !== 'bytes' || range.parts.length !== 1) return WHOLE
  const part = range.forLength(length)
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
