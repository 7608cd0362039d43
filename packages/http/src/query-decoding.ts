/** Percent-decoding that leaves what it cannot decode. */

/**
 * Decodes a name or a value: as a whole if it is UTF-8, else as far as it is.
 *
 * @param text as sent, without `+` for blanks
 */
export function decodeField(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return decodePartly(text)
  }
}

/**
 * Decodes the escapes that form UTF-8, and leaves the others.
 *
 * @param text with or without escapes
 */
export function decodePartly(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/gi, decodeRun)
}

/** A run of escapes: whole characters are decoded, stray bytes stay, in upper case. Never throws per byte: that is slow. */
function decodeRun(run: string): string {
  const bytes = new Uint8Array(run.length / 3)
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(run.slice(index * 3 + 1, index * 3 + 3), 16)
  }
  let out = ''
  for (let index = 0; index < bytes.length; ) {
    const length = sequenceLength(bytes, index)
    const escapes = run.slice(index * 3, (index + (length || 1)) * 3)
    out += length === 0 ? escapes.toUpperCase() : decodeURIComponent(escapes)
    index += length || 1
  }
  return out
}

/** How many bytes the UTF-8 sequence has that begins here; 0 if none does. @see RFC 3629 §4 */
function sequenceLength(bytes: Uint8Array, index: number): number {
  const first = bytes[index] ?? 0
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  const second = bytes[index + 1] ?? 0
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  if (second < lowest || second > highest) return 0
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  for (let offset = 2; offset < length; offset++) if (((bytes[index + offset] ?? 0) & 0xc0) !== 0x80) return 0
  return length
}
