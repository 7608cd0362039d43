/** A strict Node server around a handler: nothing lenient, nothing without a clock, and a graceful end. */
import { createServer as createHttpServer, type Server, type ServerOptions } from 'node:http'
import { createServer as createHttpsServer, type ServerOptions as HttpsServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { resolveSettings } from '@dewar/base'
import type { Request } from '@dewar/http'
import { listenDefaults, lookDefaults, type ServerSettings } from './defaults.ts'
import { Door, type DoorOptions, type DoorSettings, type Handler, type MakesRequests } from './door.ts'
import { listenError } from './errors.ts'

/** Options of `serve`. */
export interface ServeOptions<R extends Request = Request> extends DoorOptions<R>, ServerSettings {
  /** The address to listen on; only this machine by default. */
  readonly host?: string | undefined
  /** The port; 0 takes a free one. */
  readonly port?: number | undefined
  /** Lets several processes of one user listen on the port, the system shares connections out: SO_REUSEPORT, on Linux and BSD. */
  readonly reusePort?: boolean | undefined
  /** Key and certificate (Node's TLS options) to speak HTTPS. */
  readonly tls?: HttpsServerOptions | undefined
}

/** A server that listens. */
export interface RunningServer extends AsyncDisposable {
  /** Where it answers, without a final slash. */
  readonly url: string
  readonly host: string
  readonly port: number
  /**
   * Stops accepting, ends idle connections, lets requests in flight finish within `shutdownGrace` seconds, then cuts the
   * rest. Further calls wait for the same end.
   */
  close(): Promise<void>
}

/**
 * Listens and answers.
 *
 * @param handler what answers requests
 * @param options where to listen, hooks, limits and clocks
 * @returns the server, once it listens
 * @throws {DewarError} `ERR_SERVER_OPTION`, `ERR_SERVER_PORT_IN_USE`, `ERR_SERVER_PORT_FORBIDDEN`,
 *   `ERR_SERVER_HOST_UNAVAILABLE`
 * @see Werkzeug: `run_simple`; Gunicorn
 */
export function serve(handler: Handler, options?: ServeOptions): Promise<RunningServer>
export function serve<R extends Request>(
  handler: Handler<R>,
  options: ServeOptions<R> & MakesRequests<R>,
): Promise<RunningServer>
export async function serve<R extends Request>(
  handler: Handler<R>,
  options: ServeOptions<R> = {},
): Promise<RunningServer> {
  const { host, port, tls, reusePort = false, ...rest } = options
  const place = resolveSettings('server', listenDefaults, { host, port })
  const door = new Door(handler, rest)
  const server = createServer(door.settings, tls)
  const sockets = attach(server, door)
  await listen(server, place.host, place.port, reusePort)
  const address = server.address() as AddressInfo
  const name = place.host.includes(':') ? `[${place.host}]` : place.host
  const close = closer(server, door, sockets)
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${name}:${address.port}`,
    host: place.host,
    port: address.port,
    close,
    [Symbol.asyncDispose]: close,
  }
}

function createServer(settings: DoorSettings, tls: HttpsServerOptions | undefined): Server {
  const options: ServerOptions = {
    insecureHTTPParser: false,
    requireHostHeader: false, // The door refuses it itself: Node's own 400 would lack the app's headers.
    maxHeaderSize: settings.maxHeaderSize,
    headersTimeout: settings.headersTimeout * 1000,
    requestTimeout: Math.max(settings.requestTimeout, settings.headersTimeout) * 1000,
    keepAliveTimeout: settings.keepAliveTimeout * 1000,
    connectionsCheckingInterval: checkInterval(settings),
    noDelay: true,
    optimizeEmptyRequests: true,
  }
  const server = tls === undefined ? createHttpServer(options) : createHttpsServer({ ...tls, ...options })
  server.maxHeadersCount = settings.maxHeaders + 1 // One more than the door accepts, so that it sees the excess.
  return server
}

/** Timeouts are found out by looking round: often enough for the shortest. */
function checkInterval(settings: DoorSettings): number {
  const { shortestInterval, longestInterval } = lookDefaults
  const quarter = (settings.headersTimeout * 1000) / 4
  return Math.min(longestInterval.value, Math.max(shortestInterval.value, quarter))
}

function attach<R extends Request>(server: Server, door: Door<R>): Set<Socket> {
  const sockets = new Set<Socket>()
  server.on('request', door.onRequest)
  server.on('checkContinue', door.onCheckContinue)
  server.on('checkExpectation', door.onCheckExpectation)
  server.on('clientError', (error, socket) => door.onClientError(error, socket as Socket))
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

function listen(server: Server, host: string, port: number, reusePort: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(listenError(error, host, port))
    server.once('error', fail)
    server.listen({ host, port, reusePort }, () => {
      server.off('error', fail)
      resolve()
    })
  })
}

function closer<R extends Request>(server: Server, door: Door<R>, sockets: Set<Socket>): () => Promise<void> {
  let ended: Promise<void> | undefined
  return () => {
    ended ??= new Promise((resolve) => {
      door.stopping = true
      const timer = setTimeout(() => cut(sockets), door.settings.shutdownGrace * 1000)
      server.close(() => {
        clearTimeout(timer)
        resolve()
      })
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    })
    return ended
  }
}

function cut(sockets: Set<Socket>): void {
  for (const socket of sockets) socket.destroy()
}
