/** The values of the settings: checked as they come in, with the environment's always on top. */
import { checkSetting, DewarError, nearestName, parseSetting, Secret, type Setting } from '@dewar/base'
import type { Environment } from './config.ts'
import { frozen } from './errors.ts'
import { knownSettings } from './known-settings.ts'
import { nest } from './prefixed-variables.ts'
import { readSecretFile } from './secret-file.ts'

const prefix = 'DEWAR_'

/** Variables of the command line, not of the config. */
const commandVariables = new Set(['DEWAR_APP', 'DEWAR_RUN_HOST', 'DEWAR_RUN_PORT', 'DEWAR_SKIP_DOTENV'])

/** Values by key. @internal */
export class ConfigStore {
  readonly #values: Record<string, unknown> = Object.create(null)
  readonly #own = new Set<string>()
  /** Variables that name no setting so far; one of the app's own may yet come. */
  readonly #unknown = new Map<string, string>()
  readonly #fromEnvironment = new Map<string, string>()
  #view: object = this.#values

  constructor(environment: Environment) {
    for (const [key, setting] of knownSettings) this.#values[key] = hideSecret(setting, setting.value)
    for (const [variable, text] of Object.entries(environment)) {
      if (text === undefined || !variable.startsWith(prefix) || commandVariables.has(variable)) continue
      this.#take(variable, text)
    }
  }

  /** Shows the values on an object from now on. */
  bind(view: object): void {
    this.#view = view
    for (const key of Object.keys(this.#values)) this.#show(key)
    for (const [variable, text] of this.#fromEnvironment) this.#applyVariable(variable, text)
  }

  /** The value of a key as it stands. */
  get(key: string): unknown {
    return this.#values[key]
  }

  /** Keys and values. */
  entries(): [string, unknown][] {
    return Object.entries(this.#values)
  }

  /**
   * Takes values over, all of them or none; what the environment says stays.
   *
   * @throws {DewarError} `code` for an unknown or ill-typed setting; `ERR_DEWAR_FROZEN` after the first request
   */
  load(values: Readonly<Record<string, unknown>>, code: `ERR_DEWAR_${string}`): void {
    if (Object.isFrozen(this.#view)) throw frozen('app.config.from…')
    const given = Object.entries(values).filter(([, value]) => value !== undefined)
    for (const [key, value] of given) {
      const setting = knownSettings.get(key)
      if (setting === undefined) checkOwnKey(key)
      else checkSetting(key, setting, value, code)
    }
    for (const [key, value] of given) {
      const setting = knownSettings.get(key)
      if (setting === undefined) this.#own.add(key)
      this.#set(key, setting === undefined ? value : hideSecret(setting, value))
    }
    for (const [variable, text] of this.#unknown) {
      if (!this.#own.has(keyOf(variable))) continue
      this.#unknown.delete(variable)
      this.#fromEnvironment.set(variable, text)
    }
    for (const [variable, text] of this.#fromEnvironment) this.#applyVariable(variable, text)
  }

  /** @throws {DewarError} `ERR_DEWAR_CONFIG_ENV` for a variable that names no setting */
  freeze(): void {
    const [unknown] = this.#unknown.keys()
    if (unknown !== undefined) throw unknownVariable(unknown, this.#own)
    Object.freeze(this.#view)
  }

  #take(variable: string, text: string): void {
    const key = keyOf(variable)
    const isKnown = knownSettings.has(key) || isSecretFile(variable)
    if (isKnown) this.#fromEnvironment.set(variable, text)
    else if (isMisspelt(key)) throw unknownVariable(variable, this.#own)
    else this.#unknown.set(variable, text)
  }

  #applyVariable(variable: string, text: string): void {
    const name = variable.slice(prefix.length)
    const setting = knownSettings.get(name)
    if (setting !== undefined) {
      this.#set(name, hideSecret(setting, parseSetting(variable, setting, text, 'ERR_DEWAR_CONFIG_ENV')))
    } else if (isSecretFile(variable)) {
      const key = name.slice(0, -'_FILE'.length)
      this.#set(key, hideSecret(knownSettings.get(key) as Setting, readSecretFile(variable, text)))
    } else this.#applyOwn(variable, name, text)
  }

  #applyOwn(variable: string, name: string, text: string): void {
    const key = keyOf(variable)
    if (name === key) {
      this.#set(key, readOwn(this.#values[key], text))
      return
    }
    const changed = nest({ [key]: this.#values[key] }, name.split('__'), readOwn(undefined, text), variable)
    const setting = knownSettings.get(key)
    if (setting !== undefined) checkSetting(variable, setting, changed[key], 'ERR_DEWAR_CONFIG_ENV')
    this.#set(key, changed[key])
  }

  #set(key: string, value: unknown): void {
    this.#values[key] = value
    this.#show(key)
  }

  #show(key: string): void {
    if (this.#view === this.#values) return
    Object.defineProperty(this.#view, key, {
      value: this.#values[key],
      enumerable: true,
      configurable: true,
      writable: false,
    })
  }
}

/** The key a variable sets: `DEWAR_DB__HOST` sets `HOST` in `DB`. */
function keyOf(variable: string): string {
  const name = variable.slice(prefix.length)
  if (knownSettings.has(name)) return name
  return name.split('__', 1)[0] ?? name
}

/** Two edits away from a setting of Dewar's is a slip. */
function isMisspelt(key: string): boolean {
  return nearestName(key, knownSettings.keys(), 2) !== undefined
}

/** A name of the app's own must look like a setting, and not like a misspelt one of Dewar's. */
function checkOwnKey(key: string): void {
  const nearest = nearestName(key, knownSettings.keys(), 2)
  if (isUpperCase(key) && nearest === undefined) return
  throw new DewarError('ERR_DEWAR_CONFIG', `'${key}' is no setting of Dewar's.`, {
    fix:
      nearest === undefined
        ? 'Settings of your own are written in capitals: API_TOKEN.'
        : `Did you mean '${nearest}'? A setting of your own needs a name less like it.`,
    details: { key },
  })
}

/** Whether a name has capitals and no small letters, as the names of settings have. */
export function isUpperCase(name: string): boolean {
  return name === name.toUpperCase() && name !== name.toLowerCase()
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

function isSecretFile(variable: string): boolean {
  if (!variable.endsWith('_FILE')) return false
  return knownSettings.get(variable.slice(prefix.length, -'_FILE'.length))?.accepts === 'secret'
}

function hideSecret(setting: Setting, value: unknown): unknown {
  if (setting.accepts === 'secret') return typeof value === 'string' ? new Secret(value) : value
  if (setting.accepts !== 'secrets' || !Array.isArray(value)) return value
  return Object.freeze(value.map((item: unknown) => (typeof item === 'string' ? new Secret(item) : item)))
}

function* knownVariables(): Generator<string> {
  for (const key of knownSettings.keys()) yield prefix + key
  yield* commandVariables
}

function unknownVariable(variable: string, own: Iterable<string>): DewarError {
  const nearest = nearestName(variable, [...knownVariables(), ...[...own].map((key) => prefix + key)])
  return new DewarError('ERR_DEWAR_CONFIG_ENV', `The environment variable ${variable} names no setting.`, {
    fix: nearest === undefined ? 'Remove it: DEWAR_ is for settings of Dewar.' : `Did you mean '${nearest}'?`,
    details: { variable },
  })
}
