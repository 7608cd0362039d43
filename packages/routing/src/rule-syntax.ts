/**
 * The text of a rule, taken apart.
 *
 *   rule        = *( "/" / text / placeholder )
 *   text        = 1*<any character but "/" and "<">
 *   placeholder = "<" [ converter [ "(" arguments ")" ] ":" ] variable ">"
 *   converter   = name
 *   variable    = name
 *   name        = ( ALPHA / "_" ) *( ALPHA / DIGIT / "_" )
 *   arguments   = [ argument *( "," argument ) ]
 *   argument    = [ name "=" ] ( "True" / "False" / "None" / number / word / quoted )
 *
 * @see Werkzeug: `werkzeug.routing.rules`
 */
import { ruleError } from './errors.ts'

/** An argument of a converter as written: text, a number, a truth value or nothing. */
export type Literal = string | number | boolean | null

/** The arguments of a converter: `int(4, max=9)` has one in order and one by name. */
export interface ConverterArguments {
  readonly positional: readonly Literal[]
  readonly named: ReadonlyMap<string, Literal>
}

/** A placeholder of a rule. */
export interface Placeholder {
  readonly kind: 'variable'
  readonly name: string
  readonly converter: string
  readonly args: ConverterArguments
}

/** One piece of a rule's text. */
export type RuleToken =
  | { readonly kind: 'slash' }
  | { readonly kind: 'text'; readonly text: string }
  | Placeholder

const token = /\/|[^</]+|<(?:([A-Za-z_]\w*)(?:\((.*?)\))?:)?([A-Za-z_]\w*)>/y
const argument =
  /\s*(?:([\p{L}\p{N}_]+)\s*=\s*)?(?:(\d+(?:\.\d*)?(?:[eE]\d+)?|\.\d+)|([\p{L}\p{N}_.]+)|[rRuU]?(?:"([^"]*)"|'([^']*)'))\s*(?:,|$)/uy
const constants: ReadonlyMap<string, Literal> = new Map([
  ['True', true],
  ['False', false],
  ['None', null],
])

/**
 * Takes a rule, or a host or subdomain rule, apart.
 *
 * @param text the text
 * @param rule the whole rule, to show in errors
 * @throws {DewarError} `ERR_ROUTING_RULE_SYNTAX`
 */
export function parseRule(text: string, rule: string): RuleToken[] {
  const tokens: RuleToken[] = []
  token.lastIndex = 0
  let position = 0
  while (position < text.length) {
    token.lastIndex = position
    const match = token.exec(text)
    if (match === null) throw malformed(text, rule, position)
    const [whole, converter, args, variable] = match
    if (variable !== undefined) {
      const parsed = parseArguments(args ?? '', rule)
      tokens.push({ kind: 'variable', name: variable, converter: converter ?? 'default', args: parsed })
    } else tokens.push(whole === '/' ? { kind: 'slash' } : { kind: 'text', text: whole })
    position = token.lastIndex
  }
  return tokens
}

function malformed(text: string, rule: string, position: number): Error {
  const rest = text.slice(position, position + 40)
  return ruleError(
    'ERR_ROUTING_RULE_SYNTAX',
    rule,
    `Rule '${rule}' cannot be read from '${rest}' on.`,
    "Placeholders are written '<name>', '<int:name>' or '<string(length=2):name>'; a name has letters, digits and '_'.",
  )
}

function parseArguments(text: string, rule: string): ConverterArguments {
  const positional: Literal[] = []
  const named = new Map<string, Literal>()
  let position = 0
  const end = text.trimEnd().length
  while (position < end) {
    argument.lastIndex = position
    const match = argument.exec(text)
    if (match === null) throw malformedArguments(text, rule)
    const [, name, number, word, double, single] = match
    const value = number !== undefined ? Number(number) : wordValue(word, double ?? single ?? '')
    if (name === undefined) positional.push(value)
    else named.set(name, value)
    position = argument.lastIndex
  }
  return { positional, named }
}

function wordValue(word: string | undefined, quoted: string): Literal {
  if (word === undefined) return quoted
  const constant = constants.get(word)
  return constant === undefined ? word : constant
}

function malformedArguments(text: string, rule: string): Error {
  return ruleError(
    'ERR_ROUTING_RULE_SYNTAX',
    rule,
    `The converter arguments '(${text})' of rule '${rule}' cannot be read.`,
    "Arguments are numbers from 0 up, True, False, None, words or quoted text, with or without 'name='.",
  )
}
