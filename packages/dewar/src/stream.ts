/** Streamed bodies keep the context of their request until the last piece. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Response } from '@dewar/http'
import { useRequest } from './context.ts'

const ended: Promise<IteratorReturnResult<undefined>> = Promise.resolve({ done: true, value: undefined })

/** Makes a streamed body run in the current context, whoever pulls it. Flask: `stream_with_context`. @internal */
export function bindStream(response: Response): void {
  const body = response.body
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return
  response.body = bind(body as AsyncIterable<string | Uint8Array>)
}

function bind<T>(source: AsyncIterable<T>): AsyncIterable<T> {
  const inContext = AsyncLocalStorage.snapshot()
  return {
    [Symbol.asyncIterator]() {
      const iterator = inContext(() => source[Symbol.asyncIterator]())
      return {
        next: () => inContext(() => iterator.next()),
        return: () => inContext(() => iterator.return?.() ?? ended),
      }
    },
  }
}

/**
 * Binds something that is iterated later to the current request. Streams that a view returns are bound by themselves; this
 * is for those that go elsewhere first, such as through a compressor that another request started.
 *
 * @param source an async iterable, or a function that gives one
 * @throws {DewarError} `ERR_DEWAR_NO_CONTEXT` outside a request
 * @see Flask: `stream_with_context`
 */
export function streamWithContext<T>(source: AsyncIterable<T> | (() => AsyncIterable<T>)): AsyncIterable<T> {
  useRequest('streamWithContext()')
  return bind(typeof source === 'function' ? source() : source)
}
