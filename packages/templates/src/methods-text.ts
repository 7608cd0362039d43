/** Python's methods of texts, for `{{ name.upper() }}`; the same on HTML give HTML. */
import * as text from '@dewar/markup'
import { limits } from './defaults.ts'
import { TemplateFault } from './errors.ts'
import { isKeywords } from './keywords.ts'
import { htmlText, isPlainObject, itemsOf, lengthOf, mappingEntries, textOf } from './values.ts'

type Arguments = readonly unknown[]
type TextMethod = (value: string, args: Arguments) => unknown
type MarkupMethod = (value: text.Markup, args: Arguments) => unknown

const string = (args: Arguments, index: number): string => textOf(args[index])
const optional = (args: Arguments, index: number): string | null => {
  const value = args[index]
  return value === undefined || value === null || isKeywords(value) ? null : textOf(value)
}
const integer = (args: Arguments, index: number, otherwise: number): number => {
  const value = args[index]
  return typeof value === 'number' ? Math.trunc(value) : otherwise
}
const width = (args: Arguments): number => {
  const value = integer(args, 0, 0)
  if (value <= limits.textLength) return value
  throw new TemplateFault('ERR_TEMPLATES_LIMIT', `A width of ${value} is too large.`)
}
const fill = (args: Arguments): string => optional(args, 1) ?? ' '
const isAll =
  (pattern: RegExp): TextMethod =>
  (value) =>
    pattern.test(value)
/** `split(sep, maxsplit)`, the second also by name. */
const cuts = (args: Arguments): number => {
  const last = args.at(-1)
  if (isKeywords(last) && typeof last['maxsplit'] === 'number') return last['maxsplit']
  return integer(args, 1, -1)
}
const affixes = (args: Arguments): string[] => {
  const first = args[0]
  return Array.isArray(first) ? first.map(textOf) : [textOf(first)]
}

const methods: Readonly<Record<string, TextMethod>> = {
  __len__: (value) => [...value].length,
  capitalize: (value) => text.capitalize(value),
  casefold: (value) => value.toLowerCase().replaceAll('ß', 'ss'),
  center: (value, args) => text.center(value, width(args), fill(args)),
  count: (value, args) => countOf(value, string(args, 0)),
  endswith: (value, args) => affixes(args).some((affix) => value.endsWith(affix)),
  expandtabs: (value, args) => expandTabs(value, integer(args, 0, 8)),
  find: (value, args) => position(value, value.indexOf(string(args, 0), integer(args, 1, 0))),
  format: (value, args) => formatWith(value, args),
  index: (value, args) => found(position(value, value.indexOf(string(args, 0)))),
  isalnum: isAll(/^[\p{L}\p{N}]+$/u),
  isalpha: isAll(/^\p{L}+$/u),
  isascii: isAll(/^[\0-\x7f]*$/),
  isdecimal: isAll(/^\p{Nd}+$/u),
  isdigit: isAll(/^[\p{Nd}\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]+$/u),
  isidentifier: isAll(/^[\p{ID_Start}_][\p{ID_Continue}]*$/u),
  islower: (value) => value === value.toLowerCase() && value !== value.toUpperCase(),
  isnumeric: isAll(/^\p{N}+$/u),
  isspace: (value) => value !== '' && text.strip(value) === '',
  istitle: (value) => /\p{L}/u.test(value) && value === text.titleCase(value),
  isupper: (value) => value === value.toUpperCase() && value !== value.toLowerCase(),
  join: (value, args) => joinWith(value, itemsOf(args[0])),
  ljust: (value, args) => text.ljust(value, width(args), fill(args)),
  lower: (value) => value.toLowerCase(),
  lstrip: (value, args) => text.lstrip(value, optional(args, 0)),
  partition: (value, args) => text.partition(value, string(args, 0)),
  removeprefix: (value, args) => {
    const prefix = string(args, 0)
    return value.startsWith(prefix) ? value.slice(prefix.length) : value
  },
  removesuffix: (value, args) => {
    const suffix = string(args, 0)
    return suffix !== '' && value.endsWith(suffix) ? value.slice(0, -suffix.length) : value
  },
  replace: (value, args) => replaceIn(value, string(args, 0), string(args, 1), integer(args, 2, -1)),
  rfind: (value, args) => position(value, value.lastIndexOf(string(args, 0))),
  rindex: (value, args) => found(position(value, value.lastIndexOf(string(args, 0)))),
  rjust: (value, args) => text.rjust(value, width(args), fill(args)),
  rpartition: (value, args) => text.rpartition(value, string(args, 0)),
  rsplit: (value, args) => text.rsplitText(value, optional(args, 0), cuts(args)),
  rstrip: (value, args) => text.rstrip(value, optional(args, 0)),
  split: (value, args) => text.splitText(value, optional(args, 0), cuts(args)),
  splitlines: (value, args) => text.splitLines(value, args[0] === true),
  startswith: (value, args) => affixes(args).some((affix) => value.startsWith(affix)),
  strip: (value, args) => text.strip(value, optional(args, 0)),
  swapcase: (value) => text.swapCase(value),
  title: (value) => text.titleCase(value),
  upper: (value) => value.toUpperCase(),
  zfill: (value, args) => text.zfill(value, width(args)),
}

/** Methods of texts that answer something else than text. On HTML they do the same. */
const plainAnswers = new Set([
  'count',
  'endswith',
  'find',
  'index',
  'isalnum',
  'isalpha',
  'isascii',
  'isdecimal',
  'isdigit',
  'isidentifier',
  'islower',
  'isnumeric',
  'isspace',
  'istitle',
  'isupper',
  'rfind',
  'rindex',
  'startswith',
])

/** A method of texts by its name in Python. */
export function textMethod(name: string): TextMethod | undefined {
  return Object.hasOwn(methods, name) ? methods[name] : undefined
}

/** A method of texts, for HTML: what it is handed to insert is escaped, and text that comes out is HTML. */
export function markupMethod(name: string): MarkupMethod | undefined {
  if (name === 'striptags' || name === 'unescape') return (value) => value[name]()
  const method = textMethod(name)
  if (method === undefined) return undefined
  if (plainAnswers.has(name)) return (value, args) => method(value.toString(), args)
  if (name === 'format') return (value, args) => value.format(...args)
  if (name === 'join') return (value, args) => value.join(itemsOf(args[0]))
  if (name === 'replace') {
    return (value, args) => value.replace(string(args, 0), args[1], integer(args, 2, -1))
  }
  const escaped = name === 'center' || name === 'ljust' || name === 'rjust'
  return (value, args) => {
    const inserted = escaped && args.length > 1 ? [args[0], htmlText(args[1])] : args
    return asMarkup(method(value.toString(), inserted))
  }
}

function asMarkup(value: unknown): unknown {
  return Array.isArray(value) ? value.map((part) => new text.Markup(part)) : new text.Markup(value)
}

function countOf(value: string, part: string): number {
  return part === '' ? text.textLength(value) + 1 : value.split(part).length - 1
}

/** `expandtabs` fills every tab with up to as many blanks as it is told. */
function expandTabs(value: string, size: number): string {
  width([(value.split('\t').length - 1) * size])
  return text.expandTabs(value, size)
}

/** A position in code points. */
function position(value: string, index: number): number {
  return index <= 0 ? index : text.textLength(value.slice(0, index))
}

function found(index: number): number {
  if (index !== -1) return index
  throw new TemplateFault(
    'ERR_TEMPLATES_VALUE',
    'The part is not in the text.',
    "Ask with 'in' first, or use find().",
  )
}

function joinWith(separator: string, items: readonly unknown[]): unknown {
  for (const item of items) {
    if (typeof item !== 'string' && !(item instanceof text.Markup)) {
      throw new TemplateFault(
        'ERR_TEMPLATES_TYPE',
        'join() takes texts only.',
        'Use the filter join for other values.',
      )
    }
  }
  return items.map(textOf).join(separator)
}

/** `replace`, the first `count` times or everywhere. */
export function replaceIn(value: string, old: string, next: string, count: number): string {
  const times = count < 0 ? countOf(value, old) : Math.min(count, countOf(value, old))
  if (lengthOf(value) + times * next.length > limits.textLength) {
    throw new TemplateFault('ERR_TEMPLATES_LIMIT', 'A replacement makes the text too long.')
  }
  if (count < 0) return value.replaceAll(old, () => next)
  const parts = old === '' ? ['', ...value] : value.split(old)
  return parts
    .slice(1)
    .reduce((out, part, index) => out + (index < count ? next : old) + part, parts[0] ?? '')
}

function formatWith(template: string, args: Arguments): string {
  const last = args.at(-1)
  const named = isKeywords(last) ? last : {}
  const positional = isKeywords(last) ? args.slice(0, -1) : args
  return text.formatBraces(template, { positional, named }, (value, spec) => {
    if (spec === '') return textOf(value)
    return text.formatValue(isPlainObject(value) ? mappingEntries(value).join() : value, spec)
  })
}
