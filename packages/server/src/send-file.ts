/** A file as a response: typed, named, with a version, and only as much of it as the client lacks. */

import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { resolveSettings } from '@dewar/base'
import { contentDisposition, Headers, NotFound, type Request, Response } from '@dewar/http'
import { fileDefaults } from './defaults.ts'
import { FileBody } from './file-body.ts'
import { type HandOver, handFileOver } from './hand-over.ts'
import { guessMimetype } from './mimetypes.ts'

/** How a file is sent. */
export interface SendFileOptions {
  /** The request that is answered; without it conditions and ranges are not looked at. */
  readonly request?: Pick<Request, 'method' | 'headers'> | undefined
  /** The media type; by default the one its name suggests. */
  readonly mimetype?: string | undefined
  /** Offer the file for saving instead of showing it. */
  readonly asAttachment?: boolean | undefined
  /** The name for the user; by default the file's own. */
  readonly downloadName?: string | undefined
  /** Answer 304, 206 and 412 where the request asks for it; true by default. */
  readonly conditional?: boolean | undefined
  /** The version's name without quotes; `true` (default) takes modification time and size, `false` sends none. */
  readonly etag?: boolean | string | undefined
  /** When the content changed last, in place of the file's own time. */
  readonly lastModified?: Date | undefined
  /** Seconds that caches may use the file without asking; `null` makes them ask each time. */
  readonly maxAge?: number | null | undefined
  /** What a relative path is relative to; the working directory by default. */
  readonly root?: string | undefined
  /** Who else may read the file: the server in front. By default nobody does. */
  readonly handOver?: HandOver | undefined
}

/** What is known of the file that is sent. @internal */
export type NamedFileOptions = SendFileOptions & { readonly downloadName: string; readonly path: string }

/**
 * Answers with a file. The path is trusted: for one that comes from a request use `sendFromDirectory`.
 *
 * Small files are read at once, large ones streamed; the file is closed when the response is, sent or not.
 *
 * @param path the file's path
 * @param options how to send it
 * @returns the response: 200, or 206, 304, 412 as the request's conditions have it
 * @throws {NotFound} if there is no regular file there, or it may not be read
 * @throws {RequestedRangeNotSatisfiable} 416
 * @throws {DewarError} `ERR_SERVER_OPTION`
 * @see Flask: `send_file`; RFC 9110 §13, §14
 */
export async function sendFile(path: string, options: SendFileOptions = {}): Promise<Response> {
  const absolute = resolve(options.root ?? '.', path)
  const { handle, stats } = await openRegular(absolute)
  return respond(handle, stats, {
    ...options,
    downloadName: options.downloadName ?? basename(absolute),
    path: absolute,
  })
}

/**
 * Opens a regular file for reading.
 *
 * @param path an absolute path
 * @param flags further flags for `open`
 * @returns the open file and what it is
 * @throws {NotFound} for anything but a regular file that may be read
 */
export async function openRegular(path: string, flags = 0): Promise<{ handle: FileHandle; stats: Stats }> {
  let handle: FileHandle
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | flags)
  } catch (error) {
    throw notFoundOr(error)
  }
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw new NotFound()
    return { handle, stats }
  } catch (error) {
    await handle.close()
    throw error
  }
}

const meansMissing: ReadonlySet<string> = new Set([
  'EACCES',
  'EINVAL',
  'EISDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'ENOENT',
  'ENOTDIR',
  'ENXIO',
  'EPERM',
  'ERR_INVALID_ARG_VALUE', // a NUL in the path
])

/**
 * Tells a file that is not there, or not for us, from a machine in trouble.
 *
 * @param error what the file system said
 * @returns a `NotFound`, or the error itself
 */
export function notFoundOr(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  return code !== undefined && meansMissing.has(code) ? new NotFound(null, { cause: error }) : error
}

/**
 * Makes the response for an open file, which it closes, at once or with the response.
 *
 * @param handle the open file
 * @param stats what it is
 * @param options how to send it, with its name
 * @internal
 */
export async function respond(
  handle: FileHandle,
  stats: Stats,
  options: NamedFileOptions,
): Promise<Response> {
  try {
    const response = describe(stats, options)
    const { request } = options
    const other = options.handOver?.(options.path) ?? null
    if (request !== undefined && options.conditional !== false) {
      // Ranges are cut by whoever reads the file.
      const ranges = other === null ? { acceptRanges: true, length: stats.size } : {}
      response.makeConditional(withoutOddRange(request), ranges)
    }
    if (other !== null && response.status === 200) return await handFileOver(response, handle, other)
    const part = partToSend(response, stats.size)
    if (part === null || request?.method === 'HEAD') await handle.close()
    else await attach(response, handle, part)
    return response
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** RFC 9110 §14.2: a range that is no single, well-formed range of bytes is as good as none. */
function withoutOddRange(request: Pick<Request, 'method' | 'headers'>): Pick<Request, 'method' | 'headers'> {
  const range = request.headers.get('Range')
  if (range === null) return request
  const [, first, last] = /^bytes=(\d*)-(\d*)$/i.exec(range.trim()) ?? []
  if (first !== undefined && last !== undefined && first + last !== '') {
    if (first === '' || last === '' || Number(first) <= Number(last)) return request
  }
  const headers = new Headers(request.headers)
  headers.delete('Range')
  return { method: request.method, headers }
}

function describe(stats: Stats, options: NamedFileOptions): Response {
  const { maxAge } = resolveSettings('server', { maxAge: fileDefaults.maxAge }, { maxAge: options.maxAge })
  const { downloadName } = options
  const response = new Response(null, { mimetype: options.mimetype ?? guessMimetype(downloadName) })
  const kind = options.asAttachment === true ? 'attachment' : 'inline'
  response.headers.set('Content-Disposition', contentDisposition(kind, downloadName))
  response.headers.set('Content-Length', stats.size)
  // A file that is stale at once may be kept, but must be asked for each time.
  const fresh = maxAge === null ? [] : [`max-age=${maxAge}`]
  response.headers.set('Cache-Control', [maxAge ? 'public' : 'no-cache', ...fresh].join(', '))
  response.lastModified = options.lastModified ?? stats.mtime
  const { etag = true } = options
  if (typeof etag === 'string') response.setEtag(etag)
  else if (etag)
    response.setEtag(`${Math.trunc(stats.mtimeMs * 1000).toString(36)}-${stats.size.toString(36)}`)
  return response
}

/** The bytes that the answer needs: all, the part that was asked for, or none (304, 412). */
function partToSend(response: Response, size: number): readonly [start: number, stop: number] | null {
  if (response.status === 200) return [0, size]
  const range = response.status === 206 ? response.contentRange : null
  if (range === null || range.start === null || range.stop === null) return null
  return [range.start, range.stop]
}

async function attach(
  response: Response,
  handle: FileHandle,
  [start, stop]: readonly [number, number],
): Promise<void> {
  const body = new FileBody(handle, start, stop, fileDefaults.chunkSize.value)
  if (stop - start > fileDefaults.wholeFileSize.value) {
    response.body = body
    response.onClose(() => body.close())
    return
  }
  const pieces: Uint8Array[] = []
  for await (const piece of body) pieces.push(piece)
  response.body = pieces.length === 1 ? (pieces[0] ?? null) : Buffer.concat(pieces)
}
