/**
 * The door: from Node's request to a handler and back, one exchange at a time on each connection.
 *
 * 1. a head that two parties could read differently is answered 400 (or 417, 431, 501, 505) and the connection ends
 * 2. the handler gets a request whose body is untouched
 * 3. its response is written; what it left unread of the body ends the connection
 * 4. the response is closed, once, whatever happened
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { DewarError, resolveSettings, type SettingsValues } from '@dewar/base'
import { Headers, HttpError, Request, type RequestOptions, Response } from '@dewar/http'
import { Connection, type Exchange } from './connection.ts'
import { defaults } from './defaults.ts'
import { discardRest } from './linger.ts'
import {
  type EarlyAnswer,
  type ErrorHeaders,
  earlyAnswer,
  statusOfParserError,
  toMessage,
} from './refusal.ts'
import { RequestBody } from './request-body.ts'
import { checkHead, isRefusal } from './request-head.ts'
import { writeResponse } from './write-response.ts'

/** What answers requests: at once or later. */
export type Handler<R extends Request = Request> = (request: R) => Response | Promise<Response>

/** What a door can be told besides its settings. */
export interface DoorOptions<R extends Request = Request> {
  /** Makes the request object; the app's own class is made here. */
  readonly createRequest?: ((options: RequestOptions) => R) | undefined
  /** Hears of every error that no handler dealt with; the default writes it to standard error. */
  readonly onError?: ((error: unknown, request: Request | null) => void) | undefined
  /** Headers for answers given before any handler: put the security headers here. */
  readonly errorHeaders?: ErrorHeaders | undefined
}

/** Required where the handler takes a request of one's own class: somebody must make it. */
export interface MakesRequests<R extends Request> {
  readonly createRequest: (options: RequestOptions) => R
}

/** The settings of a door. */
export type DoorSettings = SettingsValues<typeof defaults>

/** Listeners for the events of a `node:http` server, and what they share. */
export class Door<R extends Request> {
  readonly settings: DoorSettings
  /** Every answer from now on is the last of its connection. */
  stopping = false
  readonly #handler: Handler<R>
  readonly #createRequest: (options: RequestOptions) => R
  readonly #onError: (error: unknown, request: Request | null) => void
  readonly #errorHeaders: ErrorHeaders | undefined
  readonly #connections = new WeakMap<Socket, Connection>()

  /**
   * @param handler what answers
   * @param options hooks and settings
   * @throws {DewarError} `ERR_SERVER_OPTION`
   */
  constructor(handler: Handler<R>, options: DoorOptions<R> & Readonly<Record<string, unknown>>) {
    const { createRequest, onError, errorHeaders, ...rest } = options
    this.settings = resolveSettings('server', defaults, rest)
    this.#handler = handler
    this.#createRequest = createRequest ?? ((init) => new Request(init) as R)
    this.#onError = onError ?? ((error) => console.error(error))
    this.#errorHeaders = errorHeaders
  }

  /** For the event `request`. */
  readonly onRequest = (req: IncomingMessage, res: ServerResponse): void => this.#receive(req, res, false)

  /** For the event `checkContinue`: the client is told to go on when its body is first read. */
  readonly onCheckContinue = (req: IncomingMessage, res: ServerResponse): void =>
    this.#receive(req, res, true)

  /** For the event `checkExpectation`: no other expectation can be met. */
  readonly onCheckExpectation = (req: IncomingMessage, res: ServerResponse): void => {
    const connection = this.connection(req.socket)
    if (connection.closing || connection.draining) return
    if (connection.busy === null) this.#refuse(newExchange(req, res, connection, false), 417)
    else connection.draining = true
  }

  /** For the event `clientError`: bytes that are no request, or a request that took too long. */
  readonly onClientError = (error: NodeJS.ErrnoException, socket: Socket): void => {
    const connection = this.connection(socket)
    if (connection.closing) return
    const { busy } = connection
    connection.draining = true
    if (busy?.req.complete === true) return
    connection.closing = true
    const status = statusOfParserError(error.code)
    if (status === null || !socket.writable || busy?.res.headersSent === true) {
      socket.destroy()
      return
    }
    socket.end(toMessage(this.#early(status), new Date().toUTCString()))
    const timer = setTimeout(() => socket.destroy(), this.settings.lingerTimeout * 1000)
    socket.once('close', () => clearTimeout(timer))
  }

  /**
   * What is remembered of a socket.
   *
   * @param socket a socket of this door's server
   */
  connection(socket: Socket): Connection {
    let connection = this.#connections.get(socket)
    if (connection === undefined) {
      connection = new Connection(socket)
      this.#connections.set(socket, connection)
    }
    return connection
  }

  #receive(req: IncomingMessage, res: ServerResponse, awaitsContinue: boolean): void {
    const connection = this.connection(req.socket)
    if (connection.closing || connection.draining) return
    const exchange = newExchange(req, res, connection, awaitsContinue)
    if (connection.busy === null) this.#start(exchange)
    else if (connection.queue.length < this.settings.maxPipelined) connection.queue.push(exchange)
    else connection.draining = true
  }

  #start(exchange: Exchange): void {
    const { req, res, connection } = exchange
    const head = checkHead(req, this.settings.maxHeaders)
    if (isRefusal(head)) {
      this.#refuse(exchange, head.status, head.reason)
      return
    }
    if (head.target === '*') {
      this.#answer(exchange, new Response(null, { status: 204, headers: this.#extraHeaders(204) }))
      return
    }
    if (head.hasBody) exchange.body = new RequestBody(req, res, exchange.awaitsContinue, this.settings)
    let result: Response | Promise<Response>
    try {
      const request = this.#createRequest({
        method: req.method ?? '',
        target: head.target,
        headers: Headers.fromRaw(req.rawHeaders),
        scheme: connection.scheme,
        remoteAddr: connection.remoteAddr,
        body: exchange.body,
      })
      exchange.request = request
      result = this.#handler(request)
    } catch (error) {
      this.#fail(exchange, error)
      return
    }
    if (result instanceof Response) {
      this.#answer(exchange, result)
      return
    }
    connection.busy = exchange
    Promise.resolve(result).then(
      (response) => this.#answer(exchange, response),
      (error: unknown) => this.#fail(exchange, error),
    )
  }

  #answer(exchange: Exchange, response: Response): void {
    const { req, res, connection } = exchange
    let writing: Promise<void> | undefined
    try {
      if (!(response instanceof Response)) throw noResponse(response)
      if (res.destroyed || connection.socket.destroyed) {
        this.#finish(exchange, response)
        return
      }
      const unread = exchange.body !== null && !exchange.body.finished
      const last = this.stopping || connection.draining
      if (unread || (last && connection.queue.length === 0)) connection.closing = true
      const linger = unread ? this.settings.lingerTimeout * 1000 : 0
      const stall = this.settings.socketTimeout * 1000
      writing = writeResponse(req, res, response, { close: connection.closing, stall, linger })
    } catch (error) {
      this.#fail(exchange, error, response)
      return
    }
    if (writing === undefined) {
      this.#finish(exchange, response)
      return
    }
    connection.busy = exchange
    writing
      .catch((error: unknown) => this.#report(error, exchange.request))
      .finally(() => this.#finish(exchange, response))
  }

  /** The handler threw, or gave what cannot be sent. */
  #fail(exchange: Exchange, error: unknown, unsent?: Response): void {
    const { request, connection, res } = exchange
    if (unsent instanceof Response) this.#close(unsent, request)
    if (!(error instanceof HttpError) || error.status >= 500) this.#report(error, request)
    if (res.headersSent) {
      res.destroy()
      this.#finish(exchange, null)
      return
    }
    if (error instanceof HttpError && unsent === undefined) {
      try {
        this.#answer(exchange, error.toResponse(request ?? undefined))
        return
      } catch (cause) {
        this.#report(cause, request)
      }
    }
    if (connection.socket.destroyed) {
      this.#finish(exchange, null)
      return
    }
    this.#refuse(exchange, 500)
  }

  #finish(exchange: Exchange, response: Response | null): void {
    const { connection } = exchange
    connection.busy = null
    if (response !== null) this.#close(response, exchange.request)
    const next = connection.queue.shift()
    if (next === undefined) {
      if ((connection.draining || this.stopping) && !connection.closing) connection.socket.end()
    } else if (!connection.closing && !next.res.destroyed) this.#start(next)
  }

  #close(response: Response, request: Request | null): void {
    response.close().then(undefined, (error: unknown) => this.#report(error, request))
  }

  /** Answers without the handler and ends the connection. */
  #refuse(exchange: Exchange, status: number, reason?: string): void {
    const { req, res, connection } = exchange
    connection.closing = true
    const { headers, body } = this.#early(status, reason)
    res.writeHead(status, headers)
    if (req.complete || !announcesBody(req)) res.end(body)
    else {
      if (req.method === 'HEAD') res.flushHeaders()
      else res.write(body)
      discardRest(req, this.settings.lingerTimeout * 1000).then(() => res.end())
    }
    this.#finish(exchange, null)
  }

  #early(status: number, reason?: string): EarlyAnswer {
    return earlyAnswer(status, this.#extraHeaders(status), reason)
  }

  /** A mistake in the app's headers must not cost the client its answer. */
  #extraHeaders(status: number): Headers {
    try {
      return new Headers(this.#errorHeaders?.(status))
    } catch (error) {
      this.#report(error, null)
      return new Headers()
    }
  }

  #report(error: unknown, request: Request | null): void {
    try {
      this.#onError(error, request)
    } catch (failure) {
      console.error(failure)
    }
  }
}

function newExchange(
  req: IncomingMessage,
  res: ServerResponse,
  connection: Connection,
  awaitsContinue: boolean,
): Exchange {
  return { req, res, connection, awaitsContinue, body: null, request: null }
}

function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
}

function noResponse(value: unknown): DewarError {
  const kind = value === null ? 'null' : typeof value
  return new DewarError('ERR_SERVER_NO_RESPONSE', `The handler returned ${kind}, not a Response.`, {
    fix: "Return new Response(text), with Response from '@dewar/http'.",
  })
}
