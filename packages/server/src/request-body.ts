/** A request body that asks for nothing until somebody reads it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { DewarError } from '@dewar/base'
import { ClientDisconnected } from '@dewar/http'

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
  #started = false
  #finished = false

  /**
   * @param request Node's request
   * @param response Node's response, for the interim answer
   * @param awaitsContinue whether the client waits for `100 Continue`
   */
  constructor(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean) {
    this.#request = request
    this.#response = response
    this.#awaitsContinue = awaitsContinue
  }

  /** Whether all of the body has been read. */
  get finished(): boolean {
    return this.#finished
  }

  /**
   * @throws {DewarError} `ERR_SERVER_BODY_READ` at the second call
   * @throws {ClientDisconnected} while reading, if the client leaves before the body is complete
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

  async *#read(): AsyncGenerator<Uint8Array, undefined> {
    try {
      for await (const chunk of this.#request.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array
    } catch (cause) {
      throw new ClientDisconnected('The client left before the body was complete.', { cause })
    }
    this.#finished = true
    return undefined
  }
}
