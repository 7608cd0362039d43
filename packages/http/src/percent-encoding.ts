/** Percent-encoding of text as UTF-8. @see RFC 3986 §2.1 */

const UNRESERVED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~'
const ASCII = 128

/**
 * Makes a function that percent-encodes text as UTF-8. Lone surrogates become U+FFFD.
 *
 * @param safe the characters left alone beside letters, digits and `_.-~`; `%` leaves escapes as they are
 * @param blank what a blank becomes
 */
export function createQuoter(safe: string, blank = '%20'): (text: string) => string {
  const table: string[] = []
  for (let code = 0; code < ASCII; code++) {
    const char = String.fromCharCode(code)
    const isSafe = UNRESERVED.includes(char) || safe.includes(char)
    table.push(isSafe ? char : `%${code.toString(16).toUpperCase().padStart(2, '0')}`)
  }
  if (!safe.includes(' ')) table[0x20] = blank
  return (text) => {
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index)
      if (code >= ASCII || table[code]?.length !== 1 || code === 0x20) return quoteFrom(text, index, table)
    }
    return text
  }
}

function quoteFrom(text: string, start: number, table: readonly string[]): string {
  let out = text.slice(0, start)
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < ASCII) out += table[code]
    else {
      let end = index + 1
      while (end < text.length && text.charCodeAt(end) >= ASCII) end++
      out += encodeURIComponent(text.slice(index, end).toWellFormed())
      index = end - 1
    }
  }
  return out
}

/**
 * Percent-encodes text as UTF-8. Lone surrogates become U+FFFD.
 *
 * @param text any text
 * @param safe the characters left alone beside letters, digits and `_.-~`; `%` leaves escapes as they are
 * @see Python: `urllib.parse.quote`
 */
export function quoteUrl(text: string, safe = '/'): string {
  return createQuoter(safe)(text)
}
