/** The values of cookies: plain where they can be, else quoted with octal escapes, as Python writes them. */

// Beside these only quoted characters can stand in a value that every parser reads alike.
const PLAIN_VALUE = /^[\w!#$%&'()*+./:<=>?@[\]^`{|}~-]*$/
const ESCAPED = /[\x00-\x19",;\\\x7f-\xff]/g

/**
 * Quotes a value if it needs to be, and escapes what cookies cannot hold as `\ooo`, byte by byte of its UTF-8.
 *
 * @param value any text
 * @see RFC 6265 §4.1.1; Python: `http.cookies`
 */
export function quoteCookieValue(value: string): string {
  if (PLAIN_VALUE.test(value)) return value
  const latin1 = Buffer.from(value, 'utf8').toString('latin1')
  return `"${latin1.replace(ESCAPED, escapeByte)}"`
}

function escapeByte(char: string): string {
  if (char === '"' || char === '\\') return `\\${char}`
  return `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`
}

/**
 * Takes the quotes off a value and resolves `\ooo` (a byte of UTF-8) and `\x`.
 *
 * @param value as it stands in the header
 */
export function unquoteCookieValue(value: string): string {
  if (value.charCodeAt(0) !== 0x22 || value.length < 2 || !value.endsWith('"')) return value
  const inner = value.slice(1, -1)
  if (!inner.includes('\\')) return inner
  const bytes = new TextEncoder().encode(inner)
  const out = new Uint8Array(bytes.length)
  let length = 0
  for (let index = 0; index < bytes.length; index++) {
    let byte = bytes[index] ?? 0
    if (byte === 0x5c && index + 1 < bytes.length) {
      const octal = octalAt(bytes, index + 1)
      index += octal < 0 ? 1 : 3
      byte = octal < 0 ? (bytes[index] ?? 0) : octal
    }
    out[length++] = byte
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(out.subarray(0, length))
}

function octalAt(bytes: Uint8Array, index: number): number {
  const [a = 0, b = 0, c = 0] = bytes.subarray(index, index + 3)
  if (a < 0x30 || a > 0x33 || b < 0x30 || b > 0x37 || c < 0x30 || c > 0x37) return -1
  return (a - 0x30) * 64 + (b - 0x30) * 8 + (c - 0x30)
}
