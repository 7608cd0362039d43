/**
 * Converters: from the text of a URL to a value and back.
 *
 * A converter says which text belongs to it (`regex`), what value it stands for (`parse`) and how the value is written
 * (`format`). Texts are already percent-decoded, and are encoded again by the map.
 */
import { checkNames, DewarError, nearestName } from '@dewar/base'
import { compileMatcher } from './automaton.ts'
import { weights } from './defaults.ts'
import { ruleError } from './errors.ts'
import type { Expression } from './expression.ts'
import { exampleOf, nativeSource, openChoices, parseExpression } from './expression.ts'
import type { ConverterArguments, Literal } from './rule-syntax.ts'

/** What a converter of your own is made of. */
export interface ConverterOptions<T> {
  /**
   * The texts it takes, as a whole. Characters, classes, groups, choices and repetition only, so that every URL is
   * matched in linear time; flags are not taken.
   */
  readonly regex: string | RegExp
  /** Converters with less weight are tried first: numbers 50, text 100 (the default), paths 200. */
  readonly weight?: number
  /**
   * Makes the value. `undefined`, or an error, means that this text is none: the next rule is tried.
   * Without it the value is the text.
   */
  readonly parse?: (text: string) => T | undefined
  /** Writes the value as text, not yet percent-encoded. Without it: `String(value)`. */
  readonly format?: (value: T) => string
  /** Whether the value may hold slashes; the default is whether `regex` has one outside a negated class. */
  readonly spansSlashes?: boolean
  /** A text it takes, for reports about overlapping rules; found from `regex` if left out. */
  readonly example?: string
}

/** A converter, ready for one placeholder of a rule. */
export interface Converter {
  readonly expression: Expression
  /** The texts it takes inside one part, where a decoded slash is text like any other; `expression` if left out. */
  readonly partExpression?: Expression
  readonly weight: number
  readonly spansSlashes: boolean
  /** Whether a whole text belongs to it, before `parse` is asked; `null`: any text that is not empty. */
  readonly test: ((text: string) => boolean) | null
  /** Makes the value; `undefined` refuses the text; `null`: the value is the text. */
  readonly parse: ((text: string) => unknown) | null
  /** Whether it takes exactly the texts of ASCII digits and reads them as a number: `<int:n>` without arguments. */
  readonly digits?: boolean
  readonly format: (value: unknown) => string
  readonly examples: readonly string[]
}

/** Makes the converter for a placeholder from the arguments written there. */
export type ConverterDefinition = (args: ConverterArguments) => Converter

/**
 * Defines a converter for `new RuleMap({ converters })`.
 *
 * Give its static type by declaration merging: `declare module '@dewar/routing' { interface Converters { hex: bigint } }`.
 *
 * @param definition its parts, or a function that makes them from the arguments in the rule (`<hex(8):id>`)
 * @throws {DewarError} `ERR_ROUTING_EXPRESSION` if `regex` cannot be matched in linear time
 * @see Werkzeug: `werkzeug.routing.BaseConverter`
 */
export function defineConverter<T>(
  definition: ConverterOptions<T> | ((args: ConverterArguments) => ConverterOptions<T>),
): ConverterDefinition {
  if (typeof definition === 'function') return (args) => makeConverter(definition(args))
  const converter = makeConverter(definition)
  return (args) => {
    refuseArguments(args, [])
    return converter
  }
}

const known = ['regex', 'weight', 'parse', 'format', 'spansSlashes', 'example']

function makeConverter<T>(options: ConverterOptions<T>): Converter {
  checkNames('ERR_ROUTING_OPTION', 'A converter', options, known)
  const source = sourceOf(options.regex)
  const expression = parseExpression(source)
  const { parse, format } = options
  return {
    expression,
    weight: options.weight ?? weights.text,
    spansSlashes: options.spansSlashes ?? source.replaceAll(/\[\^(?:\\.|[^\]])*\]/g, '').includes('/'),
    test: tester(expression),
    parse: parse === undefined ? null : parse,
    format: format === undefined ? String : (format as (value: unknown) => string),
    examples: options.example === undefined ? [exampleOf(expression)] : [options.example],
  }
}

function sourceOf(regex: string | RegExp): string {
  if (typeof regex === 'string') return regex
  if (regex.flags.replace('u', '') === '') return regex.source
  throw new DewarError('ERR_ROUTING_EXPRESSION', `The converter expression ${regex} has flags.`, {
    fix: 'Spell out both cases ([A-Za-z]) instead of using flags.',
  })
}

/** JavaScript's own engine where it is linear, else the automaton. */
function tester(expression: Expression): (text: string) => boolean {
  if (openChoices(expression) <= 1) {
    const native = new RegExp(`^(?:${nativeSource(expression)})$`, 'u')
    return (text) => native.test(text)
  }
  const matcher = compileMatcher(
    [{ kind: 'expression', expression, captured: false }],
    Number.POSITIVE_INFINITY,
  )
  return (text) => matcher(text) !== null
}

/** Gives the arguments of a converter their names, in the order a rule may leave them out. */
export function nameArguments(args: ConverterArguments, names: readonly string[]): Map<string, Literal> {
  refuseArguments(args, names)
  const values = new Map<string, Literal>()
  args.positional.forEach((value, index) => {
    values.set(names[index] ?? '', value)
  })
  for (const [name, value] of args.named) values.set(name, value)
  return values
}

function refuseArguments(args: ConverterArguments, names: readonly string[]): void {
  if (args.positional.length > names.length) {
    throw argumentError(`takes ${names.length} argument(s), not ${args.positional.length}`, names, undefined)
  }
  for (const name of args.named.keys()) {
    if (!names.includes(name))
      throw argumentError(`has no argument '${name}'`, names, nearestName(name, names))
    if (names.indexOf(name) < args.positional.length) {
      throw argumentError(`is given '${name}' twice`, names, undefined)
    }
  }
}

/** A converter was given arguments it does not take; the map adds which rule it was. */
export function argumentError(
  problem: string,
  names: readonly string[],
  nearest: string | undefined,
): DewarError {
  const all = names.length === 0 ? 'It takes no arguments.' : `It takes: ${names.join(', ')}.`
  return ruleError(
    'ERR_ROUTING_CONVERTER_ARGUMENT',
    '',
    `The converter ${problem}.`,
    nearest === undefined ? all : `Did you mean '${nearest}'?`,
  )
}
