/** Base32 as apps for one-time passwords take it: RFC 4648 §6 without padding. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Bytes to text, in capitals. */
export function serializeBase32(bytes: Uint8Array): string {
  let text = ''
  let [bits, value] = [0, 0]
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    bits += 8
    for (; bits >= 5; bits -= 5) text += alphabet[(value >> (bits - 5)) & 31]
  }
  return bits === 0 ? text : text + alphabet[(value << (5 - bits)) & 31]
}

/** Text to bytes; blanks, hyphens, case and padding do not matter. `null` for other characters. */
export function parseBase32(text: string): Uint8Array | null {
  const bytes: number[] = []
  let [bits, value] = [0, 0]
  for (const character of text.replaceAll(/[\s=-]/g, '').toUpperCase()) {
    const index = alphabet.indexOf(character)
    if (index < 0) return null
    value = ((value << 5) | index) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((value >> bits) & 255)
  }
  return Uint8Array.from(bytes)
}
