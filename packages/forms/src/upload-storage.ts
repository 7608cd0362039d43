/** Where the bytes of uploads go: into memory up to a budget, then into a directory of their own. */
import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ByteBuffer } from './byte-buffer.ts'

/** The bytes of one upload. */
export interface StoredBytes {
  readonly size: number
  /** Where they lie on disk, or `null`. */
  readonly path: string | null
  /** What is in memory; empty if they lie on disk. */
  readonly memory: Buffer
}

/** Takes the files of one request. Nothing touches the disk until the budget is spent. */
export class UploadStorage {
  readonly #parent: string
  #budget: number
  #directory: Promise<string> | undefined
  #closed = false
  readonly #open = new Set<FileHandle>()

  /**
   * @param budget bytes that the request's files may have in memory together
   * @param parent the directory for temporary ones; the system's by default
   */
  constructor(budget: number, parent: string = tmpdir()) {
    this.#budget = budget
    this.#parent = parent
  }

  /**
   * Asks for room in memory.
   *
   * @param size how many bytes
   * @returns whether they may stay there
   */
  reserve(size: number): boolean {
    if (size > this.#budget) return false
    this.#budget -= size
    return true
  }

  /**
   * Gives room back.
   *
   * @param size how many bytes
   */
  release(size: number): void {
    this.#budget += size
  }

  /** Makes a file that nobody else can read, under a name nobody can guess. */
  async create(): Promise<{ path: string; handle: FileHandle }> {
    this.#directory ??= mkdtemp(join(this.#parent, 'dewar-upload-'))
    const path = join(await this.#directory, randomUUID())
    const handle = await open(path, 'wx', 0o600)
    this.#open.add(handle)
    return { path, handle }
  }

  /**
   * Closes a file that is complete.
   *
   * @param handle what `create` gave
   */
  async complete(handle: FileHandle): Promise<void> {
    this.#open.delete(handle)
    await handle.close()
  }

  /** Removes all that was written. Safe to call again. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await Promise.allSettled(Array.from(this.#open, (handle) => handle.close()))
    const directory = await this.#directory?.catch(() => undefined)
    if (directory !== undefined) await rm(directory, { recursive: true, force: true })
  }
}

/** The bytes of one file while they arrive: `add` as they come, wait for `flush` before more. */
export class UploadWriter {
  readonly #storage: UploadStorage
  readonly #memory = new ByteBuffer()
  #size = 0
  #waiting: Buffer[] = []
  #onDisk = false
  #file: { path: string; handle: FileHandle } | undefined

  /** @param storage whose budget and directory to use */
  constructor(storage: UploadStorage) {
    this.#storage = storage
  }

  /** How many bytes have come. */
  get size(): number {
    return this.#size
  }

  /** @param bytes the next bytes; a view must stay as it is until `flush` is done */
  add(bytes: Buffer): void {
    this.#size += bytes.length
    if (!this.#onDisk && this.#storage.reserve(bytes.length)) this.#memory.append(bytes)
    else {
      this.#onDisk = true
      this.#waiting.push(bytes)
    }
  }

  /**
   * Writes what belongs on disk.
   *
   * @returns nothing if all is in memory
   */
  flush(): Promise<void> | undefined {
    return this.#waiting.length === 0 ? undefined : this.#spill()
  }

  /** The file is complete. */
  async finish(): Promise<StoredBytes> {
    await this.flush()
    if (this.#file === undefined) return { size: this.#size, path: null, memory: this.#memory.take() }
    await this.#storage.complete(this.#file.handle)
    return { size: this.#size, path: this.#file.path, memory: this.#memory.take() }
  }

  async #spill(): Promise<void> {
    if (this.#file === undefined) {
      this.#file = await this.#storage.create()
      const early = this.#memory.take()
      this.#storage.release(early.length)
      if (early.length > 0) this.#waiting.unshift(early)
    }
    const waiting = this.#waiting
    this.#waiting = []
    for (const bytes of waiting) await writeAll(this.#file.handle, bytes)
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, written)
    written += bytesWritten
  }
}
