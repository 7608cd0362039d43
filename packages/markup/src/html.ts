import { defaults } from './defaults.ts'
import { MarkupError } from './errors.ts'
import { escapeText } from './escape.ts'
import { type Place, placesOf } from './html-places.ts'
import { htmlOf, isHtmlSource } from './html-source.ts'
import { Markup } from './markup.ts'

/** The places of each literal; a literal is the same object each time its line is reached. */
const known = new WeakMap<readonly string[], readonly Place[]>()

/** What stands in place of an address that is refused, as in templates. */
const unsafeUrl = '#unsafe-url'

const remedies: Readonly<Record<Exclude<Place, 'text' | 'url'>, readonly [string, string]>> = {
  'no-quotes': ['in an attribute without quotes', 'Put quotes around it: title="…".'],
  tag: ['among the attributes of a tag', 'Write the attribute out, or give HTML: html` checked`.'],
  comment: ['in a comment', 'Leave it out.'],
  script: [
    'in a script or style sheet',
    'Put it into an attribute, data-user="…", and read that in the script.',
  ],
  event: ['in code', 'Put it into an attribute, data-user="…", and read that in a script of its own.'],
}

/**
 * A template literal that is HTML: every value in it is escaped unless it is HTML already; lists are written item by item.
 *
 * Values belong between tags or inside *quoted* attributes. Where an address begins, one that would run code becomes `#unsafe-url`. Elsewhere
 * only HTML fits: escaping keeps no value in an attribute without quotes, a script, a style sheet or a comment.
 *
 * @param strings the literal's own text, trusted
 * @param values what stands in its places
 * @throws {MarkupError} `ERR_MARKUP_PLACE` for plain text where escaping does not keep it
 * @see MarkupSafe: `Markup.format`
 */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Markup {
  let places = known.get(strings)
  if (places === undefined) {
    places = placesOf(strings)
    known.set(strings, places)
  }
  let out = strings[0] ?? ''
  for (const [index, value] of values.entries()) {
    const place = places[index] ?? 'text'
    const after = strings[index + 1] ?? ''
    for (const item of Array.isArray(value) ? value : [value]) out += htmlAt(item, place, after)
    out += after
  }
  return new Markup(out)
}

function htmlAt(value: unknown, place: Place, after: string): string {
  if (place === 'text' || value === null || value === undefined || isHtmlSource(value)) return htmlOf(value)
  const text = String(value)
  if (place === 'url') return isSafeUrl(text + /^[^"']*/.exec(after)) ? escapeText(text) : unsafeUrl
  if (text === '' && place !== 'no-quotes') return ''
  if (place === 'no-quotes' && (typeof value === 'number' || typeof value === 'bigint')) return text
  const [where, fix] = remedies[place]
  throw new MarkupError('ERR_MARKUP_PLACE', `A value stands ${where}, where escaping does not keep it.`, fix)
}

/** Browsers leave blanks out of a scheme, and control characters before it. */
function isSafeUrl(url: string): boolean {
  const text = url.replace(/[\t\n\r]/g, '').replace(/^[\0-\x20]+/, '')
  const scheme = /^([^/?#\\]*?):/.exec(text)?.[1]
  return scheme === undefined || defaults.urlSchemes.value.includes(scheme.toLowerCase())
}
