/** Why an upload is refused: sentences the user may read. */
import { LimitError } from '@dewar/base'
import { type HttpError, RequestEntityTooLarge, UnsupportedMediaType } from '@dewar/http'

/**
 * The error for a file that is not allowed.
 *
 * @param reason completes "The file is not accepted: …"; names nothing the client chose
 * @returns 415, code `ERR_FORMS_UPLOAD_TYPE`
 */
export function unsupportedFile(reason: string): HttpError {
  return new UnsupportedMediaType(`The file is not accepted: ${reason}.`, { code: 'ERR_FORMS_UPLOAD_TYPE' })
}

/**
 * The error for a file that is too large.
 *
 * @param maximum bytes allowed
 * @param actual bytes that came
 * @returns 413, code `ERR_FORMS_UPLOAD_TOO_LARGE`
 */
export function uploadTooLarge(maximum: number, actual: number): HttpError {
  return overLimit('maxSize', maximum, actual, `The file is larger than ${maximum} bytes.`)
}

/**
 * The error for too many files.
 *
 * @param maximum files allowed
 * @param actual files that came
 * @returns 413, code `ERR_FORMS_UPLOAD_TOO_LARGE`
 */
export function tooManyFiles(maximum: number, actual: number): HttpError {
  return overLimit('maxFiles', maximum, actual, `More than ${maximum} files were sent.`)
}

/**
 * The error for a picture that would take too much memory once decoded.
 *
 * @param maximum pixels allowed
 * @param actual pixels by its header
 * @returns 413, code `ERR_FORMS_UPLOAD_TOO_LARGE`
 */
export function tooManyPixels(maximum: number, actual: number): HttpError {
  return overLimit('maxPixels', maximum, actual, `The picture has more than ${maximum} pixels.`)
}

function overLimit(limit: string, maximum: number, actual: number, description: string): HttpError {
  const code = 'ERR_FORMS_UPLOAD_TOO_LARGE'
  const cause = new LimitError(code, description, { limit, maximum, actual })
  return new RequestEntityTooLarge(description, { code, cause, details: cause.details })
}
