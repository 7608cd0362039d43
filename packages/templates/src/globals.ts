/** What every Jinja template has: `range`, `dict`, `cycler`, `joiner`, `namespace`. */
import { limits } from './defaults.ts'
import { TemplateFault } from './errors.ts'
import { isKeywords, type Keywords } from './keywords.ts'
import { isHidden } from './members.ts'
import { isMapping, mappingEntries } from './values.ts'

/** Jinja's `namespace()`: an object whose attributes a template may set. */
export class Namespace {
  readonly #values = new Map<string, unknown>()

  /** Whether there is an attribute. */
  has(name: unknown): boolean {
    return this.#values.has(String(name))
  }

  /** An attribute. */
  get(name: unknown): unknown {
    return this.#values.get(String(name))
  }

  /** Sets an attribute. */
  set(name: string, value: unknown): void {
    if (isHidden(name)) throw new TemplateFault('ERR_TEMPLATES_RENDER', `'${name}' cannot be set.`)
    this.#values.set(name, value)
  }
}

/** Jinja's `cycler()`: values in turn. */
export class Cycler {
  readonly #values: readonly unknown[]
  #at = 0

  /** @param values what to go through */
  constructor(values: readonly unknown[]) {
    if (values.length === 0) throw new TemplateFault('ERR_TEMPLATES_TYPE', 'cycler() needs values.')
    this.#values = values
  }

  /** The value it stands at. */
  get current(): unknown {
    return this.#values[this.#at]
  }

  /** The value it stands at; then it goes on. */
  next(): unknown {
    const value = this.current
    this.#at = (this.#at + 1) % this.#values.length
    return value
  }

  /** Back to the first value. */
  reset(): null {
    this.#at = 0
    return null
  }
}

/**
 * Python's `range`, as a list.
 *
 * @throws {TemplateFault} `ERR_TEMPLATES_LIMIT` for more than `rangeLength` numbers
 */
function range(...args: unknown[]): number[] {
  const numbers = args.map((value) => {
    if (typeof value === 'number' && Number.isInteger(value)) return value
    throw new TemplateFault('ERR_TEMPLATES_TYPE', 'range() takes whole numbers.')
  })
  const [start = 0, stop = 0, step = 1] = numbers.length === 1 ? [0, ...numbers] : numbers
  if (step === 0) throw new TemplateFault('ERR_TEMPLATES_VALUE', 'The step of range() is zero.')
  const length = Math.max(0, Math.ceil((stop - start) / step))
  const maximum = limits.rangeLength
  if (length > maximum) {
    throw new TemplateFault(
      'ERR_TEMPLATES_LIMIT',
      `range() would give ${length} numbers; ${maximum} are allowed.`,
    )
  }
  return Array.from({ length }, (_, index) => start + index * step)
}

function split(args: unknown[]): [unknown[], Keywords | null] {
  const last = args.at(-1)
  return isKeywords(last) ? [args.slice(0, -1), last] : [args, null]
}

function entriesOf(args: unknown[]): [string, unknown][] {
  const [positional, named] = split(args)
  const entries: [string, unknown][] = []
  for (const value of positional) {
    const pairs = isMapping(value) ? mappingEntries(value) : (value as [unknown, unknown][])
    for (const [key, item] of pairs) entries.push([String(key), item])
  }
  return [...entries, ...Object.entries(named ?? {})]
}

/** Jinja's own globals; an app's come on top. */
export const jinjaGlobals: Readonly<Record<string, unknown>> = Object.freeze({
  range,
  dict: (...args: unknown[]) => Object.fromEntries(entriesOf(args)),
  cycler: (...values: unknown[]) => new Cycler(values),
  joiner: (...args: unknown[]) => {
    const [positional, named] = split(args)
    const separator = positional[0] ?? named?.['sep'] ?? ', '
    let isFirst = true
    return () => {
      if (!isFirst) return separator
      isFirst = false
      return ''
    }
  },
  namespace: (...args: unknown[]) => {
    const out = new Namespace()
    for (const [name, value] of entriesOf(args)) out.set(name, value)
    return out
  },
})
