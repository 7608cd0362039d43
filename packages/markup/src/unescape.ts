import { entityText, legacyEntity } from './entities.ts'

/**
 * Character references, as HTML knows them:
 *
 *     reference = "&" ( "#" 1*DIGIT / "#" ( "x" / "X" ) 1*HEXDIG / name ) [ ";" ]
 *
 * @see WHATWG HTML §13.5; Python: `html.unescape`
 */
const reference = /&(?:#([0-9]+);?|#[xX]([0-9a-fA-F]+);?|([^\t\n\f <&#;]{1,32};?))/g

/** Windows-1252 as browsers read `&#128;` to `&#159;`; the five gaps stay control characters. */
const windows1252 =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f' +
  '\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178'

/**
 * Turns character references (`&lt;`, `&#39;`, `&eacute;`) into the characters they stand for.
 *
 * All names of HTML are known; those of old HTML need no semicolon. What is no reference stays as it is.
 *
 * @param text HTML text
 * @returns plain text: escape it again before it goes into a page
 * @see MarkupSafe: `Markup.unescape`
 */
export function unescape(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(reference, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named(name) ?? whole
    return numeric(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10))
  })
}

function named(name: string): string | undefined {
  const complete = name.endsWith(';') ? entityText(name.slice(0, -1)) : undefined
  if (complete !== undefined) return complete
  for (let length = name.length; length > 1; length--) {
    const text = legacyEntity(name.slice(0, length))
    if (text !== undefined) return text + name.slice(length)
  }
  return undefined
}

function numeric(code: number): string {
  if (code >= 0x80 && code <= 0x9f) return windows1252.charAt(code - 0x80)
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '\ufffd'
  if (code === 0x0d) return '\r'
  if (isNothing(code)) return ''
  return String.fromCodePoint(code)
}

/** Control characters and noncharacters: a parse error in HTML, dropped by Python. */
function isNothing(code: number): boolean {
  if (code < 0x20) return code !== 9 && code !== 10 && code !== 12
  return code === 0x7f || (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) === 0xfffe
}
