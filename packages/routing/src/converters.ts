/** The converters every map has: `string` (also `default`), `any`, `path`, `int`, `bigint`, `float`, `uuid`. */
import { argumentError, type Converter, type ConverterDefinition, nameArguments } from './converter.ts'
import { weights } from './defaults.ts'
import { valueError } from './errors.ts'
import { type Expression, parseExpression, textExpression } from './expression.ts'
import { describeValue, plainText } from './plain-text.ts'
import type { ConverterArguments, Literal } from './rule-syntax.ts'

type Arguments = ReadonlyMap<string, Literal>

function countArgument(args: Arguments, name: string, names: readonly string[]): number | undefined {
  const value = args.get(name) ?? undefined
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw argumentError(`needs a whole number for '${name}'`, names, undefined)
}

function numberArgument(args: Arguments, name: string, names: readonly string[]): number | undefined {
  const value = args.get(name) ?? undefined
  if (value === undefined || typeof value === 'number') return value
  throw argumentError(`needs a number for '${name}'`, names, undefined)
}

function truthArgument(args: Arguments, name: string, names: readonly string[]): boolean {
  const value = args.get(name) ?? false
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  throw argumentError(`needs True or False for '${name}'`, names, undefined)
}

const stringNames = ['minlength', 'maxlength', 'length'] as const
const anyCharacter = parseExpression('[^]')
const anyButSlash = parseExpression('[^/]')

/** @see Werkzeug: UnicodeConverter. Lengths count characters (code points). */
function stringConverter(raw: ConverterArguments): Converter {
  const args = nameArguments(raw, stringNames)
  const length = countArgument(args, 'length', stringNames)
  const min = length ?? countArgument(args, 'minlength', stringNames) ?? 1
  const max = length ?? countArgument(args, 'maxlength', stringNames) ?? Number.POSITIVE_INFINITY
  if (max < min) throw argumentError('has a maxlength below its minlength', stringNames, undefined)
  return {
    expression: { kind: 'repeat', item: anyButSlash, min, max, lazy: false },
    partExpression: { kind: 'repeat', item: anyCharacter, min, max, lazy: false },
    weight: weights.text,
    spansSlashes: false,
    test: min === 1 && max === Number.POSITIVE_INFINITY ? null : (text) => hasLength(text, min, max),
    parse: null,
    format: plainText,
    examples: ['a'.repeat(Math.max(min, Math.min(max, 4)))],
  }
}

function hasLength(text: string, min: number, max: number): boolean {
  if (text.length < min) return false
  if (text.length <= max && text.length >= 2 * min) return true
  let count = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xd800 && unit <= 0xdbff) i++
    count++
  }
  return count >= min && count <= max
}

/** @see Werkzeug: AnyConverter */
function anyConverter({ positional, named }: ConverterArguments): Converter {
  const items = positional.filter((item) => typeof item === 'string')
  if (named.size > 0 || items.length === 0 || items.length !== positional.length) {
    throw argumentError("takes words or quoted text: any(news, 'a b')", ['words or quoted text'], undefined)
  }
  const all = new Set(items)
  return {
    expression: { kind: 'choice', branches: items.map(textExpression) },
    weight: weights.text,
    spansSlashes: false,
    test: (text) => all.has(text),
    parse: null,
    format(value) {
      if (typeof value === 'string' && all.has(value)) return value
      throw valueError(
        `${describeValue(value)} is not one of ${items.join(', ')}.`,
        'Pass one of the words in the rule.',
      )
    },
    examples: items,
  }
}

const pathExpression = parseExpression('[^/].*?')
const climbs = /(?:^|\/)\.\.(?:\/|$)/

/** Whether a path climbs, or holds a NUL or a backslash: no file or page is meant by it. */
export function isUnsafePath(path: string): boolean {
  return path.includes('\0') || path.includes('\\') || climbs.test(path)
}

/** @see Werkzeug: PathConverter, which has no such check */
function pathConverter(raw: ConverterArguments): Converter {
  const unsafe = truthArgument(nameArguments(raw, ['unsafe']), 'unsafe', ['unsafe'])
  return {
    expression: pathExpression,
    weight: weights.path,
    spansSlashes: true,
    test: (text) => text !== '' && text.charCodeAt(0) !== 47 && text.indexOf('\n', 1) < 0,
    parse: unsafe ? null : (text) => (isUnsafePath(text) ? undefined : text),
    format(value) {
      const path = plainText(value)
      if (unsafe || !isUnsafePath(path)) return path
      throw valueError(
        `The path '${path}' has '..', a NUL or a backslash.`,
        "Pass a plain path, or write '<path(unsafe=True):…>'.",
      )
    },
    examples: ['a', 'a/b'],
  }
}

const intNames = ['fixed_digits', 'min', 'max', 'signed'] as const
const floatNames = ['min', 'max', 'signed'] as const

interface Bounds {
  readonly min: number
  readonly max: number
  readonly signed: boolean
  readonly expression: Expression
}

function bounds(args: Arguments, names: readonly string[], regex: string): Bounds {
  const signed = truthArgument(args, 'signed', names)
  return {
    min: numberArgument(args, 'min', names) ?? Number.NEGATIVE_INFINITY,
    max: numberArgument(args, 'max', names) ?? Number.POSITIVE_INFINITY,
    signed,
    expression: parseExpression(signed ? `-?${regex}` : regex),
  }
}

/** The position after the digits at `start`, which is `start` if there are none. */
function afterDigits(text: string, start: number): number {
  let position = start
  while (position < text.length) {
    const unit = text.charCodeAt(position)
    if (unit < 48 || unit > 57) break
    position++
  }
  return position
}

function isInteger(text: string, signed: boolean): boolean {
  const start = signed && text.charCodeAt(0) === 45 ? 1 : 0
  return text.length > start && afterDigits(text, start) === text.length
}

function isDecimal(text: string, signed: boolean): boolean {
  const start = signed && text.charCodeAt(0) === 45 ? 1 : 0
  const dot = afterDigits(text, start)
  if (dot === start || text.charCodeAt(dot) !== 46) return false
  return dot + 1 < text.length && afterDigits(text, dot + 1) === text.length
}

function examplesBetween(
  min: number,
  max: number,
  digits: number,
  show: (value: number) => string,
): string[] {
  const value = min > 1 ? Math.ceil(min) : Math.min(1, Math.floor(max))
  return [show(value).padStart(digits, '0')]
}

const integerText = /^\s*([+-]?)0*(\d+)\s*$/

/** Writes a whole number, from a number, a bigint or its decimal text. */
function wholeNumber(value: unknown, digits: number): string {
  const text =
    typeof value === 'string' ? value : typeof value === 'bigint' || isWhole(value) ? String(value) : ''
  const match = integerText.exec(text)
  if (match === null) throw valueError(`${describeValue(value)} is no whole number.`, 'Pass an integer.')
  const sign = match[1] === '-' && match[2] !== '0' ? '-' : ''
  return sign + (match[2] ?? '').padStart(digits - sign.length, '0')
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value)
}

/** @see Werkzeug: IntegerConverter. Digits are ASCII, and the value is a safe integer. */
function intConverter(raw: ConverterArguments): Converter {
  const args = nameArguments(raw, intNames)
  const digits = countArgument(args, 'fixed_digits', intNames) ?? 0
  const { min, max, signed, expression } = bounds(args, intNames, '[0-9]+')
  return {
    expression,
    weight: weights.number,
    spansSlashes: false,
    digits: raw.positional.length === 0 && raw.named.size === 0,
    test: (text) => isInteger(text, signed),
    parse(text) {
      if (digits > 0 && text.length !== digits) return undefined
      const value = Number(text) + 0
      return value < min || value > max || !Number.isSafeInteger(value) ? undefined : value
    },
    format: (value) => wholeNumber(value, digits),
    examples: examplesBetween(min, max, digits, String),
  }
}

/** Like `int`, for whole numbers of any size. */
function bigintConverter(raw: ConverterArguments): Converter {
  const args = nameArguments(raw, intNames)
  const digits = countArgument(args, 'fixed_digits', intNames) ?? 0
  const { min, max, signed, expression } = bounds(args, intNames, '[0-9]+')
  return {
    expression,
    weight: weights.number,
    spansSlashes: false,
    test: (text) => isInteger(text, signed),
    parse(text) {
      if (digits > 0 && text.length !== digits) return undefined
      const value = BigInt(text)
      return value < min || value > max ? undefined : value
    },
    format: (value) => wholeNumber(value, digits),
    examples: examplesBetween(min, max, digits, String),
  }
}

/** @see Werkzeug: FloatConverter */
function floatConverter(raw: ConverterArguments): Converter {
  const args = nameArguments(raw, floatNames)
  const { min, max, signed, expression } = bounds(args, floatNames, '[0-9]+\\.[0-9]+')
  return {
    expression,
    weight: weights.number,
    spansSlashes: false,
    test: (text) => isDecimal(text, signed),
    parse(text) {
      const value = Number(text)
      return value < min || value > max || !Number.isFinite(value) ? undefined : value
    },
    format: decimal,
    examples: examplesBetween(min, max, 0, (value) => `${value}.0`),
  }
}

/** Writes a finite number with a point and without an exponent, so that `float` reads it again. */
function decimal(value: unknown): string {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    throw valueError(`${describeValue(value)} is no finite number.`, 'Pass a number.')
  }
  const text = String(number)
  if (!text.includes('e')) return text.includes('.') ? text : `${text}.0`
  const [mantissa = '', exponent = '0'] = text.split('e')
  const digits = mantissa.replace('-', '').replace('.', '')
  const sign = number < 0 ? '-' : ''
  const power = Number(exponent)
  return power < 0
    ? `${sign}0.${'0'.repeat(-power - 1)}${digits}`
    : `${sign}${digits.padEnd(power + 1, '0')}.0`
}

const uuidText = /^[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$/
const uuidExpression = parseExpression(uuidText.source.slice(1, -1))

/** @see Werkzeug: UUIDConverter; RFC 9562 §4. The value is the lower-cased text. */
function uuidConverter(raw: ConverterArguments): Converter {
  nameArguments(raw, [])
  return {
    expression: uuidExpression,
    weight: weights.text,
    spansSlashes: false,
    test: (text) => text.length === 36 && uuidText.test(text),
    parse: (text) => text.toLowerCase(),
    format: plainText,
    examples: ['00000000-0000-4000-8000-000000000000'],
  }
}

/** The built-in converters by name; a map's own are added to these. */
export const converters: Readonly<Record<string, ConverterDefinition>> = Object.freeze({
  default: stringConverter,
  string: stringConverter,
  any: anyConverter,
  path: pathConverter,
  int: intConverter,
  bigint: bigintConverter,
  float: floatConverter,
  uuid: uuidConverter,
})
