/** Busboy, fed piece by piece: what it finds goes to a collector, what it cannot read is refused. */
import { once } from 'node:events'
import busboy from 'busboy'
import { ambiguous } from './errors.ts'
import type { FormCollector } from './form-collector.ts'

/** The guard is the one who counts: whatever busboy would cut short silently must not happen. */
const UNLIMITED = { fieldSize: Number.POSITIVE_INFINITY, fieldNameSize: Number.POSITIVE_INFINITY }

const EMPTY = Buffer.alloc(0)

/** The decoder of one body. */
export class MultipartDecoder {
  readonly #busboy: busboy.Busboy
  #failure: unknown
  /** Ends the wait for busboy, which gives no answer to a piece when it fails in the middle of it. */
  #wake: () => void = ignore

  /**
   * @param boundary the boundary, as the guard accepted it
   * @param collector hears of the parts
   */
  constructor(boundary: string, collector: FormCollector) {
    const quoted = boundary.replace(/["\\]/g, '\\$&')
    this.#busboy = busboy({
      headers: { 'content-type': `multipart/form-data; boundary="${quoted}"` },
      limits: UNLIMITED,
      // Latin 1 keeps every byte, so that lengths can be compared and decoding is ours.
      defCharset: 'latin1',
      defParamCharset: 'utf8',
      preservePath: true,
    })
    this.#busboy.on('error', () => this.#fail(ambiguous()))
    this.#busboy.on('field', (name: string | undefined, value) =>
      this.#try(() => collector.field(name, value)),
    )
    this.#busboy.on('file', (name: string | undefined, stream, { filename }) => {
      stream.on('error', ignore)
      this.#try(() => collector.file(name, filename, stream))
      if (this.#failure !== undefined) stream.resume()
    })
  }

  /**
   * Takes the next piece.
   *
   * @param piece bytes that the guard has let through
   * @returns nothing if busboy is done with it
   * @throws {HttpError} 400 `ERR_FORMS_MALFORMED` if busboy reads the body in another way
   */
  write(piece: Buffer): Promise<void> | undefined {
    this.#busboy.write(piece)
    if (this.#failure !== undefined) throw this.#failure
    return this.#busboy.writableLength === 0 ? undefined : this.#drain()
  }

  /**
   * The body is complete; waits until all of it went to the collector.
   *
   * @throws {HttpError} 400 `ERR_FORMS_MALFORMED` if busboy misses something
   */
  async end(): Promise<void> {
    const closed = once(this.#busboy, 'close')
    this.#busboy.end()
    await closed.catch(ignore)
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Gives up. */
  destroy(): void {
    this.#busboy.destroy()
  }

  /** Waits until busboy wants more: its `drain` comes only beyond its high-water mark, an empty write always does. */
  async #drain(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      this.#busboy.write(EMPTY, () => resolve())
    })
    if (this.#failure !== undefined) throw this.#failure
  }

  #try(action: () => void): void {
    try {
      action()
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= error
    this.#wake()
  }
}

function ignore(): void {}
