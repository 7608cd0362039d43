/** Streamed bodies: pulled no faster than the client reads, cancelled when it leaves, never longer or shorter than said. */
import type { ServerResponse } from 'node:http'
import { DewarError } from '@dewar/base'

/** A body that comes in pieces. */
export type StreamedBody = AsyncIterable<string | Uint8Array> | ReadableStream<string | Uint8Array>

/**
 * Sends a stream after the head.
 *
 * @param res Node's response, head written
 * @param body the stream; its iterator's `return` is called if the client leaves or the lengths do not agree
 * @param length the announced length, `null` if none was
 * @returns whether the body is complete; if not, the connection is gone
 * @throws {DewarError} `ERR_SERVER_CONTENT_LENGTH` if the stream is longer or shorter than announced; whatever the stream throws.
 *   The connection is cut in both cases, since the client could not see the end otherwise.
 */
export async function pumpStream(
  res: ServerResponse,
  body: StreamedBody,
  length: number | null,
): Promise<boolean> {
  const iterator = body[Symbol.asyncIterator]()
  const client = new Client(res)
  let sent = 0
  try {
    res.flushHeaders()
    for (;;) {
      const piece = await client.unlessGone(iterator.next())
      if (piece === GONE) return abandon(iterator)
      if (piece.done === true) break
      sent += typeof piece.value === 'string' ? Buffer.byteLength(piece.value) : piece.value.byteLength
      if (length !== null && sent > length) {
        abandon(iterator)
        throw wrongLength(length, sent)
      }
      if (piece.value.length === 0 || res.write(piece.value)) continue
      if ((await client.unlessGone(client.drained())) === GONE) return abandon(iterator)
    }
    if (length !== null && sent < length) throw wrongLength(length, sent)
    return true
  } catch (error) {
    res.destroy()
    throw error
  } finally {
    client.forget()
  }
}

/**
 * Gives up a stream that nobody will read.
 *
 * @param body the stream
 */
export function cancelStream(body: StreamedBody): void {
  abandon(body[Symbol.asyncIterator]())
}

/** Tells the source to stop; a source busy with a pending read hears of it when that ends, and nobody waits. */
function abandon(iterator: AsyncIterator<string | Uint8Array>): false {
  const ended = iterator.return?.()
  if (ended !== undefined) ended.then(undefined, () => undefined)
  return false
}

function wrongLength(announced: number, sent: number): DewarError {
  return new DewarError(
    'ERR_SERVER_CONTENT_LENGTH',
    `The response announced ${announced} bytes and its stream gave ${sent > announced ? 'more' : sent}.`,
    { fix: 'Leave Content-Length out, or make the stream give just as many bytes.', details: { announced } },
  )
}

const GONE = Symbol('gone')

/** Waits for one thing at a time unless the client leaves first. One listener per response, not one per piece. */
class Client {
  readonly #res: ServerResponse
  #gone: boolean
  #wake: (() => void) | undefined
  readonly #onClose = (): void => {
    this.#gone = true
    this.#wake?.()
  }

  constructor(res: ServerResponse) {
    this.#res = res
    this.#gone = res.destroyed
    res.on('close', this.#onClose)
  }

  unlessGone<T>(waiting: Promise<T>): Promise<T | typeof GONE> {
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(GONE)
      if (this.#gone) resolve(GONE)
      waiting.then(resolve, reject)
    })
  }

  drained(): Promise<void> {
    return new Promise((resolve) => void this.#res.once('drain', resolve))
  }

  forget(): void {
    this.#res.off('close', this.#onClose)
  }
}
