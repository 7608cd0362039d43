/** The bytes of an upload: in memory, or a stretch of the file that all large uploads of a request share. */
import { constants, createReadStream, createWriteStream } from 'node:fs'
import { copyFile, open, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/** Bytes that can be read as often as wanted, until the request ends. */
export interface StoredBytes {
  readonly size: number
  /** All of them, as a copy. */
  read(): Promise<Uint8Array>
  /** Piece by piece. */
  stream(): AsyncIterable<Uint8Array>
  /** Into a new file that only its owner may read and write; fails with `EEXIST` if there is one. */
  copyTo(path: string): Promise<void>
}

/** Bytes in memory. */
export class MemoryBytes implements StoredBytes {
  readonly #bytes: Buffer

  /** @param bytes nobody may change them */
  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get size(): number {
    return this.#bytes.length
  }

  async read(): Promise<Uint8Array> {
    return new Uint8Array(this.#bytes)
  }

  async *stream(): AsyncGenerator<Uint8Array, void> {
    if (this.size > 0) yield new Uint8Array(this.#bytes)
  }

  copyTo(path: string): Promise<void> {
    return writeNew(path, this.#bytes)
  }
}

/** Bytes on disk. */
export class SpooledBytes implements StoredBytes {
  readonly size: number
  readonly #path: string
  readonly #start: number
  /** Is the file theirs alone? */
  readonly #isWhole: () => boolean

  /**
   * @param path the file they are in
   * @param start their place in it
   * @param size how many there are, at least one
   * @param isWhole asked once the request is read: are there no others in the file?
   */
  constructor(path: string, start: number, size: number, isWhole: () => boolean) {
    this.#path = path
    this.#start = start
    this.size = size
    this.#isWhole = isWhole
  }

  async read(): Promise<Uint8Array> {
    const bytes = new Uint8Array(this.size)
    const handle = await open(this.#path)
    try {
      for (let at = 0; at < this.size; ) {
        const { bytesRead } = await handle.read(bytes, at, this.size - at, this.#start + at)
        if (bytesRead === 0) throw new Error('The temporary file is shorter than it was.')
        at += bytesRead
      }
    } finally {
      await handle.close()
    }
    return bytes
  }

  /** The file is opened by who begins to read: a stream that nobody reads would hold it, and its place on disk, for good. */
  async *stream(): AsyncGenerator<Uint8Array, void> {
    yield* createReadStream(this.#path, { start: this.#start, end: this.#start + this.size - 1 })
  }

  async copyTo(path: string): Promise<void> {
    if (this.#isWhole()) await copyFile(this.#path, path, constants.COPYFILE_EXCL)
    else await pipeNew(path, this.stream())
  }
}

/**
 * Writes bytes into a new file that only its owner may read and write.
 *
 * @param path where; fails with `EEXIST` if there is a file
 * @param bytes what
 */
export async function writeNew(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

async function pipeNew(path: string, stream: AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await pipeline(stream, createWriteStream(path, { fd: handle }))
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}
