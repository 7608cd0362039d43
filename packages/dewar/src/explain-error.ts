/** What debug mode adds to errors whose cause is usually the same. Flask: `flask.debughelpers`. */
import { BadRequest, type HttpError, MissingKeyError } from '@dewar/http'
import { type AppRequest, readFields } from './request.ts'

/** A remedy for an error in this request, `null` if nobody knows one. @internal */
export function explainError(error: unknown, request: AppRequest | null): string | null {
  if (!(error instanceof MissingKeyError) || request === null) return null
  const { key } = error
  const form = readFields(request)
  if (form === null) return `Nothing named '${key}' was sent.`
  const names = [...form.keys()]
  if (names.includes(key) && request.mimetype !== 'multipart/form-data') {
    return `The form sent '${key}' as text, not as a file: give it enctype="multipart/form-data".`
  }
  if (request.isJson) return `The body is JSON: read '${key}' with await request.json().`
  const sent = names.length === 0 ? 'The form that was sent is empty.' : `The form has: ${names.join(', ')}.`
  return `The form has no field '${key}'. ${sent}`
}

/** A 400 with what the parser has to say; clients other than the developer's are told nothing of it. @internal */
export function withReason(error: HttpError): HttpError {
  const { reason, host } = error.details
  if (!(error instanceof BadRequest) || typeof reason !== 'string') return error
  if (typeof host === 'string') {
    return new BadRequest(`The host '${host}' is ${reason}. ${error.fix ?? ''}`.trimEnd(), { cause: error })
  }
  const cause = error.cause instanceof Error ? ` ${error.cause.message}` : ''
  return new BadRequest(`${error.description} ${reason}${cause}`, { cause: error })
}
