/**
 * JSON as Python's `json.dumps` writes it.
 *
 * Python has two kinds of numbers; here a whole number within the exact range is written as an `int`, all others as
 * a `float` in Python's notation (`1e-07`, `1e+16`).
 */
import { defaults } from '../defaults.ts'
import { SigningError } from '../errors.ts'

/** How `json.dumps` is called. */
export interface PythonJsonStyle {
  /** Between items: `, ` by default in Python. */
  readonly item: string
  /** Between key and value: `: ` by default in Python. */
  readonly key: string
  /** Whether characters beyond ASCII are written as `\uXXXX`. */
  readonly ascii: boolean
  /** Whether keys are sorted by code point. */
  readonly sorted: boolean
}

/** `json.dumps(data)`. */
export const plainStyle: PythonJsonStyle = { item: ', ', key: ': ', ascii: true, sorted: false }
/** itsdangerous's compact JSON: no blanks, characters as they are. */
export const compactStyle: PythonJsonStyle = { item: ',', key: ':', ascii: false, sorted: false }
/** Flask's session JSON: no blanks, ASCII, sorted keys. */
export const flaskStyle: PythonJsonStyle = { item: ',', key: ':', ascii: true, sorted: true }

/** Plain data as JSON text. @throws {SigningError} `ERR_SIGNING_PAYLOAD` for what JSON cannot hold */
export function dumpJson(value: unknown, style: PythonJsonStyle, depth = 0): string {
  if (depth > defaults.maxJsonDepth.value) throw notJson('data that deep, or that contains itself,')
  if (value === null) return 'null'
  switch (typeof value) {
    case 'boolean':
      return `${value}`
    case 'string':
      return dumpString(value, style.ascii)
    case 'number':
      return dumpNumber(value)
    case 'bigint':
      return `${value}`
    case 'object':
      return Array.isArray(value) ? dumpArray(value, style, depth) : dumpObject(value as object, style, depth)
    default:
      throw notJson(`a ${typeof value}`)
  }
}

function dumpArray(items: readonly unknown[], style: PythonJsonStyle, depth: number): string {
  return `[${items.map((item) => dumpJson(item, style, depth + 1)).join(style.item)}]`
}

function dumpObject(value: object, style: PythonJsonStyle, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw notJson('an object of a class')
  const entries = Object.entries(value)
  if (style.sorted) entries.sort(([a], [b]) => compareCodePoints(a, b))
  const items = entries.map(
    ([key, item]) => `${dumpString(key, style.ascii)}${style.key}${dumpJson(item, style, depth + 1)}`,
  )
  return `{${items.join(style.item)}}`
}

function dumpString(text: string, ascii: boolean): string {
  if (!text.isWellFormed() && !ascii) throw notJson('text with half a surrogate pair')
  const json = JSON.stringify(text)
  return ascii
    ? json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : json
}

/** Python's `repr` of a float changes to exponents at 1e16 and below 1e-4, and pads the exponent to two digits. */
function dumpNumber(value: number): string {
  if (!Number.isFinite(value)) throw notJson(`${value}`)
  if (Object.is(value, -0)) return '-0.0'
  if (Number.isSafeInteger(value)) return `${value}`
  const [digits = '', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 16) return plainFloat(value)
  const sign = power < 0 ? '-' : '+'
  return `${digits}e${sign}${`${Math.abs(power)}`.padStart(2, '0')}`
}

/** JavaScript writes numbers of this range without exponent down to 1e-6. */
function plainFloat(value: number): string {
  const text = `${value}`
  return text.includes('.') ? text : `${text}.0`
}

function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'))
}

function notJson(what: string): SigningError {
  return new SigningError('ERR_SIGNING_PAYLOAD', `JSON cannot hold ${what}.`, { fix: 'Pass plain data.' })
}
