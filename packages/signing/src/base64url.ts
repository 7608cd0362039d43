/**
 * Base64url as RFC 7515 §2 wants it: no padding, no stray characters, and one text per value.
 *
 * Node decodes leniently; each altered spelling of a token would then verify as well. Decoding here accepts only what
 * encoding writes.
 */

/** Bytes, or text as UTF-8, to base64url without padding. */
export function encodeBase64url(value: string | Uint8Array): string {
  const bytes =
    typeof value === 'string'
      ? Buffer.from(value, 'utf8')
      : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return bytes.toString('base64url')
}

/**
 * The bytes of canonical base64url.
 *
 * @param text what came
 * @returns the bytes, or `null` if the text is anything but the canonical encoding
 */
export function decodeBase64url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : null
}
