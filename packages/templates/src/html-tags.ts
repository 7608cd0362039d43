/**
 * What the compiler adds to tags: the nonce of the Content-Security-Policy and the CSRF field of forms.
 *
 * Threat: a script the policy blocks, so that somebody weakens the policy; a form that was forgotten.
 * Construction: the decision is taken on the tag as it is written, with all that outputs and branches inside it gave. A
 * field goes into forms that post to a path of this site, never to another origin.
 * Opting out: `nonce` of its own, or `data-nonce="off"`; `data-csrf="off"`.
 */
import { unescape } from '@dewar/markup'
import { unsafeUrl } from './escapers.ts'

/** Elements that get a nonce. */
export const nonceElements: ReadonlySet<string> = new Set(['script', 'style', 'link'])

/**
 * Answers whether a start tag gets a nonce.
 *
 * @param tag the tag up to its `>`
 */
export function wantsNonce(tag: string): boolean {
  const attributes = readTag(tag)
  if (attributes.has('nonce') || attributes.get('data-nonce') === 'off') return false
  if (!/^<link(?![^\s/>])/i.test(tag)) return true
  const rel = (attributes.get('rel') ?? '').toLowerCase().split(/\s+/)
  if (rel.includes('stylesheet') || rel.includes('modulepreload')) return true
  return rel.includes('preload') && /^(?:script|style)$/i.test(attributes.get('as') ?? '')
}

/**
 * Answers whether a tag that values went into gets its nonce: its address, which a value may have written, must be one of
 * this site. The nonce would let a script of any other site in.
 *
 * @param tag the tag up to its `>`, as it is sent
 */
export function mayHaveNonce(tag: string): boolean {
  const attributes = readTag(tag)
  return ['src', 'href', 'xlink:href'].every((name) => isOwnPath(attributes.get(name) ?? ''))
}

/**
 * Answers whether a form gets a CSRF field: it posts, and to a path of this site.
 *
 * @param tag the start tag up to its `>`
 */
export function wantsCsrf(tag: string): boolean {
  const attributes = readTag(tag)
  if ((attributes.get('method') ?? '').toLowerCase() !== 'post') return false
  return attributes.get('data-csrf') !== 'off' && isOwnPath(attributes.get('action') ?? '')
}

/**
 * Answers whether the text of a script is code or JSON, and not a template of some other program.
 *
 * @param tag the start tag up to its `>`
 */
export function isCode(tag: string): boolean {
  const type = (readTag(tag).get('type') ?? '').trim().toLowerCase().split(';', 1)[0] ?? ''
  return (
    type === '' ||
    type === 'module' ||
    /(?:java|ecma|j|live)script|json|importmap|speculationrules/.test(type)
  )
}

/** Whether a URL cannot leave the origin, as browsers read it: blanks and control characters do not count. */
export function isOwnPath(url: string): boolean {
  if (url === unsafeUrl) return false
  const text = url.replace(/[\t\n\r]/g, '').replace(/^[\0-\x20]+/, '')
  return !/^[\\/]{2}/.test(text) && !/^[a-z][a-z0-9+.-]*:/i.test(text)
}

/**
 * Answers whether a piece of HTML has an input of a name.
 *
 * @param html the HTML
 * @param name the name
 */
export function hasField(html: string, name: string): boolean {
  for (const [tag] of html.matchAll(/<input[\s/](?:"[^"]*"|'[^']*'|[^'">])*>/gi)) {
    if (readTag(tag.slice(0, -1)).get('name') === name) return true
  }
  return false
}

/** Answers whether a button in a piece of HTML sends its form to another site: the field would go there too. */
export function postsElsewhere(html: string): boolean {
  if (!/formaction/i.test(html)) return false
  for (const [tag] of html.matchAll(/<(?:button|input)[\s/](?:"[^"]*"|'[^']*'|[^'">])*>/gi)) {
    const action = readTag(tag.slice(0, -1)).get('formaction') ?? ''
    if (action !== unsafeUrl && !isOwnPath(action)) return true
  }
  return false
}

const attribute = /([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)))?/g

/** The attributes of a start tag; of two with one name the first counts. */
function readTag(tag: string): Map<string, string> {
  const out = new Map<string, string>()
  for (const [, name = '', double, single, bare] of tag.replace(/^<[^\s/>]+/, '').matchAll(attribute)) {
    const key = name.toLowerCase()
    if (!out.has(key)) out.set(key, unescape(double ?? single ?? bare ?? ''))
  }
  return out
}
