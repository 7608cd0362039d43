/**
 * The guard in front of busboy: reads a multipart body by the letter before the decoder sees it.
 *
 * Threat: endless heads, countless parts, nested bodies, bodies without an end, and above all bodies that two parsers
 * read differently: a part that one of them takes for content hides a field or a file from whoever looks with the other.
 * Construction: each piece goes through this grammar first, and only then to busboy. The grammar is the part of RFC 7578
 * on which parsers agree; everything beyond is refused with 400, and what busboy finds is compared with what was found here.
 *
 * ```
 * body      = [ preamble CRLF ] "--" boundary CRLF part *( delimiter CRLF part ) delimiter "--" epilogue
 * part      = 1*( header CRLF ) CRLF *OCTET
 * delimiter = CRLF "--" boundary
 * ```
 *
 * Lines end in CRLF and nothing else: a bare LF is content. No line of preamble, head or content begins like the
 * delimiter: some parsers end a part there, some do not. Blanks behind a delimiter (RFC 2046 §5.1.1) fall under the same.
 */
import type { FormLimitValues } from './defaults.ts'
import { ambiguous, badEncoding, limitPassed, malformed } from './errors.ts'
import { type PartHead, parsePartHead } from './part-head.ts'

/** Hears what the guard finds, in order. The pieces of data are views of what was pushed: keep copies. */
export interface PartSink {
  /** A part begins. */
  head(head: PartHead): void
  /** More bytes of the part that began last. */
  data(bytes: Buffer): void
  /** The part is complete. */
  end(): void
}

/** RFC 2046 allows 70 characters; some senders write more. */
const BOUNDARY = /^[\x20-\x7e]{1,200}$/
const EMPTY = Buffer.alloc(0)
const HEAD_END = Buffer.from('\r\n\r\n')
const CRLF = Buffer.from('\r\n')
const CR = 0x0d
const LF = 0x0a
const DASH = 0x2d

/** Busboy takes heads of 16 KiB, the line breaks at their end included, whatever the limits say. */
const BUSBOY_HEAD = 16_380

type State = 'preamble' | 'head' | 'data' | 'epilogue'

/** The guard of one body. */
export class MultipartGuard {
  readonly #delimiter: Buffer
  readonly #limits: FormLimitValues
  readonly #sink: PartSink
  /** What could not be told yet. It begins as the line break that the first delimiter may lack. */
  #rest: Buffer = CRLF
  #state: State = 'preamble'
  #parts = 0
  /** How many of the bytes at hand belong to the head's end and are no content. */
  #skip = 0

  /**
   * @param boundary the boundary, as the Content-Type gives it
   * @param limits the bounds in force
   * @param sink hears of the parts
   * @throws {BadRequest} `ERR_FORMS_MALFORMED`, `ERR_FORMS_ENCODING` if the boundary cannot be one
   */
  constructor(boundary: string, limits: FormLimitValues, sink: PartSink) {
    if (/[^\0-\x7f]/.test(boundary)) throw badEncoding('The multipart boundary is not ASCII.')
    if (!BOUNDARY.test(boundary)) throw malformed('The multipart boundary is missing or malformed.')
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
    this.#limits = limits
    this.#sink = sink
  }

  /**
   * Takes the next piece.
   *
   * @param piece some bytes
   * @throws {HttpError} 400 `ERR_FORMS_MALFORMED`, `ERR_FORMS_ENCODING`; 400, 413 or 431 `ERR_FORMS_LIMIT`
   */
  push(piece: Buffer): void {
    let bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    this.#rest = EMPTY
    while (bytes.length > 0 && this.#state !== 'epilogue') {
      const used = this.#state === 'head' ? this.#readHead(bytes) : this.#readData(bytes)
      if (used === 0) {
        this.#rest = bytes
        return
      }
      bytes = bytes.subarray(used)
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

  /** @returns how many bytes are dealt with; 0 asks for more */
  #readHead(bytes: Buffer): number {
    const { maxPartHeadSize } = this.#limits
    const length = bytes[0] === CR && bytes[1] === LF ? 0 : bytes.indexOf(HEAD_END)
    const size = length < 0 ? bytes.length - HEAD_END.length + 1 : length
    if (size > maxPartHeadSize || isBeyondBusboy(bytes, size)) {
      throw limitPassed('maxPartHeadSize', Math.min(maxPartHeadSize, BUSBOY_HEAD), size)
    }
    if (length < 0) return 0
    this.#countPart()
    const lines = bytes.subarray(0, length)
    if (holdsDelimiter(lines, this.#delimiter)) throw ambiguous()
    this.#sink.head(parsePartHead(lines, this.#limits))
    this.#state = 'data'
    // The empty line stays to be looked at: a delimiter that begins in it is refused.
    this.#skip = CRLF.length
    return length + CRLF.length
  }

  #countPart(): void {
    const { maxFormParts } = this.#limits
    if (maxFormParts !== null && ++this.#parts > maxFormParts) {
      throw limitPassed('maxFormParts', maxFormParts, this.#parts)
    }
  }

  /** Preamble and data: whatever stands before the next delimiter. */
  #readData(bytes: Buffer): number {
    const at = bytes.indexOf(this.#delimiter)
    if (at < 0) return this.#emit(bytes, tailStart(bytes, this.#delimiter))
    if (at < this.#skip) throw ambiguous()
    const after = afterDelimiter(bytes, at + this.#delimiter.length)
    if (after === 'none') throw ambiguous()
    this.#emit(bytes, at)
    if (after === 'more') return at
    if (this.#state === 'data') this.#sink.end()
    this.#state = after === 'last' ? 'epilogue' : 'head'
    return at + this.#delimiter.length + CRLF.length
  }

  /** Hands on what is certain to be content, and returns where that ends. */
  #emit(bytes: Buffer, end: number): number {
    if (end === 0) return 0
    if (this.#state === 'data' && end > this.#skip) this.#sink.data(bytes.subarray(this.#skip, end))
    this.#skip = 0
    return end
  }
}

/** Where the longest ending that may be the beginning of a delimiter starts. A delimiter has one CR, its first byte. */
function tailStart(bytes: Buffer, delimiter: Buffer): number {
  const window = Math.max(0, bytes.length - delimiter.length + 1)
  const tail = bytes.subarray(window)
  const cr = tail.lastIndexOf(CR)
  if (cr < 0 || !delimiter.subarray(0, tail.length - cr).equals(tail.subarray(cr))) return bytes.length
  return window + cr
}

/** Would busboy give a head up for its size? It counts the first byte of each name and of each value twice. */
function isBeyondBusboy(bytes: Buffer, size: number): boolean {
  if (size * 2 < BUSBOY_HEAD) return false
  let count = size + 2
  for (let at = bytes.indexOf(CRLF); at >= 0 && at < size; at = bytes.indexOf(CRLF, at + 2)) count += 2
  return count > BUSBOY_HEAD
}

/** Does a line of a head begin like the delimiter? Its first line has no break before it. */
function holdsDelimiter(lines: Buffer, delimiter: Buffer): boolean {
  const first = delimiter.subarray(CRLF.length)
  return lines.includes(delimiter) || lines.subarray(0, first.length).equals(first)
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
