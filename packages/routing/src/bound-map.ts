/** A map at its address: host, root path, scheme and subdomain. */
import { domainToASCII } from 'node:url'
import { DewarError } from '@dewar/base'
import { onePrecedingSlash } from './encoding.ts'
import { type Match, outcomeOf, type Query } from './outcome.ts'
import type { RuleTable } from './rule-table.ts'
import { type Binding, type BuildOptions, buildUrl, hostOf, type SortKey, type UrlValues } from './url.ts'

/** The address a map is served at. */
export interface BindOptions {
  /** Host and port as the client knows them; with subdomains, the part all of them share. `null`: not known. */
  readonly serverName: string | null
  /** The path the application is mounted at; none if left out. */
  readonly rootPath?: string | undefined
  /** The subdomain of the request; the map's default if left out. Not with host matching. */
  readonly subdomain?: string | undefined
  /** `http` (if left out), `https`, `ws` or `wss`; `''` for URLs without a scheme. */
  readonly scheme?: string | undefined
  /** The method to match and to build for if none is given; `GET` if left out. */
  readonly defaultMethod?: string | undefined
  /** The query of the request, kept when it is sent on. */
  readonly query?: Query | undefined
}

/** What a match may need beside method and path. */
export interface BoundMatchOptions {
  /** The query to keep when sending on; the binding's if left out. */
  readonly query?: Query | undefined
  /** Whether the request is a WebSocket handshake; whether the scheme is `ws` or `wss` if left out. */
  readonly websocket?: boolean | undefined
}

/** Checks and completes the options of `RuleMap.bind`. */
export function bindingOf(table: RuleTable, options: BindOptions): Binding {
  const { hostMatching, defaultSubdomain } = table.settings
  if (hostMatching && options.subdomain !== undefined) {
    throw new DewarError('ERR_ROUTING_HOST', 'A subdomain was given, but the map matches whole hosts.', {
      fix: 'Pass the whole host as serverName.',
    })
  }
  const inner = options.rootPath?.replace(/^\/+|\/+$/g, '') ?? ''
  return Object.freeze({
    serverName: options.serverName === null ? null : asciiHost(options.serverName),
    rootPath: inner === '' ? '' : `/${inner}`,
    subdomain: hostMatching ? null : (options.subdomain ?? defaultSubdomain),
    scheme: options.scheme ?? 'http',
    method: (options.defaultMethod ?? 'GET').toUpperCase(),
  })
}

/** @see RFC 5890; UTS #46 */
function asciiHost(serverName: string): string {
  const lower = serverName.toLowerCase()
  if (lower.startsWith('[')) return lower
  const colon = lower.indexOf(':')
  const [name, port] = colon < 0 ? [lower, ''] : [lower.slice(0, colon), lower.slice(colon)]
  const ascii = /^[\x21-\x7e]*$/.test(name) ? name : domainToASCII(name)
  const labels = (ascii.endsWith('.') ? ascii.slice(0, -1) : ascii).split('.')
  if (
    ascii === '' ||
    labels.some((label) => label.length === 0 || label.length > 63) ||
    /[/?#@\\]/.test(ascii)
  ) {
    throw new DewarError('ERR_ROUTING_HOST', `The server name '${serverName}' is no host name.`, {
      fix: "Write a host, with a port if it needs one: 'example.com:8000'.",
    })
  }
  return ascii + port
}

/**
 * A map bound to an address by `RuleMap.bind`. Redirects are absolute URLs, and built URLs are absolute where the
 * address differs.
 *
 * @see Werkzeug: `werkzeug.routing.MapAdapter`
 */
export class BoundMap {
  readonly #table: RuleTable
  readonly #binding: Binding
  readonly #sortKey: SortKey | null
  readonly #query: Query | null

  /** Made by `RuleMap.bind`. */
  constructor(table: RuleTable, binding: Binding, sortKey: SortKey | null, query: Query | null) {
    this.#table = table
    this.#binding = binding
    this.#sortKey = sortKey
    this.#query = query
  }

  /**
   * Finds the rule for a request at this address. It never throws.
   *
   * @param method the request's method; `null` for the default method
   * @param rawPath the path as received: percent-encoded, without root path and query
   */
  match(method: string | null, rawPath: string, options: BoundMatchOptions = {}): Match {
    const { matcher, settings } = this.#table
    const { serverName, subdomain, scheme } = this.#binding
    const asked = method?.toUpperCase() ?? this.#binding.method
    const websocket = options.websocket ?? (scheme === 'ws' || scheme === 'wss')
    const domain = (settings.hostMatching ? serverName : subdomain) ?? ''
    const ending = matcher.search(domain, asked, onePrecedingSlash(rawPath), websocket, settings.mergeSlashes)
    return outcomeOf(ending, {
      table: this.#table,
      binding: this.#binding,
      urls: this,
      method: asked,
      query: options.query ?? this.#query,
      absolute: true,
    })
  }

  /** Whether a path leads to a rule, at once or by being sent on. */
  test(rawPath: string, method: string | null = null): boolean {
    const { kind } = this.match(method, rawPath)
    return kind === 'found' || kind === 'redirect'
  }

  /** The methods the rules of a path take, sorted; empty where nothing matches or every method is taken. */
  allowedMethods(rawPath: string): readonly string[] {
    const outcome = this.match('--', rawPath)
    return outcome.kind === 'methodNotAllowed' ? outcome.allowed : []
  }

  /**
   * Builds a URL: a path, or an absolute URL if asked for or if it is on another host.
   *
   * @param endpoint the endpoint
   * @param args values for the rule's variables; the rest becomes the query
   * @param options method, anchor, scheme
   * @throws {UrlBuildError} `ERR_ROUTING_BUILD`
   * @throws {DewarError} `ERR_ROUTING_VALUE` if a converter cannot write a value
   */
  build(endpoint: string, args: UrlValues = {}, options: BuildOptions = {}): string {
    return buildUrl(this.#table, this.#binding, this.#sortKey, endpoint, args, options)
  }

  /** The host of a subdomain, or of this address if it is left out. */
  host(subdomain?: string): string | null {
    return hostOf(this.#table, this.#binding, subdomain ?? null)
  }
}
