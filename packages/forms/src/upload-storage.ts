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

/** A write costs a trip to a thread: one for a few pieces is worth the memory. */
const WRITE_SIZE = 131_072

/** The bytes of one file while they arrive: `add` as they come, wait for `flush` before more. */
export class UploadWriter {
  readonly #storage: UploadStorage
  readonly #memory = new ByteBuffer()
  #size = 0
  #waiting: Buffer[] = []
  #waitingSize = 0
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

  /** @param bytes the next bytes; a view must stay as it is until the file is finished */
  add(bytes: Buffer): void {
    this.#size += bytes.length
    if (!this.#onDisk && this.#storage.reserve(bytes.length)) this.#memory.append(bytes)
    else {
      this.#onDisk = true
      this.#waiting.push(bytes)
      this.#waitingSize += bytes.length
    }
  }

  /**
   * Writes what belongs on disk, once enough of it has come.
   *
   * @returns nothing if there is nothing to wait for
   */
  flush(): Promise<void> | undefined {
    return this.#waitingSize < WRITE_SIZE ? undefined : this.#spill()
  }

  /** The file is complete. */
  async finish(): Promise<StoredBytes> {
    if (this.#waitingSize > 0) await this.#spill()
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
    this.#waitingSize = 0
    await writeAll(this.#file.handle, waiting)
  }
}

async function writeAll(handle: FileHandle, pieces: Buffer[]): Promise<void> {
  for (let rest = pieces; rest.length > 0; ) {
    const { bytesWritten } = await handle.writev(rest)
    rest = without(rest, bytesWritten)
  }
}

/** What is left of pieces when some bytes are done with; a disk that is nearly full takes less than all. */
function without(pieces: readonly Buffer[], done: number): Buffer[] {
  const rest: Buffer[] = []
  for (const piece of pieces) {
    if (done < piece.length) rest.push(piece.subarray(done))
    done = Math.max(0, done - piece.length)
  }
  return rest
}
