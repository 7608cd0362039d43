/**
 * Text as Python's `repr` writes it: quoted, with escapes for what cannot be seen.
 *
 * @param value text is quoted; anything else is written as JavaScript writes it
 */
export function reprText(value: unknown): string {
  if (typeof value !== 'string') return String(value)
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'"
  const body = value.replace(/[\\\n\r\t'\x00-\x1f\x7f]/g, (character) => escaped(character, quote))
  return quote + body + quote
}

function escaped(character: string, quote: string): string {
  if (character === "'") return quote === "'" ? "\\'" : "'"
  const known = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character]
  return known ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}
