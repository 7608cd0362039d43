/** Jinja's filters for lists, mappings and numbers. */
import { formatValue, isHtmlSource, Markup } from '@dewar/markup'
import { limits } from './defaults.ts'
import { TemplateFault } from './errors.ts'
import type { BuiltIn, FilterState } from './filter.ts'
import { needed, numberArgument, onlyNumber, toNumberText } from './filters-text.ts'
import { isKeywords, type Keywords } from './keywords.ts'
import { attribute, item } from './members.ts'
import { add, compare, equals } from './operators.ts'
import { htmlText, isMapping, isTrue, itemsOf, kindOf, lengthOf, mappingEntries, textOf } from './values.ts'

type Getter = (value: unknown) => unknown

/** Reads `a.b.0` from a value, as `map(attribute='a.b.0')` asks. */
function getter(path: unknown, otherwise?: unknown): Getter {
  if (path === undefined || path === null) return (value) => value
  const parts = String(path)
    .split('.')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  return (value) => {
    let current: unknown = value
    for (const [index, part] of parts.entries()) {
      if (current === undefined && index > 0 && otherwise === undefined) {
        const message = `'${parts.slice(0, index).join('.')}' is undefined in an item.`
        throw new TemplateFault('ERR_TEMPLATES_UNDEFINED', message)
      }
      current = item(current, part)
    }
    return current === undefined ? otherwise : current
  }
}

/** Reads `a,b` as a list of keys, for sorting. */
function getters(paths: unknown): (value: unknown) => unknown[] {
  const each =
    typeof paths === 'string' ? paths.split(',').map((path) => getter(path.trim())) : [getter(paths)]
  return (value) => each.map((get) => get(value))
}

function folded(value: unknown, caseSensitive: unknown): unknown {
  return !isTrue(caseSensitive) && (typeof value === 'string' || value instanceof Markup)
    ? textOf(value).toLowerCase()
    : value
}

/** Sorts as Jinja does: lists of keys that all lack a value are equal, a single key that is missing is an error. */
function sorted(
  values: readonly unknown[],
  key: (value: unknown) => unknown[],
  reverse: unknown,
  missing: 'equal' | 'error' = 'equal',
): unknown[] {
  const sign = isTrue(reverse) ? -1 : 1
  const keyed = values.map((value) => ({ value, keys: key(value) }))
  keyed.sort((left, right) => {
    for (const [index, own] of left.keys.entries()) {
      const other = right.keys[index]
      if (missing === 'equal' && own === undefined && other === undefined) continue
      if (own === undefined || other === undefined) {
        throw new TemplateFault('ERR_TEMPLATES_UNDEFINED', 'An item lacks what the list is sorted by.')
      }
      if (!equals(own, other)) return sign * compare(own, other)
    }
    return 0
  })
  return keyed.map(({ value }) => value)
}

function unique(values: readonly unknown[], key: Getter): unknown[] {
  const seen: unknown[] = []
  const texts = new Set<unknown>()
  return values.filter((value) => {
    const own = key(value)
    if (typeof own === 'string' || typeof own === 'number') {
      if (texts.has(own)) return false
      texts.add(own)
      return true
    }
    if (isMapping(own) || Array.isArray(own))
      throw new TemplateFault('ERR_TEMPLATES_TYPE', `unique() cannot compare ${kindOf(own)}.`)
    if (seen.some((other) => equals(other, own))) return false
    seen.push(own)
    return true
  })
}

/** A group is a list of its key and its items, and has them as `grouper` and `list` too. */
function groupBy(value: unknown, path: unknown, otherwise: unknown, caseSensitive: unknown): unknown[] {
  const get = getter(path, otherwise)
  const key = (entry: unknown): unknown => folded(get(entry), caseSensitive)
  const groups: { key: unknown; list: unknown[] }[] = []
  for (const entry of sorted(itemsOf(value), (one) => [key(one)], false, 'error')) {
    const last = groups.at(-1)
    if (last !== undefined && equals(key(last.list[0]), key(entry))) last.list.push(entry)
    else groups.push({ key: get(entry), list: [entry] })
  }
  return groups.map((group) =>
    Object.assign([group.key, group.list], { grouper: group.key, list: group.list }),
  )
}

function joinItems({ escaped }: FilterState, value: unknown, separator: unknown, path: unknown): unknown {
  const items = itemsOf(value).map(getter(path))
  if (!escaped) return items.map(textOf).join(textOf(separator))
  if (!isHtmlSource(separator) && !items.some(isHtmlSource)) return items.map(textOf).join(textOf(separator))
  return new Markup(items.map(htmlText).join(htmlText(separator)))
}

function batch(value: unknown, size: number, fill: unknown): unknown[][] {
  const items = itemsOf(value)
  const out: unknown[][] = []
  for (let at = 0; at < items.length; at += Math.max(1, size))
    out.push(items.slice(at, at + Math.max(1, size)))
  const last = out.at(-1)
  while (last !== undefined && fill !== undefined && fill !== null && last.length < size) last.push(fill)
  return out
}

/** A number of lists or of their items, if it is not too large. */
function bounded(count: number): number {
  if (count <= limits.rangeLength) return count
  throw new TemplateFault('ERR_TEMPLATES_LIMIT', `${count} is more than ${limits.rangeLength}.`)
}

function sliceInto(value: unknown, count: number, fill: unknown): unknown[][] {
  const items = itemsOf(value)
  const size = Math.floor(items.length / count)
  const more = items.length % count
  let at = 0
  return Array.from({ length: count }, (_, index) => {
    const part = items.slice(at, at + size + (index < more ? 1 : 0))
    at += part.length
    if (fill !== undefined && fill !== null && index >= more) part.push(fill)
    return part
  })
}

/** Python's `round`: exact ties go to the even digit. */
function rounded(value: number, precision: number): number {
  if (precision >= 0) return Number(formatValue(value, `.${Math.min(precision, 99)}f`))
  const unit = 10 ** -precision
  return Number(formatValue(value / unit, '.0f')) * unit
}

function round(value: unknown, precision: unknown, method: unknown): number {
  const digits = numberArgument(precision, 0)
  const factor = 10 ** digits
  const isCommon = method === undefined || method === 'common'
  const number = onlyNumber(isCommon ? value : needed(value, 'round'))
  if (isCommon) return rounded(number, digits)
  if (method === 'ceil') return Math.ceil(number * factor) / factor
  if (method === 'floor') return Math.floor(number * factor) / factor
  throw new TemplateFault(
    'ERR_TEMPLATES_ARGUMENT',
    `round() has no method '${textOf(method)}'.`,
    "It has 'common', 'ceil', 'floor'.",
  )
}

function toInteger(value: unknown, otherwise: unknown, base: number): unknown {
  if (typeof value === 'boolean') return Number(value)
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isFinite(value) ? Math.trunc(value) : otherwise
  const text = toNumberText(value)
  if (base === 10) return isDecimal(text) ? Math.trunc(Number(text)) : otherwise
  const digits = text.replace(/^[+-]/, '').replace(base === 16 ? /^0x/i : base === 8 ? /^0o/i : /^0b/i, '')
  const isValid =
    [...digits.toLowerCase()].every((digit) => Number.parseInt(digit, 36) < base) && digits !== ''
  return isValid ? Number.parseInt(digits, base) * (text.startsWith('-') ? -1 : 1) : otherwise
}

function toFloat(value: unknown, otherwise: unknown): unknown {
  const text = toNumberText(typeof value === 'boolean' ? Number(value) : value)
  return isDecimal(text) ? Number(text) : otherwise
}

/** Whether a text is a number in decimal notation. Python reads 4,300 digits and no more. */
function isDecimal(text: string): boolean {
  return text.length <= limits.numberLength && /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text)
}

/** The items of a value; what counts as false has none here. */
const itemsOrNone = (value: unknown): readonly unknown[] => (isTrue(value) ? itemsOf(value) : [])

/** `map('name', …)` or `map(attribute=…, default=…)`. */
function mapItems(state: FilterState, value: unknown, args: readonly unknown[]): unknown[] {
  const last = args.at(-1)
  const named: Keywords = isKeywords(last) ? last : {}
  const positional = isKeywords(last) ? args.slice(0, -1) : args
  if (positional.length === 0) {
    const extra = Object.keys(named).find((name) => name !== 'attribute' && name !== 'default')
    if (extra !== undefined || named['attribute'] === undefined) {
      const message =
        extra === undefined ? 'map() needs a filter or attribute=.' : `map() has no argument '${extra}'.`
      throw new TemplateFault('ERR_TEMPLATES_ARGUMENT', message)
    }
    return itemsOrNone(value).map(getter(named['attribute'], named['default']))
  }
  const name = textOf(positional[0])
  const filter = state.env.filter(name)
  if (filter === undefined) throw new TemplateFault('ERR_TEMPLATES_RENDER', `There is no filter '${name}'.`)
  return itemsOrNone(value).map((entry) =>
    filter(state, [entry, ...positional.slice(1)], isKeywords(last) ? last : null),
  )
}

/** `select`, `reject` and, with an attribute first, `selectattr`, `rejectattr`. */
function selecting(keep: boolean, byAttribute: boolean): BuiltIn {
  return {
    parameters: [],
    open: true,
    run: (state, value, ...args) => {
      if (byAttribute && args.length === 0)
        throw new TemplateFault('ERR_TEMPLATES_ARGUMENT', 'An attribute is needed.')
      const get = byAttribute ? getter(args[0]) : (entry: unknown) => entry
      const [name, ...rest] = byAttribute ? args.slice(1) : args
      if (name === undefined) return itemsOrNone(value).filter((entry) => isTrue(get(entry)) === keep)
      const test = state.env.test(textOf(name))
      if (test === undefined)
        throw new TemplateFault('ERR_TEMPLATES_RENDER', `There is no test '${textOf(name)}'.`)
      const last = rest.at(-1)
      const named = isKeywords(last) ? last : null
      const positional = named === null ? rest : rest.slice(0, -1)
      return itemsOrNone(value).filter(
        (entry) => isTrue(test(state, [get(entry), ...positional], named)) === keep,
      )
    },
  }
}

function extreme(sign: number): BuiltIn {
  return {
    parameters: ['case_sensitive', 'attribute'],
    run: (_, value, caseSensitive, path) => {
      const get = getter(path)
      const key = (entry: unknown): unknown => folded(get(entry), caseSensitive)
      const items = itemsOf(value)
      if (items.length === 0) return undefined
      if (items.length > 1 && items.some((entry) => key(entry) === undefined))
        throw new TemplateFault('ERR_TEMPLATES_UNDEFINED', 'An item lacks what the items are compared by.')
      return items.reduce((best, entry) => (sign * compare(key(entry), key(best)) > 0 ? entry : best))
    },
  }
}

const needsItems = (value: unknown): readonly unknown[] => {
  if (value === null) throw new TemplateFault('ERR_TEMPLATES_TYPE', 'none has no items.')
  return itemsOf(value)
}

/** Lists are added up in one, not each to a copy of all before it. */
function total(entries: readonly unknown[], start: unknown): unknown {
  if (Array.isArray(start) && entries.every((entry) => Array.isArray(entry)))
    return [start, ...entries].flat()
  return entries.reduce((sum, entry) => add(sum, needed(entry, 'sum')), start)
}

/** Jinja's filters for lists, mappings and numbers. */
export const listFilters: Readonly<Record<string, BuiltIn>> = {
  abs: {
    parameters: [],
    run: (_, value) => (typeof value === 'bigint' && value < 0n ? -value : Math.abs(onlyNumber(value))),
  },
  attr: { parameters: ['name'], run: (_, value, name) => attribute(needed(value, 'attr'), textOf(name)) },
  batch: {
    parameters: ['linecount', 'fill_with'],
    run: (_, value, size, fill) => batch(value, bounded(numberArgument(size, 1)), fill),
  },
  default: {
    parameters: ['default_value', 'boolean'],
    run: (_, value, otherwise = '', boolean = false) =>
      value === undefined || (isTrue(boolean) && !isTrue(value)) ? otherwise : value,
  },
  dictsort: {
    parameters: ['case_sensitive', 'by', 'reverse'],
    run: (_, value, caseSensitive, by = 'key', reverse = false) => {
      if (by !== 'key' && by !== 'value') {
        throw new TemplateFault(
          'ERR_TEMPLATES_ARGUMENT',
          `dictsort cannot sort by '${textOf(by)}'.`,
          "Use 'key' or 'value'.",
        )
      }
      needed(value, 'dictsort')
      if (!isMapping(value))
        throw new TemplateFault('ERR_TEMPLATES_TYPE', `${kindOf(value)} has no entries to sort.`)
      const entries = mappingEntries(value)
      const index = by === 'key' ? 0 : 1
      return sorted(entries, (pair) => [folded(item(pair, index), caseSensitive)], reverse)
    },
  },
  first: { parameters: [], run: (_, value) => item(needsItems(value), 0) },
  float: {
    parameters: ['default'],
    run: (_, value, otherwise = 0) => toFloat(needed(value, 'float'), otherwise),
  },
  groupby: {
    parameters: ['attribute', 'default', 'case_sensitive'],
    run: (_, value, path, otherwise, caseSensitive) => groupBy(value, path, otherwise, caseSensitive),
  },
  int: {
    parameters: ['default', 'base'],
    run: (_, value, otherwise = 0, base = 10) => {
      if (value === undefined)
        throw new TemplateFault('ERR_TEMPLATES_UNDEFINED', "The value of 'int' is undefined.")
      return toInteger(value, otherwise, numberArgument(base, 10))
    },
  },
  items: {
    parameters: [],
    run: (_, value) => {
      if (value === undefined) return []
      if (isMapping(value)) return mappingEntries(value)
      throw new TemplateFault('ERR_TEMPLATES_TYPE', `${kindOf(value)} has no entries.`)
    },
  },
  join: {
    parameters: ['d', 'attribute'],
    run: (state, value, separator = '', path) => joinItems(state, value, separator, path),
  },
  last: {
    parameters: [],
    run: (_, value) => {
      const found = item(needsItems(value), -1)
      return value instanceof Markup && found !== undefined ? new Markup(textOf(found)) : found
    },
  },
  length: { parameters: [], run: (_, value) => lengthOf(value) },
  list: { parameters: [], run: (_, value) => [...itemsOf(value)] },
  map: { parameters: [], open: true, run: (state, value, ...args) => mapItems(state, value, args) },
  max: extreme(1),
  min: extreme(-1),
  random: {
    parameters: [],
    run: (_, value) => {
      const items = itemsOf(value)
      return items[Math.floor(Math.random() * items.length)]
    },
  },
  reject: selecting(false, false),
  rejectattr: selecting(false, true),
  reverse: {
    parameters: [],
    run: (_, value) => {
      if (typeof value === 'string') return [...value].reverse().join('')
      if (value instanceof Markup) return new Markup([...value.toString()].reverse().join(''))
      if (value === null || typeof value === 'number' || typeof value === 'boolean')
        throw new TemplateFault('ERR_TEMPLATES_ARGUMENT', `${kindOf(value)} cannot be reversed.`)
      return [...itemsOf(value)].reverse()
    },
  },
  round: {
    parameters: ['precision', 'method'],
    run: (_, value, precision, method) => round(value, precision, method),
  },
  select: selecting(true, false),
  selectattr: selecting(true, true),
  slice: {
    parameters: ['slices', 'fill_with'],
    run: (_, value, count, fill) => sliceInto(value, Math.max(1, bounded(numberArgument(count, 1))), fill),
  },
  sort: {
    parameters: ['reverse', 'case_sensitive', 'attribute'],
    run: (_, value, reverse, caseSensitive, paths) => {
      const get = getters(paths)
      return sorted(
        needsItems(value),
        (entry) => get(entry).map((key) => folded(key, caseSensitive)),
        reverse,
      )
    },
  },
  sum: {
    parameters: ['attribute', 'start'],
    run: (_, value, path, start = 0) => total(itemsOf(value).map(getter(path)), start),
  },
  unique: {
    parameters: ['case_sensitive', 'attribute'],
    run: (_, value, caseSensitive, path) => {
      const get = getter(path)
      return unique(itemsOf(value), (entry) => folded(get(entry), caseSensitive))
    },
  },
}
