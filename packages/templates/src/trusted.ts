import { Markup } from '@dewar/markup'

const mark = Symbol('author')

/**
 * HTML that the template's author vouches for wherever it is put: what `|tojson` and `|safe` give, and macros and
 * blocks of text that no other value went into.
 * Other HTML is trusted between tags and in attributes only.
 *
 * @param html the HTML
 */
export function trusted(html: string): Markup {
  return Object.defineProperty(new Markup(html), mark, { value: true })
}

/** Whether a value was made by {@link trusted}. */
export function isTrusted(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, mark)
}
