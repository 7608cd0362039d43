/** How {@link wrapText} wraps. */
export interface WrapOptions {
  width: number
  breakLongWords: boolean
  breakOnHyphens: boolean
  lineEnd: string
}

/**
 * Breaks lines at a width, as Python's `textwrap` does; lines that are there stay.
 *
 * @param text the text
 * @param options the width in characters, and where a line may break
 */
export function wrapText(text: string, options: WrapOptions): string {
  const lines = text.split(/\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/)
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line) => wrapLine(line, options).join(options.lineEnd)).join(options.lineEnd)
}

function wrapLine(line: string, { width, breakLongWords, breakOnHyphens }: WrapOptions): string[] {
  const chunks = chunksOf(line, breakOnHyphens).reverse()
  const out: string[] = []
  while (chunks.length > 0) {
    let current = ''
    if (out.length > 0 && (chunks.at(-1) ?? '').trim() === '') chunks.pop()
    for (
      let next = chunks.at(-1);
      next !== undefined && current.length + next.length <= width;
      next = chunks.at(-1)
    ) {
      current += chunks.pop() ?? ''
    }
    const long = chunks.at(-1)
    if (long !== undefined && long.length > width) {
      const room = breakLongWords ? Math.max(1, width - current.length) : long.length
      if (breakLongWords || current === '') {
        chunks.pop()
        current += long.slice(0, room)
        if (room < long.length) chunks.push(long.slice(room))
      }
    }
    const tidy = current.replace(/\s+$/, '')
    if (tidy !== '') out.push(tidy)
  }
  return out
}

/** Words and the blanks between them; words may end after a hyphen between letters. */
function chunksOf(line: string, breakOnHyphens: boolean): string[] {
  const words = line.split(/(\s+)/).filter((chunk) => chunk !== '')
  if (!breakOnHyphens) return words
  return words.flatMap((word) =>
    word.split(/(?<=[\p{L}]-)(?=[\p{L}])|(?<=\p{L})(?=-{2,}\p{L})|(?<=--)(?=\p{L})/u),
  )
}
