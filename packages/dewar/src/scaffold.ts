/** What an app and a blueprint have in common: routes, hooks and error handlers. Flask: `Scaffold`. */
import { DewarError } from '@dewar/base'
import type { HttpError } from '@dewar/http'
import type { CheckRule } from '@dewar/routing'
import { CommandGroup } from './cli-commands.ts'
import type { AnyErrorHandler } from './error-handlers.ts'
import { notAView } from './errors.ts'
import { createHooks, type Hooks } from './hooks.ts'
import { endpointPrefix, leaveMark, type Mark, marksOf } from './marks.ts'
import { checkRouteOptions } from './option-names.ts'
import type { RouteHeaders } from './route-answers.ts'
import type {
  AnyView,
  ErrorClass,
  ErrorHandler,
  HookTypes,
  MaybePromise,
  RouteMethod,
  RouteOptions,
  RouteOptionsWithMethods,
  ViewResult,
} from './route-types.ts'

/** A route as it was declared, before prefixes are put in front. */
export interface RouteRecord {
  readonly rule: string
  readonly endpoint: string
  readonly methods: readonly string[]
  readonly options: RouteOptionsWithMethods
  /** `null` where `endpoint()` brings the view, or where the rule leads elsewhere. */
  readonly view: AnyView | null
  /** False where nothing depends on who is logged in, as for static files. */
  readonly personal?: boolean
  /** What its blueprints say of its answers, from the outermost inwards. */
  readonly headers?: readonly RouteHeaders[]
}

/** What `addUrlRule` takes beside the options of a route. */
export interface UrlRule extends RouteOptionsWithMethods {
  readonly rule: string
  /** Left out where the endpoint's view comes from another rule or from `endpoint()`. */
  readonly view?: ((args: never) => MaybePromise<ViewResult>) | undefined
}

/** The methods of an app and of a blueprint. `P` is the blueprint's prefix, `''` for the app. */
export abstract class Scaffold<P extends string = ''> {
  /** What is registered around views. @internal */
  readonly hooks: Hooks = createHooks()
  /** Marks of decorated methods, for the report of those nobody registered. @internal */
  readonly marks: Mark[] = []
  /** Commands for the command line; a blueprint's are under its name. Flask: `app.cli`. */
  readonly cli: CommandGroup = new CommandGroup()

  /** Registers a view for GET (and HEAD). */
  readonly get: RouteMethod<P, RouteOptions> = this.#shortcut('GET')
  /** Registers a view for POST. */
  readonly post: RouteMethod<P, RouteOptions> = this.#shortcut('POST')
  /** Registers a view for PUT. */
  readonly put: RouteMethod<P, RouteOptions> = this.#shortcut('PUT')
  /** Registers a view for PATCH. */
  readonly patch: RouteMethod<P, RouteOptions> = this.#shortcut('PATCH')
  /** Registers a view for DELETE. */
  readonly delete: RouteMethod<P, RouteOptions> = this.#shortcut('DELETE')

  /**
   * Registers a view for a rule and the methods it names: `app.route('/login', { methods: ['GET', 'POST'] }, login)`, or
   * as a decorator, `@app.route('/login', { methods: ['GET', 'POST'] })`.
   *
   * @see Flask: `Flask.route`
   */
  readonly route: RouteMethod<P, RouteOptionsWithMethods> = this.#routeMethod((options) => options)

  /** Takes a finished route. @internal */
  protected abstract addRecord(record: RouteRecord): void

  /** Takes the view of an endpoint whose rules come from elsewhere. @internal */
  protected abstract addView(endpoint: string, view: AnyView): void

  /** Throws if setup is over. @internal */
  protected abstract checkSetup(call: string): void

  /**
   * Registers a view by data instead of by a call's shape, for code that makes routes in a loop.
   *
   * @throws {DewarError} `ERR_DEWAR_ENDPOINT_TAKEN`, `ERR_DEWAR_METHODS`, `ERR_DEWAR_NO_VIEW`, or an error of the rule's
   *   syntax
   * @see Flask: `Flask.add_url_rule`
   */
  addUrlRule(declaration: UrlRule): void {
    const { rule, view, ...options } = declaration
    this.checkSetup('addUrlRule')
    this.#addRoute(rule, options, (view ?? null) as unknown as AnyView | null, undefined)
  }

  /**
   * Names the view of an endpoint whose rules are added elsewhere: by `addUrlRule` without a view, or to `app.urlMap`.
   *
   * @throws {DewarError} `ERR_DEWAR_ENDPOINT_TAKEN` if the endpoint has another view
   * @see Flask: `Flask.endpoint`
   */
  endpoint<V extends (args: never) => MaybePromise<ViewResult>>(name: string, view: V): V {
    this.checkSetup('endpoint')
    this.addView(name, view as unknown as AnyView)
    return view
  }

  /**
   * Sees the arguments of each request before anything else does, and may take some out, such as a language or a tenant
   * that every rule of a blueprint begins with. Flask: `url_value_preprocessor`.
   */
  urlValuePreprocessor<F extends HookTypes['valuePreprocessor']>(hook: F): F {
    return this.#addHook('urlValuePreprocessor', this.hooks.valuePreprocessors, hook)
  }

  /** Fills in values for `urlFor`, the counterpart of {@link urlValuePreprocessor}. Flask: `url_defaults`. */
  urlDefaults<F extends HookTypes['urlDefaults']>(hook: F): F {
    return this.#addHook('urlDefaults', this.hooks.urlDefaults, hook)
  }

  /** Runs before each view; a returned value is the answer, and the view is not called. Flask: `before_request`. */
  beforeRequest<F extends HookTypes['before']>(hook: F): F {
    return this.#addHook('beforeRequest', this.hooks.before, hook)
  }

  /** Runs after each view with its response, last registered first; may return another. Flask: `after_request`. */
  afterRequest<F extends HookTypes['after']>(hook: F): F {
    return this.#addHook('afterRequest', this.hooks.after, hook)
  }

  /** Runs once the response has been sent, whatever happened, with the error that was not handled. Flask: `teardown_request`. */
  teardownRequest<F extends HookTypes['teardown']>(hook: F): F {
    return this.#addHook('teardownRequest', this.hooks.teardown, hook)
  }

  /** Adds names to every template of this app or blueprint. Flask: `context_processor`. */
  contextProcessor<F extends HookTypes['contextProcessor']>(hook: F): F {
    return this.#addHook('contextProcessor', this.hooks.contextProcessors, hook)
  }

  /** Answers errors of a status. The handler's answer keeps that status unless it sets one. Flask: `errorhandler`. */
  errorHandler(status: number, handler: ErrorHandler<HttpError>): void
  /** Answers errors of a class and its subclasses. */
  errorHandler<E extends Error>(type: ErrorClass<E>, handler: ErrorHandler<E>): void
  errorHandler(key: number | ErrorClass, handler: AnyErrorHandler): void {
    this.checkSetup('errorHandler')
    this.hooks.errorHandlers.add(key, handler)
  }

  /** Binds the decorated methods of an instance. @internal */
  protected registerInstance(instance: object, urlPrefix: string): void {
    for (const mark of marksOf(instance, this)) {
      const method = (instance as Record<string | symbol, unknown>)[mark.method]
      if (typeof method !== 'function') continue
      mark.registered = true
      const name = `${endpointPrefix(instance)}.${String(mark.method)}`
      this.#addRoute(urlPrefix + mark.rule, mark.options, method.bind(instance), name)
    }
  }

  #addHook<F>(call: string, list: unknown[], hook: F): F {
    this.checkSetup(call)
    list.push(hook)
    return hook
  }

  #shortcut(method: string): RouteMethod<P, RouteOptions> {
    return this.#routeMethod((options) => {
      if (options.methods === undefined) return { ...options, methods: [method] }
      throw new DewarError('ERR_DEWAR_METHODS', `app.${method.toLowerCase()} takes no methods.`, {
        fix: "Use app.route(rule, { methods: ['GET', 'POST'] }, view).",
      })
    })
  }

  /** The three forms of a registration method; types are settled in {@link RouteMethod}. */
  #routeMethod<O extends RouteOptions>(
    complete: (options: RouteOptionsWithMethods) => RouteOptionsWithMethods,
  ) {
    const register = (rule: string, ...rest: readonly [(O | AnyView)?, AnyView?]): unknown => {
      this.checkSetup(`route '${rule}'`)
      checkView(rule, rest)
      const [second, third] = rest
      const view = typeof second === 'function' ? second : third
      const options = complete(typeof second === 'function' ? {} : (second ?? {}))
      if (view !== undefined) return this.#addRoute(rule, options, view, undefined)
      return (target: AnyView, context?: ClassMethodDecoratorContext) =>
        this.#decorate(rule, options, target, context)
    }
    return register as RouteMethod<P, O>
  }

  #decorate(
    rule: string,
    options: RouteOptionsWithMethods,
    view: AnyView,
    context?: ClassMethodDecoratorContext,
  ) {
    if (context === undefined) return this.#addRoute(rule, options, view, undefined)
    checkRouteOptions(rule, options)
    const mark: Mark = { owner: this, rule, options, method: context.name, registered: false }
    this.marks.push(mark)
    leaveMark(mark, context)
    return view
  }

  #addRoute<V extends ClassBasedView | null>(
    rule: string,
    options: RouteOptionsWithMethods,
    view: V,
    name: string | undefined,
  ): V {
    checkRouteOptions(rule, options)
    const methods = normalizeMethods(rule, options.methods ?? view?.methods)
    const automaticOptions = options.automaticOptions ?? view?.automaticOptions
    const named = options.endpoint ?? name ?? view?.name ?? ''
    const endpoint = named === '' ? `${methods.join(' ')} ${rule}` : named
    this.addRecord({ rule, endpoint, methods, options: { ...options, automaticOptions }, view })
    return view
  }
}

/** What `asView` leaves on a function. */
type ClassBasedView = AnyView & {
  readonly methods?: readonly string[]
  readonly automaticOptions?: boolean | undefined
}

/** A rule's type, checked, where only the check is wanted. */
export type Checked<R extends string> = R & CheckRule<R>

function normalizeMethods(rule: string, methods: readonly string[] | undefined): readonly string[] {
  const list: unknown = methods ?? ['GET']
  if (Array.isArray(list) && list.length > 0 && list.every((method) => /^[A-Za-z]+$/.test(String(method)))) {
    return [...new Set(list.map((method: string) => method.toUpperCase()))]
  }
  throw new DewarError(
    'ERR_DEWAR_METHODS',
    `The methods of the rule '${rule}' are no list of HTTP methods.`,
    {
      fix: "Write { methods: ['GET', 'POST'] }.",
      details: { rule },
    },
  )
}

/** Without a view a call makes a decorator: it is forgotten only where nothing was meant to be one, as by a failed import. */
function checkView(rule: string, rest: readonly unknown[]): void {
  const last = rest.at(-1)
  const areOptions = rest.length === 1 && typeof last === 'object' && last !== null
  if (rest.length > 0 && typeof last !== 'function' && !areOptions) throw notAView(rule, last)
}
