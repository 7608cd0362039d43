/** The app object: what is registered, the settings, and the rooms a request passes through. Flask: `Flask`. */

import type { RequestOptions, Response } from '@dewar/http'
import type { Rule, RuleMap } from '@dewar/routing'
import { createNonceSource } from '@dewar/security'
import type { RunningServer } from '@dewar/server'
import type { Templates } from '@dewar/templates'
import { AppRooms } from './app-rooms.ts'
import { Blueprint, type RegisterOptions } from './blueprint.ts'
import { registerBlueprint } from './blueprint-registration.ts'
import { underApp } from './blueprint-state.ts'
import { checkDeclared, compileEndpoint, surroundingsOf } from './compile-endpoint.ts'
import { Context } from './context.ts'
import type { AppOptions } from './create-app.ts'
import { addCspReports, type CspReportsOptions } from './csp-reports.ts'
import { keepMoreFrames } from './debug-page.ts'
import { frozen, unregistered } from './errors.ts'
import { type FetchOptions, fetchFrom } from './fetch-door.ts'
import { handle } from './handle.ts'
import { noSecretKey, warnOfWeakKey } from './keys.ts'
import { stopping } from './lifecycle.ts'
import { runManually } from './manual-context.ts'
import { findRoute } from './match-route.ts'
import { checkRegisterOptions } from './option-names.ts'
import { OwnedPrefixes } from './owned-prefixes.ts'
import type { Endpoint, Surroundings } from './plan.ts'
import { surround } from './plan.ts'
import { AppRequest } from './request.ts'
import { RouteTable } from './route-table.ts'
import type { AnyView } from './route-types.ts'
import { type RunOptions, runApp } from './run.ts'
import type { RouteRecord } from './scaffold.ts'
import { createSignals, type Signals } from './signals.ts'
import { addStaticFolder } from './static-files.ts'
import { StaticVersions } from './static-versions.ts'
import { type CliRunner, createCliRunner } from './test-cli-runner.ts'
import { type ClientOptions, TestClient } from './test-client.ts'
import { type MadeUpRequest, madeUpRequest } from './test-request.ts'

/**
 * An app. Made by `createApp()`.
 *
 * Everything is registered first; the first request, or `run()`, freezes the app, and registering is an error from then on.
 */
export class App extends AppRooms {
  /** Gives a fresh nonce. @internal */
  readonly nextNonce = createNonceSource()

  /** How the app matches hosts: whole hosts, subdomains of `SERVER_NAME`, or not at all. @internal */
  readonly hostMatching: 'host' | 'subdomain' | null
  /** What happens in the app, for those who watch. */
  readonly signals: Signals
  /** Versions of static files. @internal */
  readonly staticVersions = new StaticVersions()

  readonly #prepareTemplates: (app: App) => void
  readonly #routes: RouteTable
  readonly #ownedPrefixes = new OwnedPrefixes()
  #frozen = false
  #surroundings: Surroundings | null = null

  /** @internal */
  constructor(options: AppOptions, prepareTemplates: (app: App) => void) {
    super(options)
    this.#prepareTemplates = prepareTemplates
    this.hostMatching =
      options.hostMatching === true ? 'host' : options.subdomainMatching === true ? 'subdomain' : null
    this.signals = createSignals((err) => this.logger.error({ err }, 'A receiver of a signal failed.'))
    this.#routes = new RouteTable({
      converters: options.converters,
      hostMatching: options.hostMatching,
      onOverlap: ({ message }) => this.logger.warn(message),
    })
    addStaticFolder(this.#target(), options)
  }

  /** The views by endpoint. Flask: `view_functions`. */
  get viewFunctions(): ReadonlyMap<string, AnyView> {
    return this.#routes.views
  }

  /** The URL rules. Flask: `url_map`. */
  get urlMap(): RuleMap {
    return this.#routes.urlMap
  }

  /** The template environment. Flask: `jinja_env`. */
  get templates(): Templates {
    const { templates } = this.furniture
    if (templates !== null) return templates
    this.furniture.templates = this.furniture.rooms.createTemplates((line) => this.logger.info(line))
    this.#prepareTemplates(this)
    return this.furniture.templates
  }

  /** The app's own hooks, for requests that match no route. @internal */
  get surroundings(): Surroundings {
    this.#surroundings ??= surround([], this.hooks, [])
    return this.#surroundings
  }

  /**
   * Adds a blueprint, or binds the decorated methods of an instance: `app.register(new Account())`.
   *
   * @throws {DewarError} `ERR_DEWAR_BLUEPRINT_TAKEN`, `ERR_DEWAR_NO_ROUTES`, `ERR_DEWAR_ENDPOINT_TAKEN`
   * @see Flask: `register_blueprint`
   */
  register(part: Blueprint | object, options: RegisterOptions = {}): void {
    this.checkSetup('register')
    checkRegisterOptions(options)
    if (part instanceof Blueprint) registerBlueprint(this.#target(), part, options)
    else this.registerInstance(part, options.urlPrefix ?? '')
  }

  /**
   * Freezes the app and runs the functions of `onStart`, once; `run()` does it by itself. What one throws is thrown, after
   * `stop()`.
   */
  start(): Promise<void> {
    this.freeze()
    return this.lifecycle.start(this)
  }

  /** Runs the functions of `onStop`, all of them, and closes the app's store; the server does it when it closes. */
  async stop(): Promise<void> {
    try {
      await this.lifecycle.stop(this)
    } finally {
      await this.furniture.close()
    }
  }

  /**
   * Takes browsers' reports about the Content-Security-Policy, as `csp-violation` events, and tells browsers where to send
   * them.
   *
   * @param path such as `/csp-reports`
   * @throws {DewarError} `ERR_SECURITY_REPORT_URI` for a path with arguments
   */
  cspReports(path: string, options: CspReportsOptions = {}): void {
    this.checkSetup('cspReports')
    addCspReports(this.#target(), path, options)
  }

  /** Answers a request; `close()` the response once it has been sent. The server and the test client call this. */
  handle(request: AppRequest): Response | Promise<Response> {
    if (!this.#frozen) this.freeze()
    return handle(this, request)
  }

  /**
   * Answers a web `Request`, without a socket: for runtimes that bring their own server, and for tests.
   *
   * @param web its body must be unread
   * @param options what it does not know, such as the client's address
   * @see Fetch Standard
   */
  fetch(web: globalThis.Request, options: FetchOptions = {}): Promise<globalThis.Response> {
    return fetchFrom(this, web, options)
  }

  /** A visitor for tests, with a cookie jar. Flask: `test_client`. */
  testClient(options: ClientOptions = {}): TestClient {
    return new TestClient(this, options)
  }

  /** Runs command lines in tests. Flask: `test_cli_runner`. */
  testCliRunner(): CliRunner {
    return createCliRunner(this)
  }

  /** Makes the request that {@link App.handle} takes: proxies looked through, limits set. */
  createRequest(options: RequestOptions): AppRequest {
    const { gate, requestDefaults, formLimits } = this.furniture.rooms
    return new AppRequest(gate.lookThrough({ ...requestDefaults, ...options }), formLimits, this.options.json)
  }

  /**
   * Listens, until the server it returns is closed.
   *
   * @param options where; `127.0.0.1:5000` by default
   * @throws {DewarError} `ERR_DEWAR_NO_SECRET_KEY` outside debug, `ERR_SERVER_PORT_IN_USE`, whatever freezing and
   *   `onStart` report
   * @see Flask: `Flask.run`
   */
  async run(options: RunOptions = {}): Promise<RunningServer> {
    if (this.furniture.keys === null && !this.debug) throw noSecretKey('An app outside of debug')
    if (this.debug) {
      warnOfWeakKey(this)
      keepMoreFrames()
    }
    await this.start()
    return stopping(this, runApp(this, options))
  }

  /**
   * Runs a function in a context without a request, as commands and jobs need it. The functions of `teardownAppContext`
   * run after it, and after its promise if it gives one.
   *
   * @see Flask: `app.app_context()`
   */
  context<T>(run: () => T): T {
    return runManually(new Context(this, null), run)
  }

  /**
   * Runs a function in the context of a made-up request: routed, but without hooks and view; teardown functions run after
   * it. Flask: `test_request_context`.
   *
   * @param options a path or URL, or the request: `{ target: '/login', method: 'POST', form: { name: 'ada' } }`
   */
  testRequestContext<T>(options: string | MadeUpRequest, run: () => T): T {
    const request = this.createRequest(
      madeUpRequest(typeof options === 'string' ? { target: options } : options, this),
    )
    const context = new Context(this, request)
    if (!this.#frozen) this.freeze()
    findRoute(this, context, request)
    return runManually(context, run)
  }

  /**
   * Ends the setup: puts the routes together and reports what cannot work.
   *
   * @throws {DewarError} `ERR_DEWAR_UNREGISTERED`, `ERR_DEWAR_NO_ACCESS`, `ERR_DEWAR_NO_VIEW`, `ERR_DEWAR_CONFIG_ENV`,
   *   `ERR_ROUTING_DUPLICATE`
   */
  freeze(): void {
    if (this.#frozen) return
    this.#frozen = true
    try {
      this.#settle()
    } catch (error) {
      this.#frozen = false
      throw error
    }
  }

  #settle(): void {
    this.furniture.freeze()
    for (const mark of this.marks.concat(
      ...[...this.blueprints.values()].map((blueprint) => blueprint.marks),
    )) {
      if (!mark.registered) throw unregistered(mark)
    }
    this.#routes.freeze(
      (record, view) => compileEndpoint(this, record, view),
      (records) => checkDeclared(this.config, records),
    )
    this.#ownedPrefixes.freeze((names) => surroundingsOf(this, names))
  }

  /** Whose hooks and handlers serve a URL that no route matches. @internal */
  ownerOf(rawPath: string): Surroundings | null {
    return this.#ownedPrefixes.find(rawPath)
  }

  /** Notes that a blueprint owns a prefix. @internal */
  ownPrefix(urlPrefix: string, name: string): void {
    this.#ownedPrefixes.add(urlPrefix, name)
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
    this.#routes.add(underApp(record, this.options))
  }

  protected override addView(endpoint: string, view: AnyView): void {
    this.#routes.addView(endpoint, view)
  }

  protected override checkSetup(call: string): void {
    if (this.#frozen) throw frozen(`app.${call}`)
  }

  #target() {
    return {
      app: this,
      blueprints: this.blueprints,
      addRecord: (record: RouteRecord) => this.addRecord(record),
      addView: (endpoint: string, view: AnyView) => this.addView(endpoint, view),
    }
  }
}
