/** The types of routes: what a view gets, what it may give back, and what `urlFor` reads off it. */
import type { HttpError, Response } from '@dewar/http'
import type { CheckRule, RuleArgs } from '@dewar/routing'
import type { Identity } from './augment.ts'
import type { AppRequest } from './request.ts'
import type { RouteCors, RouteHeaders } from './route-answers.ts'
import type { RouteBody } from './route-body.ts'
import type { RouteLimits } from './route-limits.ts'

/**
 * What a view may return: text (HTML), `Markup`, bytes, a stream or (async) iterator, a `Response` of Dewar's or of the
 * platform, an `HttpError`, or plain data, which becomes JSON. `undefined`, numbers and booleans do not compile.
 */
export type ViewResult = string | (object & { readonly then?: never })

/** What a decorated method or a view returns: a result, now or later. */
export type MaybePromise<T> = T | Promise<T>

/** A view function for a rule: one object with the rule's arguments in, a result out. */
export type ViewFunction<R extends string, T = MaybePromise<ViewResult>> = (args: RuleArgs<R>) => T

declare const rule: unique symbol

/** A view that knows its rule, so that `urlFor(view, args)` is checked by the compiler. Nothing of this exists at run time. */
export interface RouteRef<R extends string> {
  readonly [rule]?: R
}

/**
 * Who may call a route. `fresh` asks for somebody who has shown in this session who they are; a login that was remembered
 * from an earlier one is not enough. A function is a policy: it gets the identity (or `null`) and the request, and answers whether the
 * caller may go on. `false` is 403 for somebody who is logged in, 401 for a stranger.
 */
export type Access = 'public' | 'authenticated' | 'fresh' | AccessPolicy

/** A rule of access in the app's own words. */
export type AccessPolicy = (identity: Identity | null, request: AppRequest) => MaybePromise<boolean>

/** What can be said of a route beside its rule. */
export interface RouteOptions {
  /** The name for `urlFor`; the function's name by default, else method and rule: `GET /posts/<int:id>`. */
  readonly endpoint?: string | undefined
  /** Who may call it; the blueprint's or the app's `access` by default. */
  readonly access?: Access | undefined
  /**
   * How often it may be asked for: `'5/minute'` from one client address, or by whom it is counted in full. Over it: 429 with
   * `Retry-After`.
   */
  readonly limit?: RouteLimits | undefined
  /**
   * How large the bodies of its requests may be, and what their forms may hold, where that is not as for the whole app:
   * `{ maxContentLength: 500_000_000, maxFiles: 3 }`.
   */
  readonly body?: RouteBody | undefined
  /** Which scripts of other origins may read its answers: `{ origins: ['https://app.example'] }`; nobody's by default. */
  readonly cors?: RouteCors | undefined
  /** What its answers say to browsers differently: `{ contentSecurityPolicy: { 'img-src': ["'self'", 'blob:'] } }`. */
  readonly headers?: RouteHeaders | undefined
  /** Values for arguments that the rule does not hold; the view gets them, typed by what they are. */
  readonly defaults?: Readonly<Record<string, unknown>> | undefined
  /** Whether `/a` leads to `/a/` for the rule `/a/`; true by default. */
  readonly strictSlashes?: boolean | undefined
  /** Whether `//` counts as `/`; true by default. */
  readonly mergeSlashes?: boolean | undefined
  /** The subdomain it answers at, with `subdomainMatching`; it may hold variables. */
  readonly subdomain?: string | undefined
  /** The host it answers at, with `hostMatching`; it may hold variables. */
  readonly host?: string | undefined
  /** Where it leads instead of to a view: a path, or a URL, with `<name>` for its arguments. */
  readonly redirectTo?: string | undefined
  /** Whether it is another address of its endpoint, and leads to the first one. */
  readonly alias?: boolean | undefined
  /** Whether OPTIONS is answered with the allowed methods; `PROVIDE_AUTOMATIC_OPTIONS` by default. */
  readonly automaticOptions?: boolean | undefined
  /** `bound`: it takes only tokens that were made for its method and path, `csrfToken({ method, path })`. */
  readonly csrf?: 'bound' | undefined
  /** Lets unsafe methods in without the CSRF proof: only for other servers' calls that use no session. */
  readonly unsafeCsrfExempt?: boolean | undefined
}

/** The options of {@link RouteOptions} and the methods, for `route` and `addUrlRule`. */
export interface RouteOptionsWithMethods extends RouteOptions {
  /** The methods the view answers; `['GET']` by default. HEAD comes with GET. */
  readonly methods?: readonly string[] | undefined
}

/** Arguments that come from the option `defaults`. */
type Defaults = Readonly<Record<string, unknown>>
type NoDefaults = Readonly<Record<never, never>>

/**
 * What `app.get(rule, options?)` gives: a decorator for a class method, or a wrapper for a plain function. `D` are the
 * arguments that `defaults` adds to the rule's.
 */
export type RouteDecorator<R extends string, D extends Defaults = NoDefaults> = <
  V extends (args: RuleArgs<R> & D) => MaybePromise<ViewResult>,
>(
  view: V,
  context?: ClassMethodDecoratorContext,
) => V & RouteRef<R>

/** `app.get`, `app.post` …: one registration method in its three forms. `P` is the prefix of the blueprint. */
export interface RouteMethod<P extends string, O extends RouteOptions> {
  <R extends string, D extends Defaults = NoDefaults>(
    rule: R & CheckRule<R>,
    options?: O & { readonly defaults?: D },
  ): RouteDecorator<`${P}${R}`, D>
  <R extends string, T extends MaybePromise<ViewResult>>(
    rule: R & CheckRule<R>,
    view: (args: RuleArgs<`${P}${R}`>) => T,
  ): ((args: RuleArgs<`${P}${R}`>) => T) & RouteRef<`${P}${R}`>
  <R extends string, T extends MaybePromise<ViewResult>, D extends Defaults = NoDefaults>(
    rule: R & CheckRule<R>,
    options: O & { readonly defaults?: D },
    view: (args: RuleArgs<`${P}${R}`> & D) => T,
  ): ((args: RuleArgs<`${P}${R}`> & D) => T) & RouteRef<`${P}${R}`>
}

/** Any view, once its types have done their work. */
export type AnyView = (args: Record<string, unknown>) => unknown

/** What `errorHandler` hands to a handler: the error, typed by the class or status it was registered for. */
export type ErrorHandler<E> = (error: E) => MaybePromise<ViewResult>

/** The class of an error, as `errorHandler` takes it. */
export type ErrorClass<E extends Error = Error> = abstract new (...args: never[]) => E

/** Hooks, as `beforeRequest` and its like take them. */
export interface HookTypes {
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing is a hook
  before: () => MaybePromise<ViewResult | undefined | void>
  /** Gets the endpoint and its arguments, which it may change; `null` for both where no route matches. */
  valuePreprocessor: (endpoint: string | null, args: Record<string, unknown> | null) => void
  /** Gets the endpoint and the values of a URL about to be built, which it may change. */
  urlDefaults: (endpoint: string, values: Record<string, unknown>) => void
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing is a hook
  after: (response: Response) => MaybePromise<Response | undefined | void>
  teardown: (error?: unknown) => MaybePromise<void>
  contextProcessor: () => Readonly<Record<string, unknown>>
}

/** The HTTP error an error handler for a status gets. */
export type StatusError = HttpError
