/**
 * The head of a part of a multipart body.
 *
 * ```
 * head   = *( name ":" value CRLF ) CRLF          ; RFC 2046 §5.1, RFC 5322 §2.2
 * value  = ... *( CRLF ( SP / HTAB ) ... )        ; folded lines are joined with a blank
 * ```
 */
import { Headers, isToken, parseOptionsHeader } from '@dewar/http'
import type { FormLimitValues } from './defaults.ts'
import { badEncoding, limitPassed, malformed } from './errors.ts'
import { checkName } from './urlencoded.ts'

/** What a part says of itself. Nothing of it is trustworthy. */
export interface PartHead {
  /** The field's name. */
  readonly name: string
  /** The file's name as sent, `null` for a field; an empty name is a file input left empty. */
  readonly filename: string | null
  /** The `Content-Type` as sent, or `null`. */
  readonly contentType: string | null
  readonly headers: Headers
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** RFC 7578 §4.3 gave such parts up; a reader that goes into them sees files that another does not. */
const NESTED = /^\s*multipart\//i
const DISPOSITION = 'content-disposition'
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/

/**
 * Reads a part's head.
 *
 * @param bytes the header lines, without the empty line at their end
 * @param limits the bounds in force
 * @returns the head
 * @throws {HttpError} 400 `ERR_FORMS_MALFORMED`, `ERR_FORMS_ENCODING`; 400 or 431 `ERR_FORMS_LIMIT`
 */
export function parsePartHead(bytes: Uint8Array, limits: FormLimitValues): PartHead {
  const headers = new Headers()
  const text = decode(bytes)
  const ascii = text.length === bytes.length
  const dispositions: string[] = []
  for (const line of unfold(text, limits)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon))
    if (!isToken(name) || CONTROL.test(line)) throw malformed('A part has a malformed header line.')
    const value = trimBlanks(line.slice(colon + 1))
    if (name.length === DISPOSITION.length && name.toLowerCase() === DISPOSITION) dispositions.push(value)
    headers.add(name, ascii ? value : toLatin1(value))
  }
  const [disposition] = dispositions
  if (disposition === undefined || dispositions.length > 1) {
    throw malformed('A part needs exactly one Content-Disposition.')
  }
  const { value, params } = parseOptionsHeader(disposition)
  if (value.toLowerCase() !== 'form-data') throw malformed('A part is no form data.')
  const name = params.get('name')
  if (name === undefined) throw malformed('A part has no name.')
  checkName(name, limits)
  const filename = params.get('filename') ?? null
  if (filename !== null) checkFilename(filename, limits)
  const contentType = headers.get('Content-Type')
  if (contentType !== null && NESTED.test(contentType)) throw malformed('A part is a multipart body itself.')
  return { name, filename, contentType, headers }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw badEncoding("A part's head is not UTF-8.")
  }
}

function unfold(text: string, limits: FormLimitValues): string[] {
  const lines: string[] = []
  for (const line of text === '' ? [] : text.split('\r\n')) {
    const last = lines.length - 1
    if (last >= 0 && /^[ \t]/.test(line)) lines[last] += ` ${line.trimStart()}`
    else lines.push(line)
    if (lines.length > limits.maxPartHeaders) {
      throw limitPassed('maxPartHeaders', limits.maxPartHeaders, lines.length)
    }
  }
  return lines
}

/** A loop, since an expression for blanks at the end takes quadratic time on hostile lines. */
function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

function checkFilename(filename: string, limits: FormLimitValues): void {
  const size = Buffer.byteLength(filename)
  if (size > limits.maxFilenameSize) throw limitPassed('maxFilenameSize', limits.maxFilenameSize, size)
}

/** `Headers` holds what can travel in a head: one character for each byte. */
function toLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
