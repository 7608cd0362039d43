import type { Context } from './context.ts'
import type { Environment } from './environment.ts'
import { TemplateFault } from './errors.ts'
import { type Keywords, keywords } from './keywords.ts'

/** What a built-in filter or test may ask about where it is used. */
export interface FilterState {
  /** Whether output is escaped at this place. */
  escaped: boolean
  context: Context
  env: Environment
}

/** A filter as compiled code calls it; the value is the first argument. */
export type FilterCall = (
  state: FilterState,
  args: unknown[],
  named: Readonly<Record<string, unknown>> | null,
) => unknown

/** A test as compiled code calls it. */
export type TestCall = FilterCall

/** A built-in: the names of its parameters after the value, and what it does. */
export interface BuiltIn {
  parameters: readonly string[]
  /** Takes arguments beyond its parameters; keyword arguments then come last, as {@link Keywords}. */
  open?: boolean
  run(state: FilterState, value: unknown, ...args: unknown[]): unknown
}

/** Turns a built-in into what compiled code calls: keyword arguments find their places. */
export function builtInCall(name: string, builtIn: BuiltIn): FilterCall {
  const { parameters, run, open = false } = builtIn
  return (state, args, named) => {
    if (open) return run(state, args[0], ...args.slice(1), ...(named === null ? [] : [keywords(named)]))
    if (args.length > parameters.length + 1) throw wrong(name, parameters, 'too many arguments')
    if (named === null) return run(state, args[0], ...args.slice(1))
    const placed = args.slice(1)
    for (const [key, value] of Object.entries(named)) {
      const index = parameters.indexOf(key)
      if (index === -1) throw wrong(name, parameters, `an argument '${key}' that it has not`)
      if (index < args.length - 1) throw wrong(name, parameters, `two values for '${key}'`)
      placed[index] = value
    }
    return run(state, args[0], ...placed)
  }
}

/** Turns an app's function into what compiled code calls: keyword arguments come last, as one object. */
export function userCall(fn: (...args: never[]) => unknown): FilterCall {
  return (_, args, named) => {
    const all: unknown[] = named === null ? args : [...args, keywords(named)]
    return Reflect.apply(fn, undefined, all)
  }
}

function wrong(name: string, parameters: readonly string[], what: string): TemplateFault {
  const shape = parameters.length === 0 ? 'It takes none.' : `It takes: ${parameters.join(', ')}.`
  return new TemplateFault('ERR_TEMPLATES_TYPE', `'${name}' was given ${what}.`, shape)
}

export type { Keywords }
