/** A handler as a listener for a `node:http` server of one's own. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Request } from '@dewar/http'
import type { ServerSettings } from './defaults.ts'
import { Door, type DoorOptions, type Handler, type MakesRequests } from './door.ts'

/** Options of `toNodeHandler`; the clocks among the settings are `serve`'s to apply. */
export interface NodeHandlerOptions<R extends Request = Request> extends DoorOptions<R>, ServerSettings {}

/** What listens to the `request` event. */
export type NodeListener = (req: IncomingMessage, res: ServerResponse) => void

/**
 * Makes a listener for the `request` event of a `node:http` or `node:https` server.
 *
 * Heads that two parties could read differently are refused, bodies stay unread until asked for, and what is left unread
 * ends the connection. What happens before a request exists (timeouts, broken heads) is the server's own affair: `serve`
 * sets a strict one up.
 *
 * @param handler what answers requests
 * @param options hooks and settings
 * @returns the listener
 * @throws {DewarError} `ERR_SERVER_OPTION`
 */
export function toNodeHandler(handler: Handler, options?: NodeHandlerOptions): NodeListener
export function toNodeHandler<R extends Request>(
  handler: Handler<R>,
  options: NodeHandlerOptions<R> & MakesRequests<R>,
): NodeListener
export function toNodeHandler<R extends Request>(
  handler: Handler<R>,
  options: NodeHandlerOptions<R> = {},
): NodeListener {
  return new Door(handler, { ...options }).onRequest
}
