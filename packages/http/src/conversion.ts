/** How the text of a field or header becomes a value of another type. */

/** The types that a field can be read as by name. */
export interface ConversionTypes {
  string: string
  int: number
  float: number
  boolean: boolean
}

/** A type by name, or a function that throws (or gives `NaN`) for what it cannot read. */
export type Conversion<T, V = string> = keyof ConversionTypes | ((value: V) => T)

/** What a conversion gives. */
export type Converted<C> = C extends keyof ConversionTypes
  ? ConversionTypes[C]
  : C extends (value: never) => infer T
    ? T
    : never

const INTEGER = /^[+-]?\d+(?:_\d+)*$/
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['true', true],
  ['yes', true],
  ['on', true],
  ['0', false],
  ['false', false],
  ['no', false],
  ['off', false],
])

/**
 * Reads a value as another type.
 *
 * @param value what was sent
 * @param conversion the wanted type
 * @returns the converted value, or `undefined` if it cannot be read so
 */
export function convert<T, V>(value: V, conversion: Conversion<T, V>): T | undefined {
  if (typeof conversion === 'string') return convertText(String(value), conversion) as T | undefined
  try {
    const result = conversion(value)
    return typeof result === 'number' && Number.isNaN(result) ? undefined : result
  } catch {
    return undefined
  }
}

function convertText(text: string, type: keyof ConversionTypes): string | number | boolean | undefined {
  if (type === 'string') return text
  const trimmed = text.trim()
  if (type === 'boolean') return BOOLEANS.get(trimmed.toLowerCase())
  if (type === 'float') return FLOAT.test(trimmed) ? finite(Number(trimmed)) : undefined
  if (!INTEGER.test(trimmed)) return undefined
  const number = Number(trimmed.replaceAll('_', ''))
  return Number.isSafeInteger(number) ? number + 0 : undefined
}

function finite(number: number): number | undefined {
  return Number.isFinite(number) ? number : undefined
}
