/**
 * HMAC-SHA256 under one fixed key, many times a second.
 *
 * ```
 * HMAC(K, text) = H((K xor opad) || H((K xor ipad) || text))     ; RFC 2104 §2
 * ```
 *
 * `createHmac` makes an object with a stream and a native context for each call; making and collecting them takes more than
 * the hashing. Here the two padded blocks of the key are laid out once, and each call is two one-shot hashes over them.
 * Long texts go through `createHmac`. That both agree, at every length and over the vectors of RFC 4231, is tested.
 */
import { createHmac, hash, type KeyObject } from 'node:crypto'
import { defaults } from './defaults.ts'

/** SHA-256 takes its input in blocks of 64 bytes and gives 32. */
const blockLength = 64
const digestLength = 32
/** No UTF-16 unit takes more bytes of UTF-8 than this. */
const bytesOfUnit = 3

/** HMAC-SHA256 of text, in base64url. */
export class HmacSha256 {
  readonly #key: KeyObject
  /** The inner padded key, and room for the text behind it. */
  readonly #inner: Buffer
  /** The outer padded key, and room for the inner digest behind it. */
  readonly #outer: Buffer

  /** @param key of at most 64 bytes; the keys of a ring have 32 */
  constructor(key: KeyObject) {
    const bytes = key.export()
    if (bytes.length > blockLength) throw new RangeError('A key longer than a block is hashed first.')
    this.#key = key
    this.#inner = padded(bytes, 0x36, blockLength + defaults.shortTextBytes.value)
    this.#outer = padded(bytes, 0x5c, blockLength + digestLength)
    bytes.fill(0)
  }

  /** @param text what is authenticated, as UTF-8 */
  of(text: string): string {
    if (text.length * bytesOfUnit > defaults.shortTextBytes.value)
      return createHmac(defaults.hash.value, this.#key).update(text).digest('base64url')
    const end = blockLength + this.#inner.write(text, blockLength, 'utf8')
    // One character for each byte: a string comes back from native code sooner than a buffer.
    const digest = hash(defaults.hash.value, this.#inner.subarray(0, end), 'binary')
    this.#outer.write(digest, blockLength, 'binary')
    return hash(defaults.hash.value, this.#outer, 'base64url')
  }
}

/** The HMAC under a key. */
export function makeHmac(key: KeyObject): HmacSha256 {
  return new HmacSha256(key)
}

function padded(key: Buffer, pad: number, length: number): Buffer {
  // Outside the pool that small buffers share: a key has no neighbours.
  const block = Buffer.alloc(length)
  for (let i = 0; i < blockLength; i++) block[i] = (key[i] ?? 0) ^ pad
  return block
}
