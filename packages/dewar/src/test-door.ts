/** How the test client reaches the app: by a call, or through a socket. */
import type { Headers, RequestOptions } from '@dewar/http'
import type { App } from './app.ts'
import { type Context, currentContext } from './context.ts'

/** What comes back. @internal */
export interface TestAnswer {
  readonly status: number
  readonly headers: Headers
  /** The body in the pieces it comes in. */
  readonly body: AsyncIterable<Uint8Array>
  /** Ends the response; what is left of the body is dropped. */
  close(): Promise<void>
}

/** A way to an app. @internal */
export interface TestDoor {
  send(options: RequestOptions): Promise<TestAnswer>
  close(): Promise<void>
}

/** The door without a socket. @internal */
export function directDoor(app: App): TestDoor {
  return {
    async send(options) {
      const response = await app.handle(app.createRequest(options))
      return {
        status: response.status,
        headers: response.headers,
        body: bodyOf(response.body),
        close: () => response.close(),
      }
    },
    close: () => Promise.resolve(),
  }
}

/** Runs a request and finds its context. @internal */
export async function withContext<T>(
  app: App,
  run: () => Promise<T>,
): Promise<{ readonly result: T; readonly context: Context | null }> {
  let context: Context | null = null
  const disconnect = app.signals.requestStarted.connect(() => {
    context ??= currentContext() ?? null
  })
  try {
    return { result: await run(), context }
  } finally {
    disconnect()
  }
}

async function* bodyOf(body: unknown): AsyncGenerator<Uint8Array> {
  if (body === null || body === undefined) return
  if (typeof body === 'string' || body instanceof Uint8Array) return yield Buffer.from(body)
  for await (const chunk of body as AsyncIterable<string | Uint8Array>) yield Buffer.from(chunk)
}
