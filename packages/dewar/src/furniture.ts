/** What an app makes of its settings: rooms, keys, sessions, log and JSON, anew whenever the settings change. */

import { EndedSessions, type StoredSessions } from '@dewar/sessions'
import type { KeyRing } from '@dewar/signing'
import { MemoryStore, type Store } from '@dewar/stores'
import type { Templates } from '@dewar/templates'
import type { Logger } from 'pino'
import type { SessionData } from './augment.ts'
import { type AppConfig, type ConfigHandle, createConfig, type Environment } from './config.ts'
import type { AppOptions } from './create-app.ts'
import { defaults } from './defaults.ts'
import { createJsonProvider, type JsonProvider } from './json.ts'
import { createKeyRing, noSecretKey } from './keys.ts'
import { createLogger } from './logger.ts'
import { type AppSessions, createRooms, type Rooms, templateSettings } from './rooms.ts'
import { checkRunnable } from './run.ts'
import { createSharedStore } from './shared-store.ts'

/** @internal */
export class Furniture {
  /** What a request passes through. */
  rooms: Rooms
  /** `null` if there is no `SECRET_KEY`. */
  keys: KeyRing | null
  /** The app's templates, once they are asked for. */
  templates: Templates | null = null
  /** Whether errors that nothing handles go past the walk. */
  propagates = false
  /** Whether sessions are kept in a store: no cookie holds them. */
  storesSessions = false
  readonly #options: AppOptions
  readonly #handle: ConfigHandle
  readonly #instancePath: string
  #sessions: AppSessions | null = null
  #logger: Logger | null = null
  #json: JsonProvider | null = null
  #store: Store | null = null
  #sharedStore: Store | null = null
  #endedSessions: EndedSessions | null = null

  /**
   * @param folder where config files are looked for
   * @param instancePath the folder for private data
   */
  constructor(options: AppOptions, folder: string | null, instancePath: string) {
    this.#options = options
    this.#instancePath = instancePath
    const onChange = () => this.#refurnish()
    this.#handle = createConfig(options.config ?? {}, this.#environment, { folder, onChange })
    this.rooms = createRooms(this.config, options)
    this.keys = null
    this.#refurnish()
  }

  get config(): AppConfig {
    return this.#handle.config
  }

  get sessions(): AppSessions {
    if (!this.#canKeepSessions) throw noSecretKey('The session')
    this.#sessions ??= this.rooms.createSessions(this.keys, this.sharedStore)
    return this.#sessions
  }

  get logger(): Logger {
    const { name = 'dewar', logger } = this.#options
    this.#logger ??= createLogger(name, this.config.LOG_LEVEL, this.config.DEBUG, logger)
    return this.#logger
  }

  get json(): JsonProvider {
    const { JSON_SORT_KEYS, JSON_AS_ASCII, JSON_COMPACT, JSON_DATES, DEBUG } = this.config
    this.#json ??=
      this.#options.json ??
      createJsonProvider({
        sortKeys: JSON_SORT_KEYS,
        ascii: JSON_AS_ASCII,
        dates: JSON_DATES,
        indent: (JSON_COMPACT ?? !DEBUG) ? 0 : defaults.jsonIndent.value,
      })
    return this.#json
  }

  get store(): Store {
    this.#store ??= this.#options.store ?? new MemoryStore()
    return this.#store
  }

  /** The sessions if they are kept in a store, where opening and saving them takes time. */
  get storedSessions(): StoredSessions<SessionData> | null {
    if (!this.storesSessions) return null
    const { sessions } = this
    return 'create' in sessions ? sessions : null
  }

  /** What outlives this process. */
  get sharedStore(): Store {
    this.#sharedStore ??= createSharedStore(this.#options, this.#instancePath)
    return this.#sharedStore
  }

  get endedSessions(): EndedSessions {
    this.#endedSessions ??= new EndedSessions({
      store: this.sharedStore,
      lifetime: this.config.PERMANENT_SESSION_LIFETIME,
      now: this.#options.now,
    })
    return this.#endedSessions
  }

  /** Closes the store that Dewar has opened; one of the app's own is the app's to close. */
  async close(): Promise<void> {
    const store = this.#sharedStore
    this.#sharedStore = null
    this.#endedSessions = null
    if (store !== this.#options.store) await store?.close()
  }

  /** Ends changes, and finds out what cannot work. */
  freeze(): void {
    if (this.#canKeepSessions) void this.sessions
    this.#handle.freeze()
  }

  /** Stored sessions sign nothing. */
  get #canKeepSessions(): boolean {
    return this.keys !== null || this.storesSessions
  }

  get #environment(): Environment {
    return this.#options.environment ?? process.env
  }

  #refurnish(): void {
    const { config } = this
    this.rooms = createRooms(config, this.#options)
    checkRunnable(config, this.#environment)
    this.templates?.configure(templateSettings(config, this.#options))
    this.keys = createKeyRing(config)
    this.propagates = config.PROPAGATE_EXCEPTIONS ?? config.TESTING
    this.storesSessions = config.SESSION_TYPE === 'stored'
    this.#sessions = null
    this.#endedSessions = null
    this.#json = null
    this.#logger = null
  }
}
