/** URLs from views and endpoint names, so that a rule is written once. */
import { DewarError } from '@dewar/base'
import { type BoundMap, type RuleArgs, UrlBuildError } from '@dewar/routing'
import type { App } from './app.ts'
import type { Endpoints } from './augment.ts'
import { type Context, useContext } from './context.ts'
import { hostOf, serverNameFor, subdomainOf } from './host.ts'
import { blueprintNames } from './plan.ts'
import type { AppRequest } from './request.ts'
import type { RouteRef } from './route-types.ts'
import { noOrigin, siteNameOf } from './site-origin.ts'

/** How a URL is to look. */
export interface UrlForOptions {
  /** The part after `#`. */
  readonly anchor?: string | undefined
  /** Whether to build an absolute URL; outside a request all are. */
  readonly external?: boolean | undefined
  /** The scheme of an absolute URL; asking for one asks for an absolute URL, `''` for one without. */
  readonly scheme?: 'http' | 'https' | '' | undefined
  /**
   * An absolute URL on `siteOrigin()`, that is under `SERVER_NAME`, else the first whole name of `TRUSTED_HOSTS`, whatever host
   * and scheme this request came by: for mails and for whatever else others open later.
   */
  readonly canonical?: boolean | undefined
  /** Which of an endpoint's rules, by method. */
  readonly method?: string | undefined
}

/** Values for the rule; further names go into the query. */
export type UrlValues = Readonly<Record<string, unknown>>

/** What follows the view in `urlFor`: its rule's arguments, required exactly when it has some. */
export type UrlForArgs<R extends string> = keyof RuleArgs<R> extends never
  ? [values?: UrlValues, options?: UrlForOptions]
  : [values: RuleArgs<R> & UrlValues, options?: UrlForOptions]

/**
 * A name that the app has: literals are compared with {@link Endpoints} where it is filled; names that begin with a dot, and
 * those that are only known when the app runs, are not.
 */
export type CheckEndpoint<N extends string> = [keyof Endpoints] extends [never]
  ? N
  : string extends N
    ? N
    : N extends keyof Endpoints | `.${string}`
      ? N
      : { readonly 'unknown endpoint': N }

/** What follows the name in `urlFor`: the endpoint's arguments, required exactly when it has some. */
export type EndpointArgs<N extends string> = [N] extends [never]
  ? [values?: UrlValues, options?: UrlForOptions]
  : N extends keyof Endpoints
    ? Record<never, never> extends Endpoints[N]
      ? [values?: Endpoints[N] & UrlValues, options?: UrlForOptions]
      : [values: Endpoints[N] & UrlValues, options?: UrlForOptions]
    : [values?: UrlValues, options?: UrlForOptions]

/**
 * The URL of an endpoint by its name; a leading dot means the current blueprint.
 *
 * @param endpoint `index`, `blog.show`, `.show`, `static`
 */
export function urlFor<N extends string>(endpoint: N & CheckEndpoint<N>, ...args: EndpointArgs<N>): string
/**
 * The URL of a view.
 *
 * @param view what `app.get` and its like returned; the rule's arguments are checked by the compiler
 * @throws {DewarError} `ERR_ROUTING_BUILD` for missing or unfit values, `ERR_DEWAR_VIEW` for a function that is no view,
 *   `ERR_DEWAR_NO_TRUSTED_HOST` for an absolute URL whose host nobody vouches for, `ERR_DEWAR_NO_ORIGIN` for a canonical one
 *   of a site without a name
 * @see Flask: `url_for`
 */
export function urlFor<R extends string>(
  view: RouteRef<R> & ((args: never) => unknown),
  ...args: UrlForArgs<R>
): string
export function urlFor(target: unknown, values: UrlValues = {}, options: UrlForOptions = {}): string {
  const context = useContext('urlFor()')
  if (options.scheme !== undefined && options.external === false) throw schemeOfPath()
  const { app } = context
  const endpoint =
    typeof target === 'string' ? fullName(context, target) : endpointOfView(app, context, target)
  const all: Record<string, unknown> = { ...values }
  addUrlDefaults(app, endpoint, all)
  if (app.config.STATIC_VERSIONS) all['v'] ??= app.staticVersions.versionOf(endpoint, all['filename'])
  try {
    return buildUrl(context, endpoint, all, options)
  } catch (error) {
    if (!(error instanceof UrlBuildError)) throw error
    return askForUrl(app, error, endpoint, all, options)
  }
}

/** The app's functions, then the endpoint's blueprints' from outside in. */
function addUrlDefaults({ hooks, blueprints }: App, endpoint: string, values: Record<string, unknown>): void {
  for (const fill of hooks.urlDefaults) fill(endpoint, values)
  for (const name of blueprintNames(endpoint, blueprints).toReversed()) {
    for (const fill of blueprints.get(name)?.hooks.urlDefaults ?? []) fill(endpoint, values)
  }
}

function buildUrl(
  context: Context,
  endpoint: string,
  values: Record<string, unknown>,
  { anchor, method, scheme, external, canonical = false }: UrlForOptions,
): string {
  const isExternal = canonical || (external ?? (scheme !== undefined || context.request === null))
  const { urls, isVouchedFor } = canonical ? canonicalOrigin(context) : originIn(context)
  if ((isExternal || context.request === null) && !isVouchedFor) throw noHost()
  const url = urls.build(endpoint, values, {
    anchor: anchor === undefined ? undefined : String(anchor),
    method,
    scheme,
    external: isExternal,
  })
  if (!isVouchedFor && !/^\/(?!\/)/.test(url)) throw noHost()
  return url
}

/** Another function may know the URL; else the mistake stands as it is. */
function askForUrl(
  app: App,
  error: UrlBuildError,
  endpoint: string,
  values: Record<string, unknown>,
  { anchor, external, scheme, method, canonical }: UrlForOptions,
): string {
  const options = { anchor, external, scheme, method, canonical }
  for (const handler of app.urlBuildErrorHandlers) {
    const url = handler(error, endpoint, values, options)
    if (typeof url === 'string') return url
  }
  throw error
}

/** `.show` in a view of the blueprint `blog` is `blog.show`; outside of blueprints the dot just goes. */
function fullName({ request }: Context, endpoint: string): string {
  if (!endpoint.startsWith('.')) return endpoint
  const blueprint = request?.blueprint ?? null
  return blueprint === null ? endpoint.slice(1) : blueprint + endpoint
}

/** A view registered under several names is the one of the current blueprint, else the first. */
function endpointOfView(app: App, { request }: Context, view: unknown): string {
  const endpoints = app.endpointsOf(view)
  const prefix = request?.blueprint == null ? '' : `${request.blueprint}.`
  const endpoint = endpoints.find((name) => prefix !== '' && name.startsWith(prefix)) ?? endpoints[0]
  if (endpoint !== undefined) return endpoint
  const name = typeof view === 'function' ? `The function '${view.name}'` : 'What was given to urlFor'
  throw new DewarError('ERR_DEWAR_VIEW', `${name} is no view of this app.`, {
    fix: 'Register it with app.get(rule, view), or pass the name of an endpoint.',
  })
}

/** Where a context's URLs start. @internal */
export interface Origin {
  readonly urls: BoundMap
  /** Whether the app has named the host itself. */
  readonly isVouchedFor: boolean
}

/** The site as the app names it; of the request it takes where the app is mounted, which no client can choose. */
function canonicalOrigin({ app, request }: Context): Origin {
  const site = siteNameOf(app, request)
  if (site === null) throw noOrigin()
  const rootPath = request === null ? app.config.APPLICATION_ROOT : request.rootPath
  const binding = { serverName: site.host, rootPath, scheme: site.scheme }
  return { urls: app.urlMap.bind(binding), isVouchedFor: true }
}

/** The same for all URLs of a context, and so worked out once. */
function originIn(context: Context): Origin {
  context.origin ??= originOf(context)
  return context.origin
}

/** Links in mails and redirects lead to a host the app has named, never to one only the client has. */
function originOf(context: Context): Origin {
  const { app, request } = context
  if (request !== null) return originOfRequest(app, request)
  if (app.config.SERVER_NAME === null) throw noHost()
  return canonicalOrigin(context)
}

function originOfRequest(app: App, request: AppRequest): Origin {
  const { TRUSTED_HOSTS, DEBUG, TESTING } = app.config
  const { rootPath, scheme, method } = request
  const named = app.config.SERVER_NAME === null ? null : serverNameFor(app.config.SERVER_NAME, scheme)
  const trustsRequest = TRUSTED_HOSTS !== null || DEBUG || TESTING
  const here = trustsRequest ? app.gate.checkHost(hostOf(request)) : (hostOf(request) ?? '')
  const bySubdomain = app.hostMatching === 'subdomain' && named !== null
  const serverName = bySubdomain ? named : trustsRequest ? here : (named ?? (here === '' ? null : here))
  const subdomain = bySubdomain ? (subdomainOf(request.host, named) ?? '') : undefined
  const binding = { serverName, rootPath, scheme, subdomain, defaultMethod: method }
  return { urls: app.urlMap.bind(binding), isVouchedFor: trustsRequest || named !== null }
}

function noHost(): DewarError {
  return new DewarError('ERR_DEWAR_NO_TRUSTED_HOST', 'An absolute URL needs a host that the app has named.', {
    fix: "Set TRUSTED_HOSTS to this site's names; outside of requests SERVER_NAME, or ask for { canonical: true }.",
  })
}

function schemeOfPath(): DewarError {
  return new DewarError('ERR_DEWAR_URL_SCHEME', 'urlFor was given a scheme for a URL that is not absolute.', {
    fix: 'Leave external out, or the scheme.',
  })
}
