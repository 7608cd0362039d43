/**
 * Stored hashes as text: Werkzeug's and Django's, and PHC strings.
 *
 *     werkzeug = method "$" salt "$" hex
 *     django   = "pbkdf2_" digest "$" iterations "$" salt "$" base64 / "scrypt$" N "$" salt "$" r "$" p "$" base64
 *              / "argon2" argon2
 *     phc      = "$scrypt$ln=" log2N ",r=" r ",p=" p "$" salt "$" b64 / "$pbkdf2" [ "-" digest ] "$" ( iterations / "i=" iterations ) "$" salt "$" b64
 *              / argon2
 *     argon2   = "$" variant "$v=19$m=" KiB ",t=" passes ",p=" lanes "$" salt "$" b64
 *
 * A text is compared as text, so that only the canonical spelling of a hash is right.
 *
 * @see Werkzeug: `generate_password_hash`; Django: `PASSWORD_HASHERS`; PHC string format; passlib
 */
import { passwordLimits } from './defaults.ts'
import {
  type Argon2Method,
  argon2Method,
  completeMethod,
  type PasswordMethod,
  parsePasswordMethod,
  pbkdf2Method,
  positive,
  scryptMethod,
} from './password-method.ts'

/** A hash with what it takes to make it again. */
export interface StoredHash {
  readonly method: PasswordMethod
  readonly salt: Uint8Array
  /** The derived bytes as this format spells them. */
  readonly spell: (key: Buffer) => string
  /** The spelling that is stored. */
  readonly text: string
}

/** @returns `null` for what cannot be read or asks for too much */
export function parsePasswordHash(hash: string): StoredHash | null {
  if (hash.length > passwordLimits.hashMaxLength.value) return null
  const parsed = hash.startsWith('$') ? parsePhc(hash) : (parseDjango(hash) ?? parseWerkzeug(hash))
  return parsed
}

/** A hash as it is stored: PHC for argon2id, else as Werkzeug writes it. */
export function serializePasswordHash(
  text: string,
  method: PasswordMethod,
  salt: string,
  key: Buffer,
): string {
  if (method.kind !== 'argon2') return `${completeMethod(text, method)}$${salt}$${key.toString('hex')}`
  const parameters = `m=${method.memory},t=${method.passes},p=${method.lanes}`
  return `$${method.variant}$v=19$${parameters}$${b64(Buffer.from(salt))}$${b64(key)}`
}

function parseWerkzeug(hash: string): StoredHash | null {
  const [head = '', salt, ...rest] = hash.split('$')
  // Whatever follows the second dollar is the hash, dollars included.
  const text = rest.join('$')
  const method = parsePasswordMethod(head)
  if (method === null || method.kind === 'argon2' || salt === undefined || rest.length === 0) return null
  return { method, salt: Buffer.from(salt), spell: (key) => key.toString('hex'), text }
}

function parseDjango(hash: string): StoredHash | null {
  const fields = hash.split('$')
  const [name = '', first, salt = ''] = fields
  const spell = (key: Buffer) => key.toString('base64')
  if (name === 'argon2') return parsePhc(hash.slice(name.length))
  if (name.startsWith('pbkdf2_') && fields.length === 4) {
    const method = pbkdf2Method(name.slice('pbkdf2_'.length), positive(first))
    return method && { method, salt: Buffer.from(salt), spell, text: fields[3] ?? '' }
  }
  if (name !== 'scrypt' || fields.length !== 6) return null
  const method = scryptMethod(positive(first), positive(fields[3]), positive(fields[4]))
  return method && { method, salt: Buffer.from(salt), spell, text: fields[5] ?? '' }
}

function parsePhc(hash: string): StoredHash | null {
  const [empty, name = '', ...fields] = hash.split('$')
  if (empty !== '') return null
  if (/^argon2(?:id|i|d)$/.test(name)) return parseArgon2(name as Argon2Method['variant'], fields)
  const [parameters = '', salt = '', text = ''] = fields
  if (fields.length !== 3) return null
  if (name === 'scrypt') return parsePhcScrypt(parameters, salt, text)
  const digest = /^pbkdf2(?:-(sha\d+))?$/.exec(name)
  if (digest === null) return null
  const iterations = positive(/^(?:i=)?(\d+)(?:,l=\d+)?$/.exec(parameters)?.[1])
  const method = pbkdf2Method(digest[1] ?? 'sha1', iterations, bytesOf(text))
  // passlib writes '.' where others write '+'.
  const spell = (key: Buffer) => (text.includes('.') ? b64(key).replaceAll('+', '.') : b64(key))
  return method && withSalt(method, salt.replaceAll('.', '+'), spell, text)
}

function parseArgon2(variant: Argon2Method['variant'], fields: readonly string[]): StoredHash | null {
  const [version, parameters = '', salt = '', text = ''] = fields
  const found = /^m=(\d+),t=(\d+),p=(\d+)$/.exec(parameters)
  // Version 1.0 (no v=19) computes something else.
  if (fields.length !== 4 || version !== 'v=19' || found === null) return null
  const [memory, passes, lanes] = [positive(found[1]), positive(found[2]), positive(found[3])]
  const method = argon2Method(variant, memory, passes, lanes, bytesOf(text))
  const stored = method && withSalt(method, salt, b64, text)
  // RFC 9106 §3.1 asks for 8 bytes of salt at least, and so does OpenSSL.
  return stored === null || stored.salt.length < 8 ? null : stored
}

function parsePhcScrypt(parameters: string, salt: string, text: string): StoredHash | null {
  const found = /^ln=(\d+),r=(\d+),p=(\d+)$/.exec(parameters)
  const exponent = positive(found?.[1])
  if (exponent === 0 || exponent > 30) return null
  const method = scryptMethod(2 ** exponent, positive(found?.[2]), positive(found?.[3]), bytesOf(text))
  return method && withSalt(method, salt, b64, text)
}

function withSalt(
  method: PasswordMethod,
  salt: string,
  spell: StoredHash['spell'],
  text: string,
): StoredHash | null {
  return /^[A-Za-z0-9+/]*$/.test(salt) ? { method, salt: Buffer.from(salt, 'base64'), spell, text } : null
}

/** Base64 without padding, as PHC strings have it. */
function b64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}

function bytesOf(text: string): number {
  return Math.floor((text.length * 3) / 4)
}
