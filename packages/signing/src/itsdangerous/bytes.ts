/** Text and bytes side by side: what goes in as text comes out as text, bytes as bytes. */
import { SigningError } from '../errors.ts'

/** Text (as UTF-8) or bytes. */
export type Text = string | Uint8Array

/** Text for text, bytes for bytes. */
export type SameKind<T extends Text> = T extends string ? string : Uint8Array

/** The bytes of either. @throws {SigningError} `ERR_SIGNING_PAYLOAD` for anything else, or text that UTF-8 cannot carry */
export function toBytes(value: Text): Buffer {
  if (typeof value === 'string' && value.isWellFormed()) return Buffer.from(value, 'utf8')
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  throw new SigningError('ERR_SIGNING_PAYLOAD', 'Only well-formed text or bytes can be signed.', {
    fix: 'Use a serializer for data.',
  })
}

/** Bytes in the form of a sample. */
export function inKindOf<T extends Text>(sample: T, bytes: Buffer): SameKind<T> {
  return (typeof sample === 'string' ? bytes.toString('utf8') : new Uint8Array(bytes)) as SameKind<T>
}

/** Puts a separator between parts. */
export function joinBytes(separator: Buffer, ...parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts.flatMap((part, i) => (i === 0 ? [part] : [separator, part])))
}

/** Splits at the last separator; `null` if there is none. */
export function splitLast(bytes: Buffer, separator: Buffer): readonly [Buffer, Buffer] | null {
  const at = bytes.lastIndexOf(separator)
  return at < 0 ? null : [bytes.subarray(0, at), bytes.subarray(at + separator.length)]
}
