/** A rule bound to a map: its converters made, its parts compiled, its URL ready to be built. */
import { DewarError, nearestName } from '@dewar/base'
import { compile } from 'path-to-regexp'
import type { Converter, ConverterDefinition } from './converter.ts'
import { encodeHost, encodePart, encodePath } from './encoding.ts'
import { ruleError, ruleLimitError, valueError } from './errors.ts'
import { methodBits } from './method-bits.ts'
import { type Part, type Piecewise, splitParts } from './part.ts'
import { checkVariables, type Rule } from './rule.ts'
import { parseRule, type RuleToken } from './rule-syntax.ts'

/** A variable of a rule and what reads and writes it. */
export interface Variable {
  readonly name: string
  readonly converter: Converter
}

/** Text of a URL, or a place for a variable. */
type Trace = readonly ({ readonly text: string } | { readonly variable: Variable })[]

/** What a map decides for its rules. */
export interface RuleContext {
  readonly converters: ReadonlyMap<string, ConverterDefinition>
  readonly strictSlashes: boolean
  readonly mergeSlashes: boolean
  readonly defaultSubdomain: string
  readonly hostMatching: boolean
  readonly maxRuleLength: number
  readonly maxRuleParts: number
  readonly maxRuleVariables: number
}

/** One rule in one map. */
export interface CompiledRule {
  readonly rule: Rule
  readonly endpoint: string
  readonly methods: ReadonlySet<string> | null
  /** The methods as bits, {@link methodBit}. */
  readonly methodBits: number
  /** Whether a match of it leads to another address: an alias, or one that is sent on. */
  readonly leadsOn: boolean
  readonly websocket: boolean
  readonly strictSlashes: boolean
  readonly mergeSlashes: boolean
  /** The host or subdomain rule; empty for none. */
  readonly domain: string
  readonly domainPart: Part
  /** The parts of the path, without the empty one before its first slash. */
  readonly parts: readonly Part[]
  /** In the order of their places, those of the domain first. */
  readonly variables: readonly Variable[]
  /** The names of the variables and the defaults. */
  readonly arguments: ReadonlySet<string>
  readonly defaults: Readonly<Record<string, unknown>> | null
  /** The whole static path, if it is one. */
  readonly staticPath: string | null
  /** Equal for rules that make the same URLs. */
  readonly trace: string
  readonly buildPath: (values: Readonly<Record<string, unknown>>) => string
  readonly buildDomain: (values: Readonly<Record<string, unknown>>) => string
}

/** Binds a rule to the settings and converters of a map. */
export function compileRule(rule: Rule, context: RuleContext): CompiledRule {
  checkLimits(rule, context)
  const mergeSlashes = rule.options.mergeSlashes ?? context.mergeSlashes
  const domain = domainOf(rule, context)
  const domainTokens = domain === '' ? [] : parseRule(domain, rule.text)
  const pathTokens = mergeSlashes ? withoutRepeatedSlashes(rule.tokens) : rule.tokens
  const domainPieces = pieces(domainTokens, rule, context)
  const pathPieces = pieces(pathTokens, rule, context)
  const variables = [...domainPieces, ...pathPieces].flatMap((piece) =>
    piece.variable ? [piece.variable] : [],
  )
  checkVariables(
    rule.text,
    variables.map(({ name }) => name),
  )
  checkRedirect(rule, variables)
  const parts = splitParts(pathPieces.map(({ piece }) => piece)).slice(1)
  const names = new Set([...variables.map(({ name }) => name), ...Object.keys(rule.defaults ?? {})])
  return Object.freeze({
    rule,
    endpoint: rule.endpoint,
    methods: rule.methods,
    methodBits: rule.methods === null ? -1 : methodBits(rule.methods),
    leadsOn: rule.alias || rule.options.redirectTo !== undefined,
    websocket: rule.websocket,
    strictSlashes: rule.options.strictSlashes ?? context.strictSlashes,
    mergeSlashes,
    domain,
    domainPart: domainPartOf(domainPieces, rule),
    parts,
    variables,
    arguments: names,
    defaults: rule.defaults,
    staticPath: staticPathOf(parts),
    trace: traceKey(domainPieces, pathPieces),
    buildPath: builder(traceOf(pathPieces), rule, false),
    buildDomain: builder(traceOf(domainPieces), rule, true),
  })
}

function checkLimits(rule: Rule, context: RuleContext): void {
  const slashes = rule.tokens.filter((token) => token.kind === 'slash').length
  const amounts = {
    maxRuleLength: rule.text.length,
    maxRuleParts: slashes,
    maxRuleVariables: rule.variables.length,
  }
  for (const limit of ['maxRuleLength', 'maxRuleParts', 'maxRuleVariables'] as const) {
    if (amounts[limit] > context[limit])
      throw ruleLimitError(rule.text, limit, context[limit], amounts[limit])
  }
}

function checkRedirect(rule: Rule, variables: readonly Variable[]): void {
  const { redirectTo } = rule.options
  if (typeof redirectTo !== 'string') return
  for (const [, name] of redirectTo.matchAll(/<([^>]+)>/g)) {
    if (variables.some((variable) => variable.name === name)) continue
    throw ruleError(
      'ERR_ROUTING_REDIRECT',
      rule.text,
      `Rule '${rule.text}' sends on to '${redirectTo}', but has no variable '${name}'.`,
      `Use one of its variables, as in '<name>': ${variables.map((variable) => variable.name).join(', ') || 'it has none'}.`,
    )
  }
}

function domainOf(rule: Rule, context: RuleContext): string {
  const { host, subdomain } = rule.options
  if (context.hostMatching && subdomain !== undefined) {
    throw ruleError(
      'ERR_ROUTING_HOST',
      rule.text,
      `Rule '${rule.text}' has a subdomain, but the map matches whole hosts.`,
      `Write host: '${subdomain}.example.com' with your own domain.`,
    )
  }
  if (!context.hostMatching && host !== undefined && host !== '') {
    throw ruleError(
      'ERR_ROUTING_HOST',
      rule.text,
      `Rule '${rule.text}' has a host, but the map does not match hosts.`,
      'Make the map with new RuleMap({ hostMatching: true }).',
    )
  }
  return (context.hostMatching ? host : (subdomain ?? context.defaultSubdomain)) ?? ''
}

function withoutRepeatedSlashes(tokens: readonly RuleToken[]): RuleToken[] {
  return tokens.filter((token, index) => token.kind !== 'slash' || tokens[index - 1]?.kind !== 'slash')
}

interface BoundPiece {
  readonly piece: Piecewise
  readonly variable: Variable | null
}

function pieces(tokens: readonly RuleToken[], rule: Rule, context: RuleContext): BoundPiece[] {
  return tokens.map((token) => {
    if (token.kind !== 'variable') return { piece: token, variable: null }
    const factory = context.converters.get(token.converter)
    if (factory === undefined) throw unknownConverter(token.converter, rule, context)
    const converter = makeConverter(factory, token.args, rule)
    return { piece: { kind: 'variable', converter }, variable: { name: token.name, converter } }
  })
}

function makeConverter(
  factory: ConverterDefinition,
  args: Parameters<ConverterDefinition>[0],
  rule: Rule,
): Converter {
  try {
    return factory(args)
  } catch (error) {
    if (!(error instanceof DewarError)) throw error
    throw new DewarError(error.code, `Rule '${rule.text}': ${error.message}`, {
      fix: error.fix,
      details: { ...error.details, rule: rule.text },
      cause: error,
    })
  }
}

function unknownConverter(name: string, rule: Rule, context: RuleContext): DewarError {
  const nearest = nearestName(name, context.converters.keys())
  const hint = nearest === undefined ? '' : `Did you mean '${nearest}'? `
  return ruleError(
    'ERR_ROUTING_UNKNOWN_CONVERTER',
    rule.text,
    `Rule '${rule.text}' uses the unknown converter '${name}'.`,
    `${hint}Converters of your own: the option converters: { ${name}: defineConverter({ … }) } of createApp or RuleMap.`,
  )
}

function domainPartOf(domainPieces: readonly BoundPiece[], rule: Rule): Part {
  const parts = splitParts(domainPieces.map(({ piece }) => piece))
  const [part] = parts
  if (part !== undefined && parts.length === 1 && (part.static || !part.final)) return part
  throw ruleError(
    'ERR_ROUTING_HOST',
    rule.text,
    `The host or subdomain of rule '${rule.text}' has slashes.`,
    "Use converters without slashes in hosts: '<tenant>.example.com'.",
  )
}

function staticPathOf(parts: readonly Part[]): string | null {
  let path = ''
  for (const part of parts) {
    if (!part.static) return null
    path += `/${part.text}`
  }
  return path
}

function traceOf(bound: readonly BoundPiece[]): Trace {
  return bound.map(({ piece, variable }) => {
    if (variable !== null) return { variable }
    return { text: piece.kind === 'text' ? piece.text : '/' }
  })
}

function traceKey(domain: readonly BoundPiece[], path: readonly BoundPiece[]): string {
  const show = ({ piece, variable }: BoundPiece): string[] =>
    variable !== null ? ['<', variable.name] : piece.kind === 'text' ? ['', piece.text] : ['/']
  return JSON.stringify([domain.map(show), path.map(show)])
}

/**
 * The URL of a trace, through path-to-regexp's token data; made when it is first needed. Variables that have a default
 * are written as that default. Each variable is a group of its own, since only groups may be empty.
 */
function builder(
  trace: Trace,
  rule: Rule,
  isDomain: boolean,
): (values: Readonly<Record<string, unknown>>) => string {
  const encodeText = isDomain ? (text: string) => text : encodePath
  const variables = trace.flatMap((item) => ('variable' in item ? [item.variable] : []))
  const defaults = rule.defaults ?? {}
  let fill: ((data: Record<string, string>) => string) | null = null
  return (values) => {
    fill ??= compile<Record<string, string>>(
      {
        tokens: trace.map((item) =>
          'variable' in item
            ? { type: 'group', tokens: [{ type: 'param', name: item.variable.name }] }
            : { type: 'text', value: encodeText(item.text) },
        ),
      },
      { encode: false },
    )
    const texts: Record<string, string> = Object.create(null)
    for (const { name, converter } of variables) {
      const value = Object.hasOwn(defaults, name) ? defaults[name] : values[name]
      const text = encodeValue(converter, value, isDomain, rule, name)
      if (text !== '') texts[name] = text
    }
    return fill(texts)
  }
}

function encodeValue(
  converter: Converter,
  value: unknown,
  isDomain: boolean,
  rule: Rule,
  name: string,
): string {
  const text = converter.format(value)
  if (typeof text !== 'string') {
    throw valueError(
      `The converter of '${name}' in rule '${rule.text}' wrote no text.`,
      'Return a string from format().',
    )
  }
  if (isDomain) return encodeHost(text)
  return converter.spansSlashes ? encodePath(text) : encodePart(text)
}
