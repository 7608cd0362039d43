/** The one place where what a view returned becomes a response. */
import { type HeadersInit, HttpError, Response, type ResponseBody } from '@dewar/http'
import { isMarkup } from '@dewar/markup'
import { currentContext } from './context.ts'
import { badViewValue } from './errors.ts'
import { createJsonProvider } from './json.ts'
import type { ViewResult } from './route-types.ts'

/**
 * Makes a response out of what a view may return, with a status and headers of your choice.
 *
 * @param body what a view may return; nothing for an empty response
 * @param status the status code; by default the body's own, or 200
 * @param headers further headers; they replace those of the same name
 * @throws {DewarError} `ERR_DEWAR_VIEW_VALUE` if the body is of no kind that can be sent
 * @see Flask: `make_response`, and the tuples a Flask view may return
 */
export function makeResponse<T extends ViewResult = string>(
  body?: T,
  status?: number,
  headers?: HeadersInit,
): Response {
  const response = toResponse(body === undefined ? '' : body, 'makeResponse')
  if (status !== undefined) response.status = status
  if (headers !== undefined) response.headers.update(headers)
  return response
}

const provider = createJsonProvider()

/**
 * A JSON response, with a line break at its end; indented while debugging.
 *
 * @param data whatever JSON can hold; several values become a list, and none `null`
 * @throws {DewarError} `ERR_DEWAR_JSON` for what has no JSON form
 * @see Flask: `jsonify`
 */
export function jsonify(...data: readonly unknown[]): Response {
  const value = data.length > 1 ? data : data[0]
  const json = currentContext()?.app.json ?? provider
  return new Response(`${json.stringify(value ?? null)}\n`, { mimetype: 'application/json' })
}

/**
 * Turns a view's value into a response.
 *
 * @param value what the view returned
 * @param where whose value it is, for the error
 * @throws {DewarError} `ERR_DEWAR_VIEW_VALUE`
 * @internal
 */
export function toResponse(value: unknown, where: string): Response {
  if (typeof value === 'string') return new Response(value)
  if (value instanceof Response) return value
  if (typeof value !== 'object' || value === null) throw badViewValue(value, where)
  if (isMarkup(value)) return new Response(value.toString())
  if (value instanceof Uint8Array) return new Response(value)
  if (value instanceof HttpError) return value.toResponse(currentContext()?.request ?? undefined)
  if (value instanceof globalThis.Response) return Response.fromWeb(value)
  if (isStream(value)) return new Response(value)
  if (Array.isArray(value) || isPlain(value)) return jsonify(value)
  if (Symbol.iterator in value && 'next' in value)
    return new Response(fromIterator(value as Iterator<string>))
  throw badViewValue(value, where)
}

function isStream(value: object): value is Exclude<ResponseBody, string | Uint8Array | null> {
  return Symbol.asyncIterator in value || value instanceof ReadableStream
}

/** Objects without a class of their own, and those that say how they look in JSON. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype) return true
  return 'toJSON' in value && typeof value.toJSON === 'function'
}

async function* fromIterator(iterator: Iterator<string | Uint8Array>): AsyncGenerator<string | Uint8Array> {
  for (let step = iterator.next(); step.done !== true; step = iterator.next()) yield step.value
}
