/**
 * The app's settings: the defaults of every room, what the app says, and what the environment says, in this order.
 * Unknown names and ill-typed values are errors that name the setting and never its value.
 */
import type { Setting, SettingValue } from '@dewar/base'
import type { Config } from './augment.ts'
import { type ConfigLoaders, type ConfigPlace, createLoaders } from './config-loaders.ts'
import { ConfigStore } from './config-store.ts'
import type { KnownSettings } from './known-settings.ts'

/** Every setting Dewar knows by its config key, with its type. */
export type KnownConfig = {
  readonly [K in keyof KnownSettings]: KnownSettings[K] extends Setting
    ? SettingValue<KnownSettings[K]>
    : never
}

/** The settings in force, `app.config`: read-only but for its `from…` methods, and secrets do not print. */
export type AppConfig = KnownConfig & Readonly<Config> & ConfigLoaders

/** What `createApp({ config })` takes: any of Dewar's settings, and the app's own (`interface Config`). */
export type ConfigInput = {
  readonly [K in keyof (KnownConfig & Config)]?: (KnownConfig & Config)[K] | undefined
}

/** Environment variables, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The settings and what only the app may do with them. */
export interface ConfigHandle {
  readonly config: AppConfig
  /** Ends changes. @throws {DewarError} `ERR_DEWAR_CONFIG_ENV` for a `DEWAR_…` variable that nothing has asked for */
  freeze(): void
}

/**
 * Puts the settings together.
 *
 * @param input what the app says
 * @param environment where `DEWAR_<KEY>` and, for secrets, `DEWAR_<KEY>_FILE` are looked for
 * @param place where files are looked for, and who hears of changes
 * @throws {DewarError} `ERR_DEWAR_CONFIG` for an unknown or ill-typed setting, `ERR_DEWAR_CONFIG_ENV` for such a variable
 */
export function createConfig(
  input: ConfigInput,
  environment: Environment,
  place: ConfigPlace = { folder: null, onChange() {} },
): ConfigHandle {
  const store = new ConfigStore(environment)
  const view: object = Object.create(createLoaders(store, environment, place))
  store.bind(view)
  store.load(input, 'ERR_DEWAR_CONFIG')
  return { config: view as AppConfig, freeze: () => store.freeze() }
}
