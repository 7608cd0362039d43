import { MarkupError } from './errors.ts'
import { formatBraces } from './format.ts'
import { formatValue } from './format-spec.ts'
import { htmlOf, isHtmlSource } from './html-source.ts'
import { formatPercent } from './percent.ts'
import { reprText } from './repr.ts'
import { striptags } from './striptags.ts'
import * as text from './text.ts'
import { unescape } from './unescape.ts'

/**
 * A piece of HTML that is known to be safe. It is never escaped again; what is joined to it is.
 *
 * `new Markup(text)` *trusts* the text: use it for HTML you wrote, `escape` for everything else. A `Markup` never changes.
 * Its text methods are Python's, under Python's names where JavaScript has none.
 *
 * @see MarkupSafe: `Markup`
 */
export class Markup {
  readonly #html: string

  /** @param html trusted HTML; a value with `toHtml` gives its HTML */
  constructor(html: unknown = '') {
    this.#html = isHtmlSource(html) ? html.toHtml() : String(html)
  }

  /** The HTML. */
  toString(): string {
    return this.#html
  }

  /** The HTML; what makes this value pass through `escape` unchanged. */
  toHtml(): string {
    return this.#html
  }

  /** The HTML, as text. */
  toJSON(): string {
    return this.#html
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Markup(${reprText(this.#html)})`
  }

  /** The length of the HTML in code points. */
  get length(): number {
    return text.textLength(this.#html)
  }

  /** This, followed by the values, each escaped unless it is HTML already. */
  concat(...values: unknown[]): Markup {
    return this.#same(values.reduce<string>((out, value) => out + htmlOf(value), this.#html))
  }

  /** As {@link Markup.concat}, under Python's name. */
  add(value: unknown): Markup {
    return this.concat(value)
  }

  /** The values, each escaped unless it is HTML already, with this between them. */
  join(values: Iterable<unknown>): Markup {
    return this.#same(Array.from(values, htmlOf).join(this.#html))
  }

  /** This, a number of times; none for zero and less. */
  repeat(times: number): Markup {
    return this.#same(this.#html.repeat(Math.max(0, times)))
  }

  /**
   * Fills `{}`, `{0}` and `{name}`, escaping every value that is not HTML. Formats (`{:>8.2f}`) apply before escaping.
   *
   * @param values by position; an object as the last one also gives the values by name
   * @throws {MarkupError} `ERR_MARKUP_FORMAT_…` for a malformed format or a missing value
   * @see Python: `str.format`
   */
  format(...values: unknown[]): Markup {
    const last = values.at(-1)
    const named = isPlainObject(last) ? last : {}
    return this.#same(formatBraces(this.#html, { positional: values, named }, writeField))
  }

  /**
   * Fills `%s`, `%d`, `%(name)s` and their like, escaping every value that is not HTML.
   *
   * @param values a list for items by position, an object for items by name
   * @throws {MarkupError} `ERR_MARKUP_FORMAT_…` for a malformed format or values that do not suit it
   * @see Python: the `%` operator of strings
   */
  formatPercent(values: readonly unknown[] | Readonly<Record<string, unknown>>): Markup {
    return this.#same(
      formatPercent(this.#html, values, { str: htmlOf, repr: (value) => htmlOf(reprOf(value)) }),
    )
  }

  /** The text without tags and comments, whitespace collapsed, entities resolved. See the function of this name. */
  striptags(): string {
    return striptags(this.#html)
  }

  /** The text with its entities resolved. See the function of this name. */
  unescape(): string {
    return unescape(this.#html)
  }

  /** Code points from `start` to before `stop`; negative positions count from the end. */
  slice(start?: number | null, stop?: number | null): Markup {
    return this.#same(text.sliceText(this.#html, start, stop))
  }

  /** Every occurrence of a text replaced; the new text is escaped unless it is HTML. `count` limits how many. */
  replace(found: string, replacement: unknown, count = -1): Markup {
    const html = htmlOf(replacement)
    if (count < 0) return this.#same(this.#html.replaceAll(found, () => html))
    const parts = text.splitText(this.#html, found, count)
    return this.#same(parts.join(html))
  }

  /** Split at a text, or at whitespace; `limit` is the number of cuts. */
  split(separator: string | null = null, limit = -1): Markup[] {
    return text.splitText(this.#html, separator, limit).map((part) => this.#same(part))
  }

  /** As {@link Markup.split}, from the end. */
  rsplit(separator: string | null = null, limit = -1): Markup[] {
    return text.rsplitText(this.#html, separator, limit).map((part) => this.#same(part))
  }

  /** The lines, without their ends. */
  splitLines(keepEnds = false): Markup[] {
    return text.splitLines(this.#html, keepEnds).map((part) => this.#same(part))
  }

  /** What stands before the first separator, the separator, what stands after. */
  partition(separator: string): Markup[] {
    return text.partition(this.#html, separator).map((part) => this.#same(part))
  }

  /** As {@link Markup.partition}, at the last separator. */
  rpartition(separator: string): Markup[] {
    return text.rpartition(this.#html, separator).map((part) => this.#same(part))
  }

  /** Without whitespace, or the characters named, at both ends. */
  strip(characters: string | null = null): Markup {
    return this.#same(text.strip(this.#html, characters))
  }

  /** Without whitespace, or the characters named, at the start. */
  lstrip(characters: string | null = null): Markup {
    return this.#same(text.lstrip(this.#html, characters))
  }

  /** Without whitespace, or the characters named, at the end. */
  rstrip(characters: string | null = null): Markup {
    return this.#same(text.rstrip(this.#html, characters))
  }

  /** Without a text it starts with. */
  removePrefix(prefix: string): Markup {
    return this.#same(this.#html.startsWith(prefix) ? this.#html.slice(prefix.length) : this.#html)
  }

  /** Without a text it ends with. */
  removeSuffix(suffix: string): Markup {
    const ends = suffix !== '' && this.#html.endsWith(suffix)
    return this.#same(ends ? this.#html.slice(0, -suffix.length) : this.#html)
  }

  /** All upper-case, tags included. */
  toUpperCase(): Markup {
    return this.#same(this.#html.toUpperCase())
  }

  /** All lower-case, tags included. */
  toLowerCase(): Markup {
    return this.#same(this.#html.toLowerCase())
  }

  /** The first letter upper-case, the others lower-case. */
  capitalize(): Markup {
    return this.#same(text.capitalize(this.#html))
  }

  /** Each word upper-case at its start. */
  titleCase(): Markup {
    return this.#same(text.titleCase(this.#html))
  }

  /** Upper-case and lower-case exchanged. */
  swapCase(): Markup {
    return this.#same(text.swapCase(this.#html))
  }

  /** Padded at both ends to a width in code points; the fill is escaped and must then still be one character. */
  center(width: number, fill: unknown = ' '): Markup {
    return this.#same(text.center(this.#html, width, htmlOf(fill)))
  }

  /** Padded at the end. */
  ljust(width: number, fill: unknown = ' '): Markup {
    return this.#same(text.ljust(this.#html, width, htmlOf(fill)))
  }

  /** Padded at the start. */
  rjust(width: number, fill: unknown = ' '): Markup {
    return this.#same(text.rjust(this.#html, width, htmlOf(fill)))
  }

  /** Padded with zeros after a sign. */
  zfill(width: number): Markup {
    return this.#same(text.zfill(this.#html, width))
  }

  /** Tabs replaced by blanks up to the next multiple of `size`. */
  expandTabs(size = 8): Markup {
    return this.#same(text.expandTabs(this.#html, size))
  }

  #same(html: string): Markup {
    return new Markup(html)
  }
}

/**
 * Escapes a value for HTML: between tags and inside quoted attributes.
 *
 * @param value HTML (`Markup`, or an object with `toHtml`) comes back as it is; `null` and `undefined` give the empty
 *   text; anything else is turned into text and escaped
 * @see MarkupSafe: `escape` (where `None` gives "None")
 */
export function escape(value: unknown): Markup {
  return value instanceof Markup ? value : new Markup(htmlOf(value))
}

/**
 * Answers whether a value is `Markup`.
 *
 * @param value anything
 */
export function isMarkup(value: unknown): value is Markup {
  return value instanceof Markup
}

function writeField(value: unknown, spec: string): string {
  if (!isHtmlSource(value)) return htmlOf(spec === '' ? value : formatValue(value, spec))
  if (spec === '') return value.toHtml()
  throw new MarkupError(
    'ERR_MARKUP_FORMAT_VALUE',
    `A piece of HTML takes no format specification ('${spec}').`,
    'Format the text before it becomes HTML.',
  )
}

function reprOf(value: unknown): unknown {
  return isHtmlSource(value) ? value : reprText(value)
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
