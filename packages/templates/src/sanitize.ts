/**
 * `|sanitize`: HTML that users write, cut down to what can do no harm.
 *
 * Threat: a comment or a mail that brings a script, a form, a style that covers the page, or a picture that reports home.
 * Construction: an allow-list of elements, attributes and schemes, applied to a parsed tree and written anew by
 * sanitize-html; nothing is taken from the text itself. Links get `rel="nofollow ugc noopener"`.
 */
import { createRequire } from 'node:module'
import { Markup } from '@dewar/markup'
import type sanitizeHtml from 'sanitize-html'

type Sanitizer = (html: string, options: sanitizeHtml.IOptions) => string

/** What is left in. Text, lists, tables and links; no pictures, no styles, no classes, nothing that loads or runs. */
const policy: sanitizeHtml.IOptions = {
  allowedTags: [
    ...[
      'a',
      'abbr',
      'b',
      'blockquote',
      'br',
      'cite',
      'code',
      'dd',
      'del',
      'dl',
      'dt',
      'em',
      'h1',
      'h2',
      'h3',
    ],
    ...['h4', 'h5', 'h6', 'hr', 'i', 'ins', 'kbd', 'li', 'mark', 'ol', 'p', 'pre', 'q', 's', 'samp', 'small'],
    ...['strong', 'sub', 'sup', 'table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr', 'u', 'ul', 'var'],
  ],
  allowedAttributes: {
    a: ['href', 'title', 'rel'],
    abbr: ['title'],
    ol: ['start'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan', 'scope'],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nestingLimit: 100,
  transformTags: {
    a: (tagName, attribs) => ({ tagName, attribs: { ...attribs, rel: 'nofollow ugc noopener' } }),
  },
}

/** Loads the sanitiser when it is first needed: most apps never do. */
function load(): Sanitizer {
  return createRequire(import.meta.url)('sanitize-html') as Sanitizer
}

/**
 * Cuts HTML down to text, lists, tables and links.
 *
 * @param html HTML from anywhere
 */
export function sanitize(html: string): Markup {
  return new Markup(load()(html, policy))
}
