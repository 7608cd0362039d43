/** Streamed bodies keep the context of their request until the last piece. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Response } from '@dewar/http'

const ended: Promise<IteratorReturnResult<undefined>> = Promise.resolve({ done: true, value: undefined })

/** Makes a streamed body run in the current context, whoever pulls it. Flask: `stream_with_context`. @internal */
export function bindStream(response: Response): void {
  const body = response.body
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return
  const source = body as AsyncIterable<string | Uint8Array>
  const inContext = AsyncLocalStorage.snapshot()
  const bound: AsyncIterable<string | Uint8Array> = {
    [Symbol.asyncIterator]() {
      const iterator = inContext(() => source[Symbol.asyncIterator]())
      return {
        next: () => inContext(() => iterator.next()),
        return: () => inContext(() => iterator.return?.() ?? ended),
      }
    },
  }
  response.body = bound
}
