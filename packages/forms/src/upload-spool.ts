/** Where the bytes of uploads go while they arrive: into memory up to a budget, then into one temporary file a request. */
import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ByteBuffer } from './byte-buffer.ts'
import { spoolDefaults } from './defaults.ts'
import { MemoryBytes, SpooledBytes, type StoredBytes } from './stored-bytes.ts'

/**
 * Takes the files of one request, one after the other: `begin`, `add`, `end`; `flush` after every piece of the body.
 * Nothing touches the disk until the budget is spent.
 */
export class UploadSpool {
  readonly #parent: string
  #budget: number
  #path: string | undefined
  #handle: Promise<FileHandle> | undefined
  /** How long the file on disk is once everything is written. */
  #length = 0
  #waiting: Buffer[] = []
  #waitingSize = 0
  /** What the current upload has in memory. */
  readonly #memory = new ByteBuffer()
  #size = 0
  #isOnDisk = false
  #uploadsOnDisk = 0

  /**
   * @param budget bytes that the request's files may have in memory together
   * @param parent the directory for temporary ones; the system's by default
   */
  constructor(budget: number, parent: string = tmpdir()) {
    this.#budget = budget
    this.#parent = parent
  }

  /** Do views of what was added wait to be written? */
  get isWaiting(): boolean {
    return this.#waitingSize > 0
  }

  /** An upload begins. */
  begin(): void {
    this.#size = 0
    this.#isOnDisk = false
  }

  /** @param bytes the next bytes of the upload; a view must stay as it is while `isWaiting` */
  add(bytes: Buffer): void {
    this.#size += bytes.length
    if (!this.#isOnDisk && bytes.length <= this.#budget) {
      this.#budget -= bytes.length
      this.#memory.append(bytes)
      return
    }
    if (!this.#isOnDisk) this.#leaveMemory()
    this.#wait(bytes)
  }

  /** The upload is complete; on disk it is only after `finish`. */
  end(): StoredBytes {
    if (!this.#isOnDisk) return new MemoryBytes(this.#memory.take())
    const path = this.#path as string
    const start = this.#length - this.#size
    return new SpooledBytes(path, start, this.#size, () => this.#uploadsOnDisk === 1)
  }

  /**
   * Writes what belongs on disk, once enough of it has come.
   *
   * @returns nothing if there is nothing to wait for
   */
  flush(): Promise<void> | undefined {
    return this.#waitingSize < spoolDefaults.writeSize.value ? undefined : this.#write()
  }

  /** All uploads are complete: writes the rest. */
  async finish(): Promise<void> {
    if (this.isWaiting) await this.#write()
    const handle = this.#handle
    this.#handle = undefined
    await (await handle)?.close()
  }

  /** Removes all that was written. Safe to call again. */
  async close(): Promise<void> {
    const [path, handle] = [this.#path, this.#handle]
    this.#path = this.#handle = undefined
    const opened = await handle?.catch(() => undefined)
    await opened?.close()
    if (path !== undefined) await rm(path, { force: true })
  }

  #leaveMemory(): void {
    this.#isOnDisk = true
    this.#uploadsOnDisk++
    this.#path ??= join(this.#parent, `dewar-upload-${randomUUID()}`)
    const early = this.#memory.take()
    this.#budget += early.length
    if (early.length > 0) this.#wait(early)
  }

  #wait(bytes: Buffer): void {
    this.#waiting.push(bytes)
    this.#waitingSize += bytes.length
    this.#length += bytes.length
  }

  async #write(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = []
    this.#waitingSize = 0
    // A name nobody can guess, a file nobody else can read, and never one that exists.
    this.#handle ??= open(this.#path as string, 'wx', 0o600)
    await writeAll(await this.#handle, waiting)
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
