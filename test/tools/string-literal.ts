/** Reads a string as it stands in formatted source text; parts that are computed become `…`. */

/** A string literal, and where the text goes on behind it. */
export interface StringLiteral {
  readonly text: string
  readonly end: number
}

/**
 * Reads the literal, or the literals joined by `+`, that begin at a place.
 *
 * @param source the text of a file
 * @param start where to look; spaces and line ends before the literal are passed over
 * @returns the text with escapes resolved, or null if no literal stands there
 */
export function readString(source: string, start: number): StringLiteral | null {
  const first = readOne(source, skipSpace(source, start))
  if (!first) return null
  const after = skipSpace(source, first.end)
  if (source[after] !== '+') return first
  const rest = readString(source, after + 1)
  return rest && { text: first.text + rest.text, end: rest.end }
}

function readOne(source: string, start: number): StringLiteral | null {
  const quote = source[start]
  if (quote !== "'" && quote !== '"' && quote !== '`') return null
  let text = ''
  for (let at = start + 1; at < source.length; at += 1) {
    if (source[at] === quote) return { text, end: at + 1 }
    if (source[at] === '\\') {
      at += 1
      text += source[at] === 'n' ? ' ' : source[at]
    } else if (quote === '`' && source.startsWith('${', at)) {
      at = endOfExpression(source, at + 2)
      text += '…'
    } else text += source[at]
  }
  return null
}

/** The place of the brace that closes `${`; strings inside it are passed over. */
function endOfExpression(source: string, start: number): number {
  let depth = 1
  for (let at = start; at < source.length; at += 1) {
    const inner = readOne(source, at)
    if (inner) at = inner.end - 1
    else if (source[at] === '{') depth += 1
    else if (source[at] === '}') depth -= 1
    if (depth === 0) return at
  }
  return source.length
}

function skipSpace(source: string, start: number): number {
  let at = start
  while (/\s/.test(source[at] ?? '')) at += 1
  return at
}
