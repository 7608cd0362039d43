/** A file that came with a form. Its name and type are what the client says, no more. */
import { randomUUID } from 'node:crypto'
import { DewarError, safeJoin, secureFilename } from '@dewar/base'
import { type Headers, parseOptionsHeader } from '@dewar/http'
import { detectType, readStart } from './detected-type.ts'
import { headersOf, type PartHead } from './part-head.ts'
import type { StoredBytes } from './stored-bytes.ts'

/**
 * An uploaded file. Its bytes lie in memory or in a temporary file, and go when the form is closed: save what you keep.
 *
 * @see Werkzeug: `FileStorage`
 */
export class UploadedFile {
  /** The name of the field it came in. */
  readonly name: string
  /** The name the client gives it: anything at all. For storing, take a generated one or `secureFilename`. */
  readonly filename: string
  /** The `Content-Type` of the part as sent, or `null`. Unverified. */
  readonly contentType: string | null
  /** Bytes. */
  readonly size: number
  readonly #stored: StoredBytes
  readonly #head: PartHead
  #headers: Headers | undefined
  #closed = false

  /**
   * @param head the part's head
   * @param stored where its bytes are
   */
  constructor(head: PartHead, stored: StoredBytes) {
    this.name = head.name
    this.filename = head.filename ?? ''
    this.contentType = head.contentType
    this.size = stored.size
    this.#stored = stored
    this.#head = head
  }

  /** The header lines of the part. */
  get headers(): Headers {
    this.#headers ??= headersOf(this.#head)
    return this.#headers
  }

  /** The media type the client gives, in lower case and without parameters; empty if it gives none. Unverified. */
  get mimetype(): string {
    return parseOptionsHeader(this.contentType).value.toLowerCase()
  }

  /** The parameters of the media type. */
  get mimetypeParams(): ReadonlyMap<string, string> {
    return parseOptionsHeader(this.contentType).params
  }

  /**
   * The media type that the first bytes say the file has; `null` if they say nothing, as those of text do.
   *
   * Not enough to keep a file by: `uploadPolicy` looks at more.
   *
   * @throws {DewarError} `ERR_FORMS_CLOSED` after the form was closed
   */
  async detectedType(): Promise<string | null> {
    return detectType(await readStart(this.stream()))
  }

  /**
   * All bytes.
   *
   * @throws {DewarError} `ERR_FORMS_CLOSED` after the form was closed
   */
  async bytes(): Promise<Uint8Array> {
    return this.#open().read()
  }

  /**
   * The bytes as text; what is no UTF-8 becomes U+FFFD.
   *
   * @throws {DewarError} `ERR_FORMS_CLOSED` after the form was closed
   */
  async text(): Promise<string> {
    const { buffer } = await this.#open().read()
    return Buffer.from(buffer).toString('utf8')
  }

  /**
   * The bytes piece by piece, for files too large to hold.
   *
   * @throws {DewarError} `ERR_FORMS_CLOSED` after the form was closed
   */
  stream(): AsyncIterable<Uint8Array> {
    return this.#read(this.#open())
  }

  /**
   * Keeps the file: writes it into a directory, as a new file only its owner may read and write.
   *
   * @param directory an existing directory, outside of everything that is served
   * @param name a plain name; by default a generated one, without extension, so that nothing of the client's survives
   * @returns the path of the new file
   * @throws {DewarError} `ERR_FORMS_SAVE_NAME` for a name that is not one `secureFilename` would give,
   *   `ERR_FORMS_SAVE_EXISTS` if there is such a file (it is left alone), `ERR_FORMS_CLOSED`
   * @see Werkzeug: `FileStorage.save`
   */
  async save(directory: string, name: string = randomUUID()): Promise<string> {
    const stored = this.#open()
    const target = secureFilename(name) === name && name !== '' ? safeJoin(directory, name) : null
    if (target === null) throw badName(name)
    try {
      await stored.copyTo(target)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw exists(target, error)
      throw error
    }
    return target
  }

  /** Forgets the bytes. The form's `close` does this for all its files and removes what is on disk. */
  close(): void {
    this.#closed = true
  }

  /** A stream that waited for its reader beyond the end of the request has nothing to read. */
  async *#read(stored: StoredBytes): AsyncGenerator<Uint8Array, void> {
    this.#open()
    yield* stored.stream()
  }

  #open(): StoredBytes {
    if (!this.#closed) return this.#stored
    throw new DewarError('ERR_FORMS_CLOSED', `The upload in '${this.name}' is gone: its request has ended.`, {
      fix: 'Save the file, or read its bytes, before the response is sent.',
    })
  }
}

function badName(name: string): DewarError {
  return new DewarError('ERR_FORMS_SAVE_NAME', `${JSON.stringify(name)} is no safe name for a file.`, {
    fix: "Leave the name out to have one generated, or pass secureFilename(file.filename) || 'upload'.",
  })
}

function exists(path: string, cause: unknown): DewarError {
  return new DewarError('ERR_FORMS_SAVE_EXISTS', `${path} exists and was left alone.`, {
    fix: 'Leave the name out to have a unique one generated.',
    details: { path },
    cause,
  })
}
