/** Step 4: from the path to an endpoint and its arguments. */
import {
  BadHost,
  BadRequest,
  type HttpError,
  MethodNotAllowed,
  NotFound,
  RequestRedirect,
  RequestUriTooLarge,
} from '@dewar/http'
import type { Found, MatchOptions, NotFound as NotFoundOutcome, Redirect } from '@dewar/routing'
import type { App } from './app.ts'
import type { Context } from './context.ts'
import { serverNameFor, subdomainOf } from './host.ts'
import type { Endpoint } from './plan.ts'
import { type AppRequest, setBody, setRouting } from './request.ts'

/** What routing found; an endpoint stands in the context. @internal */
export type RoutingOutcome =
  | { readonly kind: 'found' }
  | { readonly kind: 'options'; readonly methods: readonly string[] }
  | { readonly kind: 'redirect'; readonly location: string; readonly status: number }
  | { readonly kind: 'error'; readonly error: HttpError }

const found: RoutingOutcome = { kind: 'found' }

/** Notes the endpoint and the arguments, or why there are none, on context and request. @internal */
export function findRoute(app: App, context: Context, request: AppRequest): RoutingOutcome {
  const place = app.hostMatching === null ? undefined : matchedHost(app, request)
  if (place === null) return refuse(app, context, request, new BadHost())
  const match = app.urlMap.match(request.method, request.rawPath, place)
  if (match.kind === 'found') return enter(app, context, request, match)
  if (match.kind === 'redirect') return sendOn(app, request, place, match)
  if (match.kind === 'notFound') return refuse(app, context, request, errorOf(match.reason))
  const answering = match.allowed
    .map((method) => app.urlMap.match(method, request.rawPath, place))
    .find((other) => other.kind === 'found' && app.endpointOf(other.rule).automaticOptions)
  const methods = answering === undefined ? match.allowed : [...match.allowed, 'OPTIONS'].sort()
  if (answering?.kind !== 'found' || request.method !== 'OPTIONS') {
    return refuse(app, context, request, new MethodNotAllowed(null, { validMethods: methods }))
  }
  enter(app, context, request, answering)
  return { kind: 'options', methods }
}

/** The way to the other address: with the query, and below the path the app is mounted at. */
function sendOn(app: App, request: AppRequest, place: MatchOptions | undefined, found: Redirect): Redirect {
  const mounted = { ...place, rootPath: request.rootPath, query: request.queryString }
  const match = app.urlMap.match(request.method, request.rawPath, mounted)
  const redirect = match.kind === 'redirect' ? match : found
  setRouting(request, null, new RequestRedirect(redirect.location))
  return redirect
}

/**
 * The endpoint that a preflight asks about: that of the method it names, on the same URL.
 *
 * @see Fetch standard §4.8 @internal
 */
export function wantedEndpoint(app: App, context: Context, request: AppRequest): Endpoint | null {
  const method = request.headers.get('Access-Control-Request-Method')
  if (method === null) return null
  const place = app.hostMatching === null ? undefined : (matchedHost(app, request) ?? undefined)
  const match = app.urlMap.match(method, request.rawPath, place)
  return match.kind === 'found' ? app.endpointOf(match.rule) : context.endpoint
}

function enter(app: App, context: Context, request: AppRequest, match: Found): RoutingOutcome {
  const endpoint = app.endpointOf(match.rule)
  context.endpoint = endpoint
  if (endpoint.body !== null) setBody(request, endpoint.body)
  const { name, rule, blueprints, valuePreprocessors } = endpoint
  const args = valuePreprocessors.length > 0 ? { ...match.args } : match.args
  setRouting(request, { endpoint: name, rule, args, blueprints }, null)
  return found
}

/** A path that cannot be read is the client's mistake, and said to be. */
function errorOf(reason: NotFoundOutcome['reason']): HttpError {
  if (reason === 'tooLong') return new RequestUriTooLarge()
  return reason === 'badEncoding' || reason === 'websocketMismatch' ? new BadRequest() : new NotFound()
}

function refuse(app: App, context: Context, request: AppRequest, error: HttpError): RoutingOutcome {
  context.owner = app.ownerOf(request.rawPath)
  setRouting(request, null, error, context.owner?.blueprints)
  return { kind: 'error', error }
}

/** Where the request is for, as the rules name it; `null` for a host that is none of the app's. */
function matchedHost(app: App, request: AppRequest): MatchOptions | null {
  const { host } = request
  if (app.hostMatching === 'host') return { host }
  const serverName = serverNameFor(app.config.SERVER_NAME ?? host, request.scheme)
  const subdomain = subdomainOf(host, serverName)
  // A name that only the client has said is nowhere to send anybody.
  return subdomain === null ? null : { subdomain, serverName: app.config.SERVER_NAME && serverName }
}
