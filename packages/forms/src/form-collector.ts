/** Collects the parts of a multipart form: fields as text, files as uploads, both within limits. */
import { MultiDict, parseOptionsHeader } from '@dewar/http'
import { ByteBuffer } from './byte-buffer.ts'
import type { FormLimitValues } from './defaults.ts'
import { limitPassed } from './errors.ts'
import type { PartSink } from './multipart-parser.ts'
import type { PartHead } from './part-head.ts'
import { type UploadStorage, UploadWriter } from './upload-storage.ts'
import { UploadedFile } from './uploaded-file.ts'

/** A file on its way. */
interface Arrival {
  readonly head: PartHead
  readonly writer: UploadWriter
  complete: boolean
}

/** The sink of one form. Call `flush` after every piece fed to the parser. */
export class FormCollector implements PartSink {
  readonly form = new MultiDict<string>()
  readonly files = new MultiDict<UploadedFile>()
  readonly #limits: FormLimitValues
  readonly #storage: UploadStorage
  readonly #value = new ByteBuffer()
  #head: PartHead | undefined
  #arrivals: Arrival[] = []
  #fieldBytes = 0
  #fileCount = 0

  /**
   * @param limits the bounds in force
   * @param storage where files go
   */
  constructor(limits: FormLimitValues, storage: UploadStorage) {
    this.#limits = limits
    this.#storage = storage
  }

  /** @throws {HttpError} 413, `ERR_FORMS_LIMIT` */
  head(head: PartHead): void {
    this.#head = head
    if (head.filename === null) {
      this.#countFieldBytes(Buffer.byteLength(head.name))
      return
    }
    const { maxFiles } = this.#limits
    if (++this.#fileCount > maxFiles) throw limitPassed('maxFiles', maxFiles, this.#fileCount)
    this.#arrivals.push({ head, writer: new UploadWriter(this.#storage), complete: false })
  }

  /** @throws {HttpError} 413, `ERR_FORMS_LIMIT` */
  data(bytes: Buffer): void {
    if (this.#head?.filename === null) {
      this.#countFieldBytes(bytes.length)
      this.#value.append(bytes)
      return
    }
    const writer = this.#arrivals.at(-1)?.writer
    const { maxFileSize } = this.#limits
    const size = (writer?.size ?? 0) + bytes.length
    if (maxFileSize !== null && size > maxFileSize) throw limitPassed('maxFileSize', maxFileSize, size)
    writer?.add(bytes)
  }

  /** The part that began last is complete. */
  end(): void {
    const head = this.#head
    if (head?.filename === null) this.form.add(head.name, decodeText(this.#value.take(), head.contentType))
    else {
      const arrival = this.#arrivals.at(-1)
      if (arrival !== undefined) arrival.complete = true
    }
  }

  /**
   * Writes what is to go to disk and turns complete arrivals into files.
   *
   * @returns nothing if there is nothing to wait for
   */
  flush(): Promise<void> | undefined {
    return this.#arrivals.length === 0 ? undefined : this.#settle()
  }

  async #settle(): Promise<void> {
    const arrivals = this.#arrivals
    this.#arrivals = arrivals.filter((arrival) => !arrival.complete)
    for (const { head, writer, complete } of arrivals) {
      if (!complete) await writer.flush()
      // A file input that was left empty sends a part without name and bytes: it is no file.
      else if (head.filename !== '' || writer.size > 0) {
        this.files.add(head.name, new UploadedFile(head, await writer.finish()))
      }
    }
  }

  #countFieldBytes(bytes: number): void {
    const { maxFormMemorySize } = this.#limits
    this.#fieldBytes += bytes
    if (maxFormMemorySize !== null && this.#fieldBytes > maxFormMemorySize) {
      throw limitPassed('maxFormMemorySize', maxFormMemorySize, this.#fieldBytes)
    }
  }
}

/** Fields are UTF-8 unless the part names one of the two other sets that browsers ever sent. */
function decodeText(bytes: Buffer, contentType: string | null): string {
  const charset =
    contentType === null ? '' : parseOptionsHeader(contentType).params.get('charset')?.toLowerCase()
  if (charset === 'iso-8859-1') return bytes.toString('latin1')
  if (charset === 'ascii' || charset === 'us-ascii') {
    return bytes.toString('latin1').replace(/[\x80-\xff]/g, '\ufffd')
  }
  return bytes.toString('utf8')
}
