/** Answers given before any handler: short, the same for everybody, always followed by the end of the connection. */
import { STATUS_CODES } from 'node:http'
import { Headers, type HeadersInit } from '@dewar/http'

/** Headers that every early answer carries besides its own; the app gives its security headers here. */
export type ErrorHeaders = (status: number) => HeadersInit

/** A head and a body, ready for either way out. */
export interface EarlyAnswer {
  readonly status: number
  readonly headers: string[]
  readonly body: string
}

/**
 * Composes an early answer.
 *
 * @param status the status code
 * @param extra further headers; those of the answer itself win
 * @param reason one sentence that repeats nothing of the request
 */
export function earlyAnswer(status: number, extra: Headers, reason = ''): EarlyAnswer {
  const body = `${status} ${STATUS_CODES[status] ?? 'Error'}${reason === '' ? '' : `\n${reason}`}\n`
  const headers = new Headers([
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Connection', 'close'],
  ])
  headers.addMissing(extra)
  headers.delete('Transfer-Encoding')
  return { status, headers: headers.toRaw(), body }
}

/**
 * Writes an early answer as bytes, for connections on which no request came to be.
 *
 * @param answer the answer
 * @param date the value of the `Date` header
 */
export function toMessage(answer: EarlyAnswer, date: string): Buffer {
  let head = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? 'Error'}\r\nDate: ${date}\r\n`
  for (let index = 0; index < answer.headers.length; index += 2) {
    head += `${answer.headers[index]}: ${answer.headers[index + 1]}\r\n`
  }
  return Buffer.from(`${head}\r\n${answer.body}`, 'latin1')
}

/**
 * The status for an error of Node's parser.
 *
 * @param code the error's code
 * @returns `null` if there is nobody left to answer
 * @see RFC 9110 §15.5, RFC 6585 §5
 */
export function statusOfParserError(code: string | undefined): number | null {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return 431
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 413
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 408
    default:
      return code?.startsWith('HPE_') === true ? 400 : null
  }
}
