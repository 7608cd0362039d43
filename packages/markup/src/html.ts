import { htmlOf } from './html-source.ts'
import { Markup } from './markup.ts'

/**
 * A template literal that is HTML: every value in it is escaped unless it is HTML already; lists are written item by item.
 *
 * Values belong between tags or inside *quoted* attributes. The tag does not know where a value stands: it makes no
 * value safe in a script, a style sheet, an unquoted attribute or as the whole of a URL.
 *
 * @param strings the literal's own text, trusted
 * @param values what stands in its places
 * @see MarkupSafe: `Markup.format`
 */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Markup {
  let out = strings[0] ?? ''
  for (const [index, value] of values.entries()) {
    out += Array.isArray(value) ? value.map(htmlOf).join('') : htmlOf(value)
    out += strings[index + 1] ?? ''
  }
  return new Markup(out)
}
