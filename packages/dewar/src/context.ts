/**
 * The context of a request: one object that holds the app, the request, the session and `g`, carried through awaits,
 * timers and streams by one AsyncLocalStorage. Flask: `AppContext` and `RequestContext` in one, as in Flask 3.2.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Session } from '@dewar/sessions'
import type { App } from './app.ts'
import type { Globals, Identity, SessionData } from './augment.ts'
import { noContext } from './errors.ts'
import type { CategorizedMessage } from './flash.ts'
import type { Endpoint, Surroundings } from './plan.ts'
import type { AppRequest } from './request.ts'
import type { HookTypes } from './route-types.ts'
import { announce } from './steps.ts'
import type { Origin } from './url-for.ts'

const storage = new AsyncLocalStorage<Context>()

/** What belongs to one request, or to one piece of work outside of any. */
export class Context {
  /** The app. */
  readonly app: App
  /** The request, `null` in a context made by `app.context()`. */
  readonly request: AppRequest | null
  /** The endpoint that matched, `null` before routing and where nothing matched. @internal */
  endpoint: Endpoint | null = null
  /** Who serves a URL that no route matches, if a blueprint owns it. @internal */
  owner: Surroundings | null = null
  /** Whether its teardown functions have run, or are running. @internal */
  hasEnded = false
  /** Who is logged in, as the app's identity loader found; `null` for a stranger. */
  identity: Identity | null = null
  /** Whether they have shown who they are in this session, rather than been remembered; for `access: 'fresh'`. */
  isFresh = false
  /** Where the identity was read from, in the words of the extension that did. */
  identitySource: string | null = null
  /**
   * Whether an unsafe request must prove that it comes from a page of this site. An identity loader may say no for
   * credentials that no browser sends by itself, such as a bearer token, in a request without a cookie of this site.
   */
  needsCsrfProof = true
  /** Whether the answer depends on who asks: caches are told so, though nobody has looked at the session. */
  isPersonal = false
  /** Functions of `afterThisRequest`, in order of registration. @internal */
  afterThisRequest: HookTypes['after'][] | null = null
  /** Messages taken from the session by the first `getFlashedMessages` of this request. @internal */
  flashes: readonly CategorizedMessage[] | null = null
  /** Where the URLs of `urlFor` start, worked out by its first call. @internal */
  origin: Origin | null = null
  /** What the last template of this context saw, for the debug page. @internal */
  templateNames: Readonly<Record<string, unknown>> | null = null
  /** The error that became a 500, for the teardown hooks. @internal */
  unhandled: unknown
  readonly #origin: Context | null
  #session: Session<SessionData> | null = null
  #readAhead: Session<SessionData> | null = null
  #isSessionLost = false
  #beforeSave: HookTypes['after'][] | null = null
  #globals: Globals | null = null
  #nonce: string | null = null

  constructor(app: App, request: AppRequest | null, origin: Context | null = null) {
    this.app = app
    this.request = request
    this.#origin = origin
  }

  /** The functions around whatever answers: the endpoint's, the owner's of the URL, or the app's alone. @internal */
  get surroundings(): Surroundings {
    return this.endpoint ?? this.owner ?? this.app.surroundings
  }

  /** A context of the same request and session with a `g` of its own. @internal */
  copy(): Context {
    const copy = new Context(this.app, this.request, this)
    copy.endpoint = this.endpoint
    copy.owner = this.owner
    copy.identity = this.identity
    copy.isFresh = this.isFresh
    copy.identitySource = this.identitySource
    copy.needsCsrfProof = this.needsCsrfProof
    return copy
  }

  /**
   * Registers work for the moment before the session is saved: after every hook, and for error pages too. For
   * extensions whose stores must know of a login or logout before the answer says so. What it returns replaces the response.
   */
  beforeSave(work: HookTypes['after']): void {
    if (this.#origin !== null) this.#origin.beforeSave(work)
    else if (this.#beforeSave === null) this.#beforeSave = [work]
    else this.#beforeSave.push(work)
  }

  /** The work of `beforeSave` that is still to be done, which is then no more. @internal */
  takeBeforeSave(): readonly HookTypes['after'][] | null {
    const work = this.#beforeSave
    this.#beforeSave = null
    return work
  }

  /** A place for the request's own data; nothing in it outlives the request. */
  get g(): Globals {
    this.#globals ??= Object.create(null) as Globals
    return this.#globals
  }

  /**
   * The session, opened at the first touch.
   *
   * @throws {DewarError} `ERR_DEWAR_NO_SECRET_KEY` if the app has no key to sign it with; `ERR_DEWAR_NO_CONTEXT` outside a request
   */
  get session(): Session<SessionData> {
    if (this.#origin !== null) return this.#origin.session
    this.#session ??= this.#readAhead ?? this.#openSession()
    return this.#session
  }

  /**
   * Reads a stored session before anybody asks for it, as asking cannot wait. Nothing to do without a cookie, or where the
   * cookie holds the session.
   *
   * @throws {StoreError} `ERR_STORES_UNAVAILABLE` as a rejection
   * @internal
   */
  readSessionAhead(): Promise<void> | undefined {
    const { storedSessions } = this.app
    if (storedSessions === null || this.request === null) return undefined
    const header = this.request.headers.getJoined('Cookie', '; ')
    if (header?.includes(storedSessions.cookieName) !== true) return undefined
    announce('openSession', this)
    return storedSessions.open(header, this.app.now()).then((session) => {
      this.#readAhead = session
    })
  }

  #openSession(): Session<SessionData> {
    if (this.request === null) throw noContext('session')
    const { storedSessions, sessions } = this.app
    const header = this.request.headers.getJoined('Cookie', '; ')
    const isLost = storedSessions !== null && header?.includes(sessions.cookieName) === true
    this.#isSessionLost = isLost
    if (!isLost) announce('openSession', this)
    const now = this.app.now()
    const session = storedSessions === null ? sessions.open(header, now) : storedSessions.create(now)
    return session as Session<SessionData>
  }

  /**
   * Whether this session stands in for one that the store did not give: it must not be saved, or the visitor would lose
   * their own.
   *
   * @internal
   */
  get isSessionLost(): boolean {
    return this.#isSessionLost
  }

  /** Whether the session has been opened. @internal */
  get openedSession(): Session<SessionData> | null {
    return this.#session
  }

  /** The nonce of this response's Content-Security-Policy, for own `<script nonce="…">` tags. */
  get nonce(): string {
    this.#nonce ??= this.#origin?.nonce ?? this.app.nextNonce()
    return this.#nonce
  }
}

/** Runs a function in a context. @internal */
export function runInContext<T>(context: Context, run: () => T): T {
  return storage.run(context, run)
}

/**
 * The current context.
 *
 * @param name what the caller wanted of it, for the error
 * @throws {DewarError} `ERR_DEWAR_NO_CONTEXT` outside of any
 */
export function useContext(name = 'useContext()'): Context {
  const context = storage.getStore()
  if (context === undefined) throw noContext(name)
  return context
}

/** The current request; `name` is what the caller wanted of it. @internal */
export function useRequest(name: string): AppRequest {
  const { request } = useContext(name)
  if (request === null) throw noContext(name)
  return request
}

/** Whether there is a current request. Flask: `has_request_context`. */
export function hasRequestContext(): boolean {
  return storage.getStore()?.request != null
}

/** Whether there is a current context, with or without a request. Flask: `has_app_context`. */
export function hasContext(): boolean {
  return storage.getStore() !== undefined
}

/** The current context or `undefined`. @internal */
export function currentContext(): Context | undefined {
  return storage.getStore()
}

/**
 * Registers a function for the response of this request only; it runs before the blueprints' and the app's own
 * `afterRequest` functions. Flask: `after_this_request`.
 *
 * @throws {DewarError} `ERR_DEWAR_NO_CONTEXT` outside a request
 */
export function afterThisRequest<F extends HookTypes['after']>(hook: F): F {
  useRequest('afterThisRequest()')
  const context = useContext()
  if (context.afterThisRequest === null) context.afterThisRequest = [hook]
  else context.afterThisRequest.push(hook)
  return hook
}

/**
 * Binds a function to the current request, for callers that come from elsewhere: an event emitter, a queue, a worker's
 * answer. Promises, timers and streams need no binding: they keep their context by themselves. The function sees the same
 * request and session, and a `g` of its own.
 *
 * @throws {DewarError} `ERR_DEWAR_NO_CONTEXT` outside a request
 * @see Flask: `copy_current_request_context`
 */
export function copyCurrentRequestContext<A extends readonly unknown[], R>(
  run: (...args: A) => R,
): (...args: A) => R {
  useRequest('copyCurrentRequestContext()')
  const context = useContext()
  return (...args) => storage.run(context.copy(), () => run(...args))
}
