/**
 * Deflating short texts as zlib does.
 *
 * Node's build of zlib looks for repetitions of four bytes and more; the original, which Python uses, for three. On short texts
 * that decides whether a payload is deflated at all. Here the original's lazy search of level 6, written with the fixed codes.
 *
 * ```
 * stream = 78 9C block adler32           ; RFC 1950 §2.2
 * block  = 1 01 *(literal / length distance) end  ; RFC 1951 §3.2.6, bits from the lowest
 * ```
 */

const [minMatch, maxMatch, tooFar] = [3, 258, 4096]
/** Level 6 of zlib: a match this long is taken without looking for a better one at the next byte. */
const maxLazy = 16

/** A repetition of what stands `distance` bytes before. */
interface Repetition {
  readonly length: number
  readonly distance: number
}

/** A literal byte, or a repetition. */
type Token = { readonly byte: number } | Repetition

/** A zlib stream of a short text; the search is quadratic, so keep to a few kilobytes. */
export function deflateShort(bytes: Uint8Array): Buffer {
  const writer = new BitWriter()
  writer.write(0b011, 3)
  for (const token of findRepetitions(bytes)) writeToken(writer, token)
  writer.writeCode(0, 7)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(adler32(bytes))
  return Buffer.concat([Buffer.of(0x78, 0x9c), writer.finish(), sum])
}

/** RFC 1951 §4: a match waits one byte for a longer one. */
function findRepetitions(bytes: Uint8Array): Token[] {
  const tokens: Token[] = []
  let waiting: Repetition | null = null
  let hasByte = false
  for (let at = 0; at < bytes.length; at++) {
    const length: number = waiting?.length ?? minMatch - 1
    const found: Repetition | null = length < maxLazy ? longestMatch(bytes, at, length) : null
    if (waiting !== null && found === null) {
      tokens.push(waiting)
      at += waiting.length - 2
      waiting = null
      hasByte = false
      continue
    }
    if (hasByte) tokens.push({ byte: bytes[at - 1] ?? 0 })
    hasByte = true
    waiting = found
  }
  if (hasByte) tokens.push(waiting === null ? { byte: bytes[bytes.length - 1] ?? 0 } : waiting)
  return tokens
}

/** The longest repetition that is longer than one that is known; the nearest of equals. zlib never looks at the first byte. */
function longestMatch(bytes: Uint8Array, at: number, known: number): Repetition | null {
  let best: Repetition | null = null
  let longest = known
  for (let from = at - 1; from > 0; from--) {
    let length = 0
    while (length < maxMatch && at + length < bytes.length && bytes[from + length] === bytes[at + length])
      length++
    if (length < minMatch || length <= longest) continue
    longest = length
    best = { length, distance: at - from }
  }
  return best?.length === minMatch && best.distance > tooFar ? null : best
}

function writeToken(writer: BitWriter, token: Token): void {
  if ('byte' in token) {
    if (token.byte < 144) writer.writeCode(0x30 + token.byte, 8)
    else writer.writeCode(0x190 + token.byte - 144, 9)
    return
  }
  const length = rangeOf(token.length, minMatch, lengthBits)
  if (length.code < 23) writer.writeCode(length.code + 1, 7)
  else writer.writeCode(0xc0 + length.code - 23, 8)
  writer.write(length.rest, length.bits)
  const distance = rangeOf(token.distance, 1, distanceBits)
  writer.writeCode(distance.code, 5)
  writer.write(distance.rest, distance.bits)
}

/** RFC 1951 §3.2.5: how many extra bits each length code from 257 on, and each distance code from 0 on, has. */
const lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5]
const distanceBits = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
]

function rangeOf(value: number, first: number, table: readonly number[]) {
  if (table === lengthBits && value === maxMatch) return { code: 28, rest: 0, bits: 0 }
  let start = first
  for (const [code, bits] of table.entries()) {
    if (value < start + 2 ** bits) return { code, rest: value - start, bits }
    start += 2 ** bits
  }
  throw new RangeError('There is no such repetition.')
}

/** Adler-32. @see RFC 1950 §8.2 */
function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0]
  for (const byte of bytes) {
    a = (a + byte) % 65_521
    b = (b + a) % 65_521
  }
  return b * 65_536 + a
}

class BitWriter {
  readonly #bytes: number[] = []
  #bits = 0
  #count = 0

  /** A number, lowest bit first. */
  write(value: number, bits: number): void {
    for (let i = 0; i < bits; i++) this.#push((value >> i) & 1)
  }

  /** A Huffman code, highest bit first. */
  writeCode(value: number, bits: number): void {
    for (let i = bits - 1; i >= 0; i--) this.#push((value >> i) & 1)
  }

  finish(): Buffer {
    while (this.#count > 0) this.#push(0)
    return Buffer.from(this.#bytes)
  }

  #push(bit: number): void {
    this.#bits |= bit << this.#count++
    if (this.#count < 8) return
    this.#bytes.push(this.#bits)
    this.#bits = 0
    this.#count = 0
  }
}
