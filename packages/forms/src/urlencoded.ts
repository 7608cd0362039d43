/**
 * Forms as browsers send them by default.
 *
 * ```
 * form = [ pair ] *( "&" [ pair ] )      ; WHATWG URL §5.1, as Werkzeug reads it
 * pair = name [ "=" value ]              ; "+" is a blank, %XX are bytes of UTF-8
 * ```
 */
import { MultiDict } from '@dewar/http'
import { type FormLimits, type FormLimitValues, resolveLimits } from './defaults.ts'
import { limitPassed } from './errors.ts'

/**
 * Reads an urlencoded form.
 *
 * Blank values and names are kept, empty pairs are not; escapes that do not form UTF-8 stay as they were sent. Names such
 * as `__proto__` are plain keys.
 *
 * @param text the body
 * @param limits bounds other than the defaults
 * @returns the pairs in order
 * @throws {HttpError} 413 or 400, `ERR_FORMS_LIMIT`
 * @see Werkzeug: `FormDataParser._parse_urlencoded`
 */
export function parseUrlencoded(text: string, limits?: FormLimits): MultiDict<string> {
  return readPairs(text, resolveLimits(limits))
}

/**
 * Reads an urlencoded form under limits that are already resolved.
 *
 * @param text the body
 * @param limits the bounds in force
 * @returns the pairs in order
 * @throws {HttpError} 413 or 400, `ERR_FORMS_LIMIT`
 */
export function readPairs(text: string, limits: FormLimitValues): MultiDict<string> {
  checkSize(text, limits)
  // A plus sign is a blank wherever it stands, so one pass does for all of them.
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  const maxFormParts = limits.maxFormParts ?? Number.POSITIVE_INFINITY
  const form = new MultiDict<string>()
  let count = 0
  let equals = -1
  for (let start = 0, end = 0; start < spaced.length; start = end + 1) {
    end = positionOf('&', spaced, start)
    if (end === start) continue
    if (++count > maxFormParts) throw limitPassed('maxFormParts', maxFormParts, count)
    if (equals < start) equals = positionOf('=', spaced, start)
    const name = decode(spaced.slice(start, Math.min(equals, end)))
    if (name.length * 3 > limits.maxFieldNameSize) checkName(name, limits)
    form.add(name, equals < end ? decode(spaced.slice(equals + 1, end)) : '')
  }
  return form
}

function checkSize(text: string, limits: FormLimitValues): void {
  const { maxFormMemorySize } = limits
  if (maxFormMemorySize === null) return
  const size = text.length > maxFormMemorySize ? text.length : Buffer.byteLength(text)
  if (size > maxFormMemorySize) throw limitPassed('maxFormMemorySize', maxFormMemorySize, size)
}

/** The position of a sign from `start` on, or the text's end. */
function positionOf(sign: string, text: string, start: number): number {
  const position = text.indexOf(sign, start)
  return position < 0 ? text.length : position
}

/**
 * Refuses field names that are too long.
 *
 * @param name the name as decoded
 * @param limits the bounds in force
 * @throws {HttpError} 400, `ERR_FORMS_LIMIT`
 */
export function checkName(name: string, limits: FormLimitValues): void {
  const size = Buffer.byteLength(name)
  if (size > limits.maxFieldNameSize) throw limitPassed('maxFieldNameSize', limits.maxFieldNameSize, size)
}

function decode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text.replace(/(?:%[\da-f]{2})+/gi, decodeRun)
  }
}

/** Decodes what is UTF-8 in a run of escapes and leaves the other escapes alone. */
function decodeRun(run: string): string {
  const bytes = Buffer.from(run.replaceAll('%', ''), 'hex')
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at)
    const next = at + (length || 1)
    text += length === 0 ? run.slice(at * 3, next * 3) : bytes.toString('utf8', at, next)
    at = next
  }
  return text
}

/** The length of the UTF-8 sequence at a position, 0 if there is none (RFC 3629 §4). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0
  if (lead < 0x80) return 1
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
  if (lead < 0xc2 || lead > 0xf4) return 0
  for (let step = 1; step < length; step++) if (((bytes[at + step] ?? 0) & 0xc0) !== 0x80) return 0
  const second = bytes[at + 1] ?? 0
  const outside =
    (lead === 0xe0 && second < 0xa0) ||
    (lead === 0xed && second > 0x9f) ||
    (lead === 0xf0 && second < 0x90) ||
    (lead === 0xf4 && second > 0x8f)
  return outside ? 0 : length
}
