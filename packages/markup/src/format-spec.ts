/**
 * Python's format specification.
 *
 *     spec  = [[fill] align] [sign] ["#"] ["0"] [width] [group] ["." precision] [type]
 *     align = "<" / ">" / "=" / "^"        sign = "+" / "-" / " "        group = "," / "_"
 *
 * @see Python: Format Specification Mini-Language
 */
import { defaults } from './defaults.ts'
import { MarkupError } from './errors.ts'
import { exponentText, fixedText, generalText, groupDigits } from './number-text.ts'
import { sliceText, textLength } from './text.ts'

const grammar = /^(?:(.)?([<>=^]))?([+\- ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su
const integers = 'bcdoxXn'
const floats = 'eEfFgG%'

/** A format specification, taken apart. */
export interface FormatSpec {
  fill: string
  align: string
  sign: string
  alternate: boolean
  zero: boolean
  width: number
  group: string
  precision: number | null
  type: string
}

/**
 * Takes a format specification apart.
 *
 * @param text the part after the colon, such as `>8.2f`
 * @throws {MarkupError} `ERR_MARKUP_FORMAT_VALUE` if it is malformed or asks for more than a million characters
 */
export function parseFormatSpec(text: string): FormatSpec {
  const found = grammar.exec(text)
  if (found === null) throw refused(`'${text}' is no format specification.`)
  const [, fill, align, sign = '-', alternate, zero, width = '0', group = '', precision, type = ''] = found
  const spec = {
    fill: fill ?? (zero === undefined ? ' ' : '0'),
    align: align ?? (zero === undefined ? '' : '='),
    sign,
    alternate: alternate !== undefined,
    zero: zero !== undefined,
    width: Number(width),
    group,
    precision: precision === undefined ? null : Number(precision),
    type,
  }
  const isNumberType = type !== '' && floats.includes(type)
  if (spec.width > defaults.paddedLength.value) throw refused(`A width of ${spec.width} is too large.`)
  if (isNumberType && (spec.precision ?? 0) > 99)
    throw refused(`A precision of ${spec.precision} is too large.`)
  return spec
}

/**
 * Formats a value as Python's `format(value, spec)` does.
 *
 * @param value text, a number, a bigint or a boolean; others only without a specification
 * @param spec the part after the colon
 * @throws {MarkupError} `ERR_MARKUP_FORMAT_VALUE` if the value does not suit the specification
 */
export function formatValue(value: unknown, spec: string): string {
  if (spec === '') return value === null || value === undefined ? '' : String(value)
  const parsed = parseFormatSpec(spec)
  if (typeof value === 'number' || typeof value === 'bigint') return formatNumber(value, parsed)
  if (typeof value === 'string') return formatText(value, parsed)
  if (typeof value === 'boolean') {
    return parsed.type === '' ? formatText(String(value), parsed) : formatNumber(Number(value), parsed)
  }
  throw refused(`A value of kind '${typeof value}' takes no format specification ('${spec}').`)
}

function formatText(text: string, spec: FormatSpec): string {
  if (spec.type !== '' && spec.type !== 's') throw refused(`Format '${spec.type}' is not for text.`)
  if (spec.align === '=' && !spec.zero) throw refused("Alignment '=' is not for text.")
  const cut = spec.precision === null ? text : sliceText(text, 0, spec.precision)
  return pad(cut, '', { ...spec, align: spec.align === '' || spec.align === '=' ? '<' : spec.align })
}

/**
 * Formats a number.
 *
 * @param value a number or bigint
 * @param spec what {@link parseFormatSpec} gave
 * @throws {MarkupError} `ERR_MARKUP_FORMAT_VALUE` if the type is for text, or for integers and the number has decimals
 */
export function formatNumber(value: number | bigint, spec: FormatSpec): string {
  const isNegative = value < 0 || Object.is(value, -0)
  const magnitude = isNegative ? -value : value
  const sign = isNegative ? '-' : spec.sign === '-' ? '' : spec.sign
  const digits =
    typeof magnitude === 'number' && !Number.isFinite(magnitude)
      ? special(magnitude, spec)
      : digitsOf(magnitude, spec)
  const size = 'boxX'.includes(spec.type) && spec.type !== '' ? 4 : 3
  const grouped = spec.group === '' ? digits : groupDigits(digits, spec.group, size)
  const prefix = spec.alternate && 'boxX'.includes(spec.type) && spec.type !== '' ? `0${spec.type}` : ''
  return pad(grouped, sign + prefix, { ...spec, align: spec.align === '' ? '>' : spec.align })
}

function special(value: number, spec: FormatSpec): string {
  const text = Number.isNaN(value) ? 'nan' : 'inf'
  return /[A-Z]/.test(spec.type) ? text.toUpperCase() : text
}

function digitsOf(value: number | bigint, spec: FormatSpec): string {
  if (integers.includes(spec.type) && spec.type !== '') return integerDigits(value, spec)
  const number = Number(value)
  switch (spec.type) {
    case '':
      if (spec.precision === null) return String(value)
      return generalText(number, spec.precision, spec.alternate)
    case 'f':
    case 'F':
      return fixedText(number, spec.precision ?? 6)
    case '%':
      return `${fixedText(number * 100, spec.precision ?? 6)}%`
    case 'e':
    case 'E':
      return cased(exponentText(number, spec.precision ?? 6), spec)
    case 'g':
    case 'G':
      return cased(generalText(number, spec.precision ?? 6, spec.alternate), spec)
    default:
      throw refused(`Format '${spec.type}' is not for numbers.`)
  }
}

function integerDigits(value: number | bigint, spec: FormatSpec): string {
  if (typeof value === 'number' && !Number.isInteger(value)) {
    if (spec.type === 'n') return generalText(value, spec.precision ?? 6, false)
    throw refused(`Format '${spec.type}' is for integers; ${value} has decimals.`)
  }
  if (spec.precision !== null) throw refused('Integers take no precision.')
  const integer = BigInt(value)
  if (spec.type === 'c') return integer <= 0x10ffffn ? String.fromCodePoint(Number(integer)) : '\ufffd'
  const radix = { b: 2, o: 8, x: 16, X: 16 }[spec.type] ?? 10
  return cased(integer.toString(radix), spec)
}

function cased(text: string, spec: FormatSpec): string {
  return spec.type === 'X' || spec.type === 'E' || spec.type === 'G' ? text.toUpperCase() : text
}

function pad(text: string, sign: string, spec: FormatSpec): string {
  const missing = Math.max(0, spec.width - textLength(sign) - textLength(text))
  const left = Math.floor(missing / 2)
  switch (spec.align) {
    case '<':
      return sign + text + spec.fill.repeat(missing)
    case '^':
      return spec.fill.repeat(left) + sign + text + spec.fill.repeat(missing - left)
    case '=':
      return sign + spec.fill.repeat(missing) + text
    default:
      return spec.fill.repeat(missing) + sign + text
  }
}

function refused(message: string): MarkupError {
  return new MarkupError('ERR_MARKUP_FORMAT_VALUE', message, 'See the format specification of Python.')
}
