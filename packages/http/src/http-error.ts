/** The base of the HTTP errors: an error that knows which response it is. */
import { DewarError, type DewarErrorCode } from '@dewar/base'
import { contentRangeHeader } from './content-range.ts'
import { errorPage } from './error-page.ts'
import { Headers, type HeadersInit } from './headers.ts'
import { Response } from './response.ts'
import { statusDescriptions, statusTexts } from './statuses.ts'

/** What an HTTP error carries beside its status and description. */
export interface HttpErrorOptions {
  /** Headers of the response. */
  readonly headers?: HeadersInit | undefined
  /** A ready response to send instead of an error page. */
  readonly response?: Response | undefined
  /** Facts for the log. The client never sees them. */
  readonly details?: Readonly<Record<string, unknown>> | undefined
  /** What the developer can do about it. The client never sees it. */
  readonly fix?: string | undefined
  /** The error behind this one. The client never sees it. */
  readonly cause?: unknown
  /** A code other than the one made from the status. */
  readonly code?: DewarErrorCode | undefined
}

/** The parts of a request that an error page depends on. */
export interface ErrorPageRequest {
  readonly headers: Headers
}

/** How an error becomes a response. */
export interface ErrorResponseOptions {
  /** An id that the user can quote and the log holds too. */
  readonly requestId?: string | undefined
}

/**
 * An error that ends a request with a status. Throw it anywhere below the view.
 *
 * The client reads `description`; `cause`, `details` and `fix` are for the log. Own errors extend this class.
 *
 * @example
 * ```ts
 * import { HttpError } from '@dewar/http'
 *
 * class PaymentRequired extends HttpError {
 *   constructor() {
 *     super(402, 'This page is for subscribers.')
 *   }
 * }
 * new PaymentRequired().toResponse().status // 402
 * ```
 * @see RFC 9110 §15; Werkzeug: `HTTPException`
 */
export class HttpError extends DewarError {
  /** The status code. */
  readonly status: number
  /** What the client may read. */
  readonly description: string
  /** Headers of the response, or `undefined`. */
  readonly headers: Headers | undefined
  /** A ready response, or `undefined`. */
  readonly response: Response | undefined

  /**
   * @param status 100 to 599, usually 400 or more
   * @param description what the client may read; by default a sentence that fits the status
   * @param options headers, a ready response, and what is for the log only
   */
  constructor(status: number, description?: string | null, options: HttpErrorOptions = {}) {
    const text = description ?? statusDescriptions[status] ?? statusTexts[status] ?? ''
    super(options.code ?? codeOf(status), `${status} ${statusTexts[status] ?? ''}: ${text}`, options)
    this.status = status
    this.description = text
    this.headers = options.headers === undefined ? undefined : new Headers(options.headers)
    this.response = options.response
  }

  /** The phrase of the status: `Not Found`. */
  get statusText(): string {
    return statusTexts[this.status] ?? 'Unknown Error'
  }

  /**
   * The response that this error is: the ready one if there is one, else a small page of HTML, or JSON
   * (`application/problem+json`) if the client prefers that.
   *
   * @param request whose `Accept` header decides; without one it is HTML
   * @param options an id for the page to show
   * @see RFC 9457; Werkzeug: `HTTPException.get_response`
   */
  toResponse(request?: ErrorPageRequest, options: ErrorResponseOptions = {}): Response {
    if (this.response !== undefined) return this.response
    const page = errorPage(this, request?.headers.getJoined('Accept') ?? null, options.requestId)
    const response = new Response(page.body, { status: this.status, contentType: page.contentType })
    if (request !== undefined) response.headers.add('Vary', 'Accept')
    if (this.headers !== undefined) response.headers.update(this.headers)
    return response
  }
}

/** What `RequestedRangeNotSatisfiable` adds to an error. */
export interface RangeErrorOptions extends HttpErrorOptions {
  /** The length of the whole resource, in `units`. */
  readonly length?: number | null | undefined
  /** The unit of the length; bytes by default. */
  readonly units?: string | undefined
}

/**
 * 416: the part that was asked for lies outside of the resource.
 *
 * It stands here and not with its sisters because responses throw it themselves.
 *
 * @see RFC 9110 §15.5.17
 */
export class RequestedRangeNotSatisfiable extends HttpError {
  /** The length of the whole resource, if known. */
  readonly length: number | null

  constructor(description?: string | null, options: RangeErrorOptions = {}) {
    const { length = null, units = 'bytes' } = options
    const headers = new Headers(options.headers)
    if (length !== null) headers.set('Content-Range', contentRangeHeader(units, null, null, length))
    super(416, description, { ...options, headers })
    this.length = length
  }
}

function codeOf(status: number): DewarErrorCode {
  const words = (statusTexts[status] ?? `Status ${status}`).toUpperCase().replaceAll("'", '')
  return `ERR_HTTP_${words.replaceAll(/[^A-Z0-9]+/g, '_')}`
}
