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

const NO_DIGIT = 99
const AMPERSAND = 0x26
const EQUALS = 0x3d
const PERCENT = 0x25
const PLUS = 0x2b

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
  const { maxFieldNameSize } = limits
  const maxFormParts = limits.maxFormParts ?? Number.POSITIVE_INFINITY
  const pairs: string[] = []
  let count = 0
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    let equals = -1
    let encoded = false
    let encodedName = false
    // One pass over the signs: searching for each of them costs more than forms are long.
    for (end = start; end < text.length; end++) {
      const code = text.charCodeAt(end)
      if (code === AMPERSAND) break
      if (code === PERCENT || code === PLUS) encoded = true
      else if (code === EQUALS && equals < 0) {
        equals = end
        encodedName = encoded
        encoded = false
      }
    }
    if (end === start) continue
    if (++count > maxFormParts) throw limitPassed('maxFormParts', maxFormParts, count)
    const bare = equals < 0
    const rawName = text.slice(start, bare ? end : equals)
    const name = (bare ? encoded : encodedName) ? decode(rawName) : rawName
    if (name.length * 3 > maxFieldNameSize) checkName(name, limits)
    const value = bare ? '' : text.slice(equals + 1, end)
    pairs.push(name, encoded ? decode(value) : value)
  }
  return MultiDict.fromRaw(pairs)
}

function checkSize(text: string, limits: FormLimitValues): void {
  const { maxFormMemorySize } = limits
  if (maxFormMemorySize === null) return
  if (text.length * 3 <= maxFormMemorySize) return
  const size = text.length > maxFormMemorySize ? text.length : Buffer.byteLength(text)
  if (size > maxFormMemorySize) throw limitPassed('maxFormMemorySize', maxFormMemorySize, size)
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

function decode(encoded: string): string {
  const text = encoded.includes('+') ? encoded.replaceAll('+', ' ') : encoded
  let decoded = ''
  let from = 0
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', from)) {
    const high = digit(text.charCodeAt(at + 1))
    const low = digit(text.charCodeAt(at + 2))
    if (high > 7 || low > 15) return decoded + decodeRest(text.slice(from))
    decoded += text.slice(from, at) + String.fromCharCode(high * 16 + low)
    from = at + 3
  }
  return from === 0 ? text : decoded + text.slice(from)
}

/** What a hexadecimal digit stands for; more than 15 if it is none. */
function digit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = (code | 0x20) - 0x57
  return letter >= 10 && letter <= 15 ? letter : NO_DIGIT
}

function decodeRest(text: string): string {
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
