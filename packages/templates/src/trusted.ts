import { Markup } from '@dewar/markup'

const mark = Symbol('author')

/** A place that HTML can be made for; `any`: the author vouches for it wherever it is put; `json`: a literal of a script. */
export type TrustedPlace = 'any' | 'tag' | 'script' | 'style' | 'json'

/**
 * HTML that is safe in more places than between tags and in attributes: what `|safe` and, in scripts, `|tojson` give, macros and
 * blocks of text that no other value went into (`any`), and what a macro wrote for the place it is called in.
 *
 * @param html the HTML
 * @param place where it may stand
 */
export function trusted(html: string, place: TrustedPlace = 'any'): Markup {
  return Object.defineProperty(new Markup(html), mark, { value: place })
}

/** Whether a value was made by {@link trusted} for a place. */
export function isTrusted(value: unknown, place: TrustedPlace): boolean {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, mark)) return false
  const made = (value as { [mark]?: unknown })[mark]
  return made === 'any' || made === place || (made === 'json' && place === 'script')
}

/** Whether a value is what `|tojson` gave: a literal of its own, not the inside of a string. */
export function isJson(value: unknown): boolean {
  return !isTrusted(value, 'any') && isTrusted(value, 'json')
}
