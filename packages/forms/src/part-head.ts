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
import { ambiguous, badEncoding, limitPassed, malformed } from './errors.ts'
import { isReadAlike } from './head-decoder.ts'
import { checkName } from './urlencoded.ts'

/** What a part says of itself. Nothing of it is trustworthy. */
export interface PartHead {
  /** The field's name. */
  readonly name: string
  /** The file's name as sent, `null` for a field; an empty name is a file input left empty. */
  readonly filename: string | null
  /** The `Content-Type` as sent, or `null`. */
  readonly contentType: string | null
  /** The header lines, one character for each byte, as `headersOf` takes them apart. */
  readonly lines: string
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** RFC 7578 §4.3 gave such parts up; a reader that goes into them sees files that another does not. */
const NESTED = /^\s*multipart\//i
const DISPOSITION = 'content-disposition'
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/

/** What browsers send, as long as names are without escapes: nothing in it can be read in two ways. */
const PLAIN =
  /^Content-Disposition: form-data; name="([ !#$&-[\]-~\x80-\xff]*)"(?:; filename="([ !#$&-[\]-~\x80-\xff]*)")?(?:\r\nContent-Type: ([\w+.-]+\/[\w+.-]+))?$/

/**
 * Reads a part's head. All but the plainest are read by busboy, too, and refused if it reads them in another way.
 *
 * @param bytes the header lines, without the empty line at their end
 * @param boundary the body's boundary; no line begins like it
 * @param limits the bounds in force
 * @returns the head
 * @throws {HttpError} 400 `ERR_FORMS_MALFORMED`, `ERR_FORMS_ENCODING`; 400 or 431 `ERR_FORMS_LIMIT`
 */
export function parsePartHead(bytes: Buffer, boundary: string, limits: FormLimitValues): PartHead {
  const lines = bytes.toString('latin1')
  const head = readPlain(lines, limits) ?? readAny(bytes, lines, boundary, limits)
  checkName(head.name, limits)
  if (head.filename !== null) checkFilename(head.filename, limits)
  if (head.contentType !== null && NESTED.test(head.contentType)) {
    throw malformed('A part is a multipart body itself.')
  }
  return head
}

/**
 * The header lines of a part.
 *
 * @param head a head that was read
 */
export function headersOf({ lines }: PartHead): Headers {
  return new Headers(unfold(lines, Number.POSITIVE_INFINITY).map(splitLine))
}

function readPlain(lines: string, { maxPartHeaders }: FormLimitValues): PartHead | null {
  const match = maxPartHeaders < 2 ? null : PLAIN.exec(lines)
  if (match === null) return null
  const [, name = '', filename, contentType = null] = match
  return {
    name: decodePlain(name),
    filename: filename === undefined ? null : decodePlain(filename),
    contentType,
    lines,
  }
}

function decodePlain(name: string): string {
  return /[\x80-\xff]/.test(name) ? decode(Buffer.from(name, 'latin1')) : name
}

function readAny(bytes: Buffer, lines: string, boundary: string, limits: FormLimitValues): PartHead {
  const text = decode(bytes)
  let disposition: string | undefined
  let contentType: string | null = null
  for (const line of unfold(text, limits.maxPartHeaders)) {
    const [name, value] = splitLine(line)
    if (!isToken(name) || CONTROL.test(line)) throw malformed('A part has a malformed header line.')
    const key = name.toLowerCase()
    if (key === 'content-type') {
      if (contentType !== null) throw malformed('A part has more than one Content-Type.')
      contentType = value
    }
    if (key !== DISPOSITION) continue
    if (disposition !== undefined) throw malformed('A part needs exactly one Content-Disposition.')
    disposition = value
  }
  if (disposition === undefined) throw malformed('A part needs exactly one Content-Disposition.')
  const { value, params } = parseOptionsHeader(disposition)
  if (value.toLowerCase() !== 'form-data') throw malformed('A part is no form data.')
  const name = params.get('name')
  if (name === undefined) throw malformed('A part has no name.')
  const head = { name, filename: params.get('filename') ?? null, contentType, lines }
  if (!isReadAlike(head, disposition, boundary)) throw ambiguous()
  return head
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw badEncoding("A part's head is not UTF-8.")
  }
}

/** Joins folded lines; more than one line to a header counts once. */
function unfold(text: string, maximum: number): string[] {
  const lines: string[] = []
  for (const line of text === '' ? [] : text.split('\r\n')) {
    const last = lines.length - 1
    if (last >= 0 && /^[ \t]/.test(line)) lines[last] += ` ${line.trimStart()}`
    else lines.push(line)
    if (lines.length > maximum) throw limitPassed('maxPartHeaders', maximum, lines.length)
  }
  return lines
}

function splitLine(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':')
  return [line.slice(0, Math.max(0, colon)), trimBlanks(line.slice(colon + 1))]
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
