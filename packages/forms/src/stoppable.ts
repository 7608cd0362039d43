/** A body that nobody waits for any more: reading it ends when a signal says so, not when the client sends again. */

/**
 * Passes a body on until it ends or a signal is aborted, whichever comes first.
 *
 * @param body the body as it arrives
 * @param signal ends the reading with its reason, even while the source is busy
 */
export async function* stoppable(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  signal.throwIfAborted()
  const source = body[Symbol.asyncIterator]()
  let stop: (reason: unknown) => void = ignore
  const onAbort = (): void => stop(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    for (;;) {
      const piece = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        stop = reject
        source.next().then(resolve, reject)
      })
      signal.throwIfAborted()
      if (piece.done === true) return
      yield piece.value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    const returned = source.return?.()
    // A source that is busy hears of it when its read ends, and nobody waits for that.
    if (signal.aborted) returned?.then(ignore, ignore)
    else await returned
  }
}

function ignore(): void {}
