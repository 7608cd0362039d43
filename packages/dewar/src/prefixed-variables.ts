/** Settings out of environment variables that share a prefix. Flask: `Config.from_prefixed_env`. */
import { DewarError } from '@dewar/base'
import type { Environment } from './config.ts'

/**
 * Reads settings from variables: `APP_DB__HOST=localhost` becomes `{ DB: { HOST: 'localhost' } }` under the prefix `APP`.
 *
 * Values are read as JSON and stay text where they are none. Variables are taken in order of their names.
 *
 * @param environment the variables
 * @param prefix what their names begin with; one `_` follows it
 * @param parse reads a value; what it throws means that the text is taken as it is
 * @param initial settings to change: objects in it are copied, not changed
 * @throws {DewarError} `ERR_DEWAR_CONFIG_ENV` for a name that leads into a value that is no object
 */
export function parsePrefixedVariables(
  environment: Environment,
  prefix: string,
  parse: (text: string) => unknown,
  initial: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  let settings: Record<string, unknown> = Object.create(null)
  const start = `${prefix}_`
  for (const variable of Object.keys(environment).sort()) {
    const text = environment[variable]
    if (text === undefined || !variable.startsWith(start)) continue
    const path = variable.slice(start.length).split('__')
    const [key = ''] = path
    // A name that begins with two underscores is one name.
    const names = key === '' ? [variable.slice(start.length)] : path
    const base = Object.hasOwn(settings, names[0] ?? '')
      ? settings
      : { ...settings, ...own(initial, names[0] ?? '') }
    settings = nest(base, names, attempt(parse, text), variable)
  }
  return settings
}

function own(initial: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> {
  return Object.hasOwn(initial, key) ? { [key]: initial[key] } : {}
}

function attempt(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text)
  } catch {
    return text
  }
}

/**
 * A copy of an object with a value set at a path; objects on the way are made.
 *
 * @throws {DewarError} `ERR_DEWAR_CONFIG_ENV` if something on the way is no object
 * @internal
 */
export function nest(
  target: Readonly<Record<string, unknown>>,
  path: readonly string[],
  value: unknown,
  variable: string,
): Record<string, unknown> {
  const [name = '', ...rest] = path
  const copy: Record<string, unknown> = Object.assign(Object.create(null), target)
  if (rest.length === 0) {
    copy[name] = value
    return copy
  }
  const inner = copy[name] ?? {}
  if (typeof inner !== 'object' || Array.isArray(inner)) throw noObject(variable, name)
  copy[name] = nest(inner as Record<string, unknown>, rest, value, variable)
  return copy
}

function noObject(variable: string, name: string): DewarError {
  return new DewarError(
    'ERR_DEWAR_CONFIG_ENV',
    `The environment variable ${variable} leads into '${name}', which is no object.`,
    { fix: `Set the whole of '${name}', or remove what it is set to elsewhere.`, details: { variable } },
  )
}
