/**
 * Reads multipart bodies by the letter: finds the parts, hands on their heads and their content.
 *
 * Threat: endless heads, countless parts, nested bodies, bodies without an end, and above all bodies that two parsers
 * read differently: a part that one of them takes for content hides a field or a file from whoever looks with the other.
 * Construction: this grammar is the part of RFC 7578 on which parsers agree; everything beyond is refused with 400. It is
 * held against busboy in property tests: what is read here, busboy reads alike.
 *
 * ```
 * body      = [ preamble CRLF ] "--" boundary CRLF part *( delimiter CRLF part ) delimiter "--" epilogue
 * part      = 1*( header CRLF ) CRLF *OCTET
 * delimiter = CRLF "--" boundary
 * ```
 *
 * Lines end in CRLF and nothing else: a bare LF is content. No line of preamble, head or content begins like the
 * delimiter: some parsers end a part there, some do not. Nor does a preamble name it anywhere. Blanks behind a delimiter (RFC 2046 §5.1.1) fall under the same.
 * What follows the last delimiter is ignored, whatever it is.
 */
import type { FormLimitValues } from './defaults.ts'
import { ambiguous, badEncoding, limitPassed, malformed } from './errors.ts'
import { type PartHead, parsePartHead } from './part-head.ts'

/** Hears what the reader finds, in order. The pieces of content are views of what was pushed. */
export interface PartSink {
  /** A part begins. */
  head(head: PartHead): void
  /** More bytes of the part that began last. */
  data(bytes: Buffer): void
  /** The last bytes of the part, often all of them. */
  end(bytes: Buffer): void
}

/** RFC 2046 allows 70 characters; some senders write more. */
const BOUNDARY = /^[\x20-\x7e]{1,200}$/
const EMPTY = Buffer.alloc(0)
const HEAD_END = Buffer.from('\r\n\r\n')
const CRLF = Buffer.from('\r\n')
const CR = 0x0d
const LF = 0x0a
const DASH = 0x2d

type State = 'preamble' | 'head' | 'data' | 'epilogue'

/** The reader of one body. */
export class MultipartReader {
  readonly #boundary: string
  readonly #delimiter: Buffer
  readonly #limits: FormLimitValues
  readonly #sink: PartSink
  /** What could not be told yet, a copy. It begins as the line break that the first delimiter may lack. */
  #rest: Buffer = CRLF
  #state: State = 'preamble'
  /** The end of the preamble so far, as long as what may have begun there. A copy. */
  #preamble = EMPTY
  #parts = 0
  /** How many of the bytes at hand belong to the head's end and are no content. */
  #skip = 0
  /** Where the search for a head's end met the next delimiter in the bytes at hand; -1 if it is not known. */
  #met = -1

  /**
   * @param boundary the boundary, as the Content-Type gives it
   * @param limits the bounds in force
   * @param sink hears of the parts
   * @throws {BadRequest} `ERR_FORMS_MALFORMED`, `ERR_FORMS_ENCODING` if the boundary cannot be one
   */
  constructor(boundary: string, limits: FormLimitValues, sink: PartSink) {
    if (/[^\0-\x7f]/.test(boundary)) throw badEncoding('The multipart boundary is not ASCII.')
    if (!BOUNDARY.test(boundary)) throw malformed('The multipart boundary is missing or malformed.')
    this.#boundary = boundary
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
    this.#limits = limits
    this.#sink = sink
  }

  /**
   * Takes the next piece. Nothing of it is kept beyond the call.
   *
   * @param piece some bytes
   * @throws {HttpError} 400 `ERR_FORMS_MALFORMED`, `ERR_FORMS_ENCODING`; 400, 413 or 431 `ERR_FORMS_LIMIT`
   */
  push(piece: Buffer): void {
    const bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    this.#rest = EMPTY
    this.#met = -1
    let at = 0
    while (at < bytes.length && this.#state !== 'epilogue') {
      const next = this.#state === 'head' ? this.#readHead(bytes, at) : this.#readData(bytes, at)
      if (next === at) {
        this.#rest = Buffer.from(bytes.subarray(at))
        return
      }
      at = next
    }
  }

  /**
   * The body is complete.
   *
   * @throws {BadRequest} `ERR_FORMS_MALFORMED` if its last delimiter never came
   */
  end(): void {
    if (this.#state !== 'epilogue') throw malformed('The multipart body ends before its last delimiter.')
  }

  /** @returns how far the bytes are dealt with; no further than before asks for more */
  #readHead(bytes: Buffer, at: number): number {
    const { maxPartHeadSize } = this.#limits
    const end = bytes[at] === CR && bytes[at + 1] === LF ? at : bytes.indexOf(HEAD_END, at)
    const size = end < 0 ? bytes.length - at - HEAD_END.length + 1 : end - at
    if (size > maxPartHeadSize) throw limitPassed('maxPartHeadSize', maxPartHeadSize, size)
    if (end < 0) return at
    this.#countPart()
    if (this.#beginsWithBoundary(bytes, at)) throw ambiguous()
    this.#met = bytes.indexOf(this.#delimiter, at)
    if (this.#met >= 0 && this.#met < end) throw ambiguous()
    this.#sink.head(parsePartHead(bytes.subarray(at, end), this.#boundary, this.#limits))
    this.#state = 'data'
    // The empty line stays to be looked at: a delimiter that begins in it is refused.
    this.#skip = CRLF.length
    return end + CRLF.length
  }

  #countPart(): void {
    const { maxFormParts } = this.#limits
    if (maxFormParts !== null && ++this.#parts > maxFormParts) {
      throw limitPassed('maxFormParts', maxFormParts, this.#parts)
    }
  }

  /** Does a head's first line, which has no break before it, begin like the delimiter? */
  #beginsWithBoundary(bytes: Buffer, at: number): boolean {
    const line = this.#delimiter.length - CRLF.length
    return bytes[at] === DASH && this.#delimiter.subarray(CRLF.length).equals(bytes.subarray(at, at + line))
  }

  /** Preamble and data: whatever stands before the next delimiter. */
  #readData(bytes: Buffer, at: number): number {
    const delimiter = this.#delimiter
    const found = this.#met >= at ? this.#met : bytes.indexOf(delimiter, at)
    const end = found < 0 ? tailStart(bytes, at, delimiter) : found
    if (this.#state === 'preamble') this.#checkPreamble(bytes.subarray(at, end))
    if (found < 0) return this.#emit(bytes, at, end)
    if (found - at < this.#skip) throw ambiguous()
    const after = afterDelimiter(bytes, found + delimiter.length)
    if (after === 'none') throw ambiguous()
    if (after === 'more') return this.#emit(bytes, at, found)
    if (this.#state === 'data') this.#sink.end(bytes.subarray(at + this.#skip, found))
    this.#skip = 0
    this.#state = after === 'last' ? 'epilogue' : 'head'
    return found + delimiter.length + CRLF.length
  }

  /** Some parsers begin the first part wherever a preamble names the boundary. */
  #checkPreamble(bytes: Buffer): void {
    const line = this.#delimiter.subarray(CRLF.length)
    const seen = Buffer.concat([this.#preamble, bytes])
    if (seen.includes(line)) throw ambiguous()
    this.#preamble = seen.subarray(Math.max(0, seen.length - line.length + 1))
  }

  /** Hands on what is certain to be content, and returns where that ends. */
  #emit(bytes: Buffer, at: number, end: number): number {
    if (end === at) return at
    if (this.#state === 'data' && end > at + this.#skip) {
      this.#sink.data(bytes.subarray(at + this.#skip, end))
    }
    this.#skip = 0
    return end
  }
}

/** Where the longest ending that may be the beginning of a delimiter starts. A delimiter has one CR, its first byte. */
function tailStart(bytes: Buffer, at: number, delimiter: Buffer): number {
  const first = Math.max(at, bytes.length - delimiter.length + 1)
  let cr = bytes.length - 1
  while (cr >= first && bytes[cr] !== CR) cr--
  if (cr < first) return bytes.length
  return delimiter.subarray(0, bytes.length - cr).equals(bytes.subarray(cr)) ? cr : bytes.length
}

/** What stands behind a delimiter: the next part, the end, something else, or not enough to tell. */
function afterDelimiter(bytes: Buffer, at: number): 'part' | 'last' | 'more' | 'none' {
  const [first, second] = [bytes[at], bytes[at + 1]]
  if (first === undefined) return 'more'
  if (first !== CR && first !== DASH) return 'none'
  if (second === undefined) return 'more'
  if (first === CR && second === LF) return 'part'
  return first === DASH && second === DASH ? 'last' : 'none'
}
