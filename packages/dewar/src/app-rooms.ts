/** What an app has in its rooms: settings, keys, sessions, stores, the log, and where its files lie. */

import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '@dewar/base'
import type { FormLimits } from '@dewar/forms'
import type { SecurityHeaders } from '@dewar/security'
import type { HandOver } from '@dewar/server'
import type { EndedSessions, StoredSessions } from '@dewar/sessions'
import type { KeyRing } from '@dewar/signing'
import type { Store } from '@dewar/stores'
import type { Logger } from 'pino'
import { AppSetup } from './app-setup.ts'
import type { SessionData } from './augment.ts'
import type { AppConfig } from './config.ts'
import type { AppOptions } from './create-app.ts'
import { Furniture } from './furniture.ts'
import type { Gate } from './gate.ts'
import type { JsonProvider } from './json.ts'
import { noSecretKey } from './keys.ts'
import { openBelow, type ResourceMode } from './resources.ts'
import type { AppSessions } from './rooms.ts'

/** The rooms of an app. */
export abstract class AppRooms extends AppSetup {
  /** The settings in force, by Flask's names: `app.config.SESSION_COOKIE_SAMESITE`. */
  readonly config: AppConfig
  /** The folder the app's files lie in, or `null`. */
  readonly root: string | null
  /** The folder for the app's private data. */
  readonly instancePath: string
  /** The name in the log. */
  readonly name: string
  /** @internal */
  protected readonly options: AppOptions
  /** @internal */
  protected readonly furniture: Furniture

  /** @internal */
  constructor(options: AppOptions) {
    super()
    this.options = options
    this.root = options.root ?? null
    this.name = options.name ?? 'dewar'
    this.instancePath = options.instancePath ?? join(this.root ?? process.cwd(), 'instance')
    const isRelative = options.instanceRelativeConfig === true
    this.furniture = new Furniture(options, isRelative ? this.instancePath : this.root, this.instancePath)
    this.config = this.furniture.config
  }

  /** What JSON is written and read with. Flask: `app.json`. */
  get json(): JsonProvider {
    return this.furniture.json
  }

  /** Whether errors that nothing handles go past the walk. @internal */
  get propagates(): boolean {
    return this.furniture.propagates
  }

  /** Whether debug mode is on: `DEBUG`. */
  get debug(): boolean {
    return this.config.DEBUG
  }

  /** The log: a pino logger. */
  get logger(): Logger {
    return this.furniture.logger
  }

  /**
   * The keys of the app, by purpose: `app.keys.derive('my-extension')`.
   *
   * @throws {DewarError} `ERR_DEWAR_NO_SECRET_KEY`
   */
  get keys(): KeyRing {
    const { keys } = this.furniture
    if (keys === null) throw noSecretKey('Signing')
    return keys
  }

  /**
   * Where sessions come from, in the way that `SESSION_TYPE` says. Flask: `session_interface`.
   *
   * @throws {DewarError} `ERR_DEWAR_NO_SECRET_KEY`
   */
  get sessions(): AppSessions {
    return this.furniture.sessions
  }

  /** The sessions if they are kept in a store, else `null`. @internal */
  get storedSessions(): StoredSessions<SessionData> | null {
    return this.furniture.storedSessions
  }

  /** Where rates are counted: `createApp({ store })`, or the memory of this process. */
  get store(): Store {
    return this.furniture.store
  }

  /**
   * What outlives this process and is seen by all of the app's processes: `createApp({ store })`, by default an SQLite file
   * in the instance folder, opened at its first use; the memory of this process for an app without a folder.
   */
  get sharedStore(): Store {
    return this.furniture.sharedStore
  }

  /**
   * The sessions that were ended before their time, signed cookies included: `await app.endedSessions.endAllOf(userId)`.
   * They are remembered in `createApp({ store })`, by default in an SQLite file of the instance folder. With `@dewar/auth`
   * call its `logoutEverywhere`, which forgets the remembered browsers too.
   */
  get endedSessions(): EndedSessions {
    return this.furniture.endedSessions
  }

  /** Whether the server in front reads files for the app. @internal */
  get handOver(): HandOver | undefined {
    return this.furniture.rooms.handOver
  }

  /**
   * For how long caches may keep a file without asking, in seconds; `null` makes them ask each time.
   *
   * @param filename its name, as `sendFile` or the static route got it
   * @see Flask: `get_send_file_max_age`
   */
  getSendFileMaxAge(filename: string): number | null {
    const { sendFileMaxAge } = this.options
    return sendFileMaxAge === undefined ? this.config.SEND_FILE_MAX_AGE_DEFAULT : sendFileMaxAge(filename)
  }

  /**
   * Opens a file that comes with the app, below `root`, for reading. Close it, or let `await using` do so.
   *
   * @throws {DewarError} `ERR_DEWAR_RESOURCE`
   * @see Flask: `open_resource`
   */
  openResource(path: string): Promise<FileHandle> {
    return openBelow(this.root, path)
  }

  /**
   * Opens a file of the folder for private data.
   *
   * @param mode `r` to read, `w` to write it anew, `a` to add to it
   * @throws {DewarError} `ERR_DEWAR_RESOURCE`
   * @see Flask: `open_instance_resource`
   */
  openInstanceResource(path: string, mode: ResourceMode = 'r'): Promise<FileHandle> {
    return openBelow(this.instancePath, path, mode)
  }

  /** What is put on every response. @internal */
  get securityHeaders(): SecurityHeaders {
    return this.furniture.rooms.securityHeaders
  }

  /** The checks before a request is let in. @internal */
  get gate(): Gate {
    return this.furniture.rooms.gate
  }

  /** The bounds of forms. @internal */
  get formLimits(): FormLimits {
    return this.furniture.rooms.formLimits
  }

  /** Seconds since the epoch, by the clock of `createApp({ now })`. */
  now(): number {
    return this.options.now?.() ?? systemClock()
  }
}
