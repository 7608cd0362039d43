/**
 * Python's `%` formatting.
 *
 *     item = "%" ["(" name ")"] *flag [width] ["." precision] type
 *     flag = "#" / "0" / "-" / " " / "+"        width, precision = 1*DIGIT / "*"
 *
 * @see Python: printf-style String Formatting
 */
import { defaults } from './defaults.ts'
import { MarkupError } from './errors.ts'
import { type FormatSpec, formatNumber } from './format-spec.ts'
import { ljust, rjust, sliceText } from './text.ts'

/** Names are bounded: without that, `%(%(%(…` would be read to its end once for each item. */
const item = /%(?:\(([^)]{0,256})\))?([#0\- +]*)(\*|\d+)?(?:\.(\*|\d*))?[hlL]?([a-zA-Z%])?/g

/** How `%s` and `%r` turn a value into text. */
export interface PercentText {
  str(value: unknown): string
  repr(value: unknown): string
}

/**
 * Fills the items of a `%` format string.
 *
 * @param template the format string
 * @param values a list for items by position, an object for items by name
 * @param text how values become text
 * @throws {MarkupError} `ERR_MARKUP_FORMAT_TYPE` for too few or too many values, `…_VALUE` for a text where a number
 *   is needed, `…_KEY` for a name that is missing, `…_SYNTAX` for an unknown type
 */
export function formatPercent(
  template: string,
  values: readonly unknown[] | Readonly<Record<string, unknown>>,
  text: PercentText,
): string {
  const list = Array.isArray(values) ? (values as readonly unknown[]) : null
  let next = 0
  const take = (): unknown => {
    if (list === null || next >= list.length) throw wrong('TYPE', 'There are too few values for the format.')
    return list[next++]
  }
  const out = template.replace(item, (_, name, flags: string, width, precision, type) => {
    if (type === undefined) throw wrong('SYNTAX', `'${template}' ends inside an item.`)
    if (type === '%') return '%'
    const spec = {
      flags,
      width: boundedWidth(Number(width === '*' ? take() : (width ?? 0))),
      precision: precision === undefined ? null : Number(precision === '*' ? take() : precision),
      type,
    }
    return write(name === undefined ? take() : named(values, name), spec, text)
  })
  if (list !== null && next < list.length) throw wrong('TYPE', 'There are more values than the format uses.')
  return out
}

interface Item {
  flags: string
  width: number
  precision: number | null
  type: string
}

function named(values: object, name: string): unknown {
  if (!Array.isArray(values) && Object.hasOwn(values, name)) return (values as Record<string, unknown>)[name]
  throw wrong('KEY', `No value is named '${name}'.`)
}

function write(value: unknown, spec: Item, text: PercentText): string {
  if (spec.type === 's' || spec.type === 'r' || spec.type === 'a') {
    const whole = spec.type === 's' ? text.str(value) : text.repr(value)
    const cut = spec.precision === null ? whole : sliceText(whole, 0, spec.precision)
    return spec.flags.includes('-') ? ljust(cut, spec.width) : rjust(cut, spec.width)
  }
  if (!'diuoxXeEfFgG'.includes(spec.type)) throw wrong('TYPE', `'%${spec.type}' is not supported.`)
  return formatNumber(numberOf(value, spec.type), specOf(spec))
}

function numberOf(value: unknown, type: string): number | bigint {
  const number = typeof value === 'boolean' ? Number(value) : value
  if (typeof number === 'bigint') return number
  if (typeof number !== 'number') {
    throw wrong('VALUE', `'%${type}' needs a number, not a value of kind '${typeof value}'.`)
  }
  if ('diu'.includes(type)) return Math.trunc(number)
  return number
}

function specOf({ flags, width, precision, type }: Item): FormatSpec {
  const isInteger = 'diu'.includes(type)
  const zero = flags.includes('0') && !flags.includes('-')
  return {
    fill: zero ? '0' : ' ',
    align: flags.includes('-') ? '<' : zero ? '=' : '>',
    sign: flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '-',
    alternate: flags.includes('#'),
    zero,
    width,
    group: '',
    precision: isInteger || 'oxX'.includes(type) ? null : precision,
    type: isInteger ? 'd' : type,
  }
}

function wrong(kind: 'TYPE' | 'VALUE' | 'KEY' | 'SYNTAX', message: string): MarkupError {
  return new MarkupError(`ERR_MARKUP_FORMAT_${kind}`, message, 'Compare the format string with its values.')
}

function boundedWidth(width: number): number {
  if (!(width > defaults.paddedLength.value)) return width
  throw new MarkupError(
    'ERR_MARKUP_FORMAT_VALUE',
    `A width of ${width} is too large.`,
    `Use ${defaults.paddedLength.value} or less.`,
  )
}
