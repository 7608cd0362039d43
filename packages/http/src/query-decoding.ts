/** Percent-decoding that leaves what it cannot decode. */

/**
 * Decodes a name or a value.
 *
 * @param field as sent, `+` for blanks
 */
export function decodeField(field: string): string {
  const text = field.includes('+') ? field.replaceAll('+', ' ') : field
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

/** A run of escapes: whole characters are decoded, stray bytes stay, in upper case. */
function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run)
  } catch {
    let out = ''
    for (let index = 0; index < run.length; ) {
      const length = 3 * sequenceLength(Number.parseInt(run.slice(index + 1, index + 3), 16))
      const decoded = tryDecode(run.slice(index, index + length))
      out += decoded ?? run.slice(index, index + 3).toUpperCase()
      index += decoded === null ? 3 : length
    }
    return out
  }
}

function tryDecode(escapes: string): string | null {
  try {
    return decodeURIComponent(escapes)
  } catch {
    return null
  }
}

/** How many bytes the UTF-8 sequence has that this byte begins. */
function sequenceLength(byte: number): number {
  if (byte >= 0xf0) return 4
  if (byte >= 0xe0) return 3
  return byte >= 0xc0 ? 2 : 1
}
