/**
 * The walk of a request. One function per step, in order, under the names of `docs/architecture.md`; nothing happens to
 * a request anywhere else. Steps 1 and 15, receiving and writing, are the server's; rendering (10) happens inside the view.
 *
 * A step that is done at once returns `undefined`, so that a synchronous view with synchronous hooks is answered without
 * an `await`; one that must wait returns a promise. Errors of the steps inwards go to the nearest handler, and its
 * answer takes the same way out as any other.
 */
import { NotFound, type Response } from '@dewar/http'
import { checkOrigin, isSafeMethod } from '@dewar/security'
import { countAndAsk, looksAtSession, needsIdentity } from './access.ts'
import type { App } from './app.ts'
import { Context, runInContext } from './context.ts'
import { checkToken } from './csrf.ts'
import { answerError, serverError } from './error-answers.ts'
import { hostOf } from './host.ts'
import { endContext } from './leave-context.ts'
import { toResponse } from './make-response.ts'
import { findRoute, wantedEndpoint } from './match-route.ts'
import type { AppRequest } from './request.ts'
import { logRequest, startOfLine } from './request-log.ts'
import { addCors, preflightAnswer } from './route-answers.ts'
import type { HookTypes } from './route-types.ts'
import { allowResponse, redirectResponse } from './routing-answers.ts'
import { saveInto } from './save-session.ts'
import { announce } from './steps.ts'
import { bindStream } from './stream.ts'
import { isPromise, type Walk } from './walk.ts'

type StepFunction = (walk: Walk) => Promise<void> | undefined

const inwards: readonly StepFunction[] = [
  matchRoute,
  openSession,
  checkAccess,
  checkCsrf,
  runBefore,
  callView,
  makeResponse,
]
const outwards: readonly StepFunction[] = [runAfter, saveSession, stamp]

/**
 * Answers a request. It throws only what `TESTING` lets through to the test.
 *
 * @internal
 */
export function handle(app: App, request: AppRequest): Response | Promise<Response> {
  const context = new Context(app, request)
  const walk: Walk = {
    app,
    context,
    request,
    started: startOfLine(app),
    refusal: null,
    originError: null,
    routingError: null,
    optionsMethods: null,
    value: undefined,
    response: null,
  }
  gate(walk)
  return app.propagates ? handlePropagating(walk) : runInContext(context, () => enterContext(walk))
}

/** Errors that nothing handles go to the caller, a test or the server, after the context has ended as ever. */
async function handlePropagating(walk: Walk): Promise<Response> {
  try {
    return await runInContext(walk.context, () => enterContext(walk))
  } catch (error) {
    await endContext(walk.context)
    throw error
  }
}

/** 2. What the headers alone decide: the host, how many cookies, and where an unsafe request comes from. */
function gate(walk: Walk): void {
  const { app, request } = walk
  announce('gate', request)
  try {
    const host = app.gate.checkHost(hostOf(request))
    app.gate.checkTransport(request, host)
    app.gate.checkCookies(request)
    if (isSafeMethod(request.method)) return
    checkWhence(walk, host)
  } catch (error) {
    walk.refusal = error
  }
}

/** Kept until the route is known: one that is exempt from CSRF takes requests from anywhere. */
function checkWhence(walk: Walk, host: string): void {
  const { method, headers, scheme } = walk.request
  try {
    checkOrigin({ method, headers, scheme, host, ...walk.app.gate.originOptions })
  } catch (error) {
    walk.originError = error
  }
}

/** 3. From here on the globals work. */
function enterContext(walk: Walk): Response | Promise<Response> {
  announce('enterContext', walk.context)
  const { app, request } = walk
  const { appcontextPushed, requestStarted } = app.signals
  if (appcontextPushed.isWatched) appcontextPushed.send({ app })
  if (requestStarted.isWatched) requestStarted.send({ app, request })
  return walk.refusal === null ? goInwards(walk, 0) : refuse(walk, walk.refusal)
}

/** Error pages show the session too. */
function refuse(walk: Walk, refusal: unknown): Response | Promise<Response> {
  const pending = walk.context.readSessionAhead()
  if (pending === undefined) return recover(walk, refusal)
  return pending.catch(() => undefined).then(() => recover(walk, refusal))
}

/** 4. Finds the endpoint; 404, 405 and redirects wait until the view would be called. */
function matchRoute(walk: Walk): undefined {
  announce('matchRoute', walk.context)
  const { app, request, context } = walk
  const outcome = findRoute(app, context, request)
  // A route may have bounds of its own; a body that is too large is refused before anything is read of it.
  if (!isSafeMethod(request.method)) request.checkContentLength()
  if (outcome.kind === 'redirect') walk.value = redirectResponse(outcome.location, outcome.status)
  else if (outcome.kind === 'error') walk.routingError = outcome.error
  else if (outcome.kind === 'options') {
    walk.optionsMethods = outcome.methods
    walk.response = preflightAnswer(wantedEndpoint(app, context, request), request)
  }
  return undefined
}

/** 5. The session opens at its first touch; here, if it must be waited for, or the next steps will touch it for certain. */
function openSession({ context, app }: Walk): Promise<void> | undefined {
  const pending = context.readSessionAhead()
  if (pending !== undefined) return pending
  if (needsIdentity(app, context) && looksAtSession(app, context)) void context.session
  return undefined
}

/** 6. Who may go on, and how often. */
function checkAccess(walk: Walk): Promise<void> | undefined {
  announce('checkAccess', walk.context)
  // Which methods a URL takes is no secret, and browsers ask it (CORS preflights) without credentials.
  if (walk.optionsMethods !== null) return undefined
  refuseForeign(walk)
  return countAndAsk(walk.app, walk.context, walk.request)
}

/** What another site made a visitor's browser send must not use up that visitor's limit. */
function refuseForeign({ originError, context: { endpoint } }: Walk): void {
  if (originError !== null && endpoint !== null && !endpoint.csrfExempt) throw originError
}

/** 7. The proof that an unsafe request comes from a page of this site. */
function checkCsrf(walk: Walk): Promise<void> | undefined {
  announce('checkCsrf', walk.context)
  const { endpoint } = walk.context
  return endpoint === null ? undefined : checkToken(walk, endpoint)
}

/** 8. The app's functions, then the blueprints' from outside in; a value ends the way in. */
function runBefore(walk: Walk): Promise<void> | undefined {
  announce('runBefore', walk.context)
  const { before, valuePreprocessors } = walk.context.surroundings
  if (valuePreprocessors.length > 0) {
    const { endpoint, viewArgs } = walk.request
    for (const preprocess of valuePreprocessors) preprocess(endpoint, viewArgs)
  }
  for (let i = 0; i < before.length; i++) {
    const result: unknown = before[i]?.()
    if (isPromise(result)) return finishBefore(walk, before, result, i + 1)
    if (result !== undefined && result !== null) {
      walk.value = result
      return undefined
    }
  }
  return undefined
}

async function finishBefore(walk: Walk, before: readonly (() => unknown)[], first: unknown, next: number) {
  let result = await first
  for (let i = next; result == null && i < before.length; i++) result = await before[i]?.()
  if (result != null) walk.value = result
}

/** 9. The view, or what routing found instead of one. */
function callView(walk: Walk): Promise<void> | undefined {
  if (walk.value !== undefined) return undefined
  if (walk.routingError !== null) throw walk.routingError
  const { request, context } = walk
  const { endpoint } = context
  if (endpoint === null) throw new NotFound()
  announce('callView', context)
  if (walk.optionsMethods !== null) return keep(walk, allowResponse(walk.optionsMethods))
  const result: unknown = endpoint.view(request.viewArgs ?? {})
  if (isPromise(result)) return result.then((value) => keep(walk, value))
  return keep(walk, result)
}

/** 11. One response from whatever was returned. */
function makeResponse(walk: Walk): undefined {
  announce('makeResponse', walk.context)
  const { endpoint } = walk.context
  walk.response = toResponse(walk.value, endpoint === null ? 'A hook' : `The view '${endpoint.name}'`)
  return undefined
}

/** 12. `afterThisRequest`, then the blueprints' functions from inside out, then the app's. Each runs once. */
function runAfter(walk: Walk): Promise<void> | undefined {
  announce('runAfter', walk.context)
  const { after } = walk.context.surroundings
  const own = walk.context.afterThisRequest
  if (own === null && after.length === 0) return undefined
  return runAfterFrom(walk, own === null ? after : [...own, ...after], 0)
}

function runAfterFrom(
  walk: Walk,
  hooks: readonly HookTypes['after'][],
  from: number,
): Promise<void> | undefined {
  for (let i = from; i < hooks.length; i++) {
    try {
      const result: unknown = hooks[i]?.(walk.response as Response)
      if (!isPromise(result)) {
        replaceResponse(walk, result)
        continue
      }
      return result
        .then((value) => replaceResponse(walk, value))
        .catch((error: unknown) => serverError(walk, error))
        .then(() => runAfterFrom(walk, hooks, i + 1))
    } catch (error) {
      const pending = serverError(walk, error)
      if (pending !== undefined) return pending.then(() => runAfterFrom(walk, hooks, i + 1))
    }
  }
  return undefined
}

/** 13. The session goes back into its cookie if it changed; what depends on it must not be shared by caches. */
function saveSession(walk: Walk): Promise<void> | undefined {
  announce('saveSession', walk.context)
  return saveInto(walk)
}

/** 14. The security headers that are absent, the nonce, and the end of the walk once the last byte is out. */
function stamp(walk: Walk): undefined {
  announce('stamp', walk.context)
  const { app, context, request } = walk
  const response = walk.response as Response
  if (walk.optionsMethods === null) addCors(context, request, response)
  const stamp = context.endpoint?.stamp ?? app.securityHeaders
  stamp.apply(response.headers, { nonce: () => context.nonce, secure: request.isSecure })
  const { requestFinished } = app.signals
  if (requestFinished.isWatched) requestFinished.send({ app, request, response })
  if (response.isStreamed) bindStream(response)
  response.onClose(() => endContext(context))
  if (walk.started > 0) response.onClose(() => logRequest(app, request, response, walk.started))
  return undefined
}

function goInwards(walk: Walk, from: number): Response | Promise<Response> {
  try {
    for (let i = from; i < inwards.length && walk.response === null; i++) {
      const pending = inwards[i]?.(walk)
      if (pending !== undefined) {
        return pending.then(
          () => goInwards(walk, i + 1),
          (error: unknown) => recover(walk, error),
        )
      }
    }
  } catch (error) {
    return recover(walk, error)
  }
  return goOutwards(walk, 0)
}

function goOutwards(walk: Walk, from: number): Response | Promise<Response> {
  for (let i = from; i < outwards.length; i++) {
    const pending = outwards[i]?.(walk)
    if (pending !== undefined) return pending.then(() => goOutwards(walk, i + 1))
  }
  return walk.response as Response
}

/** Anything thrown on the way in: the nearest handler's answer goes on outwards. */
function recover(walk: Walk, error: unknown): Response | Promise<Response> {
  const pending = answerError(walk, error)
  return pending === undefined ? goOutwards(walk, 0) : pending.then(() => goOutwards(walk, 0))
}

function keep(walk: Walk, value: unknown): undefined {
  walk.value = value
}

function replaceResponse(walk: Walk, value: unknown): void {
  if (value !== undefined) walk.response = toResponse(value, 'A function of afterRequest')
}
