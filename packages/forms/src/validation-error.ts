/** The answer to data that a schema refuses. */
import { type ErrorPageRequest, type ErrorResponseOptions, Response, UnprocessableEntity } from '@dewar/http'
import type { FieldErrors } from './validate.ts'

/**
 * 422: the data is readable and not acceptable. Clients that prefer JSON get a problem document with the messages in
 * `errors`.
 *
 * @see RFC 9110 §15.5.21; RFC 9457
 */
export class ValidationError extends UnprocessableEntity {
  /** Messages by field or path. */
  readonly errors: FieldErrors
  readonly #json: boolean

  /**
   * @param errors messages by field or path
   * @param json whether the client sent JSON, and reads it therefore
   */
  constructor(errors: FieldErrors, json: boolean) {
    super('Some of the values are not acceptable.', { code: 'ERR_FORMS_VALIDATION', details: { errors } })
    this.errors = errors
    this.#json = json
  }

  override toResponse(request?: ErrorPageRequest, options: ErrorResponseOptions = {}): Response {
    const page = super.toResponse(request, options)
    if (!this.#json && !page.mimetype.endsWith('json')) return page
    const { requestId } = options
    const problem = {
      type: 'about:blank',
      title: this.statusText,
      status: this.status,
      detail: this.description,
      ...(requestId === undefined ? {} : { instance: `urn:request:${encodeURIComponent(requestId)}` }),
      errors: Object.entries(this.errors).map(([field, messages]) => ({ field, messages })),
    }
    const response = new Response(`${JSON.stringify(problem)}\n`, {
      status: this.status,
      contentType: 'application/problem+json',
    })
    response.headers.add('Vary', 'Accept')
    return response
  }
}
