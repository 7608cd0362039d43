/** Jinja's tests: what may stand after `is`. */
import { isHtmlSource } from '@dewar/markup'
import { TemplateFault } from './errors.ts'
import type { BuiltIn, FilterState } from './filter.ts'
import { compare, contains, equals } from './operators.ts'
import { isMapping, textOf } from './values.ts'

const of = (run: (value: unknown) => boolean): BuiltIn => ({ parameters: [], run: (_, value) => run(value) })
const with1 = (run: (value: unknown, other: unknown) => boolean): BuiltIn => ({
  parameters: ['other'],
  run: (_, value, other) => run(value, other),
})
const isNumber = (value: unknown): value is number | bigint | boolean =>
  typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'

const missing = (): TemplateFault =>
  new TemplateFault('ERR_TEMPLATES_UNDEFINED', 'What is tested is undefined.')

/** Orders two values that are there. */
const order = (fits: (sign: number) => boolean): BuiltIn =>
  with1((value, other) => {
    if (value === undefined || other === undefined) throw missing()
    return fits(compare(value, other))
  })

/** A number's remainder, with Python's sign. */
function rest(value: unknown, divisor: unknown): number {
  if (value === undefined || divisor === undefined) throw missing()
  if (!isNumber(value) || !isNumber(divisor))
    throw new TemplateFault('ERR_TEMPLATES_TYPE', 'This test takes numbers.')
  const [a, b] = [Number(value), Number(divisor)]
  if (b === 0) throw new TemplateFault('ERR_TEMPLATES_DIVISION', 'Something is divided by zero.')
  return a - b * Math.floor(a / b)
}

/** As in Jinja, a missing value passes for whatever could be asked of it. */
const isIterable = (value: unknown): boolean =>
  value === undefined ||
  typeof value === 'string' ||
  (typeof value === 'object' &&
    value !== null &&
    (Symbol.iterator in value || isMapping(value) || isHtmlSource(value)))

const equal = with1(equals)
const notEqual = with1((value, other) => !equals(value, other))
const less = order((sign) => sign < 0)
const atMost = order((sign) => sign <= 0)
const greater = order((sign) => sign > 0)
const atLeast = order((sign) => sign >= 0)
const known = (kind: 'filter' | 'test'): BuiltIn => ({
  parameters: [],
  run: ({ env }: FilterState, value) =>
    (typeof value === 'string' || isHtmlSource(value)) && env[kind](textOf(value)) !== undefined,
})

/** Jinja's tests. */
export const jinjaTests: Readonly<Record<string, BuiltIn>> = {
  boolean: of((value) => typeof value === 'boolean'),
  callable: of((value) => typeof value === 'function' || value === undefined),
  defined: of((value) => value !== undefined),
  divisibleby: { parameters: ['num'], run: (_, value, num) => rest(value, num) === 0 },
  eq: equal,
  equalto: equal,
  '==': equal,
  escaped: of(isHtmlSource),
  even: of((value) => rest(value, 2) === 0),
  false: of((value) => value === false),
  filter: known('filter'),
  float: of((value) => typeof value === 'number' && !Number.isInteger(value)),
  ge: atLeast,
  '>=': atLeast,
  gt: greater,
  greaterthan: greater,
  '>': greater,
  in: { parameters: ['seq'], run: (_, value, seq) => contains(seq, value) },
  integer: of((value) => typeof value === 'bigint' || Number.isInteger(value)),
  iterable: of(isIterable),
  le: atMost,
  '<=': atMost,
  lower: of(
    (value) => textOf(value) === textOf(value).toLowerCase() && textOf(value) !== textOf(value).toUpperCase(),
  ),
  lt: less,
  lessthan: less,
  '<': less,
  mapping: of(isMapping),
  ne: notEqual,
  '!=': notEqual,
  none: of((value) => value === null),
  number: of(isNumber),
  odd: of((value) => rest(value, 2) === 1),
  sameas: with1((value, other) => Object.is(value, other)),
  sequence: of((value) => isIterable(value) && !(value instanceof Set)),
  string: of((value) => typeof value === 'string' || isHtmlSource(value)),
  test: known('test'),
  true: of((value) => value === true),
  undefined: of((value) => value === undefined),
  upper: of(
    (value) => textOf(value) === textOf(value).toUpperCase() && textOf(value) !== textOf(value).toLowerCase(),
  ),
}
