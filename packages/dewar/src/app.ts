/** The app object: what is registered, the settings, and the rooms a request passes through. Flask: `Flask`. */
import { join } from 'node:path'
import { DewarError } from '@dewar/base'
import type { RequestOptions, Response } from '@dewar/http'
import type { Rule, RuleMap } from '@dewar/routing'
import { createNonceSource, type SecurityHeaders } from '@dewar/security'
import type { RunningServer } from '@dewar/server'
import type { Sessions } from '@dewar/sessions'
import type { KeyRing } from '@dewar/signing'
import { MemoryStore, type Store } from '@dewar/stores'
import type { Templates } from '@dewar/templates'
import type { Logger } from 'pino'
import type { Identity, SessionData } from './augment.ts'
import { Blueprint, type RegisterOptions } from './blueprint.ts'
import { registerBlueprint } from './blueprint-registration.ts'
import { compileEndpoint } from './compile-endpoint.ts'
import { type AppConfig, createConfig } from './config.ts'
import { Context, runInContext } from './context.ts'
import type { AppOptions } from './create-app.ts'
import { frozen } from './errors.ts'
import type { Gate } from './gate.ts'
import { handle } from './handle.ts'
import { createKeyRing, noSecretKey, warnOfWeakKey } from './keys.ts'
import { createLogger } from './logger.ts'
import { findRoute } from './match-route.ts'
import type { Endpoint, Surroundings } from './plan.ts'
import { surround } from './plan.ts'
import { AppRequest } from './request.ts'
import { createRooms, type Rooms } from './rooms.ts'
import { RouteTable } from './route-table.ts'
import type { MaybePromise } from './route-types.ts'
import { checkRunnable, type RunOptions, runApp } from './run.ts'
import { type RouteRecord, Scaffold } from './scaffold.ts'
import { addStaticRoute } from './static-files.ts'

/** Finds out who is logged in; called with the context of a request that may say. */
export type IdentityLoader = (context: Context) => MaybePromise<Identity | null>

/**
 * An app. Made by `createApp()`.
 *
 * Everything is registered first; the first request, or `run()`, freezes the app, and registering is an error from then on.
 */
export class App extends Scaffold<''> {
  /** The settings in force, by Flask's names: `app.config.SESSION_COOKIE_SAMESITE`. */
  readonly config: AppConfig
  /** The folder the app's files lie in, or `null`. */
  readonly root: string | null
  /** The folder for the app's private data. */
  readonly instancePath: string
  /** The name in the log. */
  readonly name: string
  /** A place for what extensions keep. Flask: `app.extensions`. */
  readonly extensions = new Map<string, unknown>()
  /** The blueprints by their full names, in order of registration. */
  readonly blueprints = new Map<string, Blueprint>()
  /** Gives a fresh nonce. @internal */
  readonly nextNonce = createNonceSource()
  /** Who is logged in, as an extension finds out. @internal */
  identityLoader: IdentityLoader | null = null

  readonly #options: AppOptions
  readonly #routes: RouteTable
  readonly #rooms: Rooms
  #frozen = false
  #surroundings: Surroundings | null = null
  #logger: Logger | null = null
  #keys: KeyRing | null | undefined
  #sessions: Sessions<SessionData> | null = null
  #store: Store | null = null

  /** @internal */
  constructor(options: AppOptions) {
    super()
    this.#options = options
    this.config = createConfig(options.config ?? {}, options.environment ?? process.env)
    this.root = options.root ?? null
    this.name = options.name ?? 'dewar'
    this.instancePath = options.instancePath ?? join(this.root ?? process.cwd(), 'instance')
    this.#routes = new RouteTable(options.converters)
    this.#rooms = createRooms(this.config, options)
    checkRunnable(this.config, options.environment ?? process.env)
    this.#keys = createKeyRing(this.config)
    this.#addStaticFolder()
  }

  /** The URL rules. Flask: `url_map`. */
  get urlMap(): RuleMap {
    return this.#routes.urlMap
  }

  /** Whether debug mode is on: `DEBUG`. */
  get debug(): boolean {
    return this.config.DEBUG
  }

  /** The log: a pino logger. */
  get logger(): Logger {
    this.#logger ??= createLogger(this.name, this.config.LOG_LEVEL, this.debug, this.#options.logger)
    return this.#logger
  }

  /** The template environment. Flask: `jinja_env`. */
  get templates(): Templates {
    return this.#rooms.templates
  }

  /**
   * The keys of the app, by purpose: `app.keys.derive('my-extension')`.
   *
   * @throws {DewarError} `ERR_DEWAR_NO_SECRET_KEY`
   */
  get keys(): KeyRing {
    if (this.#keys === null || this.#keys === undefined) throw noSecretKey('Signing')
    return this.#keys
  }

  /**
   * Where sessions come from. Flask: `session_interface`.
   *
   * @throws {DewarError} `ERR_DEWAR_NO_SECRET_KEY`
   */
  get sessions(): Sessions<SessionData> {
    if (this.#sessions === null) {
      if (this.#keys === null || this.#keys === undefined) throw noSecretKey('The session')
      this.#sessions = this.#rooms.createSessions(this.#keys)
    }
    return this.#sessions
  }

  /** Where rates are counted: the memory of this process unless `createApp({ store })` says otherwise. */
  get store(): Store {
    this.#store ??= this.#options.store ?? new MemoryStore()
    return this.#store
  }

  /** What is put on every response. @internal */
  get securityHeaders(): SecurityHeaders {
    return this.#rooms.securityHeaders
  }

  /** The checks before a request is let in. @internal */
  get gate(): Gate {
    return this.#rooms.gate
  }

  /** The app's own hooks, for requests that match no route. @internal */
  get surroundings(): Surroundings {
    this.#surroundings ??= surround([], this.hooks, [])
    return this.#surroundings
  }

  /** Seconds since the epoch. @internal */
  now(): number {
    return this.#options.now?.() ?? Date.now() / 1000
  }

  /**
   * Adds a blueprint, or binds the decorated methods of an instance: `app.register(new Account())`.
   *
   * @throws {DewarError} `ERR_DEWAR_BLUEPRINT_TAKEN`, `ERR_DEWAR_NO_ROUTES`, `ERR_DEWAR_ENDPOINT_TAKEN`
   * @see Flask: `register_blueprint`
   */
  register(part: Blueprint | object, options: RegisterOptions = {}): void {
    this.checkSetup('register')
    if (part instanceof Blueprint) registerBlueprint(this.#target(), part, options)
    else this.registerInstance(part, options.urlPrefix ?? '')
  }

  /**
   * Says how to find out who is logged in, for `access` and for extensions. The loader runs before the view, for routes
   * that ask who is there and for requests that carry a cookie.
   *
   * @throws {DewarError} `ERR_DEWAR_IDENTITY` if there is a loader already
   */
  identify(loader: IdentityLoader): void {
    this.checkSetup('identify')
    if (this.identityLoader !== null) {
      throw new DewarError('ERR_DEWAR_IDENTITY', 'The app has a way to identify visitors already.', {
        fix: 'Call identify, or createAuth, once.',
      })
    }
    this.identityLoader = loader
  }

  /** Adds a template filter. Flask: `template_filter`. */
  templateFilter(name: string, filter: (value: never, ...args: never[]) => unknown): void {
    this.checkSetup('templateFilter')
    this.templates.addFilter(name, filter)
  }

  /** Adds a template test, for `{% if x is name %}`. Flask: `template_test`. */
  templateTest(name: string, test: (value: never, ...args: never[]) => boolean): void {
    this.checkSetup('templateTest')
    this.templates.addTest(name, test)
  }

  /** Adds a value or function that every template sees. Flask: `template_global`. */
  templateGlobal(name: string, value: unknown): void {
    this.checkSetup('templateGlobal')
    this.templates.addGlobal(name, value)
  }

  /** Answers a request; `close()` the response once it has been sent. The server and the test client call this. */
  handle(request: AppRequest): Response | Promise<Response> {
    if (!this.#frozen) this.freeze()
    return handle(this, request)
  }

  /** Makes the request that {@link App.handle} takes: proxies looked through, limits set. */
  createRequest(options: RequestOptions): AppRequest {
    const { gate, requestDefaults, formLimits } = this.#rooms
    return new AppRequest(gate.lookThrough({ ...requestDefaults, ...options }), formLimits)
  }

  /**
   * Listens, until the server it returns is closed.
   *
   * @param options where; `127.0.0.1:5000` by default
   * @throws {DewarError} `ERR_DEWAR_NO_SECRET_KEY` outside debug, `ERR_SERVER_PORT_IN_USE`, whatever freezing reports
   * @see Flask: `Flask.run`
   */
  async run(options: RunOptions = {}): Promise<RunningServer> {
    if (this.#keys === null && !this.debug) throw noSecretKey('An app outside of debug')
    if (this.debug) warnOfWeakKey(this)
    this.freeze()
    return runApp(this, options)
  }

  /** Runs a function in a context without a request, as commands and jobs need it. Flask: `app.app_context()`. */
  context<T>(run: () => T): T {
    return runInContext(new Context(this, null), run)
  }

  /**
   * Runs a function in the context of a made-up request: routed, but without hooks and view. Flask: `test_request_context`.
   *
   * @param options a path, or the request in full
   */
  testRequestContext<T>(options: string | Partial<RequestOptions>, run: () => T): T {
    const given = typeof options === 'string' ? { target: options } : options
    const headers = given.headers ?? [['Host', 'localhost']]
    const request = this.createRequest({ method: 'GET', target: '/', ...given, headers })
    const context = new Context(this, request)
    if (!this.#frozen) this.freeze()
    return runInContext(context, () => {
      findRoute(this, context, request)
      return run()
    })
  }

  /**
   * Ends the setup: puts the routes together and reports what cannot work.
   *
   * @throws {DewarError} `ERR_DEWAR_UNREGISTERED`, `ERR_DEWAR_NO_ACCESS`, `ERR_ROUTING_DUPLICATE`
   */
  freeze(): void {
    if (this.#frozen) return
    this.#frozen = true
    for (const mark of this.marks.concat(
      ...[...this.blueprints.values()].map((blueprint) => blueprint.marks),
    )) {
      if (!mark.registered) throw unregistered(mark)
    }
    this.#routes.freeze((record) => compileEndpoint(this, record))
  }

  /** The endpoint of a rule that matched. @internal */
  endpointOf(rule: Rule): Endpoint {
    return this.#routes.endpointOf(rule)
  }

  /** The endpoint names of a view, in order of registration. @internal */
  endpointsOf(view: unknown): readonly string[] {
    return this.#routes.endpointsOf(view)
  }

  protected override addRecord(record: RouteRecord): void {
    this.#routes.add(record)
  }

  protected override checkSetup(call: string): void {
    if (this.#frozen) throw frozen(`app.${call}`)
  }

  #target() {
    return {
      app: this,
      blueprints: this.blueprints,
      addRecord: (record: RouteRecord) => this.addRecord(record),
    }
  }

  #addStaticFolder(): void {
    const { staticFolder = 'static', staticUrlPath } = this.#options
    if (staticFolder === null || this.root === null) return
    const urlPath = staticUrlPath ?? `/${staticFolder.split('/').findLast((part) => part !== '') ?? ''}`
    addStaticRoute(this.#target(), { folder: join(this.root, staticFolder), endpoint: 'static', urlPath })
  }
}

function unregistered({
  rule,
  method,
}: {
  readonly rule: string
  readonly method: string | symbol
}): DewarError {
  return new DewarError(
    'ERR_DEWAR_UNREGISTERED',
    `The method '${String(method)}' for '${rule}' was never registered.`,
    {
      fix: 'Register an instance of its class: app.register(new Account()).',
      details: { rule, method: String(method) },
    },
  )
}
