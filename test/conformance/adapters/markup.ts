/** The area `markup`: text that knows it is HTML. */
import { escape, Markup, striptags, unescape } from '@dewar/markup'
import type { Adapter } from '../adapter.ts'

/** Text, a number, `{ $markup }`, an object that renders itself (`{ $html }`), or a list or mapping of these. */
type Value = unknown

function valueOf(value: Value): unknown {
  if (Array.isArray(value)) return value.map(valueOf)
  if (typeof value !== 'object' || value === null) return value
  if ('$markup' in value) return new Markup(value.$markup)
  if ('$html' in value) return { toHtml: () => String(value.$html) }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, valueOf(item)]))
}

function typed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(typed)
  if (value instanceof Markup) return { type: 'markup', value: String(value) }
  return typeof value === 'string' ? { type: 'str', value } : value
}

function markupOf(value: Value): Markup {
  const markup = valueOf(value)
  return markup instanceof Markup ? markup : new Markup(markup)
}

/** Python's names of the methods that JavaScript or camel case calls otherwise. */
const names: Readonly<Record<string, keyof Markup>> = {
  upper: 'toUpperCase',
  lower: 'toLowerCase',
  casefold: 'toLowerCase',
  title: 'titleCase',
  swapcase: 'swapCase',
  splitlines: 'splitLines',
  removeprefix: 'removePrefix',
  removesuffix: 'removeSuffix',
  expandtabs: 'expandTabs',
}

interface MethodInput {
  readonly value: Value
  readonly name: string
  readonly args: readonly Value[]
}

function callMethod({ value, name, args }: MethodInput): unknown {
  const markup = markupOf(value)
  const method = markup[names[name] ?? (name as keyof Markup)] as (...args: unknown[]) => unknown
  return typed(method.apply(markup, args.map(valueOf)))
}

interface PercentInput {
  readonly template: string
  readonly args?: readonly Value[]
  readonly mapping?: Readonly<Record<string, Value>>
}

interface FormatInput {
  readonly template: string
  readonly args: readonly Value[]
  readonly kwargs: Readonly<Record<string, Value>>
}

function format({ template, args, kwargs }: FormatInput): unknown {
  const named = Object.keys(kwargs).length === 0 ? [] : [valueOf(kwargs)]
  return typed(new Markup(template).format(...args.map(valueOf), ...named))
}

function add({ left, right }: { left: Value; right: Value }): unknown {
  const [first, second] = [valueOf(left), valueOf(right)]
  if (first instanceof Markup) return typed(first.concat(second))
  // Plain text has no method that knows of HTML: it becomes HTML first where the other side is.
  return typed(second instanceof Markup ? escape(first).concat(second) : String(first) + String(second))
}

/** Maps the area to `@dewar/markup`. */
export const adapter: Adapter = {
  operations: {
    escape: ({ value }: { value: Value }) => typed(escape(valueOf(value))),
    escape_silent: ({ value }: { value: Value }) => typed(escape(valueOf(value))),
    markup_mod: ({ template, args, mapping }: PercentInput) =>
      typed(
        new Markup(template).formatPercent(
          valueOf(mapping ?? args ?? []) as readonly unknown[] | Record<string, unknown>,
        ),
      ),
    markup_format: format,
    markup_join: ({ separator, items }: { separator: string; items: readonly Value[] }) =>
      typed(new Markup(separator).join(items.map(valueOf))),
    markup_add: add,
    markup_repeat: ({ value, times }: { value: Value; times: number }) =>
      typed(markupOf(value).repeat(times)),
    striptags: ({ value }: { value: Value }) => typed(striptags(String(markupOf(value)))),
    unescape: ({ value }: { value: Value }) => typed(unescape(String(markupOf(value)))),
    markup_method: callMethod,
    markup_slice: ({ value, start, stop }: { value: Value; start: number | null; stop: number | null }) =>
      typed(markupOf(value).slice(start, stop)),
  },
  kinds: {
    ERR_MARKUP_FORMAT_INDEX: 'IndexError',
    ERR_MARKUP_FORMAT_KEY: 'KeyError',
    ERR_MARKUP_FORMAT_SYNTAX: 'ValueError',
    ERR_MARKUP_FORMAT_TYPE: 'TypeError',
    ERR_MARKUP_FORMAT_VALUE: 'ValueError',
  },
}
