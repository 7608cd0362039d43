/** What is registered on an app beside what it has in common with blueprints. */
import { DewarError } from '@dewar/base'
import type { Templates } from '@dewar/templates'
import type { Identity } from './augment.ts'
import type { Blueprint } from './blueprint.ts'
import type { CommandGroup } from './cli-commands.ts'
import type { Context } from './context.ts'
import { Lifecycle } from './lifecycle.ts'
import type { AppRequest } from './request.ts'
import type { HookTypes, MaybePromise } from './route-types.ts'
import { Scaffold } from './scaffold.ts'
import type { UrlForOptions } from './url-for.ts'

/**
 * Answers a URL that cannot be built, or gives nothing and leaves it to the next handler. It gets what `urlFor` got, the
 * values of `urlDefaults` included.
 */
export type UrlBuildErrorHandler = (
  error: Error,
  endpoint: string,
  values: Readonly<Record<string, unknown>>,
  options: UrlForOptions,
) => string | null | undefined

/** Finds out who is logged in; called with the context of a request that may say. */
export type IdentityLoader = (context: Context) => MaybePromise<Identity | null>

/** When to ask an {@link IdentityLoader}. */
export interface IdentifyOptions {
  /**
   * Whether a request to a public route may say who sends it: the loader is asked for such. By default for requests with
   * a cookie. Routes that want to know are always asked for.
   */
  readonly when?: ((request: AppRequest) => boolean) | undefined
}

/** The setup of an app. */
export abstract class AppSetup extends Scaffold<''> {
  /** A place for what extensions keep. Flask: `app.extensions`. */
  readonly extensions = new Map<string, unknown>()
  /** Adds a command: `app.command('create-user <name>', ({ name }) => …)`. Flask: `app.cli.command`. */
  readonly command: CommandGroup['command'] = this.cli.command.bind(this.cli)
  /** The groups of commands of blueprints, by their full names; `null`: among the app's own. @internal */
  readonly cliGroups = new Map<string, string | null>()
  /** The blueprints by their full names, in order of registration. */
  readonly blueprints = new Map<string, Blueprint>()
  /** Who is logged in, as an extension finds out. @internal */
  identityLoader: IdentityLoader | null = null
  /** Whether a request to a public route may say who is logged in. @internal */
  mayIdentify: (request: AppRequest) => boolean = (request) => request.headers.has('Cookie')
  /** Whether the identity loader says itself when it is needed, and may do without a session. @internal */
  identifiesWithoutSession = false
  /** Functions for the end of every context, in order of registration. @internal */
  readonly contextTeardowns: HookTypes['teardown'][] = []
  /** Functions that answer for URLs that cannot be built. @internal */
  readonly urlBuildErrorHandlers: UrlBuildErrorHandler[] = []
  /** @internal */
  protected readonly lifecycle = new Lifecycle()
  readonly #shellContext: (() => Readonly<Record<string, unknown>>)[] = []

  /** The template environment. Flask: `jinja_env`. */
  abstract get templates(): Templates

  /**
   * Says how to find out who is logged in, for `access` and for extensions. The loader runs before the view, for routes
   * that ask who is there and for requests that carry a cookie.
   *
   * @param loader who is there, or `null`; it may set `isFresh`, `identitySource` and `needsCsrfProof` of the context
   * @param options `when` to ask
   * @throws {DewarError} `ERR_DEWAR_IDENTITY` if there is a loader already
   */
  identify(loader: IdentityLoader, { when }: IdentifyOptions = {}): void {
    this.checkSetup('identify')
    if (this.identityLoader !== null) {
      throw new DewarError('ERR_DEWAR_IDENTITY', 'The app has a way to identify visitors already.', {
        fix: 'Call identify, or createAuth, once.',
      })
    }
    this.identityLoader = loader
    if (when === undefined) return
    this.mayIdentify = when
    this.identifiesWithoutSession = true
  }

  /**
   * Runs at the end of every context, of requests (after `teardownRequest`) and of commands alike, last registered first.
   *
   * @see Flask: `teardown_appcontext`
   */
  teardownAppContext<F extends HookTypes['teardown']>(hook: F): F {
    this.checkSetup('teardownAppContext')
    this.contextTeardowns.push(hook)
    return hook
  }

  /** Answers for URLs that `urlFor` cannot build, such as those of another app. Flask: `url_build_error_handlers`. */
  urlBuildErrorHandler(handler: UrlBuildErrorHandler): void {
    this.checkSetup('urlBuildErrorHandler')
    this.urlBuildErrorHandlers.push(handler)
  }

  /** Adds values to the prompt of `dewar shell`. Flask: `shell_context_processor`. */
  shellContextProcessor<F extends () => Readonly<Record<string, unknown>>>(processor: F): F {
    this.checkSetup('shellContextProcessor')
    this.#shellContext.push(processor)
    return processor
  }

  /** What the prompt of `dewar shell` has at hand beside the app. Flask: `make_shell_context`. */
  makeShellContext(): Record<string, unknown> {
    return Object.assign({}, ...this.#shellContext.map((processor) => processor()))
  }

  /** Runs once before the app takes requests, in order of registration: for pools, caches, checks. */
  onStart(hook: () => MaybePromise<unknown>): void {
    this.checkSetup('onStart')
    this.lifecycle.onStart(hook)
  }

  /** Runs once when the app has answered its last request, last registered first. */
  onStop(hook: () => MaybePromise<unknown>): void {
    this.checkSetup('onStop')
    this.lifecycle.onStop(hook)
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
}
