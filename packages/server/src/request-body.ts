/** A request body that asks for nothing until somebody reads it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { DewarError } from '@dewar/base'
import { BadRequest, ClientDisconnected, RequestTimeout } from '@dewar/http'
import { codingDefaults } from './defaults.ts'

/** How slowly a body may come. */
export interface BodyPace {
  /** Seconds of waiting for the client before its rate counts. */
  readonly bodyGrace: number
  /** Bytes a second, on average over the time waited. */
  readonly minBodyRate: number
}

/**
 * The bytes of a request's body, once.
 *
 * A client that sent `Expect: 100-continue` is told to go on at the first read, not before. Leaving the loop early
 * leaves the rest unread: the server then closes the connection after the answer.
 */
export class RequestBody implements AsyncIterable<Uint8Array> {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #awaitsContinue: boolean
  readonly #pace: BodyPace
  #started = false
  #finished = false

  /**
   * @param request Node's request
   * @param response Node's response, for the interim answer
   * @param awaitsContinue whether the client waits for `100 Continue`
   * @param pace how slow the client may be
   */
  constructor(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean, pace: BodyPace) {
    this.#request = request
    this.#response = response
    this.#awaitsContinue = awaitsContinue
    this.#pace = pace
  }

  /** Whether all of the body has been read. */
  get finished(): boolean {
    return this.#finished
  }

  /**
   * @throws {DewarError} `ERR_SERVER_BODY_READ` at the second call
   * @throws {ClientDisconnected} while reading, if the client leaves before the body is complete
   * @throws {BadRequest} 400 while reading, if most of what comes is not the body but its chunked coding
   * @throws {RequestTimeout} 408 while reading, if the client sends more slowly than `minBodyRate` after `bodyGrace`
   */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    if (this.#started) {
      throw new DewarError('ERR_SERVER_BODY_READ', 'The request body was already read.', {
        fix: 'Keep what you read, or use request.data(), which does.',
      })
    }
    this.#started = true
    if (this.#awaitsContinue && !this.#response.headersSent) this.#response.writeContinue()
    return this.#read()
  }

  /**
   * Gives the memory of a piece back at once, instead of when the garbage is next collected: by then, many clients at
   * once have filled two hundred megabytes.
   *
   * @param piece a piece that this body gave; it is empty afterwards
   */
  release(piece: Uint8Array): void {
    const { buffer, byteOffset, byteLength } = piece
    // Node copies what it parses of a socket into memory of its own. A view of more is left alone.
    if (byteOffset !== 0 || byteLength !== buffer.byteLength || !(buffer instanceof ArrayBuffer)) return
    if (buffer.resizable || buffer.detached) return
    buffer.transfer(0)
  }

  async *#read(): AsyncGenerator<Uint8Array, undefined> {
    const chunks = this.#request.iterator({ destroyOnReturn: false })
    const patience = new Patience(this.#pace)
    const { socket } = this.#request
    const start = socket.bytesRead
    let isLate = false
    try {
      for (;;) {
        const chunk = await patience.wait(nextOrGone(chunks))
        if (chunk.done === true) break
        patience.count(chunk.value as Uint8Array)
        if (socket.bytesRead - start > patience.received * perByte.value + allowance.value) {
          throw new BadRequest('The body is hidden in its chunked coding.')
        }
        yield chunk.value as Uint8Array
      }
    } catch (error) {
      isLate = error instanceof RequestTimeout
      throw error
    } finally {
      // Behind a read that nobody answers, the iterator would not return either: the connection is closed anyway.
      if (!isLate) await chunks.return?.()
    }
    this.#finished = true
    return undefined
  }
}

const { perByte, allowance } = codingDefaults

/** How long to wait for a client. Only the time it makes us wait counts, not the time the app takes over what came. */
class Patience {
  readonly #pace: BodyPace
  #waited = 0
  /** Bytes of the body so far. */
  received = 0

  constructor(pace: BodyPace) {
    this.#pace = pace
  }

  /** @throws {RequestTimeout} once the client has been slower than allowed */
  async wait<T>(next: Promise<T>): Promise<T> {
    const asked = performance.now()
    const value = await this.#within(next)
    this.#waited += (performance.now() - asked) / 1000
    return value
  }

  /** @throws {RequestTimeout} if the piece makes up for too little */
  count(piece: Uint8Array): void {
    this.received += piece.byteLength
    if (this.#left < 0) throw new RequestTimeout()
  }

  /** Seconds that the client may still let us wait. */
  get #left(): number {
    const { bodyGrace, minBodyRate } = this.#pace
    if (minBodyRate === 0) return Number.POSITIVE_INFINITY
    return Math.max(bodyGrace, this.received / minBodyRate) - this.#waited
  }

  #within<T>(next: Promise<T>): Promise<T> {
    const left = this.#left
    if (left === Number.POSITIVE_INFINITY) return next
    return new Promise((resolve, reject) => {
      // Whole seconds, so that timers of one length share a list.
      const timer = setTimeout(() => reject(new RequestTimeout()), Math.ceil(left) * 1000)
      next.then(resolve, reject).finally(() => clearTimeout(timer))
    })
  }
}

async function nextOrGone(chunks: AsyncIterator<unknown>): Promise<IteratorResult<unknown>> {
  try {
    return await chunks.next()
  } catch (cause) {
    throw new ClientDisconnected('The client left before the body was complete.', { cause })
  }
}
