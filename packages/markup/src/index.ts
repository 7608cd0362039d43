export { defaults } from './defaults.ts'
export { MarkupError, type MarkupErrorCode } from './errors.ts'
export { escapeText } from './escape.ts'
export { type FormatArguments, formatBraces, type WriteField } from './format.ts'
export { formatValue } from './format-spec.ts'
export { html } from './html.ts'
export { type HtmlSource, htmlOf, isHtmlSource } from './html-source.ts'
export { escape, isMarkup, Markup } from './markup.ts'
export { formatPercent, type PercentText } from './percent.ts'
export { reprText } from './repr.ts'
export { striptags } from './striptags.ts'
export {
  capitalize,
  center,
  expandTabs,
  ljust,
  lstrip,
  partition,
  rjust,
  rpartition,
  rsplitText,
  rstrip,
  sliceText,
  splitLines,
  splitText,
  strip,
  swapCase,
  textLength,
  titleCase,
  zfill,
} from './text.ts'
export { unescape } from './unescape.ts'
