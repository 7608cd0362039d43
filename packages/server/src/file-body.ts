/** A part of an open file as a response body: read as fast as the client takes it, closed at the end or when it leaves. */
import type { FileHandle } from 'node:fs/promises'

/** Bytes of a file from one position to another. */
export class FileBody implements AsyncIterable<Uint8Array> {
  readonly #handle: FileHandle
  readonly #start: number
  readonly #stop: number
  readonly #chunkSize: number
  #closed: Promise<void> | undefined

  /**
   * @param handle an open file; the body closes it
   * @param start the first byte
   * @param stop the byte after the last
   * @param chunkSize bytes read at a time
   */
  constructor(handle: FileHandle, start: number, stop: number, chunkSize: number) {
    this.#handle = handle
    this.#start = start
    this.#stop = stop
    this.#chunkSize = chunkSize
  }

  /** Reads the bytes. A file that has become shorter ends early: the server then cuts the connection. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    try {
      for (let position = this.#start; position < this.#stop; ) {
        const length = Math.min(this.#chunkSize, this.#stop - position)
        const { bytesRead, buffer } = await this.#handle.read(Buffer.allocUnsafe(length), 0, length, position)
        if (bytesRead === 0) return
        position += bytesRead
        yield buffer.subarray(0, bytesRead)
      }
    } finally {
      await this.close()
    }
  }

  /** Closes the file. Safe to call again. */
  close(): Promise<void> {
    this.#closed ??= this.#handle.close()
    return this.#closed
  }
}
