/** A response onto Node's: one head, then a body with backpressure, then an end that the client gets to see. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { DewarError } from '@dewar/base'
import type { Response } from '@dewar/http'
import { cancelStream, pumpStream, type StreamedBody } from './body-stream.ts'
import { discardRest } from './linger.ts'

/** What is known about the exchange that a response ends. */
export interface WriteOptions {
  /** Whether the connection is to end with this response. */
  readonly close: boolean
  /** Milliseconds without progress after which a client that does not read is given up. */
  readonly stall: number
  /** Milliseconds to go on discarding a request body after the answer; 0 if there is none left. */
  readonly linger: number
}

/**
 * Writes a response.
 *
 * @param request Node's request, for its method and the rest of its body
 * @param res Node's response, no head sent yet
 * @param response what to send
 * @param options how the connection goes on
 * @returns nothing if all was handed to the socket at once, else a promise for that moment or the client's departure
 * @throws {DewarError} `ERR_SERVER_STATUS` before anything is sent, if the status cannot end an exchange
 */
export function writeResponse(
  request: IncomingMessage,
  res: ServerResponse,
  response: Response,
  options: WriteOptions,
): Promise<void> | undefined {
  const { status, body } = response
  if (status < 200 || status > 599) throw badStatus(status)
  if (body !== null && typeof body !== 'string' && !(body instanceof Uint8Array)) {
    return writeStream(request, res, response, body, options)
  }
  const silent = hasNoContent(status) || request.method === 'HEAD' || body === null
  writeHead(res, response, headLines(response, contentLength(request, response, body), options.close))
  if (options.linger > 0 && !request.complete) {
    if (silent) res.flushHeaders()
    else res.write(body)
    return discardRest(request, options.linger).then(() => void res.end())
  }
  if (silent) res.end()
  else res.end(body)
  const { socket } = request
  if (socket.writableLength > 0) socket.setTimeout(options.stall) // Node ends it with the response.
  return undefined
}

async function writeStream(
  request: IncomingMessage,
  res: ServerResponse,
  response: Response,
  body: StreamedBody,
  options: WriteOptions,
): Promise<void> {
  request.socket.setTimeout(options.stall)
  response.body = null // From here on the stream is ours to end: closing the response need not wait for it.
  const declared = hasNoContent(response.status) ? null : declaredLength(response)
  writeHead(res, response, headLines(response, response.status === 205 ? 0 : declared, options.close))
  if (hasNoContent(response.status) || request.method === 'HEAD') {
    res.flushHeaders()
    cancelStream(body)
  } else if (!(await pumpStream(res, body, declared))) return
  if (options.linger > 0 && !request.complete) await discardRest(request, options.linger)
  res.end()
}

/** RFC 9110 §15.3.5, §15.3.6, §15.4.5: no content, whatever the app gives. */
function hasNoContent(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

/** The length to announce; `null` where RFC 9110 §8.6 forbids one or a 304 has none to tell. */
function contentLength(
  request: IncomingMessage,
  response: Response,
  body: string | Uint8Array | null,
): number | null {
  if (response.status === 204 || response.status === 304) return null
  if (response.status === 205) return 0
  if (body === null) return (request.method === 'HEAD' ? declaredLength(response) : null) ?? 0
  return typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
}

function badStatus(status: number): DewarError {
  return new DewarError('ERR_SERVER_STATUS', `A response cannot have the status ${status}.`, {
    fix: 'Use a status from 200 to 599.',
    details: { status },
  })
}

function writeHead(res: ServerResponse, response: Response, lines: string[]): void {
  const reason = response.statusText
  if (reason === '') res.writeHead(response.status, lines)
  else res.writeHead(response.status, reason, lines)
}

/**
 * The header lines, with the message's framing being ours alone: what the app says of `Connection` or
 * `Transfer-Encoding` is left out, and its `Content-Length` stands only for a stream or an answer to HEAD.
 */
function headLines(response: Response, length: number | null, close: boolean): string[] {
  const lines = response.status === 304 ? response.toWire().headers : response.headers.toRaw()
  for (let index = lines.length - 2; index >= 0; index -= 2) {
    if (isFraming(lines[index] as string)) lines.splice(index, 2)
  }
  if (length !== null) lines.push('Content-Length', String(length))
  if (close) lines.push('Connection', 'close')
  return lines
}

/** What the app says of the length of a stream, or of the body that GET would have. */
function declaredLength(response: Response): number | null {
  const text = response.headers.get('Content-Length')
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null
}

function isFraming(name: string): boolean {
  switch (name.length) {
    case 7:
      return name.toLowerCase() === 'trailer'
    case 10:
      return name.toLowerCase() === 'connection' || name.toLowerCase() === 'keep-alive'
    case 14:
      return name.toLowerCase() === 'content-length'
    case 17:
      return name.toLowerCase() === 'transfer-encoding'
    default:
      return false
  }
}
