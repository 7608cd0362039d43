import { escapeText } from './escape.ts'

/** Anything that renders itself as HTML and is trusted to do it well. MarkupSafe's `__html__`. */
export interface HtmlSource {
  /** The HTML; it is used as it is. */
  toHtml(): string
}

/**
 * Answers whether a value renders itself as HTML.
 *
 * Data parsed from JSON or a form holds no functions, so it never does.
 *
 * @param value anything
 */
export function isHtmlSource(value: unknown): value is HtmlSource {
  return (
    typeof value === 'object' && value !== null && typeof (value as Partial<HtmlSource>).toHtml === 'function'
  )
}

/**
 * Turns a value into HTML text: `toHtml()` where it has one, escaped text otherwise.
 *
 * @param value anything; `null` and `undefined` give the empty text
 */
export function htmlOf(value: unknown): string {
  if (typeof value === 'string') return escapeText(value)
  if (value === null || value === undefined) return ''
  if (isHtmlSource(value)) return value.toHtml()
  return escapeText(String(value))
}
