/** Bytes and streams as answers, named and conditional as files are. */
import { DewarError } from '@dewar/base'
import { contentDisposition, Response, type ResponseBody } from '@dewar/http'
import { guessMimetype, type SendFileOptions } from '@dewar/server'

/** What can be sent in place of a file on disk. */
export type Content = Uint8Array | AsyncIterable<string | Uint8Array> | ReadableStream

/**
 * Makes the response. Bytes get an ETag of their hash, and answer conditions and ranges; streams only as far as the options
 * name a version.
 *
 * @throws {DewarError} `ERR_DEWAR_SEND_FILE` if neither type nor name is given
 * @internal
 */
export function sendContent(content: Content, options: SendFileOptions): Response {
  const { downloadName, mimetype, asAttachment = false, conditional = true, etag = true, request } = options
  if (mimetype === undefined && downloadName === undefined) throw nameless()
  if (asAttachment && downloadName === undefined) throw nameless()
  const response = new Response(content as ResponseBody, {
    mimetype: mimetype ?? guessMimetype(downloadName ?? ''),
  })
  if (downloadName !== undefined) {
    response.headers.set(
      'Content-Disposition',
      contentDisposition(asAttachment ? 'attachment' : 'inline', downloadName),
    )
  }
  setMaxAge(response, options.maxAge ?? null)
  if (options.lastModified !== undefined) response.lastModified = options.lastModified
  if (typeof etag === 'string') response.setEtag(etag)
  else if (etag) response.addEtag()
  if (!conditional || request === undefined) return response
  const isWhole = content instanceof Uint8Array
  return response.makeConditional(request, isWhole ? { acceptRanges: true, length: content.byteLength } : {})
}

function setMaxAge(response: Response, maxAge: number | null): void {
  const fresh = maxAge === null ? 'no-cache' : `${maxAge > 0 ? 'public' : 'no-cache'}, max-age=${maxAge}`
  response.headers.set('Cache-Control', fresh)
}

function nameless(): DewarError {
  return new DewarError('ERR_DEWAR_SEND_FILE', 'sendFile was given content without a type or a name.', {
    fix: "Say what it is: { mimetype: 'text/csv' }, or what it is called: { downloadName: 'report.csv' }.",
  })
}
