/** The area `routing`: Werkzeug's maps and rules. */
import { type Match, Rule, RuleMap, type RuleMapOptions } from '@dewar/routing'
import { type Adapter, Failure } from '../adapter.ts'

interface RuleInput {
  readonly rule: string
  readonly endpoint: string
  readonly methods?: string[]
  readonly defaults?: Record<string, unknown>
  readonly strict_slashes?: boolean
  readonly merge_slashes?: boolean
  readonly subdomain?: string
  readonly host?: string
  readonly redirect_to?: string
  readonly build_only?: boolean
  readonly alias?: boolean
  readonly websocket?: boolean
}

interface Setting {
  readonly rules: readonly RuleInput[]
  readonly map?: Readonly<Record<string, boolean>>
  readonly bind?: {
    readonly server_name?: string
    readonly script_name?: string
    readonly subdomain?: string
    readonly url_scheme?: string
    readonly default_method?: string
    readonly query_args?: string | Record<string, unknown>
  }
}

interface MatchInput extends Setting {
  readonly path: string
  readonly method?: string
}

interface BuildInput extends Setting {
  readonly endpoint: string
  readonly values: Record<string, unknown>
  readonly method?: string
  readonly force_external?: boolean
  readonly append_unknown?: boolean
  readonly url_scheme?: string
}

function rule(input: RuleInput): Rule {
  return new Rule<string>(input.rule, {
    endpoint: input.endpoint,
    methods: input.methods,
    defaults: input.defaults,
    strictSlashes: input.strict_slashes,
    mergeSlashes: input.merge_slashes,
    subdomain: input.subdomain,
    host: input.host,
    buildOnly: input.build_only,
    redirectTo: input.redirect_to,
    keepQuery: false,
    alias: input.alias,
    websocket: input.websocket,
  })
}

function bound({ rules, map = {}, bind = {} }: Setting) {
  const options: RuleMapOptions = {
    strictSlashes: map['strict_slashes'],
    mergeSlashes: map['merge_slashes'],
    redirectDefaults: map['redirect_defaults'],
    hostMatching: map['host_matching'],
    sortParameters: map['sort_parameters'],
    duplicates: 'first',
  }
  return new RuleMap(options).add(rules.map(rule)).bind({
    serverName: bind.server_name ?? 'example.org',
    rootPath: bind.script_name,
    subdomain: bind.subdomain,
    scheme: bind.url_scheme,
    defaultMethod: bind.default_method,
    query: bind.query_args,
  })
}

/** The vectors have decoded paths; a request has them encoded. */
function encoded(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

function asOriginal(match: Match): unknown {
  if (match.kind === 'found') return { endpoint: match.rule.endpoint, args: match.args }
  if (match.kind === 'redirect') {
    return new Failure('RequestRedirect', { url: match.location, code: match.status })
  }
  if (match.kind === 'methodNotAllowed') return new Failure('MethodNotAllowed', { allowed: match.allowed })
  return new Failure(match.reason === 'websocketMismatch' ? 'WebsocketMismatch' : 'NotFound')
}

export const adapter: Adapter = {
  operations: {
    match: (input: MatchInput) => asOriginal(bound(input).match(input.method ?? null, encoded(input.path))),
    allowed_methods: (input: MatchInput) => bound(input).allowedMethods(encoded(input.path)),
    build: (input: BuildInput) =>
      bound(input).build(input.endpoint, input.values, {
        method: input.method,
        external: input.force_external,
        appendUnknown: input.append_unknown,
        scheme: input.url_scheme,
      }),
    compile_rule(input: { readonly rule: string }) {
      new RuleMap().add(rule({ rule: input.rule, endpoint: 'endpoint' }))
      return true
    },
  },
  kinds: {
    ERR_ROUTING_RULE_SYNTAX: 'ValueError',
    ERR_ROUTING_EXPRESS_RULE: 'ValueError',
    ERR_ROUTING_REPEATED_VARIABLE: 'ValueError',
    ERR_ROUTING_UNKNOWN_CONVERTER: 'ValueError',
    ERR_ROUTING_CONVERTER_ARGUMENT: 'ValueError',
    ERR_ROUTING_METHODS: 'ValueError',
    ERR_ROUTING_VALUE: 'ValueError',
    ERR_ROUTING_BUILD: 'BuildError',
  },
}
