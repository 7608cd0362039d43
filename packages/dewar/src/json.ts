/** How an app writes and reads JSON. Flask: `flask.json.provider`. */
import { DewarError } from '@dewar/base'

/** What an app writes and reads JSON with; `createApp({ json })` takes one of your own. Flask: `JSONProvider`. */
export interface JsonProvider {
  /** Writes a value. @throws {DewarError} `ERR_DEWAR_JSON` for one that has no JSON form */
  stringify(value: unknown): string
  /** Reads text. @throws {SyntaxError} for anything but JSON */
  parse(text: string): unknown
}

/** How {@link createJsonProvider} writes. */
export interface JsonOptions {
  /** Whether keys are sorted; they keep their order by default. */
  readonly sortKeys?: boolean | undefined
  /** Whether other characters than ASCII are escaped; false by default. */
  readonly ascii?: boolean | undefined
  /** Spaces for each level; 0, all in one line, by default. */
  readonly indent?: number | undefined
  /** Dates as ISO 8601 (default) or as HTTP dates, as Flask writes them. */
  readonly dates?: 'iso' | 'http' | undefined
  /**
   * Turns an object that is no plain data into some, `{ $decimal: '1.5' }` for a decimal; gives `undefined` for one it does not
   * know. It is asked before anything else is tried. Flask: `DefaultJSONProvider.default`.
   */
  readonly default?: ((value: object) => unknown) | undefined
  /** Turns what was read back, from inside out, as `JSON.parse` calls it. Python: `object_hook`. */
  readonly reviver?: ((this: unknown, key: string, value: unknown) => unknown) | undefined
}

/**
 * Makes the provider that apps have by default. Beside plain data it writes dates, bigints as text (JavaScript clients
 * would round them), and trusted HTML as text; bytes, maps and sets are refused rather than turned into `{}`.
 *
 * @see Flask: `DefaultJSONProvider`
 */
export function createJsonProvider(options: JsonOptions = {}): JsonProvider {
  return Object.freeze({
    stringify: (value: unknown) => stringifyWithin(value ?? null, options),
    parse: (text: string): unknown => JSON.parse(text, options.reviver),
  })
}

/** What contains itself never ends. */
function stringifyWithin(value: unknown, options: JsonOptions): string {
  try {
    return stringify(value, options)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new DewarError('ERR_DEWAR_JSON', 'The value contains itself, or is nested too deeply for JSON.', {
      fix: 'Turn it into plain data first.',
      cause,
    })
  }
}

function stringify(value: unknown, options: JsonOptions): string {
  const { sortKeys = false, ascii = false, indent = 0, dates = 'iso' } = options
  const plain = prepare(value, { dates, convert: options.default })
  const text = sortKeys ? writeSorted(plain, indent, '') : JSON.stringify(plain, null, indent)
  return ascii ? text.replace(/[\u007f-\uffff]/g, escapeUnit) : text
}

interface Plan {
  readonly dates: 'iso' | 'http'
  readonly convert: JsonOptions['default']
}

function isPlainData(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}

/** The value as plain data; the very same object where it is plain already, which is nearly always. */
function prepare(value: unknown, plan: Plan, key = ''): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (plan.convert !== undefined && !isPlainData(value)) {
    const converted = plan.convert(value)
    if (converted !== undefined && converted !== value) return prepare(converted, plan, key)
  }
  if (value instanceof Date) return plan.dates === 'http' ? value.toUTCString() : value
  if ('toJSON' in value && typeof value.toJSON === 'function') return prepare(value.toJSON(key), plan)
  if ('toHtml' in value && typeof value.toHtml === 'function') return value.toHtml()
  if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value)) throw noJson(value, key)
  if (value instanceof String || value instanceof Number || value instanceof Boolean) return value.valueOf()
  let changed: Record<string, unknown> | unknown[] | null = null
  for (const name of Object.keys(value)) {
    const given = (value as Record<string, unknown>)[name]
    if (typeof given !== 'object' && typeof given !== 'bigint') continue
    const prepared = prepare(given, plan, name)
    if (prepared === given) continue
    changed ??= Array.isArray(value) ? [...value] : Object.assign(Object.create(null), value)
    ;(changed as Record<string, unknown>)[name] = prepared
  }
  return changed ?? value
}

/** `JSON.stringify` would put keys that look like numbers first. */
function writeSorted(value: unknown, indent: number, margin: string): string {
  if (typeof value !== 'object' || value === null || value instanceof Date)
    return JSON.stringify(value) ?? 'null'
  const inner = margin + ' '.repeat(indent)
  const items = Array.isArray(value)
    ? value.map((item) => writeSorted(item, indent, inner))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined && typeof item !== 'function' && typeof item !== 'symbol')
        .sort(compareKeys)
        .map(
          ([name, item]) =>
            `${JSON.stringify(name)}:${indent > 0 ? ' ' : ''}${writeSorted(item, indent, inner)}`,
        )
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  if (items.length === 0) return `${open}${close}`
  if (indent === 0) return `${open}${items.join(',')}${close}`
  return `${open}\n${inner}${items.join(`,\n${inner}`)}\n${margin}${close}`
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** By code point, as UTF-8 and Python sort: surrogates stand for what comes after all other units. */
function compareKeys([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

function noJson(value: object, key: string): DewarError {
  const where = key === '' ? 'The value' : `The value of '${key}'`
  return new DewarError(
    'ERR_DEWAR_JSON',
    `${where} is a ${value.constructor.name}, which has no JSON form.`,
    {
      fix: 'Turn it into a list, a plain object or text first: Object.fromEntries(map), [...set], bytes.toBase64().',
      details: { key },
    },
  )
}
