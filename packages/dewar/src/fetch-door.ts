/** The door of the Fetch standard: a web `Request` in, a web `Response` out, and the same walk between them. */
import { Request, type Response } from '@dewar/http'
import type { App } from './app.ts'
import { announce } from './steps.ts'

/** What a web request does not know. */
export interface FetchOptions {
  /** The client's address, for limits and the log; without it all clients count as one. */
  readonly remoteAddr?: string | null | undefined
  /** The path below which the app lives. Flask: `SCRIPT_NAME`. */
  readonly rootPath?: string | undefined
}

/** Answers; the response is closed once its body has been read or dropped. @internal */
export async function fetchFrom(
  app: App,
  web: globalThis.Request,
  options: FetchOptions,
): Promise<globalThis.Response> {
  announce('receive', app)
  const { method, target, headers, scheme } = Request.fromWeb(web)
  const { body, signal } = web
  const request = app.createRequest({ ...options, method, target, headers, scheme, body, signal })
  const response = await app.handle(request)
  announce('write', request)
  return toWeb(response, method)
}

async function toWeb(response: Response, method: string): Promise<globalThis.Response> {
  const web = response.toWeb(method)
  if (response.isStreamed && web.body !== null) {
    return new globalThis.Response(closeAfter(web.body, response), {
      status: web.status,
      statusText: web.statusText,
      headers: web.headers,
    })
  }
  await response.close()
  return web
}

/** A body that closes its response when it ends, fails or is no longer wanted. */
function closeAfter(body: ReadableStream<Uint8Array>, response: Response): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    try {
      const { done, value } = await reader.read()
      if (!done) return controller.enqueue(value)
      controller.close()
    } catch (error) {
      controller.error(error)
    }
    await response.close()
  }
  const cancel = async (reason: unknown): Promise<void> => {
    await reader.cancel(reason)
    await response.close()
  }
  return new ReadableStream({ pull, cancel }, { highWaterMark: 0 })
}
