/** Bytes that arrive in pieces of any size, kept as a copy at a cost that grows with their number only. */

const SMALLEST = 64

/** A growing list of bytes. */
export class ByteBuffer {
  #bytes = Buffer.alloc(0)
  #length = 0

  /** How many bytes there are. */
  get length(): number {
    return this.#length
  }

  /** @param bytes copied at once */
  append(bytes: Buffer): void {
    const length = this.#length + bytes.length
    if (length > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(SMALLEST, length, this.#bytes.length * 2))
      this.#bytes.copy(grown, 0, 0, this.#length)
      this.#bytes = grown
    }
    bytes.copy(this.#bytes, this.#length)
    this.#length = length
  }

  /** Hands the bytes over and begins anew. */
  take(): Buffer {
    const bytes = this.#bytes.subarray(0, this.#length)
    this.#bytes = Buffer.alloc(0)
    this.#length = 0
    return bytes
  }
}
