/** Collects what busboy finds in a multipart body, and holds each part against what the guard found in its place. */
import type { Readable } from 'node:stream'
import { MultiDict } from '@dewar/http'
import { ByteBuffer } from './byte-buffer.ts'
import { ambiguous } from './errors.ts'
import type { LedgerPart, PartLedger } from './part-ledger.ts'
import { type UploadStorage, UploadWriter } from './upload-storage.ts'
import { UploadedFile } from './uploaded-file.ts'

/** A part on its way. */
interface Arrival {
  readonly part: LedgerPart
  /** The bytes of a file. */
  readonly writer: UploadWriter | null
  /** Bytes received. */
  size: number
  complete: boolean
  text: string
  file: UploadedFile | undefined
}

/** What a form turned out to hold. */
export interface Collected {
  readonly form: MultiDict<string>
  readonly files: MultiDict<UploadedFile>
}

/** The parts of one form. Call `flush` after every piece. */
export class FormCollector {
  readonly #ledger: PartLedger
  readonly #storage: UploadStorage
  readonly #arrivals: Arrival[] = []
  /** The files that are not in their place yet. */
  #open: Arrival[] = []

  /**
   * @param ledger what the guard found
   * @param storage where files go
   */
  constructor(ledger: PartLedger, storage: UploadStorage) {
    this.#ledger = ledger
    this.#storage = storage
  }

  /**
   * Takes a part that busboy calls a field: one without a file name, or with an empty one.
   *
   * @param name the name as busboy reads it
   * @param value its bytes as Latin 1 text, unless the part names a character set
   * @throws {BadRequest} `ERR_FORMS_MALFORMED` if the guard found something else here
   */
  field(name: string | undefined, value: string | undefined): void {
    const arrival = this.#arrive(name, undefined)
    const { part } = arrival
    const bytes = part.raw === null ? Buffer.from(value ?? '', 'latin1') : part.raw.take()
    const text = part.head.filename === null ? decodeText(bytes, part.charset) : ''
    // Of the sets that are decoded alike here and there the text must be the same; of others busboy's is of no use.
    if (part.charset === 'utf-8' && part.head.filename === null && text !== value) throw ambiguous()
    arrival.size = bytes.length
    arrival.text = text
    arrival.writer?.add(bytes)
    arrival.complete = true
  }

  /**
   * Takes a part that busboy calls a file: one with a file name, or of arbitrary bytes.
   *
   * @param name the name as busboy reads it
   * @param filename the file's name as busboy reads it
   * @param stream its bytes
   * @throws {BadRequest} `ERR_FORMS_MALFORMED` if the guard found something else here
   */
  file(name: string | undefined, filename: string | undefined, stream: Readable): void {
    const arrival = this.#arrive(name, filename)
    const memory = new ByteBuffer()
    const bytes = arrival.writer ?? { add: (piece: Buffer) => memory.append(piece) }
    stream.on('data', (piece: Buffer) => {
      arrival.size += piece.length
      bytes.add(piece)
    })
    stream.on('end', () => {
      arrival.complete = true
      if (arrival.writer === null) arrival.text = decodeText(memory.take(), arrival.part.charset)
    })
  }

  /**
   * Writes what is to go to disk.
   *
   * @returns nothing if there is nothing to wait for
   */
  flush(): Promise<void> | undefined {
    return this.#open.length === 0 ? undefined : this.#settle()
  }

  /**
   * The body is complete, and so is all that busboy found.
   *
   * @throws {BadRequest} `ERR_FORMS_MALFORMED` if the guard found other parts, or parts of other sizes
   */
  async finish(): Promise<Collected> {
    await this.#settle()
    const same = this.#arrivals.every(({ part, size, complete }) => complete && size === part.size)
    if (!same || this.#arrivals.length !== this.#ledger.parts.length) throw ambiguous()
    const form = new MultiDict<string>()
    const files = new MultiDict<UploadedFile>()
    for (const { part, text, file } of this.#arrivals) {
      if (part.head.filename === null) form.add(part.head.name, text)
      // A file input that was left empty sends a part without name and bytes: it is no file.
      else if (file !== undefined && (part.head.filename !== '' || file.size > 0))
        files.add(part.head.name, file)
    }
    return { form, files }
  }

  #arrive(name: string | undefined, filename: string | undefined): Arrival {
    const part = this.#ledger.parts[this.#arrivals.length]
    if (part === undefined || !isSameName(part.head.name, name)) throw ambiguous()
    if (!isSameName(part.head.filename ?? '', filename)) throw ambiguous()
    const writer = part.head.filename === null ? null : new UploadWriter(this.#storage)
    const arrival: Arrival = {
      part,
      writer,
      size: 0,
      complete: false,
      text: '',
      file: undefined,
    }
    this.#arrivals.push(arrival)
    if (writer !== null) this.#open.push(arrival)
    return arrival
  }

  async #settle(): Promise<void> {
    const open = this.#open
    this.#open = open.filter((arrival) => !arrival.complete)
    for (const arrival of open) {
      if (arrival.writer === null) continue
      if (!this.#open.includes(arrival)) {
        arrival.file = new UploadedFile(arrival.part.head, await arrival.writer.finish())
      } else await arrival.writer.flush()
    }
  }
}

/** Busboy leaves out what is empty, and leaves quotes as browsers escape them. */
function isSameName(ours: string, theirs = ''): boolean {
  return ours === theirs || (theirs.includes('%22') && ours === theirs.replaceAll('%22', '"'))
}

/** Fields are UTF-8 unless the part names one of the two other sets that browsers ever sent. */
function decodeText(bytes: Buffer, charset: string): string {
  if (charset === 'iso-8859-1') return bytes.toString('latin1')
  if (charset === 'ascii' || charset === 'us-ascii') {
    return bytes.toString('latin1').replace(/[\x80-\xff]/g, '\ufffd')
  }
  return bytes.toString('utf8')
}
