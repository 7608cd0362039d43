/** What a response can send, and how it is read whole, cut to a part, or thrown away. */
import { DewarError } from '@dewar/base'

/** The body of a response: text is sent as UTF-8, what can be iterated is streamed. */
export type ResponseBody =
  | string
  | Uint8Array
  | AsyncIterable<string | Uint8Array>
  | ReadableStream<string | Uint8Array>
  | null

/** A body that arrives in pieces. */
export type StreamedBody = AsyncIterable<string | Uint8Array> | ReadableStream<string | Uint8Array>

const encoder = new TextEncoder()

/**
 * Refuses what is no body.
 *
 * @param body what somebody wants to send
 * @throws {DewarError} `ERR_HTTP_BODY` for anything but text, bytes, what can be iterated asynchronously, or null
 */
export function checkBody(body: unknown): void {
  if (typeof body === 'string' || body === null || body instanceof Uint8Array) return
  if (typeof body === 'object' && (Symbol.asyncIterator in body || body instanceof ReadableStream)) return
  throw new DewarError('ERR_HTTP_BODY', `A response cannot send ${describe(body)}.`, {
    fix: 'Pass text, a Uint8Array, a stream or an async iterable; Response.json(value) for data.',
  })
}

function describe(body: unknown): string {
  return typeof body === 'object' ? `a ${body?.constructor?.name ?? 'plain object'}` : `a ${typeof body}`
}

/**
 * Does the body arrive in pieces, so that its length is unknown?
 *
 * @param body any body
 */
export function isStreamedBody(body: ResponseBody): body is StreamedBody {
  return body !== null && typeof body !== 'string' && !(body instanceof Uint8Array)
}

/**
 * The size in bytes of a body that does not stream.
 *
 * @param body text, bytes or nothing
 */
export function bodySize(body: string | Uint8Array | null): number {
  if (body === null) return 0
  return typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
}

/**
 * The body as bytes. A stream is read to its end.
 *
 * @param body any body
 */
export async function readBody(body: ResponseBody): Promise<Uint8Array> {
  if (body === null) return new Uint8Array()
  if (typeof body === 'string') return encoder.encode(body)
  if (body instanceof Uint8Array) return body
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(typeof chunk === 'string' ? encoder.encode(chunk) : chunk)
  return concatBytes(chunks)
}

/**
 * Joins pieces of bytes.
 *
 * @param chunks the pieces in order
 */
export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1 && chunks[0] !== undefined) return chunks[0]
  let size = 0
  for (const chunk of chunks) size += chunk.byteLength
  const bytes = new Uint8Array(size)
  let position = 0
  for (const chunk of chunks) {
    bytes.set(chunk, position)
    position += chunk.byteLength
  }
  return bytes
}

/**
 * The part of a body from one byte to another.
 *
 * @param body any body
 * @param start the first byte
 * @param stop the byte after the last
 */
export function sliceBody(body: ResponseBody, start: number, stop: number): ResponseBody {
  if (body === null) return null
  if (isStreamedBody(body)) return sliceStream(body, start, stop)
  const bytes = typeof body === 'string' ? encoder.encode(body) : body
  return bytes.subarray(start, stop)
}

async function* sliceStream(
  body: StreamedBody,
  start: number,
  stop: number,
): AsyncGenerator<Uint8Array, void> {
  let position = 0
  for await (const piece of body) {
    const chunk = typeof piece === 'string' ? encoder.encode(piece) : piece
    const end = position + chunk.byteLength
    if (end > start) yield chunk.subarray(Math.max(0, start - position), stop - position)
    position = end
    if (position >= stop) return
  }
}

/**
 * Gives up a stream that nobody will read, so that its source can let go.
 *
 * @param body any body
 */
export async function discardBody(body: ResponseBody): Promise<void> {
  if (!isStreamedBody(body)) return
  if (body instanceof ReadableStream) {
    if (!body.locked) await body.cancel()
  } else if ('destroy' in body && typeof body.destroy === 'function') body.destroy()
  else if ('return' in body && typeof body.return === 'function') await body.return()
}
