import { TemplateFault } from './errors.ts'
import { isKeywords, type Keywords, keywords } from './keywords.ts'
import type { MacroPlace } from './place.ts'

/** What a parameter holds that was not given; its default is then computed. */
export const missing: unique symbol = Symbol('missing')

/** A macro as the compiler describes it. */
export interface MacroShape {
  name: string
  parameters: readonly string[]
  /** Whether the body uses `varargs`, `kwargs`, `caller`. */
  varargs: boolean
  kwargs: boolean
  caller: boolean
}

/** The compiled body: the parameters' values, the further positional ones, the further named ones, the caller. */
export type MacroBody = (values: unknown[], varargs: unknown[], kwargs: Keywords, caller: unknown) => unknown

/** The body as it is compiled for other places. */
export type PlacedBodies = Readonly<Partial<Record<MacroPlace, MacroBody>>>

type MacroFunction = (...args: unknown[]) => unknown

const inPlaces = Symbol('in places')

/**
 * Makes the function that a macro is.
 *
 * @param shape its name and parameters
 * @param body its compiled body
 * @param placed the same for other places than between tags
 * @returns a function; keyword arguments come last, see {@link keywords}
 */
export function macro(shape: MacroShape, body: MacroBody, placed: PlacedBodies = {}): MacroFunction {
  const call = macroCall(shape, body)
  const places = Object.fromEntries(
    Object.entries(placed).map(([place, placedBody]) => [place, macroCall(shape, placedBody)]),
  )
  return Object.defineProperties(call, {
    name: { value: shape.name },
    arguments: { value: shape.parameters },
    catch_kwargs: { value: shape.kwargs },
    catch_varargs: { value: shape.varargs },
    caller: { value: shape.caller },
    [inPlaces]: { value: places },
  })
}

/** What a macro does in a place that is not between tags; the macro itself if it was not compiled for it. */
export function macroIn(fn: unknown, place: MacroPlace): unknown {
  if (typeof fn !== 'function' || !Object.hasOwn(fn, inPlaces)) return fn
  return (fn as unknown as { [inPlaces]: Partial<Record<string, unknown>> })[inPlaces][place] ?? fn
}

/** Whether a function is a macro. */
export function isMacro(fn: unknown): boolean {
  return typeof fn === 'function' && Object.hasOwn(fn, inPlaces)
}

function macroCall(shape: MacroShape, body: MacroBody): MacroFunction {
  return (...args: unknown[]): unknown => {
    const last = args.at(-1)
    const named: Record<string, unknown> = Object.assign(Object.create(null), isKeywords(last) ? last : {})
    const positional = isKeywords(last) ? args.slice(0, -1) : args
    const { parameters } = shape
    const values = parameters.map((name, index) => {
      if (!(name in named)) return index < positional.length ? positional[index] : missing
      if (index < positional.length) throw wrongCall(shape, `two values for '${name}'`)
      return taken(named, name)
    })
    const caller = 'caller' in named && shape.caller ? taken(named, 'caller') : undefined
    const varargs = positional.slice(parameters.length)
    if (varargs.length > 0 && !shape.varargs)
      throw wrongCall(shape, `more than its ${parameters.length} arguments`)
    const [extra] = Object.keys(named)
    if (extra !== undefined && !shape.kwargs)
      throw wrongCall(shape, `the argument '${extra}', which it has not`)
    return body(values, varargs, keywords(named), caller)
  }
}

function taken(named: Record<string, unknown>, name: string): unknown {
  const value = named[name]
  delete named[name]
  return value
}

function wrongCall(shape: MacroShape, what: string): TemplateFault {
  const parameters = shape.parameters.join(', ')
  return new TemplateFault(
    'ERR_TEMPLATES_TYPE',
    `Macro '${shape.name}' was given ${what}.`,
    `It is ${shape.name}(${parameters}).`,
  )
}
