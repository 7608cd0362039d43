/** Where settings come from, beside `createApp({ config })` and `DEWAR_…` variables. Flask: `flask.Config`. */
import { readFileSync } from 'node:fs'
import { extname, isAbsolute, join } from 'node:path'
import { parseEnv } from 'node:util'
import { DewarError } from '@dewar/base'
import { parse as parseToml } from 'smol-toml'
import type { ConfigInput, Environment } from './config.ts'
import { type ConfigStore, isUpperCase } from './config-store.ts'
import { knownSettings } from './known-settings.ts'
import { parsePrefixedVariables } from './prefixed-variables.ts'

/** How a file is read. */
export interface ConfigFileOptions {
  /** Reads its text; by default JSON or TOML, as the name's ending says. */
  readonly parse?: ((text: string) => unknown) | undefined
  /** Whether a file that is not there is passed over; an error by default. */
  readonly silent?: boolean | undefined
}

/** Which variables are read, and how. */
export interface PrefixedEnvOptions {
  /** Reads a value; JSON by default, and text where it is none. */
  readonly parse?: ((text: string) => unknown) | undefined
}

/** Which settings are given, and how. */
export interface NamespaceOptions {
  /** Whether names are given in small letters; true by default. */
  readonly lowercase?: boolean | undefined
  /** Whether the prefix is left out; true by default. */
  readonly trimNamespace?: boolean | undefined
}

/**
 * The ways of `app.config` to take more settings over, until the first request. What `DEWAR_…` variables say stays on
 * top. Only names in capitals are settings; other names are left alone, unless they look like one in the wrong case.
 */
export interface ConfigLoaders {
  /** Takes over settings. @throws {DewarError} `ERR_DEWAR_CONFIG`, `ERR_DEWAR_FROZEN` @see Flask: `from_mapping` */
  fromMapping(mapping: ConfigInput & Readonly<Record<string, unknown>>): void
  /** Takes over the properties of an object, a class or a module (`await import('./settings.ts')`). Flask: `from_object`. */
  fromObject(object: object): void
  /**
   * Takes over a file of JSON or TOML.
   *
   * @param path relative to the app's `root`, or to its instance folder with `instanceRelativeConfig`
   * @returns whether there was one
   * @throws {DewarError} `ERR_DEWAR_CONFIG_FILE` if it cannot be read, `ERR_DEWAR_CONFIG`
   * @see Flask: `from_file`
   */
  fromFile(path: string, options?: ConfigFileOptions): boolean
  /** Takes over the file whose path stands in an environment variable. Flask: `from_envvar`. */
  fromEnvVar(variable: string, options?: ConfigFileOptions): boolean
  /**
   * Takes over variables of the environment: `APP_DB__HOST` sets `HOST` in `DB` under the prefix `APP`.
   *
   * @param prefix without the `_` behind it; `DEWAR` is read by itself
   * @throws {DewarError} `ERR_DEWAR_CONFIG_ENV`
   * @see Flask: `from_prefixed_env`
   */
  fromPrefixedEnv(prefix: string, options?: PrefixedEnvOptions): void
  /**
   * Takes over the variables of a `.env` file that begin with `DEWAR_`, or with another prefix. The process's own
   * environment goes before it.
   *
   * @returns whether there was one
   */
  fromEnvFile(path: string, options?: { readonly prefix?: string; readonly silent?: boolean }): boolean
  /** The settings whose names begin with a prefix, by the rest of their names. Flask: `get_namespace`. */
  getNamespace(namespace: string, options?: NamespaceOptions): Record<string, unknown>
}

/** Where files are looked for, and who hears of changes. */
export interface ConfigPlace {
  /** `null`: the working directory. */
  readonly folder: string | null
  onChange(): void
}

/** @internal */
export function createLoaders(
  store: ConfigStore,
  environment: Environment,
  place: ConfigPlace,
): ConfigLoaders {
  const take = (values: Readonly<Record<string, unknown>>, code: `ERR_DEWAR_${string}`) => {
    store.load(capitals(values), code)
    place.onChange()
  }
  const fromFile = (path: string, options: ConfigFileOptions = {}) => {
    const text = readText(place.folder, path, options.silent === true)
    if (text === null) return false
    take(parseFile(path, text, options.parse), 'ERR_DEWAR_CONFIG')
    return true
  }
  const fromVariables = (variables: Environment, prefix: string, options: PrefixedEnvOptions = {}) => {
    const initial = Object.fromEntries(store.entries())
    take(
      parsePrefixedVariables(variables, prefix, options.parse ?? JSON.parse, initial),
      'ERR_DEWAR_CONFIG_ENV',
    )
  }
  const loaders: ConfigLoaders = {
    fromMapping: (mapping) => take(mapping, 'ERR_DEWAR_CONFIG'),
    fromObject: (object) => take(propertiesOf(object), 'ERR_DEWAR_CONFIG'),
    fromFile,
    fromEnvVar(variable, options = {}) {
      const path = environment[variable]
      if (path !== undefined && path !== '') return fromFile(path, options)
      if (options.silent === true) return false
      throw fileError(
        `The environment variable ${variable} is not set.`,
        `Set it to the path of a config file.`,
      )
    },
    fromPrefixedEnv: (prefix, options) => fromVariables(environment, prefix, options),
    fromEnvFile(path, { prefix = 'DEWAR', silent = false } = {}) {
      const text = readText(place.folder, path, silent)
      if (text === null) return false
      fromVariables({ ...parseEnv(text), ...present(environment) }, prefix)
      return true
    },
    getNamespace: (namespace, options) =>
      getNamespace(Object.fromEntries(store.entries()), namespace, options),
  }
  return Object.freeze(Object.assign(Object.create(null), loaders))
}

function present(environment: Environment): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([, text]) => text !== undefined))
}

/** Names that are settings. One of Dewar's in the wrong case is a slip that would switch nothing on. */
function capitals(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const taken: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(values)) {
    if (isUpperCase(name)) taken[name] = value
    else if (knownSettings.has(name.toUpperCase())) {
      throw new DewarError(
        'ERR_DEWAR_CONFIG',
        `The setting '${name}' is not in capitals, and has no effect.`,
        {
          fix: `Write ${name.toUpperCase()}.`,
          details: { key: name },
        },
      )
    }
  }
  return taken
}

/** A module's exports, an object's or a class's properties, inherited ones included. */
function propertiesOf(object: object): Record<string, unknown> {
  const found: Record<string, unknown> = Object.create(null)
  for (let level: object | null = object; isOwnLevel(level); level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) {
      if (isUpperCase(name) && !(name in found)) found[name] = Reflect.get(object, name)
    }
  }
  return found
}

function isOwnLevel(level: object | null): level is object {
  return level !== null && level !== Object.prototype && level !== Function.prototype
}

function readText(folder: string | null, path: string, silent: boolean): string | null {
  const absolute = isAbsolute(path) || folder === null ? path : join(folder, path)
  try {
    return readFileSync(absolute, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (silent && (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR')) return null
    throw fileError(`The config file '${absolute}' cannot be read.`, 'Check its path and its rights.', cause)
  }
}

function parseFile(path: string, text: string, parse: ConfigFileOptions['parse']): Record<string, unknown> {
  const read = parse ?? parsers[extname(path).toLowerCase()]
  if (read === undefined) {
    throw fileError(`The config file '${path}' is neither .json nor .toml.`, 'Say how to read it: { parse }.')
  }
  let value: unknown
  try {
    value = read(text)
  } catch (cause) {
    // The parser's own message may quote a secret.
    throw fileError(`The config file '${path}' cannot be parsed.`, 'Check its syntax.', undefined, cause)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  throw fileError(
    `The config file '${path}' holds no settings by name.`,
    'Write an object: { "NAME": value }.',
  )
}

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  '.json': JSON.parse,
  '.toml': (text) => parseToml(text),
}

function fileError(message: string, fix: string, cause?: unknown, parseError?: unknown): DewarError {
  const line = parseError instanceof Error && 'line' in parseError ? Number(parseError.line) : undefined
  return new DewarError('ERR_DEWAR_CONFIG_FILE', message, {
    fix: line === undefined ? fix : `${fix} The parser stopped at line ${line}.`,
    cause,
  })
}

/**
 * The settings whose names begin with a prefix, by the rest of their names: `getNamespace(config, 'MAIL_')`.
 *
 * @see Flask: `Config.get_namespace`
 */
export function getNamespace(
  settings: Readonly<Record<string, unknown>>,
  namespace: string,
  options: NamespaceOptions = {},
): Record<string, unknown> {
  const { lowercase = true, trimNamespace = true } = options
  const found: Record<string, unknown> = Object.create(null)
  for (const [key, value] of Object.entries(settings)) {
    if (!key.startsWith(namespace)) continue
    const name = trimNamespace ? key.slice(namespace.length) : key
    found[lowercase ? name.toLowerCase() : name] = value
  }
  return found
}
