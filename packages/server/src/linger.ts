/** An early answer must be seen before the connection ends (RFC 9112 §9.6). */
import type { IncomingMessage } from 'node:http'

/**
 * Goes on reading a request nobody wants, for a while: closing at once makes TCP reset the connection, and with it the
 * answer the client has not read yet.
 *
 * @param request Node's request
 * @param milliseconds how long at most
 * @returns a promise for the request's end, the client's departure or the end of patience
 */
export function discardRest(request: IncomingMessage, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds)
    function done(): void {
      clearTimeout(timer)
      resolve()
    }
    request.on('end', done).on('close', done).on('error', done).resume()
  })
}
