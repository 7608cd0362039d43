/** Jinja's filters for texts. */
import {
  center as centered,
  formatValue,
  isHtmlSource,
  Markup,
  strip,
  striptags as stripped,
} from '@dewar/markup'
import { limits } from './defaults.ts'
import { TemplateFault } from './errors.ts'
import type { BuiltIn } from './filter.ts'
import { isKeywords } from './keywords.ts'
import { replaceIn } from './methods-text.ts'
import { formatMarkup, formatText } from './operators.ts'
import { isTrue, kindOf, lengthOf, numberText, textOf } from './values.ts'
import { wrapText } from './word-wrap.ts'

/** HTML stays HTML, everything else becomes text. */
export function soft(value: unknown): string | Markup {
  return isHtmlSource(value) ? new Markup(value) : textOf(value)
}

/** Applies a function to a text; HTML stays HTML. */
export function mapText(value: unknown, fn: (text: string) => string): string | Markup {
  return isHtmlSource(value) ? new Markup(fn(value.toHtml())) : fn(textOf(value))
}

/** The number an argument is, or what it is when it is left out. */
export function numberArgument(value: unknown, otherwise: number): number {
  if (value === undefined || value === null) return otherwise
  const isNumber = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
  if (!isNumber) throw new TemplateFault('ERR_TEMPLATES_TYPE', `'${textOf(value)}' is no number.`)
  return Number(value)
}

/** What a filter works on, if it is there. */
export function needed<T>(value: T, filter: string): NonNullable<T> | null {
  if (value !== undefined) return value as NonNullable<T> | null
  throw new TemplateFault('ERR_TEMPLATES_UNDEFINED', `The value of '${filter}' is undefined.`)
}

/** A text or HTML; nothing else is one. */
function onlyText(value: unknown, filter: string): string | Markup {
  if (typeof value === 'string' || isHtmlSource(value)) return soft(value)
  throw new TemplateFault('ERR_TEMPLATES_TYPE', `${filter}() takes a text, not ${kindOf(value)}.`)
}

/** A number; an argument left out is none here. */
export function onlyNumber(value: unknown): number {
  if (value !== undefined && value !== null) return numberArgument(value, 0)
  throw new TemplateFault('ERR_TEMPLATES_TYPE', `${kindOf(value)} is no number.`)
}

const simple = (fn: (text: string) => string): BuiltIn => ({
  parameters: [],
  run: (_, value) => mapText(value, fn),
})

function title(text: string): string {
  return text.replace(/[^-\s({[<]+/g, (word) => {
    const first = [...word][0] ?? ''
    return first.toUpperCase() + word.slice(first.length).toLowerCase()
  })
}

function truncate(whole: unknown, length: number, killWords: boolean, end: unknown, leeway: number): unknown {
  if (lengthOf(whole) <= length + leeway) return whole
  const value = onlyText(whole, 'truncate')
  const tail = soft(end)
  if (length < lengthOf(tail)) {
    throw new TemplateFault('ERR_TEMPLATES_VALUE', `truncate(${length}) is shorter than its end.`)
  }
  const cut = [...textOf(value)].slice(0, length - lengthOf(tail)).join('')
  const space = cut.lastIndexOf(' ')
  const kept = killWords || space === -1 ? cut : cut.slice(0, space)
  return value instanceof Markup ? new Markup(kept).concat(tail) : kept + textOf(tail)
}

function indent(value: string | Markup, width: unknown, first: boolean, blank: boolean): unknown {
  const indention = typeof width === 'string' ? width : ' '.repeat(Math.min(numberArgument(width, 4), 1000))
  const lines = `${textOf(value)}\n`.split(/\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/).slice(0, -1)
  const out = lines.map((line, index) => {
    if (index === 0) return first ? indention + line : line
    return blank || line !== '' ? indention + line : line
  })
  const text = out.join('\n')
  return value instanceof Markup ? new Markup(text) : text
}

const sizes = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB']

function fileSize(value: unknown, binary: boolean): string {
  if (typeof needed(value, 'filesizeformat') === 'object' && !isHtmlSource(value))
    throw new TemplateFault('ERR_TEMPLATES_TYPE', `${kindOf(value)} is no size.`)
  const bytes = Number(textOf(value).trim() === '' ? Number.NaN : value)
  if (Number.isNaN(bytes)) throw new TemplateFault('ERR_TEMPLATES_VALUE', `'${textOf(value)}' is no size.`)
  const base = binary ? 1024 : 1000
  if (bytes === 1) return '1 Byte'
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`
  let power = 1
  while (power < sizes.length - 1 && bytes >= base ** (power + 1)) power++
  const unit = binary ? `${sizes[power]?.charAt(0).toUpperCase()}iB` : sizes[power]
  return `${formatValue(bytes / base ** power, '.1f')} ${unit}`
}

/** Jinja's filters for texts. */
export const textFilters: Readonly<Record<string, BuiltIn>> = {
  capitalize: simple((text) => {
    const first = [...text][0] ?? ''
    return first.toUpperCase() + text.slice(first.length).toLowerCase()
  }),
  center: {
    parameters: ['width'],
    run: (_, value, width) => mapText(value, (text) => centered(text, numberArgument(width, 80))),
  },
  filesizeformat: { parameters: ['binary'], run: (_, value, binary) => fileSize(value, isTrue(binary)) },
  format: {
    parameters: [],
    open: true,
    run: (_, value, ...args) => {
      const last = args.at(-1)
      if (isKeywords(last) && args.length > 1) {
        const message = 'format() takes values by place or by name, not both.'
        throw new TemplateFault('ERR_TEMPLATES_ARGUMENT', message)
      }
      const values = isKeywords(last) ? { ...last } : args
      return value instanceof Markup ? formatMarkup(value, values) : formatText(textOf(value), values)
    },
  },
  indent: {
    parameters: ['width', 'first', 'blank'],
    run: (_, value, width = 4, first = false, blank = false) =>
      indent(onlyText(needed(value, 'indent'), 'indent'), width, isTrue(first), isTrue(blank)),
  },
  lower: simple((text) => text.toLowerCase()),
  replace: {
    parameters: ['old', 'new', 'count'],
    run: ({ escaped }, value, old, next, count) => {
      const times = count === undefined || count === null ? -1 : Number(count)
      if (!escaped) return replaceIn(textOf(value), textOf(old), textOf(next), times)
      if (!isHtmlSource(value) && !isHtmlSource(old) && !isHtmlSource(next)) {
        return replaceIn(textOf(value), textOf(old), textOf(next), times)
      }
      return new Markup('').concat(value).replace(textOf(old), soft(next), times)
    },
  },
  string: { parameters: [], run: (_, value) => soft(value) },
  striptags: {
    parameters: [],
    run: (_, value) => stripped(isHtmlSource(value) ? value.toHtml() : textOf(value)),
  },
  title: { parameters: [], run: (_, value) => title(isHtmlSource(value) ? value.toHtml() : textOf(value)) },
  trim: {
    parameters: ['chars'],
    run: (_, value, chars) =>
      mapText(value, (text) => strip(text, chars === undefined || chars === null ? null : textOf(chars))),
  },
  truncate: {
    parameters: ['length', 'killwords', 'end', 'leeway'],
    run: (_, value, length, killWords, end = '...', leeway = undefined) =>
      truncate(value, numberArgument(length, 255), isTrue(killWords), end, numberArgument(leeway, 5)),
  },
  upper: simple((text) => text.toUpperCase()),
  wordcount: { parameters: [], run: (_, value) => textOf(value).match(/[\p{L}\p{N}\p{M}_]+/gu)?.length ?? 0 },
  wordwrap: {
    parameters: ['width', 'break_long_words', 'wrapstring', 'break_on_hyphens'],
    run: (_, value, width, breakLongWords = true, wrapString = '\n', breakOnHyphens = true) =>
      wrapText(textOf(needed(value, 'wordwrap')), {
        width: numberArgument(width, 79),
        breakLongWords: isTrue(breakLongWords),
        breakOnHyphens: isTrue(breakOnHyphens),
        lineEnd: wrapString === null ? '\n' : textOf(wrapString),
      }),
  },
}

/** Text that a number is made of, or the number itself. */
export function toNumberText(value: unknown): string {
  return typeof value === 'number' ? numberText(value) : textOf(value).trim().replaceAll('_', '')
}

/** The longest text a filter may make. */
export function checkLength(length: number): void {
  if (length <= limits.textLength) return
  throw new TemplateFault('ERR_TEMPLATES_LIMIT', `A text of ${length} characters is too long.`)
}
