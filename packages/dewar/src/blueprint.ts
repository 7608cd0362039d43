/** A part of an app that is put together later: its routes and hooks are kept and replayed when it is registered. */
import { DewarError } from '@dewar/base'
import { frozen } from './errors.ts'
import type { Access } from './route-types.ts'
import { type RouteRecord, Scaffold } from './scaffold.ts'

/** What a blueprint is made with. `P` is the literal type of its prefix, which may hold arguments. */
export interface BlueprintOptions<P extends string = string> {
  /** Put before each of its rules: `/admin`. */
  readonly urlPrefix?: P | undefined
  /** The folder its template and static folders lie in: `import.meta.dirname`. */
  readonly root?: string | undefined
  /** Searched after the app's templates; relative to `root`. */
  readonly templateFolder?: string | undefined
  /** Served under `<urlPrefix>/<folder name>`; relative to `root`. */
  readonly staticFolder?: string | undefined
  /** The access rule of each route that has none of its own. */
  readonly access?: Access | undefined
  /** The limit of each route that has none of its own. */
  readonly limit?: string | undefined
}

/** What can be said anew each time a blueprint is registered. */
export interface RegisterOptions {
  /** Instead of the blueprint's own prefix. */
  readonly urlPrefix?: string | undefined
  /** Instead of the blueprint's own name, to register it more than once. */
  readonly name?: string | undefined
}

/** Routes, hooks and error handlers under a name. Made by {@link createBlueprint}. Flask: `Blueprint`. */
export class Blueprint<P extends string = string> extends Scaffold<P> {
  /** The name its endpoints start with. */
  readonly name: string
  /** As given to `createBlueprint`. */
  readonly options: BlueprintOptions
  /** Its routes. @internal */
  readonly records: RouteRecord[] = []
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
    this.name = name
    this.options = options
  }

  /** Binds the decorated methods of an instance, or nests another blueprint. Flask: `register_blueprint`. */
  register(part: Blueprint | object, options: RegisterOptions = {}): void {
    this.checkSetup('register')
    if (!(part instanceof Blueprint)) this.registerInstance(part, options.urlPrefix ?? '')
    else if ((part as Blueprint) === (this as unknown as Blueprint)) {
      throw new DewarError(
        'ERR_DEWAR_BLUEPRINT_NESTED',
        `The blueprint '${this.name}' was registered on itself.`,
        {
          fix: 'Register the other blueprint.',
        },
      )
    } else this.children.push({ blueprint: part, options })
  }

  /** Ends the setup of the blueprint: it has been replayed once. @internal */
  close(): void {
    this.#registered = true
  }

  protected override addRecord(record: RouteRecord): void {
    this.records.push(record)
  }

  protected override checkSetup(call: string): void {
    if (this.#registered) throw frozen(`${this.name}.${call}`)
  }
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
