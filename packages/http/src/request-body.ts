/** Reading the body of a request, within a bound. */
import { ClientDisconnected, RequestEntityTooLarge } from './errors.ts'
import { concatBytes } from './response-body.ts'

/** A source of bytes. */
export interface BodySource extends AsyncIterable<Uint8Array> {
  /** Gives the memory of a piece back. Only for sources whose pieces nobody but their reader has. */
  release?(piece: Uint8Array): void
}

/** Whatever can arrive as a body. */
export type RequestBody = BodySource | null

const GONE: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ABORT_ERR',
  'ERR_STREAM_PREMATURE_CLOSE',
  'AbortError',
])

/**
 * The error for a body above the bound.
 *
 * @param maximum the bound in bytes
 * @param actual what was announced or counted
 */
export function tooLarge(maximum: number, actual: number): RequestEntityTooLarge {
  return new RequestEntityTooLarge(null, {
    fix: 'Raise MAX_CONTENT_LENGTH if such bodies are wanted.',
    details: { limit: 'MAX_CONTENT_LENGTH', maximum, actual },
  })
}

/**
 * Passes a body on, piece by piece, as long as it is within the bound.
 *
 * @param body the body as it arrives
 * @param maximum the bound in bytes, or `null`
 * @throws {RequestEntityTooLarge} 413, as soon as more has arrived
 * @throws {ClientDisconnected} 400, if the client went away
 */
export async function* limitBody(
  body: RequestBody,
  maximum: number | null,
): AsyncGenerator<Uint8Array, void> {
  if (body === null) return
  let size = 0
  try {
    for await (const chunk of kept(body)) {
      size += chunk.byteLength
      if (maximum !== null && size > maximum) throw tooLarge(maximum, size)
      yield chunk
    }
  } catch (error) {
    throw isGone(error) ? new ClientDisconnected(null, { cause: error }) : error
  }
}

/** A node stream is destroyed when its reader stops, and its socket with it: then no 413 could be sent. */
function kept(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  if (!('iterator' in body) || typeof body.iterator !== 'function') return body
  return body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>
}

/**
 * Reads a body whole.
 *
 * @param body a body within its bound
 */
export async function collectBody(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return concatBytes(chunks)
}

function isGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return GONE.has(error.name) || ('code' in error && typeof error.code === 'string' && GONE.has(error.code))
}

/**
 * Hands out a body that was read already.
 *
 * @param data the whole body
 */
export async function* replay(data: Promise<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  yield await data
}
