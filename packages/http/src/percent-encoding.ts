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
  const isLeft = new Uint8Array(ASCII)
  for (let code = 0; code < ASCII; code++) {
    const char = String.fromCharCode(code)
    const isSafe = UNRESERVED.includes(char) || safe.includes(char)
    if (isSafe) isLeft[code] = 1
    table.push(isSafe ? char : `%${code.toString(16).toUpperCase().padStart(2, '0')}`)
  }
  if (!safe.includes(' ')) table[0x20] = blank
  return (text) => {
    for (let index = 0; index < text.length; index++) {
      if (isLeft[text.charCodeAt(index)] !== 1) return quoteFrom(text, index, table, isLeft)
    }
    return text
  }
}

/** Copies what may stand in runs, and escapes what lies between them. */
function quoteFrom(text: string, start: number, table: readonly string[], isLeft: Uint8Array): string {
  let out = ''
  let done = 0
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (isLeft[code] === 1) continue
    if (done < index) out += text.slice(done, index)
    if (code < ASCII) out += table[code]
    else {
      const from = index
      while (index + 1 < text.length && text.charCodeAt(index + 1) >= ASCII) index++
      out += encodeURIComponent(text.slice(from, index + 1).toWellFormed())
    }
    done = index + 1
  }
  return done < text.length ? out + text.slice(done) : out
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
