/**
 * Where keys come from: an environment variable, a file that a container mounts, or a secrets manager.
 *
 * Threat: a key in the source, and so in every clone and backup of it.
 * Construction: `SECRET_KEY`, or `SECRET_KEY_FILE` naming a file; older keys in `SECRET_KEY_FALLBACKS` (or its `_FILE`), one
 * per line or as a JSON list, newest first. Both the variable and its `_FILE` at once are an error: one of them is forgotten.
 */
import { readFileSync } from 'node:fs'
import { Secret } from '@dewar/base'
import { NoKeys, SigningError } from './errors.ts'
import { KeyRing, type KeyRingOptions, type Keys } from './key-ring.ts'

/** Where to look. */
export interface KeyRingFromEnvOptions extends KeyRingOptions {
  /** The variable's name; `SECRET_KEY`. */
  readonly name?: string | undefined
  /** The variables; those of the process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

/**
 * A key ring from the environment.
 *
 * @param options the variable's name, and where to look
 * @throws {NoKeys} `ERR_SIGNING_NO_KEYS` if neither the variable nor its `_FILE` is set
 * @throws {SigningError} `ERR_SIGNING_KEY_SOURCE` if both are set, or the file cannot be read; as `KeyRing` for its keys
 */
export function keyRingFromEnv(options: KeyRingFromEnvOptions = {}): KeyRing {
  const { name = 'SECRET_KEY', env = process.env, ...rest } = options
  const key = readVariable(name, env)
  if (key === null)
    throw new NoKeys(`Neither ${name} nor ${name}_FILE is set.`, {
      fix: `Set ${name} to what generateKey() gives, or ${name}_FILE to the path of a file that holds it.`,
    })
  return new KeyRing([key, ...readList(`${name}_FALLBACKS`, env)], rest)
}

/**
 * A key ring from a function that fetches keys, such as a secrets manager's client. Call it again and `replace` the
 * keys of the ring to rotate without a restart.
 *
 * @param load gives one key, or several with the newest first
 * @param options as for `KeyRing`
 * @throws {SigningError} as `KeyRing`; what `load` throws
 */
export async function loadKeyRing(
  load: () => Promise<Keys> | Keys,
  options: KeyRingOptions = {},
): Promise<KeyRing> {
  return new KeyRing(await load(), options)
}

type Variables = Readonly<Record<string, string | undefined>>

function readVariable(name: string, env: Variables): Secret | null {
  const value = env[name] ?? ''
  const path = env[`${name}_FILE`] ?? ''
  if (value !== '' && path !== '')
    throw new SigningError('ERR_SIGNING_KEY_SOURCE', `Both ${name} and ${name}_FILE are set.`, {
      fix: 'Remove one of them.',
    })
  if (value !== '') return new Secret(value)
  return path === '' ? null : new Secret(readSecretFile(`${name}_FILE`, path))
}

/** A file's text without the line break that editors and `echo` put at its end. */
function readSecretFile(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    throw new SigningError(
      'ERR_SIGNING_KEY_SOURCE',
      `The file that ${variable} names cannot be read: '${path}'.`,
      {
        cause,
        fix: 'See that it exists and that this user may read it.',
      },
    )
  }
}

function readList(name: string, env: Variables): readonly Secret[] {
  const text = readVariable(name, env)?.reveal().trim() ?? ''
  if (text === '') return []
  const keys = text.startsWith('[') ? parseList(name, text) : text.split(/\r?\n/)
  return keys.map((key) => new Secret(key.trim()))
}

function parseList(name: string, text: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(text)
    if (Array.isArray(list) && list.every((key) => typeof key === 'string')) return list
  } catch {
    // the error below says it without showing the keys, which the parser's message would
  }
  throw new SigningError(
    'ERR_SIGNING_KEY_SOURCE',
    `${name} is neither a JSON list of texts nor one key per line.`,
  )
}
