import { escapeText } from '@dewar/markup'

/** How links are made. */
export interface LinkOptions {
  /** The longest text of a link; `null` for any. */
  limit: number | null
  rel: string
  target: string | null
  /** Further schemes whose addresses become links, such as `tel:`. */
  schemes: readonly string[]
}

const address = new RegExp(
  [
    '^(?:(?:https?://|www\\.)(?:[\\p{L}\\p{N}_%-]+\\.)*(?:[a-z]{2,63}|xn--[\\w%]{2,59})',
    '|(?:[\\p{L}\\p{N}_%-]{2,63}\\.)+(?:com|net|int|edu|gov|org|info|mil)',
    '|https?://(?:\\d{1,3}(?:\\.\\d{1,3}){3}|\\[(?:[\\da-f]{0,4}:){2}(?:[\\da-f]{0,4}:?){1,6}\\]))',
    '(?::\\d{1,5})?(?:[/?#]\\S*)?$',
  ].join(''),
  'iu',
)
const mail = /^[^\s@]+@\w[\w.-]*\.\w+$/
const lead = /^(?:[(<]|&lt;)+/
const trail = /(?:[)>.,\n]|&gt;)+$/
const brackets = [
  ['(', ')'],
  ['<', '>'],
  ['&lt;', '&gt;'],
] as const

/**
 * Makes links of the web and mail addresses in a text.
 *
 * @param html escaped text
 * @param options how the links look
 * @see Jinja: `urlize`
 */
export function linkUrls(html: string, options: LinkOptions): string {
  return html
    .split(/(\s+)/)
    .map((word) => linkWord(word, options))
    .join('')
}

function linkWord(word: string, options: LinkOptions): string {
  if (!/[.:@]/.test(word)) return word
  const head = lead.exec(word)?.[0] ?? ''
  let middle = word.slice(head.length)
  let tail = /[)>.,\n]$|&gt;$/.test(middle) ? (trail.exec(middle)?.[0] ?? '') : ''
  middle = middle.slice(0, middle.length - tail.length)
  for (const [open, close] of brackets) {
    let missing = count(middle, open) - count(middle, close)
    for (; missing > 0 && tail.includes(close); missing--) {
      const end = tail.indexOf(close) + close.length
      middle += tail.slice(0, end)
      tail = tail.slice(end)
    }
  }
  return head + link(middle, options) + tail
}

function link(text: string, { limit, rel, target, schemes }: LinkOptions): string {
  const attributes =
    (rel === '' ? '' : ` rel="${escapeText(rel)}"`) +
    (target === null ? '' : ` target="${escapeText(target)}"`)
  const shown = limit !== null && text.length > limit ? `${text.slice(0, limit)}...` : text
  if (address.test(text)) {
    const url = /^https?:\/\//.test(text) ? text : `https://${text}`
    return `<a href="${url}"${attributes}>${shown}</a>`
  }
  if (text.startsWith('mailto:') && mail.test(text.slice(7))) return `<a href="${text}">${text.slice(7)}</a>`
  const isMail =
    text.includes('@') && !text.startsWith('www.') && !text.startsWith('@') && !text.includes(':')
  if (isMail && mail.test(text)) return `<a href="mailto:${text}">${text}</a>`
  const scheme = schemes.find((start) => text !== start && text.startsWith(start))
  return scheme === undefined || isScript(scheme) ? text : `<a href="${text}"${attributes}>${text}</a>`
}

function isScript(scheme: string): boolean {
  return /^\s*(?:javascript|vbscript|data)\s*:/i.test(scheme)
}

function count(text: string, part: string): number {
  return text.split(part).length - 1
}
