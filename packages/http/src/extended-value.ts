/**
 * Parameter values with a character set, as in `filename*=UTF-8''na%C3%AFve.txt`.
 *
 * ```
 * ext-value = charset "'" [ language ] "'" value-chars   ; RFC 8187 §3.2
 * ```
 */

const EXTENDED = /^([\w!#$%&*+.^`|~-]*)'[\w!#$%&*+.^`|~-]*'([\w!#$%&'*+.^`|~-]+)/
const LATIN1 = 'iso-8859-1'

/** A decoded value, and the character set that continuations without one inherit. */
export interface ExtendedValue {
  readonly text: string
  readonly charset: string | undefined
}

/**
 * Decodes an extended value. Only ASCII, UTF-8 and ISO-8859-1 are decoded; others stay as they were sent.
 *
 * @param value what stands behind `name*=`
 * @param inherited the character set of the part before, for continuations
 */
export function decodeExtended(value: string, inherited: string | undefined): ExtendedValue {
  const match = EXTENDED.exec(value)
  const encoded = match?.[2] ?? value
  const charset = match?.[1]?.toLowerCase() || inherited
  if (charset === LATIN1) return { text: decodeLatin1(encoded), charset }
  if (charset === 'utf-8' || charset === 'ascii' || charset === 'us-ascii') {
    return { text: decodePercentLossy(encoded), charset }
  }
  return { text: encoded, charset: inherited }
}

/**
 * Encodes text as an extended value in UTF-8.
 *
 * @param text any text without lone surrogates
 * @see RFC 8187 §3.2
 */
export function encodeExtended(text: string): string {
  const encoded = encodeURIComponent(text.toWellFormed()).replace(
    /[()'*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `UTF-8''${encoded}`
}

function decodeLatin1(text: string): string {
  return text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** Percent-decodes as UTF-8; bytes that do not form UTF-8 become U+FFFD. */
export function decodePercentLossy(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text.replace(/(?:%[\da-f]{2})+/gi, (run) => new TextDecoder().decode(percentBytes(run)))
  }
}

function percentBytes(run: string): Uint8Array {
  const bytes = new Uint8Array(run.length / 3)
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(run.slice(index * 3 + 1, index * 3 + 3), 16)
  }
  return bytes
}
