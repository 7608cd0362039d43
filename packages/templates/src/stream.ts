/** Pages piece by piece. */
import type { Compiled, Engine } from './engine.ts'

/**
 * The pieces of a page. The template runs only as far as somebody asks for more.
 *
 * @param engine what renders
 * @param template the template
 * @param context the names it sees
 */
export async function* streamed(
  engine: Engine,
  template: Compiled | null,
  context: Readonly<Record<string, unknown>>,
): AsyncGenerator<string, void, undefined> {
  const pieces = new Pieces()
  const ended = engine
    .renderAsync(template, context, (text) => pieces.put(text))
    .then(
      (rest) => pieces.end(rest),
      (error: unknown) => pieces.fail(error),
    )
  try {
    for (let piece = await pieces.take(); piece !== null; piece = await pieces.take()) {
      if (piece !== '') yield piece
    }
    await ended
  } finally {
    pieces.abandon()
  }
}

/** Hands pieces from a template to a reader, one at a time. */
class Pieces {
  #ready: string | null = null
  #isEnded = false
  #isAbandoned = false
  #error: { cause: unknown } | null = null
  #wake: () => void = () => {}
  #resume: () => void = () => {}

  /** Gives a piece; resolves when it was taken. After the reader left it never does, and the template stays where it is. */
  put(text: string): Promise<void> {
    this.#ready = (this.#ready ?? '') + text
    this.#wake()
    return new Promise((resolve) => {
      this.#resume = resolve
    })
  }

  end(rest: string): void {
    this.#ready = (this.#ready ?? '') + rest
    this.#isEnded = true
    this.#wake()
  }

  fail(error: unknown): void {
    this.#error = { cause: error }
    this.#isEnded = true
    this.#wake()
  }

  abandon(): void {
    this.#isAbandoned = true
  }

  /** The next piece; `null` at the end. */
  async take(): Promise<string | null> {
    while (!this.#isAbandoned) {
      if (this.#ready === null && !this.#isEnded) {
        const waiting = new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        this.#resume()
        if (this.#ready === null && !this.#isEnded) await waiting
      }
      const piece = this.#ready
      this.#ready = null
      if (piece !== null) return piece
      if (this.#error !== null) throw this.#error.cause
      if (this.#isEnded) return null
    }
    return null
  }
}
