/** Step 4: from the path to an endpoint and its arguments. */
import { BadRequest, type HttpError, MethodNotAllowed, NotFound, RequestUriTooLarge } from '@dewar/http'
import type { Found, NotFound as NotFoundOutcome } from '@dewar/routing'
import type { App } from './app.ts'
import type { Context } from './context.ts'
import { type AppRequest, setRouting } from './request.ts'

/** What routing found; an endpoint stands in the context. @internal */
export type RoutingOutcome =
  | { readonly kind: 'found' }
  | { readonly kind: 'options'; readonly methods: readonly string[] }
  | { readonly kind: 'redirect'; readonly location: string; readonly status: number }
  | { readonly kind: 'error'; readonly error: HttpError }

const found: RoutingOutcome = { kind: 'found' }

/** Notes the endpoint and the arguments, or why there are none, on context and request. @internal */
export function findRoute(app: App, context: Context, request: AppRequest): RoutingOutcome {
  const match = app.urlMap.match(request.method, request.rawPath)
  if (match.kind === 'found') return enter(app, context, request, match)
  if (match.kind === 'redirect') return match
  if (match.kind === 'notFound') return refuse(request, errorOf(match.reason))
  const answering = match.allowed
    .map((method) => app.urlMap.match(method, request.rawPath))
    .find((other) => other.kind === 'found' && app.endpointOf(other.rule).automaticOptions)
  if (answering?.kind !== 'found')
    return refuse(request, new MethodNotAllowed(null, { validMethods: match.allowed }))
  const methods = [...match.allowed, 'OPTIONS'].sort()
  if (request.method !== 'OPTIONS')
    return refuse(request, new MethodNotAllowed(null, { validMethods: methods }))
  enter(app, context, request, answering)
  return { kind: 'options', methods }
}

function enter(app: App, context: Context, request: AppRequest, match: Found): RoutingOutcome {
  const endpoint = app.endpointOf(match.rule)
  context.endpoint = endpoint
  const { name, rule, blueprints } = endpoint
  setRouting(request, { endpoint: name, rule, args: match.args, blueprints }, null)
  return found
}

/** A path that cannot be read is the client's mistake, and said to be. */
function errorOf(reason: NotFoundOutcome['reason']): HttpError {
  if (reason === 'tooLong') return new RequestUriTooLarge()
  return reason === 'badEncoding' || reason === 'websocketMismatch' ? new BadRequest() : new NotFound()
}

function refuse(request: AppRequest, error: HttpError): RoutingOutcome {
  setRouting(request, null, error)
  return { kind: 'error', error }
}
