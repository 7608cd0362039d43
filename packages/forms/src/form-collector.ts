/** Collects the parts of a form: fields as text, files into a spool, all of it within limits. */
import { MultiDict, parseOptionsHeader } from '@dewar/http'
import { ByteBuffer } from './byte-buffer.ts'
import type { FormLimitValues } from './defaults.ts'
import { limitPassed } from './errors.ts'
import type { PartSink } from './multipart-reader.ts'
import type { PartHead } from './part-head.ts'
import type { UploadSpool } from './upload-spool.ts'
import { UploadedFile } from './uploaded-file.ts'

/** What a form turned out to hold. */
export interface Collected {
  readonly form: MultiDict<string>
  readonly files: MultiDict<UploadedFile>
}

/** The reader's sink. */
export class FormCollector implements PartSink {
  readonly #limits: FormLimitValues
  readonly #spool: UploadSpool
  /** Names and values in turn. */
  readonly #fields: string[] = []
  readonly #files = new MultiDict<UploadedFile>()
  /** What has come of a field that is not complete. */
  readonly #text = new ByteBuffer()
  #head: PartHead | undefined
  #fieldBytes = 0
  #fileBytes = 0
  #fileCount = 0

  /**
   * @param limits the bounds in force
   * @param spool where files go
   */
  constructor(limits: FormLimitValues, spool: UploadSpool) {
    this.#limits = limits
    this.#spool = spool
  }

  /** @throws {HttpError} 413, `ERR_FORMS_LIMIT` */
  head(head: PartHead): void {
    this.#head = head
    if (head.filename === null) this.#countFieldBytes(Buffer.byteLength(head.name))
    else this.#beginFile()
  }

  /** @throws {HttpError} 413, `ERR_FORMS_LIMIT` */
  data(bytes: Buffer): void {
    if (this.#head?.filename !== null) this.#addToFile(bytes)
    else {
      this.#countFieldBytes(bytes.length)
      this.#text.append(bytes)
    }
  }

  /** @throws {HttpError} 413, `ERR_FORMS_LIMIT` */
  end(bytes: Buffer): void {
    const head = this.#head
    if (head === undefined) return
    if (head.filename !== null) this.#endFile(head, bytes)
    else {
      this.#countFieldBytes(bytes.length)
      this.#fields.push(head.name, decodeText(this.#whole(bytes), head))
    }
  }

  /** All that was found. */
  finish(): Collected {
    return { form: MultiDict.fromRaw(this.#fields), files: this.#files }
  }

  #whole(last: Buffer): Buffer {
    if (this.#text.length === 0) return last
    this.#text.append(last)
    return this.#text.take()
  }

  #beginFile(): void {
    const { maxFiles } = this.#limits
    if (++this.#fileCount > maxFiles) throw limitPassed('maxFiles', maxFiles, this.#fileCount)
    this.#fileBytes = 0
    this.#spool.begin()
  }

  #addToFile(bytes: Buffer): void {
    const { maxFileSize } = this.#limits
    this.#fileBytes += bytes.length
    if (maxFileSize !== null && this.#fileBytes > maxFileSize) {
      throw limitPassed('maxFileSize', maxFileSize, this.#fileBytes)
    }
    if (bytes.length > 0) this.#spool.add(bytes)
  }

  #endFile(head: PartHead, bytes: Buffer): void {
    this.#addToFile(bytes)
    const file = new UploadedFile(head, this.#spool.end())
    // A file input that was left empty sends a part without name and bytes: it is no file.
    if (head.filename !== '' || file.size > 0) this.#files.add(head.name, file)
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
function decodeText(bytes: Buffer, { contentType }: PartHead): string {
  const charset = contentType?.includes(';')
    ? parseOptionsHeader(contentType).params.get('charset')?.toLowerCase()
    : undefined
  if (charset === 'iso-8859-1') return bytes.toString('latin1')
  if (charset === 'ascii' || charset === 'us-ascii') {
    return bytes.toString('latin1').replace(/[\x80-\xff]/g, '\ufffd')
  }
  return bytes.toString('utf8')
}
