/** The way to an app. */
import { isAbsolute } from 'node:path'
import { checkNames, DewarError } from '@dewar/base'
import type { ConverterDefinition } from '@dewar/routing'
import type { Session } from '@dewar/sessions'
import type { Store } from '@dewar/stores'
import type { TemplateOptions } from '@dewar/templates'
import { App } from './app.ts'
import type { SessionData } from './augment.ts'
import type { ConfigInput, Environment } from './config.ts'
import type { JsonProvider } from './json.ts'
import type { LoggerChoice } from './logger.ts'
import type { RouteCors } from './route-answers.ts'
import type { RouteLimits } from './route-limits.ts'
import type { Access } from './route-types.ts'
import type { SendFileMaxAge } from './send-file-settings.ts'
import { addTemplateGlobals } from './template-globals.ts'

/** Options of the app's templates: all of `createTemplates` that the app does not decide itself. */
export type AppTemplateOptions = Omit<TemplateOptions, 'folders' | 'autoReload' | 'csrfFieldName'>

/** What an app is made with; everything may be left out. */
export interface AppOptions {
  /** The folder the app's files lie in: `import.meta.dirname`. Templates and static files are looked for below it. */
  readonly root?: string | undefined
  /** Settings, by Flask's names. `DEWAR_<NAME>` in the environment goes before them. */
  readonly config?: ConfigInput | undefined
  /** The name in the log; `dewar` by default. */
  readonly name?: string | undefined
  /** The folder of templates, relative to `root`; `templates` by default, `null` for none. */
  readonly templateFolder?: string | null | undefined
  /** How templates are read and what they may do: Jinja's options and extensions. */
  readonly templates?: AppTemplateOptions | undefined
  /** The folder of static files, relative to `root`; `static` by default, `null` for none. */
  readonly staticFolder?: string | null | undefined
  /** The URL path of static files; `/` and the folder's name by default. */
  readonly staticUrlPath?: string | undefined
  /** The folder for private data, absolute; `instance` below `root` by default. */
  readonly instancePath?: string | undefined
  /** The host static files are served at, with `hostMatching`. */
  readonly staticHost?: string | undefined
  /** Whether rules may name the host they answer at. */
  readonly hostMatching?: boolean | undefined
  /** Whether rules may name a subdomain of `SERVER_NAME`; requests for other hosts are refused then. */
  readonly subdomainMatching?: boolean | undefined
  /** Whether `config.fromFile` looks in the folder for private data instead of in `root`. */
  readonly instanceRelativeConfig?: boolean | undefined
  /** For how long caches may keep a file, by its name; `SEND_FILE_MAX_AGE_DEFAULT` for all by default. Flask: `get_send_file_max_age`. */
  readonly sendFileMaxAge?: SendFileMaxAge | undefined
  /** What JSON is written and read with, in place of {@link createJsonProvider}'s. */
  readonly json?: JsonProvider | undefined
  /** Converters of the app's own, by name. */
  readonly converters?: Readonly<Record<string, ConverterDefinition>> | undefined
  /**
   * Where rates are counted and ended or stored sessions are kept. By default rates are counted in this process's memory,
   * sessions in an SQLite file of the instance folder.
   */
  readonly store?: Store | undefined
  /**
   * Whose a stored session is, such as `(session) => session.get('userId')`: `app.sessions` then lists and ends sessions by
   * owner. `@dewar/auth` keeps a list of its own, for signed sessions too.
   */
  readonly sessionOwner?: ((session: Pick<Session<SessionData>, 'get'>) => string | undefined) | undefined
  /** The access rule of each route that has none, of its own or from its blueprint; `public` by default. */
  readonly access?: Access | undefined
  /** The limit of each such route; static files are not counted. */
  readonly limit?: RouteLimits | undefined
  /** Who else may read the answers of each such route, static files too; nobody by default. */
  readonly cors?: RouteCors | undefined
  /** A pino logger, or where to log and from which level on; standard error by default. */
  readonly logger?: LoggerChoice | undefined
  /** Where `DEWAR_…` variables are read from; `process.env` by default. */
  readonly environment?: Environment | undefined
  /** The clock, in seconds since the epoch; tests pass their own. */
  readonly now?: (() => number) | undefined
}

const known = [
  'root',
  'config',
  'name',
  'templateFolder',
  'templates',
  'staticFolder',
  'staticUrlPath',
  'staticHost',
  'hostMatching',
  'subdomainMatching',
  'instancePath',
  'instanceRelativeConfig',
  'sendFileMaxAge',
  'json',
  'converters',
  'store',
  'sessionOwner',
  'access',
  'limit',
  'cors',
  'logger',
  'environment',
  'now',
] as const satisfies readonly (keyof AppOptions)[]

/**
 * Makes an app.
 *
 * @param options where its files lie, and settings that differ from the defaults
 * @throws {DewarError} `ERR_DEWAR_OPTION`, `ERR_DEWAR_CONFIG`, `ERR_DEWAR_CONFIG_ENV` for what is unknown or ill-typed;
 *   `ERR_SIGNING_WEAK_KEY` for a key that can be guessed; `ERR_DEWAR_DEBUG_IN_PRODUCTION`
 * @example
 * ```ts
 * import { createApp } from 'dewar'
 *
 * const app = createApp({ config: { TRUSTED_HOSTS: ['blog.example'] } })
 * app.get('/', () => 'Hello')
 * ```
 * @see Flask: `Flask(__name__)`
 */
export function createApp(options: AppOptions = {}): App {
  checkNames('ERR_DEWAR_OPTION', 'createApp', options, known)
  checkHosts(options)
  checkInstancePath(options)
  return new App(options, addTemplateGlobals)
}

function checkInstancePath({ instancePath }: AppOptions): void {
  if (instancePath === undefined || isAbsolute(instancePath)) return
  throw new DewarError('ERR_DEWAR_OPTION', `createApp: the instancePath '${instancePath}' is not absolute.`, {
    fix: "Write join(import.meta.dirname, 'instance').",
    details: { option: 'instancePath' },
  })
}

function checkHosts({
  hostMatching = false,
  subdomainMatching = false,
  staticHost,
  root,
  staticFolder,
}: AppOptions) {
  const servesFiles = root !== undefined && staticFolder !== null
  const problem =
    hostMatching && subdomainMatching
      ? 'hostMatching and subdomainMatching exclude each other'
      : staticHost !== undefined && !hostMatching
        ? 'staticHost needs hostMatching'
        : hostMatching && servesFiles && staticHost === undefined
          ? 'hostMatching needs staticHost, or staticFolder: null'
          : null
  if (problem === null) return
  throw new DewarError('ERR_DEWAR_OPTION', `createApp: ${problem}.`, {
    fix: 'Host matching knows whole hosts, and each rule has to name its own.',
  })
}
