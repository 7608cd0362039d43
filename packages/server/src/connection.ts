/** What the server remembers of a connection: whose it is, what it is busy with, and whether it still listens. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Request } from '@dewar/http'
import type { RequestBody } from './request-body.ts'

/** One request and the response it gets. */
export interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly connection: Connection
  readonly awaitsContinue: boolean
  body: RequestBody | null
  request: Request | null
}

/** The state of one socket. */
export class Connection {
  readonly socket: Socket
  readonly scheme: 'http' | 'https'
  readonly remoteAddr: string | null
  /** Requests that came while another was being answered, in order. */
  readonly queue: Exchange[] = []
  /** The exchange in progress, if it did not end at once. */
  busy: Exchange | null = null
  /** No more requests are taken; those in the queue are still answered. */
  draining = false
  /** The last answer is on its way; whatever comes in now is no request. */
  closing = false

  /** @param socket a connected socket */
  constructor(socket: Socket) {
    this.socket = socket
    this.scheme = (socket as TLSSocket).encrypted === true ? 'https' : 'http'
    this.remoteAddr = socket.remoteAddress ?? null
  }
}
