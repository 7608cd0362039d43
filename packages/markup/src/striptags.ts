import { collapseSpace } from './text.ts'
import { unescape } from './unescape.ts'

/**
 * Gives the text of a piece of HTML: comments and tags removed, whitespace collapsed, entities resolved.
 *
 * It is for reading (a title, a search index), not for safety: escape the result before it goes into a page. It
 * takes time linear in the length of the text, whatever the text is.
 *
 * @param text HTML text
 * @returns plain text
 * @see MarkupSafe: `Markup.striptags`
 */
export function striptags(text: string): string {
  return unescape(collapseSpace(withoutTags(withoutComments(text))))
}

/** Removing a comment can join what was around it to a new one (`<!<!---->--x-->`), which must go as well. */
function withoutComments(text: string): string {
  if (!text.includes('<!--')) return text
  const out = new Uint16Array(text.length)
  let length = 0
  for (let at = 0; at < text.length; at++) {
    out[length++] = text.charCodeAt(at)
    if (!endsWithOpening(out, length)) continue
    const end = endOfComment(text, at + 1)
    if (end === -1) return textOf(out, length) + text.slice(at + 1)
    length -= 4
    at = end - 1
  }
  return textOf(out, length)
}

function endsWithOpening(out: Uint16Array, length: number): boolean {
  return out[length - 1] === 45 && out[length - 2] === 45 && out[length - 3] === 33 && out[length - 4] === 60
}

/** The dashes that open a comment may close it too: `<!-->`, `<!--->`. */
function endOfComment(text: string, at: number): number {
  if (text.startsWith('>', at)) return at + 1
  if (text.startsWith('->', at)) return at + 2
  const found = text.indexOf('-->', at)
  return found === -1 ? -1 : found + 3
}

function textOf(units: Uint16Array, length: number): string {
  let text = ''
  for (let at = 0; at < length; at += 8192) {
    text += String.fromCharCode(...units.subarray(at, Math.min(at + 8192, length)))
  }
  return text
}

function withoutTags(text: string): string {
  let out = ''
  let done = 0
  for (;;) {
    const start = text.indexOf('<', done)
    const end = start === -1 ? -1 : text.indexOf('>', start)
    if (end === -1) return out + text.slice(done)
    out += text.slice(done, start)
    done = end + 1
  }
}
