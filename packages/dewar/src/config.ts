/**
 * The app's settings: the defaults of every room, what the app says, and what the environment says, in this order.
 * Unknown names and ill-typed values are errors that name the setting and never its value.
 */
import {
  checkSetting,
  DewarError,
  nearestName,
  parseSetting,
  Secret,
  type Setting,
  type SettingValue,
} from '@dewar/base'
import type { Config } from './augment.ts'
import { type KnownSettings, knownSettings } from './known-settings.ts'
import { readSecretFile } from './secret-file.ts'

/** Every setting Dewar knows by its config key, with its type. */
export type KnownConfig = {
  readonly [K in keyof KnownSettings]: KnownSettings[K] extends Setting
    ? SettingValue<KnownSettings[K]>
    : never
}

/** The settings in force, `app.config`: frozen, and secrets do not print. */
export type AppConfig = KnownConfig & Readonly<Config>

/** What `createApp({ config })` takes: any of Dewar's settings, and the app's own (`interface Config`). */
export type ConfigInput = { readonly [K in keyof AppConfig]?: AppConfig[K] | undefined }

/** Environment variables, as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>

const prefix = 'DEWAR_'

/** Variables of the command line, not of the config. */
const commandVariables = new Set(['DEWAR_APP', 'DEWAR_RUN_HOST', 'DEWAR_RUN_PORT'])

/**
 * Puts the settings together.
 *
 * @param input what the app says
 * @param environment where `DEWAR_<KEY>` and, for secrets, `DEWAR_<KEY>_FILE` are looked for
 * @throws {DewarError} `ERR_DEWAR_CONFIG` for an unknown or ill-typed setting, `ERR_DEWAR_CONFIG_ENV` for such a variable
 */
export function createConfig(input: ConfigInput, environment: Environment): AppConfig {
  const values: Record<string, unknown> = Object.create(null)
  for (const [key, setting] of knownSettings) values[key] = setting.value
  const own = new Set<string>()
  for (const [key, value] of Object.entries(input)) {
    if (value === undefined) continue
    const setting = knownSettings.get(key)
    if (setting === undefined) own.add(checkOwnKey(key))
    else checkSetting(key, setting, value, 'ERR_DEWAR_CONFIG')
    values[key] = value
  }
  for (const [variable, text] of Object.entries(environment)) {
    if (text !== undefined && variable.startsWith(prefix)) readVariable(values, own, variable, text)
  }
  for (const [key, setting] of knownSettings) values[key] = hideSecret(setting, values[key])
  return Object.freeze(values) as AppConfig
}

/** A name of the app's own must look like a setting and not like a misspelt one of Dewar's: two edits are a slip. */
function checkOwnKey(key: string): string {
  const nearest = nearestName(key, knownSettings.keys(), 2)
  if (/^[A-Z][A-Z0-9_]*$/.test(key) && nearest === undefined) return key
  throw new DewarError('ERR_DEWAR_CONFIG', `'${key}' is no setting of Dewar's.`, {
    fix:
      nearest === undefined
        ? 'Settings of your own are written in capitals: API_TOKEN.'
        : `Did you mean '${nearest}'? A setting of your own needs a name less like it.`,
    details: { key },
  })
}

function readVariable(
  values: Record<string, unknown>,
  own: ReadonlySet<string>,
  variable: string,
  text: string,
) {
  if (commandVariables.has(variable)) return
  const name = variable.slice(prefix.length)
  const setting = knownSettings.get(name)
  if (setting !== undefined) {
    values[name] = parseSetting(variable, setting, text, 'ERR_DEWAR_CONFIG_ENV')
    return
  }
  if (own.has(name)) {
    values[name] = readOwn(values[name], text)
    return
  }
  const secret = name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : ''
  if (isSecretKey(secret)) values[secret] = readSecretFile(variable, text)
  else throw unknownVariable(variable)
}

/** The app's own settings keep their kind: a secret stays one, text stays text, all else is read as JSON. */
function readOwn(given: unknown, text: string): unknown {
  if (given instanceof Secret) return new Secret(text)
  if (typeof given === 'string') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function isSecretKey(key: string): boolean {
  return knownSettings.get(key)?.accepts === 'secret'
}

function hideSecret(setting: Setting, value: unknown): unknown {
  if (setting.accepts === 'secret') return typeof value === 'string' ? new Secret(value) : value
  if (setting.accepts !== 'secrets' || !Array.isArray(value)) return value
  return Object.freeze(value.map((item: unknown) => (typeof item === 'string' ? new Secret(item) : item)))
}

function unknownVariable(variable: string): DewarError {
  const known = [...knownSettings.keys()].map((key) => prefix + key)
  const nearest = nearestName(variable, [...known, ...commandVariables])
  return new DewarError('ERR_DEWAR_CONFIG_ENV', `The environment variable ${variable} names no setting.`, {
    fix: nearest === undefined ? 'Remove it: DEWAR_ is for settings of Dewar.' : `Did you mean '${nearest}'?`,
    details: { variable },
  })
}
