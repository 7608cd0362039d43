/**
 * The few requests of Memcached's binary protocol that the store makes, with the check-and-set number that the client's own
 * methods leave out.
 *
 * ```
 * header  = 0x80 opcode keyLength:2 extrasLength 0 0:2 bodyLength:4 opaque:4 cas:8     ; big-endian
 * request = header extras key value
 * ```
 *
 * @see https://github.com/memcached/memcached/blob/master/doc/protocol-binary.xml
 */

/** What the store asks for. */
export const opcodes = { get: 0x00, set: 0x01, add: 0x02, delete: 0x04 } as const

/** What a server answers, as far as the store distinguishes. */
export const statuses = { ok: 0x00, notFound: 0x01, exists: 0x02, tooLarge: 0x03 } as const

/** An entry's version: a request that carries it fails if the entry has changed since. */
export type Version = Buffer

/** A request. */
export interface MemcachedRequest {
  readonly opcode: number
  readonly key: string
  /** The entry's text, for `set` and `add`. */
  readonly value?: string
  /** When the server drops it: seconds from now up to 30 days, else seconds since the epoch. */
  readonly expires?: number
  readonly version?: Version
}

const headerLength = 24
const requestMagic = 0x80

/** The request as bytes; `opaque` comes back with the answer. */
export function encodeRequest(request: MemcachedRequest, opaque: number): Buffer {
  const { opcode, expires, version } = request
  const key = Buffer.from(request.key)
  const value = Buffer.from(request.value ?? '')
  const extras = expires === undefined ? Buffer.alloc(0) : Buffer.alloc(8) // no flags
  if (expires !== undefined) extras.writeUInt32BE(expires, 4)
  const header = Buffer.alloc(headerLength)
  header.writeUInt8(requestMagic, 0)
  header.writeUInt8(opcode, 1)
  header.writeUInt16BE(key.length, 2)
  header.writeUInt8(extras.length, 4)
  header.writeUInt32BE(extras.length + key.length + value.length, 8)
  header.writeUInt32BE(opaque, 12)
  version?.copy(header, 16)
  return Buffer.concat([header, extras, key, value])
}
