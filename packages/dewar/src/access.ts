/**
 * Step 6: who may call a route, and how often.
 *
 * Threat: a view that forgets to ask who is there; guessing and flooding.
 * Construction: what the route limits by client address is counted first; then the identity is loaded, what is limited by
 * user is counted, and the route's access rule is asked. Nothing of the body has been read by then.
 * Defaults: `ACCESS_DEFAULT` is `public`; with `deny` a route without an access rule is an error at start.
 */
import { Forbidden, Unauthorized } from '@dewar/http'
import type { App } from './app.ts'
import type { Identity } from './augment.ts'
import type { Context } from './context.ts'
import type { AppRequest } from './request.ts'
import { countHits } from './route-limits.ts'
import { isPromise } from './walk.ts'

/**
 * 401: the route wants somebody who is logged in, and nobody is. An extension that has a login page answers it with a
 * redirect: `app.errorHandler(AuthenticationRequired, …)`.
 */
export class AuthenticationRequired extends Unauthorized {
  /** The status, for `errorHandler`. */
  static readonly status = 401

  constructor() {
    super('Please log in to see this page.', { code: 'ERR_DEWAR_AUTHENTICATION_REQUIRED' })
  }
}

/**
 * 401: the route wants somebody who has just shown who they are (`access: 'fresh'`), and who is logged in was remembered.
 * An extension that can ask for the password again answers it with a redirect.
 */
export class FreshLoginRequired extends Unauthorized {
  /** The status, for `errorHandler`. */
  static readonly status = 401

  constructor() {
    super('Please show again who you are to see this page.', { code: 'ERR_DEWAR_FRESH_LOGIN_REQUIRED' })
  }
}

/**
 * Whether the identity is needed for a request: the route asks, or there may be one and something may show it, an error
 * page included.
 *
 * @internal
 */
export function needsIdentity(app: App, context: Context): boolean {
  const { endpoint, request } = context
  if (app.identityLoader === null || endpoint?.personal === false) return false
  return (endpoint !== null && endpoint.access !== 'public') || (request !== null && app.mayIdentify(request))
}

/** Whether the loader will look at the session for certain. @internal */
export function looksAtSession(app: App, { request }: Context): boolean {
  return !app.identifiesWithoutSession || request?.headers.has('Cookie') === true
}

/** Counts, identifies, asks. @internal */
export function countAndAsk(app: App, context: Context, request: AppRequest): Promise<void> | undefined {
  const pending = countHits(context, request, true)
  if (pending === undefined) return identifyAndAsk(app, context, request)
  return pending.then(() => identifyAndAsk(app, context, request))
}

function identifyAndAsk(app: App, context: Context, request: AppRequest) {
  if (needsIdentity(app, context)) {
    const identity = app.identityLoader?.(context) ?? null
    if (isPromise(identity)) {
      return identity.then((found) => {
        context.identity = found
        return countKnownAndAsk(context, request)
      })
    }
    context.identity = identity
  }
  return countKnownAndAsk(context, request)
}

function countKnownAndAsk(context: Context, request: AppRequest): Promise<void> | undefined {
  const pending = countHits(context, request, false)
  return pending === undefined ? askPolicy(context, request) : pending.then(() => askPolicy(context, request))
}

function askPolicy(context: Context, request: AppRequest): Promise<void> | undefined {
  const { identity, endpoint } = context
  const access = endpoint?.access ?? 'public'
  if (access === 'public') return undefined
  context.isPersonal = true
  if (access === 'fresh' && identity !== null && !context.isFresh) throw new FreshLoginRequired()
  const answer = typeof access === 'function' ? access(identity, request) : identity !== null
  if (isPromise(answer)) return answer.then((allowed) => enforce(allowed === true, identity))
  enforce(answer === true, identity)
  return undefined
}

function enforce(allowed: boolean, identity: Identity | null): void {
  if (!allowed) throw identity === null ? new AuthenticationRequired() : new Forbidden()
}
