/**
 * How a download is called.
 *
 * ```
 * disposition = ( "inline" / "attachment" ) [ ";" "filename=" value ] [ ";" "filename*=" ext-value ]   ; RFC 6266 §4.1
 * ```
 */
import { encodeExtended } from './extended-value.ts'
import { serializeOptionsHeader } from './options-header.ts'

const PLAIN = /^[\x20-\x7e]*$/

/**
 * Writes the header's value. A name outside of ASCII is given twice: spelled without accents for old clients, and exactly.
 *
 * @param kind shown in the page, or offered for saving
 * @param filename the name for the user; no path
 * @returns the value; it holds no control characters, whatever the name does
 * @see RFC 6266, RFC 8187; Werkzeug: `send_file`
 */
export function contentDisposition(kind: 'inline' | 'attachment', filename: string): string {
  const name = filename.toWellFormed().replace(/[\x00-\x1f\x7f]/g, '_')
  if (PLAIN.test(name)) return serializeOptionsHeader(kind, [['filename', name]])
  const simple = name.normalize('NFKD').replace(/[^\x20-\x7e]/g, '')
  return serializeOptionsHeader(kind, [
    ['filename', simple],
    ['filename*', encodeExtended(name)],
  ])
}
