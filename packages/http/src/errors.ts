/** One class per HTTP error status. */

import { httpDate } from './dates.ts'
import { Headers } from './headers.ts'
import { HttpError, type HttpErrorOptions } from './http-error.ts'
import { Response } from './response.ts'

export { RequestedRangeNotSatisfiable } from './http-error.ts'

/** 400: the request makes no sense. @see RFC 9110 §15.5.1 */
export class BadRequest extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(400, description, options)
  }
}

/** What `MissingKeyError` adds to an error. */
export interface MissingKeyOptions extends HttpErrorOptions {
  /** Name the key to the client: for debugging only. */
  readonly showKey?: boolean | undefined
}

/** 400: a field that the view requires was not sent. Which one is in `key`, for the log. @see Werkzeug: `BadRequestKeyError` */
export class MissingKeyError extends BadRequest {
  /** The name of the field that is missing. */
  readonly key: string

  constructor(key: string, options: MissingKeyOptions = {}) {
    super(options.showKey === true ? `The field ${JSON.stringify(key)} is missing.` : null, {
      code: 'ERR_HTTP_MISSING_KEY',
      ...options,
      details: { key, ...options.details },
    })
    this.key = key
  }
}

/** 400: the `Host` header is missing, malformed or not one of this site's. @see RFC 9112 §3.2 */
export class BadHost extends BadRequest {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(description, { code: 'ERR_HTTP_BAD_HOST', ...options })
  }
}

/** 400: the client went away before its request was complete. */
export class ClientDisconnected extends BadRequest {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(description, { code: 'ERR_HTTP_CLIENT_DISCONNECTED', ...options })
  }
}

/** What `Unauthorized` adds to an error. */
export interface UnauthorizedOptions extends HttpErrorOptions {
  /** The challenges to send in `WWW-Authenticate`. */
  readonly wwwAuthenticate?: { toString(): string } | readonly { toString(): string }[] | undefined
}

/**
 * 308: the address is another one. Routing throws it, so that the view is never called.
 *
 * @see RFC 9110 §15.4.9; Werkzeug: `RequestRedirect`
 */
export class RequestRedirect extends HttpError {
  /** Where to go. */
  readonly location: string

  constructor(location: string, options?: HttpErrorOptions) {
    super(308, null, { response: Response.redirect(location, { status: 308 }), ...options })
    this.location = location
  }
}

/** 401: who asks is not known: send credentials. @see RFC 9110 §15.5.2 */
export class Unauthorized extends HttpError {
  constructor(description?: string | null, options: UnauthorizedOptions = {}) {
    const headers = new Headers(options.headers)
    const challenges = options.wwwAuthenticate ?? []
    for (const challenge of Array.isArray(challenges) ? challenges : [challenges]) {
      headers.add('WWW-Authenticate', String(challenge))
    }
    super(401, description, { ...options, headers })
  }
}

/** 403: who asks is known or need not be, and may not. @see RFC 9110 §15.5.4 */
export class Forbidden extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(403, description, options)
  }
}

/** 404: there is nothing here. @see RFC 9110 §15.5.5 */
export class NotFound extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(404, description, options)
  }
}

/** What `MethodNotAllowed` adds to an error. */
export interface MethodNotAllowedOptions extends HttpErrorOptions {
  /** The methods that the address takes, for `Allow`. */
  readonly validMethods?: readonly string[] | undefined
}

/** 405: this address takes other methods. @see RFC 9110 §15.5.6 */
export class MethodNotAllowed extends HttpError {
  constructor(description?: string | null, options: MethodNotAllowedOptions = {}) {
    const headers = new Headers(options.headers)
    if (options.validMethods !== undefined) headers.set('Allow', options.validMethods.join(', '))
    super(405, description, { ...options, headers })
  }
}

/** 406: no form of the resource suits the client. @see RFC 9110 §15.5.7 */
export class NotAcceptable extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(406, description, options)
  }
}

/** 408: the request did not arrive in time. @see RFC 9110 §15.5.9 */
export class RequestTimeout extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(408, description, options)
  }
}

/** 409: the request and the state of the resource exclude each other. @see RFC 9110 §15.5.10 */
export class Conflict extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(409, description, options)
  }
}

/** 410: there was something here, and it will not come back. @see RFC 9110 §15.5.11 */
export class Gone extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(410, description, options)
  }
}

/** 411: the request must announce its length. @see RFC 9110 §15.5.12 */
export class LengthRequired extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(411, description, options)
  }
}

/** 412: a condition of the request does not hold. @see RFC 9110 §15.5.13 */
export class PreconditionFailed extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(412, description, options)
  }
}

/** 413: the body is larger than allowed. @see RFC 9110 §15.5.14 */
export class RequestEntityTooLarge extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(413, description, options)
  }
}

/** 414: the address is longer than allowed. @see RFC 9110 §15.5.15 */
export class RequestUriTooLarge extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(414, description, options)
  }
}

/** 415: the body is of a type that is not taken here. @see RFC 9110 §15.5.16 */
export class UnsupportedMediaType extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(415, description, options)
  }
}

/** 417: the `Expect` header asks for something that cannot be. @see RFC 9110 §15.5.18 */
export class ExpectationFailed extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(417, description, options)
  }
}

/** 418: no coffee here. @see RFC 2324 §2.3.2 */
export class ImATeapot extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(418, description, options)
  }
}

/** 421: this server does not answer for that host. @see RFC 9110 §15.5.20 */
export class MisdirectedRequest extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(421, description, options)
  }
}

/** 422: well-formed, but not valid. @see RFC 9110 §15.5.21 */
export class UnprocessableEntity extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(422, description, options)
  }
}

/** 423: the resource is locked. @see RFC 4918 §11.3 */
export class Locked extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(423, description, options)
  }
}

/** 424: something this depended on failed. @see RFC 4918 §11.4 */
export class FailedDependency extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(424, description, options)
  }
}

/** 428: the request must be conditional. @see RFC 6585 §3 */
export class PreconditionRequired extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(428, description, options)
  }
}

/** What errors that pass add: when to come back. */
export interface RetryOptions extends HttpErrorOptions {
  /** Seconds from now, or a moment, for `Retry-After`. */
  readonly retryAfter?: number | Date | undefined
}

/** 429: too many requests in a short time. @see RFC 6585 §4 */
export class TooManyRequests extends HttpError {
  constructor(description?: string | null, options: RetryOptions = {}) {
    super(429, description, withRetryAfter(options))
  }
}

/** 431: the headers are larger than allowed. @see RFC 6585 §5 */
export class RequestHeaderFieldsTooLarge extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(431, description, options)
  }
}

/** 451: the law forbids it. @see RFC 7725 §3 */
export class UnavailableForLegalReasons extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(451, description, options)
  }
}

/** 500: something went wrong; `cause` says what, to the log only. @see RFC 9110 §15.6.1 */
export class InternalServerError extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(500, description, options)
  }
}

/** 501: the server does not know how. @see RFC 9110 §15.6.2 */
export class NotImplemented extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(501, description, options)
  }
}

/** 502: a server behind this one gave an invalid answer. @see RFC 9110 §15.6.3 */
export class BadGateway extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(502, description, options)
  }
}

/** 503: not now; try again later. @see RFC 9110 §15.6.4 */
export class ServiceUnavailable extends HttpError {
  constructor(description?: string | null, options: RetryOptions = {}) {
    super(503, description, withRetryAfter(options))
  }
}

/** 504: a server behind this one gave no answer in time. @see RFC 9110 §15.6.5 */
export class GatewayTimeout extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(504, description, options)
  }
}

/** 505: another version of HTTP is needed. @see RFC 9110 §15.6.6 */
export class HttpVersionNotSupported extends HttpError {
  constructor(description?: string | null, options?: HttpErrorOptions) {
    super(505, description, options)
  }
}

function withRetryAfter(options: RetryOptions): HttpErrorOptions {
  const { retryAfter } = options
  if (retryAfter === undefined) return options
  const headers = new Headers(options.headers)
  headers.set('Retry-After', retryAfter instanceof Date ? httpDate(retryAfter) : Math.ceil(retryAfter))
  return { ...options, headers }
}
