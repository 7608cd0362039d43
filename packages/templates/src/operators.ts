/** Jinja's operators, with Python's meaning on JavaScript's values. */
import { formatPercent, isHtmlSource, Markup, reprText } from '@dewar/markup'
import { limits } from './defaults.ts'
import { TemplateFault } from './errors.ts'
import {
  htmlText,
  isLookup,
  isMapping,
  isPlainObject,
  itemsOf,
  kindOf,
  lengthOf,
  mappingEntries,
  textOf,
} from './values.ts'

type Numeric = number | bigint

/** `a + b`: numbers, texts, HTML (the other side is escaped), lists. */
export function add(left: unknown, right: unknown): unknown {
  if (typeof left === 'string' && typeof right === 'string') return left + right
  if (isHtmlSource(left) || isHtmlSource(right)) {
    if (isTextual(left) && isTextual(right)) return new Markup(htmlText(left) + htmlText(right))
  }
  if (Array.isArray(left) && Array.isArray(right)) return [...left, ...right]
  return arithmetic(
    '+',
    left,
    right,
    (a, b) => a + b,
    (a, b) => a + b,
  )
}

/** `a - b`. */
export function subtract(left: unknown, right: unknown): unknown {
  if (left instanceof Set && right instanceof Set) return left.difference(right)
  return arithmetic(
    '-',
    left,
    right,
    (a, b) => a - b,
    (a, b) => a - b,
  )
}

/** `a * b`: numbers, or a text or list repeated. */
export function multiply(left: unknown, right: unknown): unknown {
  const [value, times] = typeof left === 'number' ? [right, left] : [left, right]
  if (
    typeof times === 'number' &&
    (typeof value === 'string' || value instanceof Markup || Array.isArray(value))
  ) {
    return repeat(value, times)
  }
  return arithmetic(
    '*',
    left,
    right,
    (a, b) => a * b,
    (a, b) => a * b,
  )
}

function repeat(value: string | Markup | unknown[], times: number): unknown {
  const total = lengthOf(value) * Math.max(0, times)
  if (!Number.isInteger(times))
    throw new TemplateFault('ERR_TEMPLATES_TYPE', 'Repetition needs a whole number.')
  if (total > limits.textLength) {
    throw new TemplateFault(
      'ERR_TEMPLATES_LIMIT',
      `A repetition gives ${total} items; ${limits.textLength} are allowed.`,
    )
  }
  if (Array.isArray(value)) return Array.from({ length: Math.max(0, times) }, () => value).flat()
  return value.repeat(Math.max(0, times))
}

/** `a / b`. */
export function divide(left: unknown, right: unknown): unknown {
  checkDivisor(right)
  return arithmetic(
    '/',
    left,
    right,
    (a, b) => a / b,
    (a, b) => Number(a) / Number(b),
  )
}

/** `a // b`: rounded down. */
export function floorDivide(left: unknown, right: unknown): unknown {
  checkDivisor(right)
  return arithmetic(
    '//',
    left,
    right,
    (a, b) => Math.floor(a / b),
    (a, b) => (a - modulo(a, b)) / b,
  )
}

/** `a % b`: the remainder has the sign of `b`; a text is a format string. */
export function remainder(left: unknown, right: unknown): unknown {
  if (typeof left === 'string') return formatText(left, right)
  if (left instanceof Markup) return formatMarkup(left, right)
  checkDivisor(right)
  return arithmetic('%', left, right, (a, b) => a - b * Math.floor(a / b), modulo)
}

function modulo(left: bigint, right: bigint): bigint {
  const rest = left % right
  return rest !== 0n && rest < 0n !== right < 0n ? rest + right : rest
}

function formatArguments(value: unknown): readonly unknown[] | Record<string, unknown> {
  if (Array.isArray(value)) return value
  return isPlainObject(value) ? value : [value]
}

/** Python's `%` on HTML: values are escaped, and objects printed as templates print them. */
export function formatMarkup(template: Markup, values: unknown): Markup {
  const printed = (value: unknown): unknown => {
    const isText = value === null || (typeof value !== 'object' && typeof value !== 'function')
    return isText || isHtmlSource(value) ? value : textOf(value)
  }
  const given = formatArguments(values)
  if (Array.isArray(given)) return template.formatPercent(given.map(printed))
  const named = Object.entries(given).map(([name, value]) => [name, printed(value)] as const)
  return template.formatPercent(Object.fromEntries(named))
}

/** Python's `%` on text. */
export function formatText(template: string, values: unknown): string {
  const repr = (value: unknown): string => (typeof value === 'string' ? reprText(value) : textOf(value))
  return formatPercent(template, formatArguments(values), { str: textOf, repr })
}

/** `a ** b`. */
export function power(left: unknown, right: unknown): unknown {
  const whole = (a: bigint, b: bigint): Numeric => {
    if (b < 0n) return Number(a) ** Number(b)
    if (b > 10_000n) throw new TemplateFault('ERR_TEMPLATES_LIMIT', `The exponent ${b} is too large.`)
    return a ** b
  }
  return arithmetic('**', left, right, (a, b) => a ** b, whole)
}

/** `-a`. */
export function negate(value: unknown): unknown {
  if (typeof value === 'bigint') return -value
  return -numberOf('-', value)
}

/** `+a`. */
export function positive(value: unknown): unknown {
  return typeof value === 'bigint' ? value : numberOf('+', value)
}

/** `a ~ b`: as text; where values are escaped and one side is HTML, HTML with the other side escaped. */
export function concat(left: unknown, right: unknown, escaped: boolean): unknown {
  if (escaped && (isHtmlSource(left) || isHtmlSource(right)))
    return new Markup(htmlText(left) + htmlText(right))
  return textOf(left) + textOf(right)
}

/** `a == b`, by value. */
export function equals(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (left === undefined || right === undefined || left === null || right === null) return false
  if (isTextual(left) && isTextual(right)) return textOf(left) === textOf(right)
  if (isNumber(left) && isNumber(right)) return sameNumber(numeric(left), numeric(right))
  if (typeof left !== 'object' || typeof right !== 'object') return false
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equals(item, right[index]))
  }
  if (left instanceof Date && right instanceof Date) return left.getTime() === right.getTime()
  if (!isMapping(left) || !isMapping(right)) return false
  const entries = mappingEntries(left)
  return (
    entries.length === mappingEntries(right).length &&
    entries.every(([key, value]) => equals(value, entry(right, key)))
  )
}

function entry(mapping: object, key: unknown): unknown {
  if (isLookup(mapping)) return mapping.get(key)
  const name = String(key)
  return Object.hasOwn(mapping, name) ? (mapping as Record<string, unknown>)[name] : undefined
}

/**
 * The order of two values: negative, zero or positive.
 *
 * @throws {TemplateFault} `ERR_TEMPLATES_TYPE` if they have no order
 */
export function compare(left: unknown, right: unknown): number {
  if (isTextual(left) && isTextual(right)) return compareText(textOf(left), textOf(right))
  if (isNumber(left) && isNumber(right)) {
    const [a, b] = [numeric(left), numeric(right)]
    return a < b ? -1 : a > b ? 1 : sameNumber(a, b) ? 0 : Number.NaN
  }
  if (left instanceof Date && right instanceof Date) return left.getTime() - right.getTime()
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left, right)
  throw new TemplateFault(
    'ERR_TEMPLATES_TYPE',
    `${kindOf(left)} and ${kindOf(right).toLowerCase()} have no order.`,
  )
}

/** By code points, as Python does. */
function compareText(left: string, right: string): number {
  if (left === right) return 0
  const [a, b] = [[...left], [...right]]
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = (a[index]?.codePointAt(0) ?? 0) - (b[index]?.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function compareLists(left: readonly unknown[], right: readonly unknown[]): number {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    if (!equals(left[index], right[index])) return compare(left[index], right[index])
  }
  return left.length - right.length
}

/** `a in b`: an item of a list, a key of a mapping, a part of a text. */
export function contains(container: unknown, item: unknown): boolean {
  if (isTextual(container)) {
    if (!isTextual(item))
      throw new TemplateFault('ERR_TEMPLATES_TYPE', `${kindOf(item)} cannot be looked for in a text.`)
    return textOf(container).includes(textOf(item))
  }
  if (container instanceof Set)
    return container.has(item) || [...container].some((other) => equals(other, item))
  if (isLookup(container)) return container.has(item)
  if (isPlainObject(container))
    return typeof item === 'string' || isNumber(item) ? Object.hasOwn(container, String(item)) : false
  return itemsOf(container).some((other) => equals(other, item))
}

function arithmetic(
  sign: string,
  left: unknown,
  right: unknown,
  numbers: (a: number, b: number) => number,
  bigints: (a: bigint, b: bigint) => Numeric,
): Numeric {
  if (typeof left === 'number' && typeof right === 'number') {
    const result = numbers(left, right)
    const isExact = Math.abs(result) <= Number.MAX_SAFE_INTEGER || !Number.isInteger(result)
    if (isExact || !Number.isSafeInteger(left) || !Number.isSafeInteger(right)) return result
    return bigints(BigInt(left), BigInt(right))
  }
  if (typeof left === 'bigint' || typeof right === 'bigint') {
    if (isWhole(left) && isWhole(right)) return bigints(BigInt(left), BigInt(right))
  }
  if (!isNumber(left) || !isNumber(right)) {
    const kinds = `${kindOf(left)} and ${kindOf(right).toLowerCase()}`
    throw new TemplateFault(
      'ERR_TEMPLATES_TYPE',
      `${kinds} cannot be joined by '${sign}'.`,
      "Use '~' to join texts.",
    )
  }
  return numbers(Number(left), Number(right))
}

function checkDivisor(value: unknown): void {
  if (isNumber(value) && Number(value) === 0) {
    throw new TemplateFault('ERR_TEMPLATES_DIVISION', 'Something is divided by zero.')
  }
}

function numberOf(sign: string, value: unknown): number {
  if (isNumber(value)) return Number(value)
  throw new TemplateFault('ERR_TEMPLATES_TYPE', `${kindOf(value)} takes no '${sign}'.`)
}

function isNumber(value: unknown): value is Numeric | boolean {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
}

function numeric(value: Numeric | boolean): Numeric {
  return typeof value === 'boolean' ? Number(value) : value
}

/** Numbers and bigints alike; not-a-number equals nothing. */
function sameNumber(left: Numeric, right: Numeric): boolean {
  return left <= right && left >= right
}

function isWhole(value: unknown): value is bigint | number {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))
}

function isTextual(value: unknown): boolean {
  return typeof value === 'string' || isHtmlSource(value)
}
