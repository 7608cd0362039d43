/** The text methods of Python that templates use, as functions of strings. Lengths count code points, not UTF-16 units. */
import { defaults } from './defaults.ts'
import { MarkupError } from './errors.ts'

/** What Python calls whitespace; JavaScript's `\s` differs in U+001C to U+001F, U+0085 and U+FEFF. */
const space = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const spaces = new RegExp(`[${space}]+`)
const leading = new RegExp(`^[${space}]+`)
const isSpace = new RegExp(`[${space}]`)
const surrogate = /[\ud800-\udfff]/
const lineEnd = /\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/
const word = /\p{L}[\p{L}\p{M}]*/gu

/** The length of a text in code points. */
export function textLength(text: string): number {
  if (!surrogate.test(text)) return text.length
  let length = 0
  for (const _ of text) length++
  return length
}

/** Code points from `start` to before `stop`; negative positions count from the end, `null` is the end. */
export function sliceText(text: string, start: number | null = null, stop: number | null = null): string {
  if (!surrogate.test(text)) return text.slice(start ?? 0, stop ?? undefined)
  return [...text].slice(start ?? 0, stop ?? undefined).join('')
}

/** Runs of whitespace become one blank; none is left at the ends. */
export function collapseSpace(text: string): string {
  return splitText(text).join(' ')
}

/** Removes whitespace, or the characters named, from the start. */
export function lstrip(text: string, characters: string | null = null): string {
  if (characters === null) return text.replace(leading, '')
  const units = [...text]
  const set = new Set(characters)
  const first = units.findIndex((unit) => !set.has(unit))
  return first === -1 ? '' : units.slice(first).join('')
}

/** Removes whitespace, or the characters named, from the end. */
export function rstrip(text: string, characters: string | null = null): string {
  const set = characters === null ? null : new Set(characters)
  const units = set === null ? text : [...text]
  let end = units.length
  while (end > 0) {
    const last = units[end - 1] ?? ''
    if (set === null ? !isSpace.test(last) : !set.has(last)) break
    end--
  }
  return typeof units === 'string' ? units.slice(0, end) : units.slice(0, end).join('')
}

/** Removes whitespace, or the characters named, from both ends. */
export function strip(text: string, characters: string | null = null): string {
  return rstrip(lstrip(text, characters), characters)
}

/** Splits at a separator, or at runs of whitespace; `limit` is the number of cuts, -1 for all. */
export function splitText(text: string, separator: string | null = null, limit = -1): string[] {
  if (separator === null) return splitSpaces(text, limit)
  if (separator === '') throw wrong('The separator of split() is empty.', 'Name the text to split at.')
  const parts = text.split(separator)
  if (limit < 0 || parts.length <= limit + 1) return parts
  return [...parts.slice(0, limit), parts.slice(limit).join(separator)]
}

/** As {@link splitText}, cutting from the end. */
export function rsplitText(text: string, separator: string | null = null, limit = -1): string[] {
  const reversed = (part: string): string => [...part].reverse().join('')
  const flipped = separator === null ? null : reversed(separator)
  return splitText(reversed(text), flipped, limit).map(reversed).reverse()
}

function splitSpaces(text: string, limit: number): string[] {
  const parts = strip(text).split(spaces)
  if (limit < 0 || parts.length <= limit + 1) return parts[0] === '' ? [] : parts
  const out: string[] = []
  let rest = lstrip(text)
  while (out.length < limit) {
    const cut = spaces.exec(rest)
    if (cut === null) break
    out.push(rest.slice(0, cut.index))
    rest = rest.slice(cut.index + cut[0].length)
  }
  return rest === '' ? out : [...out, rest]
}

/** The lines of a text, without their ends. */
export function splitLines(text: string, keepEnds = false): string[] {
  const out: string[] = []
  let rest = text
  for (let end = lineEnd.exec(rest); end !== null; end = lineEnd.exec(rest)) {
    out.push(rest.slice(0, end.index) + (keepEnds ? end[0] : ''))
    rest = rest.slice(end.index + end[0].length)
  }
  return rest === '' ? out : [...out, rest]
}

/** What stands before the first separator, the separator, and what stands after. */
export function partition(text: string, separator: string): [string, string, string] {
  const at = text.indexOf(separator)
  if (at === -1) return [text, '', '']
  return [text.slice(0, at), separator, text.slice(at + separator.length)]
}

/** As {@link partition}, at the last separator. */
export function rpartition(text: string, separator: string): [string, string, string] {
  const at = text.lastIndexOf(separator)
  if (at === -1) return ['', '', text]
  return [text.slice(0, at), separator, text.slice(at + separator.length)]
}

/** The first letter upper-case, the others lower-case. */
export function capitalize(text: string): string {
  const first = sliceText(text, 0, 1)
  return first.toUpperCase() + text.slice(first.length).toLowerCase()
}

/** Every run of letters starts upper-case and goes on lower-case. */
export function titleCase(text: string): string {
  return text.replace(word, capitalize)
}

/** Upper-case letters become lower-case and the reverse. */
export function swapCase(text: string): string {
  return text.replace(/\p{L}/gu, (letter) => {
    const upper = letter.toUpperCase()
    return upper === letter ? letter.toLowerCase() : upper
  })
}

/** Pads at both ends to a width in code points. */
export function center(text: string, width: number, fill = ' '): string {
  const missing = padding(text, width, fill)
  const left = Math.floor(missing / 2) + (missing & width & 1)
  return fill.repeat(left) + text + fill.repeat(missing - left)
}

/** Pads at the end to a width in code points. */
export function ljust(text: string, width: number, fill = ' '): string {
  return text + fill.repeat(padding(text, width, fill))
}

/** Pads at the start to a width in code points. */
export function rjust(text: string, width: number, fill = ' '): string {
  return fill.repeat(padding(text, width, fill)) + text
}

/** Pads with zeros after a sign to a width in code points. */
export function zfill(text: string, width: number): string {
  const sign = /^[+-]/.exec(text)?.[0] ?? ''
  return sign + '0'.repeat(padding(text, width, '0')) + text.slice(sign.length)
}

/** Replaces tabs by blanks up to the next column that is a multiple of `size`. */
export function expandTabs(text: string, size = 8): string {
  let column = 0
  let out = ''
  for (const part of text.split(/([\t\n\r])/)) {
    const blanks = part === '\t' ? ' '.repeat(size > 0 ? size - (column % size) : 0) : part
    column = part === '\n' || part === '\r' ? 0 : column + textLength(blanks)
    out += blanks
  }
  return out
}

function padding(text: string, width: number, fill: string): number {
  if (textLength(fill) !== 1) throw wrong('The fill text must be one character.', 'Pad with one character.')
  if (width > defaults.paddedLength.value) {
    throw wrong(`A width of ${width} is more than ${defaults.paddedLength.value}.`, 'Use a smaller width.')
  }
  return Math.max(0, width - textLength(text))
}

function wrong(message: string, fix: string): MarkupError {
  return new MarkupError('ERR_MARKUP_FORMAT_TYPE', message, fix)
}
