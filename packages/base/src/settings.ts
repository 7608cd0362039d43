/**
 * Settings as data: each default stands in one table with its unit, its reason and its source. Options, config types,
 * the generated defaults page and the snapshot test are all read from the tables.
 */
import { nameRemedy } from './check-names.ts'
import { DewarError, type DewarErrorCode } from './errors.ts'
import { Secret } from './secret.ts'

/** What a setting takes; `strings` and `secrets` are lists, `mapping` is a plain object. */
export type SettingKind =
  | 'boolean'
  | 'integer'
  | 'number'
  | 'string'
  | 'strings'
  | 'secret'
  | 'secrets'
  | 'mapping'
  | 'any'

/** One default with everything a reader needs to judge it. */
export interface Setting<V = unknown> {
  /** The default. */
  readonly value: V
  /** The unit of a number: `s` and `bytes` are the only ones for durations and sizes. */
  readonly unit?: 's' | 'ms' | 'bytes' | 'count' | 'bits' | undefined
  /** The name in `app.config`; Flask's where Flask has one. A setting without a key is an option only. */
  readonly key?: string
  /** What values it takes; read off `value` when left out. */
  readonly accepts?: SettingKind
  /** Whether `null` is a value of its own (usually: not set, or no limit). */
  readonly optional?: boolean
  /** The only values allowed, if they are few. */
  readonly choices?: readonly unknown[]
  /** The smallest number allowed. */
  readonly minimum?: number
  /** The largest number allowed. */
  readonly maximum?: number
  /** What goes wrong without it. */
  readonly guards: string
  /** Where the value comes from: an RFC section, an ASVS item, Flask's own default. */
  readonly source: string
}

/** A room's defaults by option name. */
export type SettingsTable = Readonly<Record<string, Setting>>

/** The type of a setting's values: its choices if it has them, else its default's type without literal narrowing. */
export type SettingValue<S extends Setting> = S extends { readonly choices: readonly (infer Choice)[] }
  ? Choice | (null extends S['value'] ? null : never)
  : Widen<S['value']>

type Widen<V> = V extends boolean
  ? boolean
  : V extends number
    ? number
    : V extends string
      ? string
      : V extends readonly (infer Item)[]
        ? readonly Widen<Item>[]
        : V

/** The values of a table once options have been applied. */
export type SettingsValues<T extends SettingsTable> = { readonly [K in keyof T]: SettingValue<T[K]> }

/** The options a table allows: every name, each of its value's type, all optional. */
export type SettingsOptions<T extends SettingsTable> = {
  readonly [K in keyof T]?: SettingValue<T[K]> | undefined
}

/**
 * Declares a room's defaults; keys keep their literal types, so that config types can be read from the table.
 *
 * @param table the settings by option name
 * @returns the same table, frozen in depth
 */
export function settings<const T extends SettingsTable>(table: T): Readonly<T> {
  for (const setting of Object.values(table)) {
    if (Array.isArray(setting.value)) Object.freeze(setting.value)
    Object.freeze(setting)
  }
  return Object.freeze(table)
}

/**
 * Applies a caller's options to a table of defaults.
 *
 * @param room the room's name, for the error code: `sessions` gives `ERR_SESSIONS_OPTION`
 * @param table the room's defaults
 * @param options the caller's options; `undefined` means the default
 * @returns the values in force, frozen
 * @throws {DewarError} `ERR_<ROOM>_OPTION` for an unknown name (with the nearest known one) or an ill-typed value
 */
export function resolveSettings<T extends SettingsTable>(
  room: string,
  table: T,
  options: SettingsOptions<T> = {},
): SettingsValues<T> {
  const code: DewarErrorCode = `ERR_${room.toUpperCase()}_OPTION`
  const values: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(table)) values[name] = setting.value
  for (const [name, value] of Object.entries(options)) {
    const setting = Object.hasOwn(table, name) ? table[name] : undefined
    if (setting === undefined) throw unknownOption(code, name, Object.keys(table))
    if (value === undefined) continue
    checkSetting(name, setting, value, code)
    values[name] = value
  }
  return Object.freeze(values) as SettingsValues<T>
}

/**
 * Reads a setting from text, as it stands in an environment variable.
 *
 * Booleans take `1 true yes on` and `0 false no off` in any case, and nothing else; lists take JSON or words between
 * commas; mappings take JSON; an empty text is `null` for an optional setting.
 *
 * @param name the name to show in errors (the variable's)
 * @param setting the setting
 * @param text the text
 * @param code the error's code
 * @returns the value, of the setting's type
 * @throws {DewarError} `code`, naming the variable and what it takes, never its text
 */
export function parseSetting(name: string, setting: Setting, text: string, code: DewarErrorCode): unknown {
  const value = textToValue(setting, text.trim())
  const wrong = value === undefined ? 'cannot be read' : problemWith(setting, value)
  if (wrong !== null) throw illTyped(code, name, wrong, setting)
  return value
}

/**
 * Checks one value against its setting.
 *
 * @param name the name to show in errors
 * @param setting the setting
 * @param value the value
 * @param code the error's code
 * @throws {DewarError} `code`, naming the setting and what it takes, never a text value
 */
export function checkSetting(name: string, setting: Setting, value: unknown, code: DewarErrorCode): void {
  const wrong = problemWith(setting, value)
  if (wrong !== null) throw illTyped(code, name, wrong, setting)
}

/** What a setting takes, in words: `an integer from 0 up, in seconds, or null`. */
export function describeSetting(setting: Setting): string {
  const kind = kindOf(setting)
  let words = descriptions[kind]
  if (setting.choices !== undefined)
    words = `one of ${setting.choices.map((choice) => JSON.stringify(choice)).join(', ')}`
  if (setting.minimum !== undefined) words += ` from ${setting.minimum}`
  if (setting.maximum !== undefined) words += ` to ${setting.maximum}`
  if (setting.unit !== undefined && setting.unit !== 'count') words += ` (${setting.unit})`
  return setting.optional === true || setting.value === null ? `${words}, or null` : words
}

const descriptions: Readonly<Record<SettingKind, string>> = {
  boolean: 'true or false',
  integer: 'an integer',
  number: 'a number',
  string: 'a string',
  strings: 'a list of strings',
  secret: 'a secret text',
  secrets: 'a list of secret texts, newest first',
  mapping: 'an object',
  any: 'any value',
}

function kindOf(setting: Setting): SettingKind {
  if (setting.accepts !== undefined) return setting.accepts
  const { value } = setting
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  if (typeof value === 'string') return 'string'
  if (Array.isArray(value)) return 'strings'
  return value instanceof Secret ? 'secret' : 'any'
}

const accepts: Readonly<Record<SettingKind, (value: unknown) => boolean>> = {
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isSafeInteger(value),
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  string: (value) => typeof value === 'string',
  strings: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  secret: isSecretText,
  secrets: (value) => Array.isArray(value) && value.every(isSecretText),
  mapping: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  any: () => true,
}

function isSecretText(value: unknown): boolean {
  return typeof value === 'string' || value instanceof Secret
}

/** What is wrong with a value, without showing it: values may be secrets. */
function problemWith(setting: Setting, value: unknown): string | null {
  if (value === null && (setting.optional === true || setting.value === null)) return null
  const kind = kindOf(setting)
  if (!accepts[kind](value)) return `is ${typeName(value)}`
  if (setting.choices !== undefined && !setting.choices.includes(value)) return 'is none of its choices'
  if (typeof value !== 'number') return null
  if (setting.minimum !== undefined && value < setting.minimum) return `is ${value}, too small`
  if (setting.maximum !== undefined && value > setting.maximum) return `is ${value}, too large`
  return null
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'number' && !Number.isInteger(value)) return 'no whole number'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function textToValue(setting: Setting, text: string): unknown {
  if (text === '' && (setting.optional === true || setting.value === null)) return null
  switch (kindOf(setting)) {
    case 'boolean':
      if (/^(1|true|yes|on)$/i.test(text)) return true
      return /^(0|false|no|off)$/i.test(text) ? false : undefined
    case 'integer':
    case 'number':
      return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
    case 'strings':
    case 'secrets':
      return text.startsWith('[')
        ? parseJson(text)
        : text
            .split(',')
            .map((word) => word.trim())
            .filter((word) => word !== '')
    case 'mapping':
      return parseJson(text)
    case 'any':
      return parseJson(text) ?? text
    default:
      return text
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unknownOption(code: DewarErrorCode, name: string, known: readonly string[]): DewarError {
  const fix = nameRemedy(name, known)
  return new DewarError(code, `'${name}' is not an option.`, { fix, details: { option: name } })
}

function illTyped(code: DewarErrorCode, name: string, wrong: string, setting: Setting): DewarError {
  return new DewarError(code, `'${name}' ${wrong}.`, {
    fix: `It takes ${describeSetting(setting)}.`,
    details: { option: name },
  })
}
