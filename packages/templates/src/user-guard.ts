/**
 * What a user's template may do while it renders.
 *
 * Threat: a template that reaches the app through a value or a function, or that never ends or fills the memory.
 * Construction: functions are called only if the app registered them or the template itself defined them; methods come from
 * the fixed tables of texts, lists and mappings; every round of a loop and every call counts, and every value that is made
 * is measured, all of it, before anything else is done with it. One for each rendering.
 */
import { Markup } from '@dewar/markup'
import { TemplateFault } from './errors.ts'
import { Cycler, Namespace } from './globals.ts'
import { Loop } from './loop.ts'
import { isMacro } from './macro.ts'
import { listMethod } from './methods-list.ts'
import { mappingMethod } from './methods-mapping.ts'
import { markupMethod, textMethod } from './methods-text.ts'
import { isMapping, mappingEntries } from './values.ts'

/** How much a user's template may do. */
export interface UserBounds {
  /** Rounds of loops, outputs and calls. */
  steps: number
  /** Characters of output. */
  output: number
  /** Characters of a text, items of a value with all that is in it. */
  size: number
  /** Milliseconds. */
  time: number
  /** Macros in macros, at the time they run. */
  depth: number
}

/** An error of a function of the app: it goes through as it is. */
export class AppFailure extends Error {}

type Callable = (...args: unknown[]) => unknown

/** What a user's template may do. */
export class UserGuard {
  readonly #bounds: UserBounds
  readonly #functions: ReadonlySet<unknown>
  readonly #end: number
  readonly #now: () => number
  readonly #own = new WeakSet<object>()
  #steps = 0
  #watched = 0
  #depth = 0

  /**
   * @param bounds how much it may do
   * @param functions what it may call
   * @param now milliseconds that never go back
   */
  constructor(bounds: UserBounds, functions: Iterable<unknown>, now = () => performance.now()) {
    this.#bounds = bounds
    this.#functions = new Set(functions)
    this.#now = now
    this.#end = now() + bounds.time
  }

  /** Counts a step; `length` is that of the output so far. */
  step(length: number): void {
    const { steps, output } = this.#bounds
    if (++this.#steps > steps) throw tooMuch(`It takes more than ${steps} steps.`)
    if (length > output) throw tooMuch(`Its output is longer than ${output} characters.`)
    this.watch()
  }

  /** Looks at the clock, now and then. */
  watch(): void {
    if (++this.#watched % 16 === 0 && this.#now() > this.#end)
      throw tooMuch(`It takes more than ${this.#bounds.time} ms.`)
  }

  /** A function the template may call from now on. */
  allow<T extends object>(fn: T): T {
    this.#own.add(fn)
    return fn
  }

  /** Calls what may be called. */
  call(fn: unknown, args: unknown[], what: string): unknown {
    this.step(0)
    if (typeof fn === 'function' && (isMacro(fn) || this.#own.has(fn)))
      return this.#nested(fn as Callable, args)
    if (!this.#functions.has(fn)) throw refusedCall(what)
    return this.sized(fromApp(fn as Callable, args))
  }

  /** Calls a method of a text, a list, a mapping, or of what the template language itself gives. */
  callMethod(target: unknown, name: unknown, args: unknown[], what: string): unknown {
    this.step(0)
    const method = typeof name === 'string' ? methodOf(target, name) : undefined
    if (method === undefined) {
      if (isMapping(target) && typeof name === 'string') {
        const own = mappingEntries(target).find(([key]) => key === name)?.[1]
        if (own !== undefined) return this.call(own, args, what)
      }
      throw refusedCall(what)
    }
    const result = this.sized(method(...args))
    if (typeof target === 'object') this.sized(target)
    return result
  }

  /** A value, if it is not too large; a list in a list counts with all that is in it. */
  sized<T>(value: T): T {
    this.#measure(value, { left: this.#bounds.size }, 0)
    return value
  }

  #measure(value: unknown, budget: { left: number }, depth: number): void {
    if (typeof value === 'string') budget.left -= value.length
    else if (typeof value === 'bigint' && (value > largest || value < -largest)) budget.left = -1
    else budget.left--
    if (value instanceof Markup) budget.left -= value.toString().length
    if (budget.left < 0 || depth > this.#bounds.depth) {
      throw tooMuch(`A value is larger than ${this.#bounds.size} characters or items, or contains itself.`)
    }
    if (typeof value !== 'object' || value === null) return
    if (Array.isArray(value) || value instanceof Set) {
      for (const item of value) this.#measure(item, budget, depth + 1)
    } else if (isMapping(value)) {
      for (const [key, item] of mappingEntries(value)) {
        this.#measure(key, budget, depth + 1)
        this.#measure(item, budget, depth + 1)
      }
    }
  }

  #nested(fn: Callable, args: unknown[]): unknown {
    if (++this.#depth > this.#bounds.depth)
      throw tooMuch(`Macros are nested more than ${this.#bounds.depth} deep.`)
    try {
      return this.sized(fn(...args))
    } finally {
      this.#depth--
    }
  }
}

const largest = 10n ** 300n

function fromApp(fn: Callable, args: unknown[]): unknown {
  try {
    return fn(...args)
  } catch (error) {
    throw error instanceof TemplateFault ? error : new AppFailure('', { cause: error })
  }
}

function methodOf(target: unknown, name: string): Callable | undefined {
  const on = <T>(
    method: ((target: T, args: readonly unknown[]) => unknown) | undefined,
  ): Callable | undefined => (method === undefined ? undefined : (...args) => method(target as T, args))
  if (typeof target === 'string') return on(textMethod(name))
  if (target instanceof Markup) return on(markupMethod(name))
  if (Array.isArray(target)) return on(listMethod(name))
  if (target instanceof Cycler && (name === 'next' || name === 'reset')) return () => target[name]()
  if (target instanceof Loop && (name === 'cycle' || name === 'changed')) {
    return (...args) => target[name](...args)
  }
  if (target instanceof Namespace || target instanceof Loop) return undefined
  return isMapping(target) ? on(mappingMethod(name)) : undefined
}

function refusedCall(what: string): TemplateFault {
  return new TemplateFault('ERR_TEMPLATES_REFUSED', `${what} cannot be called here.`, 'Leave the call out.')
}

function tooMuch(message: string): TemplateFault {
  return new TemplateFault('ERR_TEMPLATES_LIMIT', message, 'Make the template smaller.')
}
