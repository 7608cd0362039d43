/** A rule: the text of a URL with placeholders, and what it stands for. */
import { checkNames, DewarError } from '@dewar/base'
import { ruleError } from './errors.ts'
import { rulesFromExpress } from './express.ts'
import { parseRule, type RuleToken } from './rule-syntax.ts'
import type { CheckRule } from './types.ts'

/** Builds URLs inside a `redirectTo` function. */
export interface UrlBuilder {
  build(endpoint: string, args?: Readonly<Record<string, unknown>>): string
}

/** What a rule may say beside its text. */
export interface RuleOptions {
  /** What the rule stands for: the name of a view. Several rules may share one. */
  readonly endpoint: string
  /** The methods it answers, in any case; `HEAD` is added to `GET`. Left out: every method. */
  readonly methods?: readonly string[] | undefined
  /** Arguments the rule adds; a URL that spells them out is sent on to this rule. */
  readonly defaults?: Readonly<Record<string, unknown>> | undefined
  /** Whether `/page` is sent on to the rule `/page/`; the map's setting if left out. */
  readonly strictSlashes?: boolean | undefined
  /** Whether `/a//b` is sent on to the rule `/a/b`; the map's setting if left out. */
  readonly mergeSlashes?: boolean | undefined
  /** The subdomain it answers on, with placeholders; the map's default if left out. */
  readonly subdomain?: string | undefined
  /** The host it answers on, with port and placeholders; only with `hostMatching`. */
  readonly host?: string | undefined
  /** Whether it is for building URLs only, and never matched. */
  readonly buildOnly?: boolean | undefined
  /** Where to send on to: text with `<name>` places, relative to the root path, or a function. */
  readonly redirectTo?:
    | string
    | ((args: Readonly<Record<string, unknown>>, urls: UrlBuilder) => string)
    | undefined
  /** Whether `redirectTo` keeps the query; it does if left out. */
  readonly keepQuery?: boolean | undefined
  /** Whether it is a second address of its endpoint, sent on to the first. */
  readonly alias?: boolean | undefined
  /** Whether it answers WebSocket handshakes instead of plain requests. */
  readonly websocket?: boolean | undefined
}

const known = [
  'endpoint',
  'methods',
  'defaults',
  'strictSlashes',
  'mergeSlashes',
  'subdomain',
  'host',
  'buildOnly',
  'redirectTo',
  'keepQuery',
  'alias',
  'websocket',
]
const websocketMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * One URL rule. It can be added to any number of maps and does not change.
 *
 * @see Werkzeug: `werkzeug.routing.Rule`
 */
export class Rule<R extends string = string> {
  /** The text as written. */
  readonly text: R
  readonly endpoint: string
  /** Upper-cased, with `HEAD` where there is `GET`; `null` for every method. */
  readonly methods: ReadonlySet<string> | null
  readonly defaults: Readonly<Record<string, unknown>> | null
  /** The names of the variables in the text, in order. */
  readonly variables: readonly string[]
  readonly buildOnly: boolean
  readonly alias: boolean
  readonly websocket: boolean
  /** The options as given, for copies. */
  readonly options: RuleOptions
  /** The text taken apart. */
  readonly tokens: readonly RuleToken[]

  /**
   * @param text the rule: `/posts/<int:id>`
   * @param options its endpoint and how it behaves
   * @throws {DewarError} `ERR_ROUTING_RULE_SYNTAX`, `ERR_ROUTING_EXPRESS_RULE`, `ERR_ROUTING_REPEATED_VARIABLE`,
   *   `ERR_ROUTING_METHODS`, `ERR_ROUTING_OPTION`
   */
  constructor(text: R & CheckRule<R>, options: RuleOptions) {
    checkOptions(text, options)
    checkText(text)
    this.text = text
    this.tokens = Object.freeze(parseRule(text, text))
    this.variables = Object.freeze(
      this.tokens.flatMap((token) => (token.kind === 'variable' ? [token.name] : [])),
    )
    checkVariables(text, this.variables)
    this.endpoint = options.endpoint
    this.methods = methodSet(text, options)
    this.defaults = options.defaults === undefined ? null : Object.freeze({ ...options.defaults })
    this.buildOnly = options.buildOnly ?? false
    this.alias = options.alias ?? false
    this.websocket = options.websocket ?? false
    this.options = Object.freeze({ ...options })
    Object.freeze(this)
  }

  /** The rule and its endpoint, for messages. */
  toString(): string {
    const methods = this.methods === null ? '' : ` (${[...this.methods].join(', ')})`
    return `'${this.text}'${methods} -> ${this.endpoint}`
  }
}

function checkOptions(text: string, options: RuleOptions): void {
  checkNames('ERR_ROUTING_OPTION', `Rule '${text}'`, options, known)
  if (typeof options.endpoint !== 'string') {
    throw new DewarError('ERR_ROUTING_OPTION', `Rule '${text}' has no endpoint.`, {
      fix: "Name what it stands for: new Rule('/', { endpoint: 'index' }).",
    })
  }
}

function checkText(text: string): void {
  if (typeof text !== 'string' || !text.startsWith('/')) {
    throw ruleError(
      'ERR_ROUTING_RULE_SYNTAX',
      text,
      `Rule '${text}' does not start with a slash.`,
      `Write '/${text}'.`,
    )
  }
  const bare = text.replaceAll(/<[^>]*>/g, '<>')
  if (!/\/:[A-Za-z_]/.test(bare)) return
  throw ruleError(
    'ERR_ROUTING_EXPRESS_RULE',
    text,
    `Rule '${text}' is written in Express's form.`,
    `Write ${flaskForm(text)}; with a type: '<int:…>', '<path:…>', '<uuid:…>'.`,
  )
}

/** Paths of Express 4 (`/:id(\\d+)?`) are no longer read by path-to-regexp; their names still are. */
function flaskForm(text: string): string {
  const plain = text.replaceAll(/(\/:[A-Za-z_]\w*)(?:\([^)]*\))?[?*+]?/g, '$1')
  try {
    return rulesFromExpress(plain)
      .map((rule) => `'${rule}'`)
      .join(' and ')
  } catch {
    return "'/users/<id>' for '/users/:id'"
  }
}

/** Refuses a variable used twice, in the text or in the host or subdomain rule before it. */
export function checkVariables(text: string, names: readonly string[]): void {
  names.forEach((name, index) => {
    if (name === '__proto__') {
      throw ruleError(
        'ERR_ROUTING_RULE_SYNTAX',
        text,
        `Rule '${text}' names a variable '__proto__'.`,
        'Rename it.',
      )
    }
    if (names.indexOf(name) === index) return
    throw ruleError(
      'ERR_ROUTING_REPEATED_VARIABLE',
      text,
      `Rule '${text}' uses the variable '${name}' twice.`,
      `Rename one of them: '${name}2'.`,
    )
  })
}

function methodSet(text: string, options: RuleOptions): ReadonlySet<string> | null {
  const { methods, websocket } = options
  if (methods === undefined) return null
  if (!Array.isArray(methods) || methods.some((method) => typeof method !== 'string' || method === '')) {
    throw new DewarError('ERR_ROUTING_METHODS', `The methods of rule '${text}' are no list of names.`, {
      fix: "Write methods: ['GET', 'POST'].",
    })
  }
  const set = new Set(methods.map((method) => method.toUpperCase()))
  if (set.has('GET')) set.add('HEAD')
  const wrong = websocket === true ? [...set].find((method) => !websocketMethods.has(method)) : undefined
  if (wrong === undefined) return set
  throw new DewarError('ERR_ROUTING_METHODS', `The WebSocket rule '${text}' takes the method ${wrong}.`, {
    fix: 'A WebSocket handshake is a GET request: leave the methods out.',
  })
}
