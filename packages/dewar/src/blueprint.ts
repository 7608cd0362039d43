/** A part of an app that is put together later: what is registered on it is kept and replayed when it is registered. */
import type { FileHandle } from 'node:fs/promises'
import { DewarError } from '@dewar/base'
import type { HttpError } from '@dewar/http'
import type { BlueprintState } from './blueprint-state.ts'
import type { AnyErrorHandler } from './error-handlers.ts'
import { frozen } from './errors.ts'
import { checkBlueprintOptions, checkRegisterOptions } from './option-names.ts'
import { openBelow } from './resources.ts'
import type { RouteCors, RouteHeaders } from './route-answers.ts'
import type { RouteLimits } from './route-limits.ts'
import type { Access, AnyView, ErrorClass, ErrorHandler, HookTypes } from './route-types.ts'
import { type RouteRecord, Scaffold } from './scaffold.ts'
import type { SendFileMaxAge } from './send-file-settings.ts'

/** What a blueprint is made with. `P` is the literal type of its prefix, which may hold arguments. */
export interface BlueprintOptions<P extends string = string> {
  /** Put before each of its rules: `/admin`. */
  readonly urlPrefix?: P | undefined
  /** The subdomain of its rules, with `subdomainMatching`. */
  readonly subdomain?: string | undefined
  /** Values for arguments that its rules do not hold; a rule's own `defaults` go before them. */
  readonly urlDefaults?: Readonly<Record<string, unknown>> | undefined
  /** The folder its template and static folders lie in: `import.meta.dirname`. */
  readonly root?: string | undefined
  /** Searched after the app's templates; relative to `root`. */
  readonly templateFolder?: string | undefined
  /** Served under `<urlPrefix>/<folder name>`; relative to `root`. */
  readonly staticFolder?: string | undefined
  /** The URL path of its static files below its prefix; `/` and the folder's name by default. */
  readonly staticUrlPath?: string | undefined
  /** For how long caches may keep its static files, by name; as the app says by default. Flask: `get_send_file_max_age`. */
  readonly sendFileMaxAge?: SendFileMaxAge | undefined
  /** The group its commands stand under; its name by default, `null` for none. Flask: `cli_group`. */
  readonly cliGroup?: string | null | undefined
  /** The access rule of each route that has none of its own, those of blueprints within included. */
  readonly access?: Access | undefined
  /** The limit of each route that has none of its own; each counts by itself unless the limit has a `name`. */
  readonly limit?: RouteLimits | undefined
  /** Who else may read the answers of each route that says nothing of its own. */
  readonly cors?: RouteCors | undefined
  /** What the answers of all its routes say to browsers differently; a route's own `headers` are laid over them. */
  readonly headers?: RouteHeaders | undefined
  /** `bound`: its routes take only CSRF tokens that were made for their method and path. */
  readonly csrf?: 'bound' | undefined
  /** Lets unsafe methods of all its routes in without the CSRF proof: only for other servers' calls that use no session. */
  readonly unsafeCsrfExempt?: boolean | undefined
  /**
   * Whether it owns every URL under its prefix: its hooks and error handlers then serve its 404s and 405s too, as if it
   * were an app of its own.
   */
  readonly ownsPrefix?: boolean | undefined
}

/** What can be said anew each time a blueprint is registered. */
export interface RegisterOptions {
  /** Instead of the blueprint's own prefix. */
  readonly urlPrefix?: string | undefined
  /** Instead of the blueprint's own name, to register it more than once. */
  readonly name?: string | undefined
  /** Instead of the blueprint's own group of commands. */
  readonly cliGroup?: string | null | undefined
  /** Instead of the blueprint's own subdomain. */
  readonly subdomain?: string | undefined
  /** Laid over the blueprint's own. */
  readonly urlDefaults?: Readonly<Record<string, unknown>> | undefined
}

/** What `record` keeps: called with the app and the names in force each time the blueprint is registered. */
export type Recorded = (state: BlueprintState) => void

/** Routes, hooks and error handlers under a name. Made by {@link createBlueprint}. Flask: `Blueprint`. */
export class Blueprint<P extends string = string> extends Scaffold<P> {
  /** The name its endpoints start with. */
  readonly name: string
  /** As given to `createBlueprint`. */
  readonly options: BlueprintOptions
  /** What is done at each registration, in order. @internal */
  readonly recorded: Recorded[] = []
  /** Blueprints within it. @internal */
  readonly children: { readonly blueprint: Blueprint; readonly options: RegisterOptions }[] = []
  #registered = false

  constructor(name: string, options: BlueprintOptions<P>) {
    super()
    if (!/^[^.\s]+$/.test(name)) {
      throw new DewarError('ERR_DEWAR_BLUEPRINT_NAME', `'${name}' cannot name a blueprint.`, {
        fix: 'Use a word without dots and spaces: dots separate the parts of endpoint names.',
        details: { name },
      })
    }
    checkBlueprintOptions(name, options)
    this.name = name
    this.options = options
  }

  /** Binds the decorated methods of an instance, or nests another blueprint. Flask: `register_blueprint`. */
  register(part: Blueprint | object, options: RegisterOptions = {}): void {
    this.checkSetup('register')
    checkRegisterOptions(options)
    if (!(part instanceof Blueprint)) this.registerInstance(part, options.urlPrefix ?? '')
    else if ((part as Blueprint) === (this as unknown as Blueprint)) {
      throw new DewarError(
        'ERR_DEWAR_BLUEPRINT_NESTED',
        `The blueprint '${this.name}' was registered on itself.`,
        { fix: 'Register the other blueprint.' },
      )
    } else this.children.push({ blueprint: part, options })
  }

  /** Does something at each registration: for extensions. Flask: `Blueprint.record`. */
  record(recorded: Recorded): void {
    this.checkSetup('record')
    this.recorded.push(recorded)
  }

  /** Does something at the first registration only, whatever name it has. Flask: `Blueprint.record_once`. */
  recordOnce(recorded: Recorded): void {
    this.record((state) => {
      if (state.firstRegistration) recorded(state)
    })
  }

  /**
   * Opens a file that lies below its root, for reading. Close it, or let `await using` do so.
   *
   * @throws {DewarError} `ERR_DEWAR_RESOURCE`
   * @see Flask: `Blueprint.open_resource`
   */
  openResource(path: string): Promise<FileHandle> {
    return openBelow(this.options.root ?? null, path)
  }

  /** As `beforeRequest`, for every request to the app. Flask: `before_app_request`. */
  beforeAppRequest<F extends HookTypes['before']>(hook: F): F {
    return this.#onApp(hook, ({ app }) => app.hooks.before.push(hook))
  }

  /** As `afterRequest`, for every request to the app. Flask: `after_app_request`. */
  afterAppRequest<F extends HookTypes['after']>(hook: F): F {
    return this.#onApp(hook, ({ app }) => app.hooks.after.push(hook))
  }

  /** As `teardownRequest`, for every request to the app. Flask: `teardown_app_request`. */
  teardownAppRequest<F extends HookTypes['teardown']>(hook: F): F {
    return this.#onApp(hook, ({ app }) => app.hooks.teardown.push(hook))
  }

  /** As `contextProcessor`, for every template of the app. Flask: `app_context_processor`. */
  appContextProcessor<F extends HookTypes['contextProcessor']>(hook: F): F {
    return this.#onApp(hook, ({ app }) => app.hooks.contextProcessors.push(hook))
  }

  /** As `urlValuePreprocessor`, for every request to the app. Flask: `app_url_value_preprocessor`. */
  appUrlValuePreprocessor<F extends HookTypes['valuePreprocessor']>(hook: F): F {
    return this.#onApp(hook, ({ app }) => app.hooks.valuePreprocessors.push(hook))
  }

  /** As `urlDefaults`, for every URL of the app. Flask: `app_url_defaults`. */
  appUrlDefaults<F extends HookTypes['urlDefaults']>(hook: F): F {
    return this.#onApp(hook, ({ app }) => app.hooks.urlDefaults.push(hook))
  }

  /** As `errorHandler`, for errors anywhere in the app. Flask: `app_errorhandler`. */
  appErrorHandler(status: number, handler: ErrorHandler<HttpError>): void
  /** Answers errors of a class and its subclasses, anywhere in the app. */
  appErrorHandler<E extends Error>(type: ErrorClass<E>, handler: ErrorHandler<E>): void
  appErrorHandler(key: number | ErrorClass, handler: AnyErrorHandler): void {
    this.recordOnce(({ app }) => app.hooks.errorHandlers.add(key, handler))
  }

  /** Adds a template filter to the app. Flask: `app_template_filter`. */
  appTemplateFilter(name: string, filter: (value: never, ...args: never[]) => unknown): void {
    this.recordOnce(({ app }) => app.templateFilter(name, filter))
  }

  /** Adds a template test to the app. Flask: `app_template_test`. */
  appTemplateTest(name: string, test: (value: never, ...args: never[]) => boolean): void {
    this.recordOnce(({ app }) => app.templateTest(name, test))
  }

  /** Adds a template global to the app. Flask: `app_template_global`. */
  appTemplateGlobal(name: string, value: unknown): void {
    this.recordOnce(({ app }) => app.templateGlobal(name, value))
  }

  /** Ends the setup of the blueprint: it has been replayed once. @internal */
  close(): void {
    this.#registered = true
  }

  protected override addRecord(record: RouteRecord): void {
    const chosen = record.options.endpoint ?? record.view?.name
    if (chosen === record.endpoint && chosen.includes('.')) throw dotted(this.name, record)
    this.recorded.push((state) => state.addRecord(record))
  }

  protected override addView(endpoint: string, view: AnyView): void {
    this.recorded.push((state) => state.addView(endpoint, view))
  }

  protected override checkSetup(call: string): void {
    if (this.#registered) throw frozen(`${this.name}.${call}`)
  }

  #onApp<F>(hook: F, recorded: Recorded): F {
    this.recordOnce(recorded)
    return hook
  }
}

function dotted(name: string, { endpoint, rule }: RouteRecord): DewarError {
  return new DewarError(
    'ERR_DEWAR_ENDPOINT_NAME',
    `The endpoint '${endpoint}' of the blueprint '${name}' has a dot.`,
    {
      fix: 'Name it without: dots separate the names of blueprints.',
      details: { endpoint, rule },
    },
  )
}

/**
 * Makes a blueprint.
 *
 * @param name the name its endpoints start with; no dots
 * @param options its prefix, folders, and access rule
 * @throws {DewarError} `ERR_DEWAR_BLUEPRINT_NAME`
 * @example
 * ```ts
 * import { createApp, createBlueprint } from 'dewar'
 *
 * const admin = createBlueprint('admin', { urlPrefix: '/admin' })
 * admin.get('/', function index() {
 *   return 'the back office'
 * })
 *
 * const app = createApp()
 * app.register(admin) // GET /admin/, endpoint admin.index
 * ```
 */
export function createBlueprint<const P extends string = ''>(
  name: string,
  options: BlueprintOptions<P> = {},
): Blueprint<P> {
  return new Blueprint(name, options)
}
