/** Ending a request with an error, by its number. */
import { DewarError } from '@dewar/base'
import * as errors from './errors.ts'
import { HttpError, type HttpErrorOptions } from './http-error.ts'
import { Response } from './response.ts'

/** A class of HTTP error. */
export type HttpErrorClass = new (description?: string | null, options?: HttpErrorOptions) => HttpError

/** The error classes by status. */
export const errorClasses: Readonly<Record<number, HttpErrorClass>> = Object.freeze({
  400: errors.BadRequest,
  401: errors.Unauthorized,
  403: errors.Forbidden,
  404: errors.NotFound,
  405: errors.MethodNotAllowed,
  406: errors.NotAcceptable,
  408: errors.RequestTimeout,
  409: errors.Conflict,
  410: errors.Gone,
  411: errors.LengthRequired,
  412: errors.PreconditionFailed,
  413: errors.RequestEntityTooLarge,
  414: errors.RequestUriTooLarge,
  415: errors.UnsupportedMediaType,
  416: errors.RequestedRangeNotSatisfiable,
  417: errors.ExpectationFailed,
  418: errors.ImATeapot,
  421: errors.MisdirectedRequest,
  422: errors.UnprocessableEntity,
  423: errors.Locked,
  424: errors.FailedDependency,
  428: errors.PreconditionRequired,
  429: errors.TooManyRequests,
  431: errors.RequestHeaderFieldsTooLarge,
  451: errors.UnavailableForLegalReasons,
  500: errors.InternalServerError,
  501: errors.NotImplemented,
  502: errors.BadGateway,
  503: errors.ServiceUnavailable,
  504: errors.GatewayTimeout,
  505: errors.HttpVersionNotSupported,
})

/**
 * The error for a status.
 *
 * @param status a status that has an error class
 * @param description what the client may read
 * @param options what the class takes, such as `validMethods` or `retryAfter`
 * @throws {DewarError} `ERR_HTTP_NO_SUCH_ERROR` for a status without a class, such as 302
 */
export function errorForStatus(
  status: number,
  description?: string | null,
  options?: HttpErrorOptions,
): HttpError {
  return makeError(errorClasses, status, description, options)
}

/**
 * Ends the request: throws the error for a status, or an error that carries a response.
 *
 * @param status a status that has an error class, or a response to send as it is
 * @param description what the client may read
 * @param options what the class takes, such as `validMethods` or `retryAfter`
 * @throws {HttpError} always
 * @throws {DewarError} `ERR_HTTP_NO_SUCH_ERROR` for a status without a class, such as 302
 * @see Flask: `abort`
 */
export function abort(
  status: number | Response,
  description?: string | null,
  options?: HttpErrorOptions,
): never {
  throw status instanceof Response ? carrying(status) : errorForStatus(status, description, options)
}

/**
 * An `abort` that knows more statuses, or other classes for some.
 *
 * @param extra classes by status; they win over the usual ones
 * @see Werkzeug: `Aborter`
 */
export function createAborter(extra: Readonly<Record<number, HttpErrorClass>>): typeof abort {
  const classes = Object.freeze({ ...errorClasses, ...extra })
  return (status, description, options) => {
    throw status instanceof Response ? carrying(status) : makeError(classes, status, description, options)
  }
}

function carrying(response: Response): HttpError {
  return new HttpError(response.status, null, { response, code: 'ERR_HTTP_RESPONSE' })
}

function makeError(
  classes: Readonly<Record<number, HttpErrorClass>>,
  status: number,
  description: string | null | undefined,
  options: HttpErrorOptions | undefined,
): HttpError {
  const ErrorClass = Object.hasOwn(classes, status) ? classes[status] : undefined
  if (ErrorClass !== undefined) return new ErrorClass(description, options)
  throw new DewarError('ERR_HTTP_NO_SUCH_ERROR', `There is no HTTP error for the status ${status}.`, {
    fix: 'Return a response with that status, or abort(response).',
  })
}
