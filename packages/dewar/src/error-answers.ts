/** What a thrown error becomes: the nearest handler's answer, the error's own, or a 500 that tells nothing. */
import { DewarError } from '@dewar/base'
import {
  BadRequest,
  HttpError,
  InternalServerError,
  MissingKeyError,
  type Response,
  ServiceUnavailable,
} from '@dewar/http'
import { debugPage } from './debug-page.ts'
import { defaults } from './defaults.ts'
import { findErrorHandler } from './error-handlers.ts'
import { withReason } from './explain-error.ts'
import { toResponse } from './make-response.ts'
import { loggablePath } from './request-log.ts'
import { reportRefusal, reportUnsendable } from './security-events.ts'
import { isPromise, type Walk } from './walk.ts'

/**
 * Answers an error of the way in.
 *
 * @returns a promise if a handler must be waited for
 * @throws what `PROPAGATE_EXCEPTIONS` or `TESTING` lets through
 * @internal
 */
export function answerError(walk: Walk, error: unknown): Promise<void> | undefined {
  if (error instanceof HttpError) reportRefusal(walk.context, error)
  if (error instanceof HttpError && !isTrapped(walk, error)) {
    if (error.response !== undefined) {
      walk.response = error.response
      return undefined
    }
    return askHandler(walk, error, error.status, () => {
      const shown = walk.app.debug ? withReason(error) : error
      walk.response = shown.toResponse(walk.request)
      return undefined
    })
  }
  if (!(error instanceof Error)) return serverError(walk, error)
  return askHandler(walk, error, statusOf(error), () => serverError(walk, error))
}

/** Whether an HTTP error without a handler counts as a mistake: while looking for the place that throws it. */
function isTrapped({ app: { config } }: Walk, error: HttpError): boolean {
  if (config.TRAP_HTTP_EXCEPTIONS) return true
  if (config.TRAP_BAD_REQUEST_ERRORS === true) return error instanceof BadRequest
  return config.TRAP_BAD_REQUEST_ERRORS === null && config.DEBUG && error instanceof MissingKeyError
}

/**
 * Answers an error nobody handles: one line in the log, and a page that holds no more than the request's id. A store that
 * does not answer is a 503: the request may be sent again. A text that no header can carry is a 400, whatever view forgot to
 * look at it: a client that sends line breaks must not make the site look broken.
 *
 * @internal
 */
export function serverError(walk: Walk, error: unknown): Promise<void> | undefined {
  const { app, context, request } = walk
  const isKnown = isStoreFailure(error) && isStoreFailure(context.unhandled)
  context.unhandled = error
  const { gotRequestException } = app.signals
  if (gotRequestException.isWatched) gotRequestException.send({ app, request, error })
  const { id } = request
  if (!isKnown) logError(walk, error)
  if (isUnsendable(error)) reportUnsendable(context, error as DewarError)
  if (app.propagates) throw error
  // What a client sent wrong is its mistake still, when debugging traps it to show where it was read.
  const wrapped = app.debug && error instanceof HttpError ? error : wrap(error)
  const ownPage = (): undefined => {
    walk.response = app.debug ? debugPage(error, context, wrapped.status) : null
    walk.response ??= wrapped.toResponse(request, { requestId: id })
  }
  const handler = findErrorHandler(wrapped, context.surroundings.errorHandlers)
  if (handler === undefined || app.debug) return ownPage()
  try {
    const result: unknown = handler(wrapped as never)
    if (!isPromise(result)) return settleWrapped(walk, result, wrapped)
    return result.then(
      (value) => settleWrapped(walk, value, wrapped),
      (failure: unknown) => {
        logError(walk, failure)
        ownPage()
      },
    )
  } catch (failure) {
    logError(walk, failure)
    return ownPage()
  }
}

const storeFailures: ReadonlySet<string> = new Set(['ERR_STORES_UNAVAILABLE', 'ERR_SESSIONS_BUSY'])

/** Whether a store did not answer in time, or not at all. */
function isStoreFailure(error: unknown): boolean {
  return error instanceof DewarError && storeFailures.has(error.code)
}

/** What can stand in no header or cookie came with a request, as good as always. */
const unsendable: ReadonlySet<string> = new Set([
  'ERR_HTTP_COOKIE_NAME',
  'ERR_HTTP_COOKIE_TOO_LARGE',
  'ERR_HTTP_HEADER_NAME',
  'ERR_HTTP_HEADER_VALUE',
])

function isUnsendable(error: unknown): boolean {
  return error instanceof DewarError && unsendable.has(error.code)
}

function statusOf(error: Error): number {
  if (error instanceof HttpError) return error.status
  return isStoreFailure(error) ? 503 : isUnsendable(error) ? 400 : 500
}

function wrap(cause: unknown): HttpError {
  if (isStoreFailure(cause)) {
    return new ServiceUnavailable(null, { cause, retryAfter: defaults.storeRetryAfter.value })
  }
  if (isUnsendable(cause)) return new BadRequest('A value of the request can stand in no header.', { cause })
  return new InternalServerError(null, { cause })
}

/** A page of the app's own says when to come back, too. */
function settleWrapped(walk: Walk, value: unknown, { status, headers }: HttpError): undefined {
  settle(walk, value, status)
  for (const [name, text] of headers ?? []) walk.response?.headers.setDefault(name, text)
}

/** Calls the handler of an error, if there is one; what it throws is a 500 and goes to no other handler. */
function askHandler(
  walk: Walk,
  error: Error,
  status: number,
  otherwise: () => Promise<void> | undefined,
): Promise<void> | undefined {
  const { errorHandlers } = walk.context.surroundings
  const handler = findErrorHandler(error, errorHandlers)
  if (handler === undefined) return otherwise()
  try {
    const result: unknown = handler(error as never)
    if (!isPromise(result)) return settle(walk, result, status)
    return result.then((value) => settle(walk, value, status)).catch((failure) => serverError(walk, failure))
  } catch (failure) {
    return serverError(walk, failure)
  }
}

/** A handler's answer keeps the status of its error unless it is a response with one of its own. */
function settle(walk: Walk, value: unknown, status: number): undefined {
  const response: Response = toResponse(value, 'An error handler')
  if (response !== value && !(value instanceof HttpError)) response.status = status
  walk.response = response
}

function logError({ app, request }: Walk, error: unknown): void {
  const fix = error instanceof DewarError && error.fix !== '' ? { fix: error.fix } : {}
  const { id: requestId, method } = request
  const path = loggablePath(request)
  app.logger.error({ err: error, requestId, method, path, ...fix }, `Exception on ${path} [${method}]`)
}
