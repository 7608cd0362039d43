/** Busboy, asked for the names in a part's head: encoded, quoted, escaped or folded as they may be. */
import busboy from 'busboy'

/** The names as busboy reads them; it leaves out what is empty. */
interface Names {
  readonly name: string | undefined
  readonly filename: string | undefined
}

/**
 * Does busboy read the same names in a part's head?
 *
 * @param head the names as they were read here
 * @param disposition the value of the head's `Content-Disposition`, on one line
 * @param boundary the body's boundary; no line of the head begins like it
 */
export function isReadAlike(
  head: { readonly name: string; readonly filename: string | null },
  disposition: string,
  boundary: string,
): boolean {
  const names = decodeDisposition(disposition, boundary)
  if (names === null) return false
  return isSameName(head.name, names.name) && isSameName(head.filename ?? '', names.filename)
}

/** Gives busboy a body of one part without content, of which it tells the names at once; `null` if it finds none. */
function decodeDisposition(disposition: string, boundary: string): Names | null {
  const quoted = boundary.replace(/["\\]/g, '\\$&')
  const decoder = busboy({
    headers: { 'content-type': `multipart/form-data; boundary="${quoted}"` },
    defParamCharset: 'utf8',
    preservePath: true,
  })
  let names: Names | null = null
  decoder.on('error', () => {})
  decoder.on('field', (name: string | undefined) => {
    names = { name, filename: undefined }
  })
  decoder.on('file', (name: string | undefined, _content, { filename }) => {
    names = { name, filename }
  })
  decoder.write(`--${boundary}\r\nContent-Disposition: ${disposition}\r\n\r\n\r\n--${boundary}--`)
  return names
}

/** Busboy leaves quotes as browsers escape them. */
function isSameName(ours: string, theirs = ''): boolean {
  return ours === theirs || (theirs.includes('%22') && ours === theirs.replaceAll('%22', '"'))
}
