/** A request's body as a form, whichever way the browser sent it. */
import { MultiDict, type Request } from '@dewar/http'
import { ByteBuffer } from './byte-buffer.ts'
import { type FormLimits, type FormLimitValues, resolveLimits } from './defaults.ts'
import { ambiguous, badEncoding, limitPassed } from './errors.ts'
import { FormCollector } from './form-collector.ts'
import { MultipartReader } from './multipart-reader.ts'
import { stoppable } from './stoppable.ts'
import { UploadSpool } from './upload-spool.ts'
import type { UploadedFile } from './uploaded-file.ts'
import { readPairs } from './urlencoded.ts'

/** Limits other than the defaults, and where large files wait. */
export interface ParseFormOptions extends FormLimits {
  /** An existing directory for temporary ones; the system's by default. */
  readonly temporaryDirectory?: string | undefined
  /** Ends the reading with its reason, at once, and removes what was written: for requests that end before their body. */
  readonly signal?: AbortSignal | undefined
}

/** What came with a form. */
export interface ParsedForm extends AsyncDisposable {
  /** The fields. */
  readonly form: MultiDict<string>
  /** The files. A file input that was left empty does not appear. */
  readonly files: MultiDict<UploadedFile>
  /** Forgets the files and removes the temporary ones. Call it when the request ends, whatever happened. */
  close(): Promise<void>
}

/** The parts of a request that a form is read from. */
export type FormRequest = Pick<
  Request,
  'contentType' | 'mimetype' | 'mimetypeParams' | 'contentLength' | 'body'
> &
  Partial<Pick<Request, 'releasePiece'>>

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads the form in a request's body.
 *
 * `application/x-www-form-urlencoded` and `multipart/form-data` are read; with another type the form is empty and the
 * body stays unread. Bounds are enforced as early as they are known, reading stops there, and whatever was written to
 * disk is removed.
 *
 * @param request the request, body unread
 * @param options limits other than the defaults
 * @returns fields and files; close it when the request ends
 * @throws {HttpError} 400 `ERR_FORMS_MALFORMED`, `ERR_FORMS_ENCODING`; 400, 413 or 431 `ERR_FORMS_LIMIT`; 413 of `@dewar/http` if the body is
 *   longer than `MAX_CONTENT_LENGTH`
 * @throws {DewarError} `ERR_FORMS_OPTION`
 * @see RFC 7578; Werkzeug: `FormDataParser`
 */
export async function parseForm(request: FormRequest, options?: ParseFormOptions): Promise<ParsedForm> {
  const { temporaryDirectory, signal, ...limitOptions } = options ?? {}
  const limits = resolveLimits(options === undefined ? undefined : limitOptions)
  switch (request.mimetype) {
    case 'application/x-www-form-urlencoded':
      return parsed(readPairs(await readText(request, limits, signal), limits), new MultiDict(), undefined)
    case 'multipart/form-data':
      return readMultipart(
        request,
        limits,
        new UploadSpool(limits.fileMemorySize, temporaryDirectory),
        signal,
      )
    default:
      return parsed(new MultiDict(), new MultiDict(), undefined)
  }
}

async function readText(
  request: FormRequest,
  limits: FormLimitValues,
  signal: AbortSignal | undefined,
): Promise<string> {
  const maximum = limits.maxFormMemorySize ?? Number.POSITIVE_INFINITY
  const announced = request.contentLength ?? 0
  if (announced > maximum) throw limitPassed('maxFormMemorySize', maximum, announced)
  const bytes = new ByteBuffer()
  for await (const piece of bodyOf(request, signal)) {
    const size = bytes.length + piece.byteLength
    if (size > maximum) throw limitPassed('maxFormMemorySize', maximum, size)
    bytes.append(toBuffer(piece))
  }
  try {
    return utf8.decode(bytes.take())
  } catch {
    throw badEncoding('The form is not UTF-8.')
  }
}

async function readMultipart(
  request: FormRequest,
  limits: FormLimitValues,
  spool: UploadSpool,
  signal: AbortSignal | undefined,
): Promise<ParsedForm> {
  const collector = new FormCollector(limits, spool)
  const reader = new MultipartReader(boundaryOf(request), limits, collector)
  let held: Uint8Array[] = []
  try {
    for await (const piece of bodyOf(request, signal)) {
      reader.push(toBuffer(piece))
      const writing = spool.flush()
      if (writing !== undefined) await writing
      held.push(piece)
      if (spool.isWaiting) continue
      for (const done of held) request.releasePiece?.(done)
      held = []
    }
    reader.end()
    await spool.finish()
    const { form, files } = collector.finish()
    return parsed(form, files, spool)
  } catch (error) {
    await spool.close()
    throw error
  }
}

function bodyOf({ body }: FormRequest, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  return signal === undefined ? body : stoppable(body, signal)
}

/**
 * The boundary that the type names. Of two, some readers take the first and some the last; one in RFC 2231's extended form is
 * none to most; and at a comma outside of quotes, where some readers end the value, two headers may have been joined.
 */
function boundaryOf({ contentType, mimetypeParams }: FormRequest): string {
  const type = contentType ?? ''
  const named = type.match(/;\s*boundary\s*[=*]/gi) ?? []
  const isExtended = named.some((found) => found.endsWith('*'))
  if (named.length > 1 || isExtended || type.replace(/"(?:[^"\\]|\\.)*"/g, '').includes(','))
    throw ambiguous()
  return mimetypeParams.get('boundary') ?? ''
}

function toBuffer(piece: Uint8Array): Buffer {
  return Buffer.isBuffer(piece) ? piece : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
}

function parsed(
  form: MultiDict<string>,
  files: MultiDict<UploadedFile>,
  spool: UploadSpool | undefined,
): ParsedForm {
  async function close(): Promise<void> {
    for (const file of files.values()) file.close()
    await spool?.close()
  }
  return { form, files, close, [Symbol.asyncDispose]: close }
}
