/** What the guard found in a multipart body: the parts, their sizes, all within limits. What busboy finds is held against it. */
import { parseOptionsHeader } from '@dewar/http'
import { ByteBuffer } from './byte-buffer.ts'
import type { FormLimitValues } from './defaults.ts'
import { limitPassed } from './errors.ts'
import type { PartSink } from './multipart-guard.ts'
import type { PartHead } from './part-head.ts'

/** A part as the guard read it. */
export interface LedgerPart {
  readonly head: PartHead
  /** The character set that the part names, in lower case; empty if it names none. */
  readonly charset: string
  /** How many bytes of content have come. */
  size: number
  /** The content of a part that names a character set: busboy decodes it in its own way. */
  readonly raw: ByteBuffer | null
}

/** The guard's sink. */
export class PartLedger implements PartSink {
  readonly parts: LedgerPart[] = []
  readonly #limits: FormLimitValues
  #last: LedgerPart | undefined
  #fieldBytes = 0
  #files = 0

  /** @param limits the bounds in force */
  constructor(limits: FormLimitValues) {
    this.#limits = limits
  }

  /** @throws {HttpError} 413, `ERR_FORMS_LIMIT` */
  head(head: PartHead): void {
    if (head.filename === null) this.#countFieldBytes(Buffer.byteLength(head.name))
    else this.#countFile()
    const charset = isSmall(head) ? charsetOf(head) : ''
    this.#last = { head, charset, size: 0, raw: charset === '' ? null : new ByteBuffer() }
    this.parts.push(this.#last)
  }

  /** @throws {HttpError} 413, `ERR_FORMS_LIMIT` */
  data(bytes: Buffer): void {
    const part = this.#last
    if (part === undefined) return
    part.size += bytes.length
    const { maxFileSize } = this.#limits
    if (isSmall(part.head)) this.#countFieldBytes(bytes.length)
    if (part.head.filename !== null && maxFileSize !== null && part.size > maxFileSize) {
      throw limitPassed('maxFileSize', maxFileSize, part.size)
    }
    part.raw?.append(bytes)
  }

  end(): void {}

  #countFile(): void {
    const { maxFiles } = this.#limits
    if (++this.#files > maxFiles) throw limitPassed('maxFiles', maxFiles, this.#files)
  }

  #countFieldBytes(bytes: number): void {
    const { maxFormMemorySize } = this.#limits
    this.#fieldBytes += bytes
    if (maxFormMemorySize !== null && this.#fieldBytes > maxFormMemorySize) {
      throw limitPassed('maxFormMemorySize', maxFormMemorySize, this.#fieldBytes)
    }
  }
}

/** Busboy holds fields in memory, and files without a name, which it takes for fields. */
function isSmall({ filename }: PartHead): boolean {
  return filename === null || filename === ''
}

function charsetOf({ contentType }: PartHead): string {
  if (contentType === null || !contentType.includes(';')) return ''
  return /charset/i.test(contentType)
    ? (parseOptionsHeader(contentType).params.get('charset')?.toLowerCase() ?? 'unknown')
    : ''
}
