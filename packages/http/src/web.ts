/** To and from the platform's `Request` and `Response`. */
import { Headers } from './headers.ts'
import type { RequestOptions } from './request.ts'
import type { Response, ResponseOptions } from './response.ts'
import { isStreamedBody, type ResponseBody, type StreamedBody } from './response-body.ts'

/** What a web request does not know. */
export interface FromWebOptions {
  /** The peer's address, or `null`. */
  readonly remoteAddr?: string | null | undefined
  /** The path below which the app lives. */
  readonly rootPath?: string | undefined
  /** The largest body in bytes; `null` for any. */
  readonly maxContentLength?: number | null | undefined
}

/** The parts of a request that make a web request. */
export interface WebRequestSource {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: AsyncIterable<Uint8Array>
  readonly signal: AbortSignal | undefined
}

/**
 * The options for a `Request` like a web request.
 *
 * @param web the platform's request; its body must be unread
 * @param options what it does not know
 */
export function requestOptionsFromWeb(web: globalThis.Request, options: FromWebOptions): RequestOptions {
  const url = new URL(web.url)
  const headers = new Headers([...web.headers])
  headers.setDefault('Host', url.host)
  return {
    ...options,
    method: web.method,
    target: url.pathname + url.search,
    headers,
    scheme: url.protocol === 'https:' ? 'https' : 'http',
    body: web.body,
    signal: web.signal,
  }
}

/**
 * A web request like a request.
 *
 * @param request the body is handed over
 */
export function requestToWeb(request: WebRequestSource): globalThis.Request {
  const { method, url, signal } = request
  const init: RequestInit & { duplex?: 'half' } = { method, headers: [...request.headers] }
  if (signal !== undefined) init.signal = signal
  if (method !== 'GET' && method !== 'HEAD') {
    init.body = ReadableStream.from(request.body)
    init.duplex = 'half'
  }
  return new globalThis.Request(url, init)
}

/**
 * The options for a `Response` like a web response, apart from its body.
 *
 * @param web the platform's response
 */
export function responseOptionsFromWeb(web: globalThis.Response): ResponseOptions {
  return {
    status: web.status,
    statusText: web.statusText === '' ? undefined : web.statusText,
    headers: [...web.headers],
    contentType: web.headers.get('Content-Type'),
  }
}

/**
 * A web response like a response.
 *
 * @param response the body is handed over
 * @param method of the request
 */
export function responseToWeb(response: Response, method: string): globalThis.Response {
  const wire = response.toWire(method)
  const headers = new globalThis.Headers()
  for (let index = 0; index < wire.headers.length; index += 2) {
    headers.append(wire.headers[index] ?? '', wire.headers[index + 1] ?? '')
  }
  return new globalThis.Response(webBody(wire.body), {
    status: wire.status,
    statusText: wire.statusText,
    headers,
  })
}

type WebBody = ConstructorParameters<typeof globalThis.Response>[0]

function webBody(body: ResponseBody): NonNullable<WebBody> | null {
  if (body === null || typeof body === 'string') return body
  if (!isStreamedBody(body)) return body as Uint8Array<ArrayBuffer>
  return ReadableStream.from(encoded(body))
}

async function* encoded(body: StreamedBody): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder()
  for await (const chunk of body) yield typeof chunk === 'string' ? encoder.encode(chunk) : chunk
}
