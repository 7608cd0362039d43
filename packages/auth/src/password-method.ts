/** How a password was or is to be hashed, and what a stored text may ask for. */
import { passwordLimits } from './defaults.ts'

/** A method with its parameters. */
export type PasswordMethod = ScryptMethod | Pbkdf2Method | Argon2Method

/** RFC 7914. */
export interface ScryptMethod {
  readonly kind: 'scrypt'
  /** N */
  readonly cost: number
  /** r */
  readonly blockSize: number
  /** p */
  readonly parallelization: number
  /** Length of the hash in bytes. */
  readonly bytes: number
}

/** RFC 8018 §5.2. */
export interface Pbkdf2Method {
  readonly kind: 'pbkdf2'
  readonly digest: string
  readonly iterations: number
  /** Length of the hash in bytes. */
  readonly bytes: number
}

/** RFC 9106, version 1.3. */
export interface Argon2Method {
  readonly kind: 'argon2'
  readonly variant: 'argon2d' | 'argon2i' | 'argon2id'
  /** KiB */
  readonly memory: number
  readonly passes: number
  readonly lanes: number
  /** Length of the hash in bytes. */
  readonly bytes: number
}

/** Digests by their names in Python's hashlib, with their length in bytes and OpenSSL's name. */
const digests: ReadonlyMap<string, readonly [name: string, bytes: number]> = new Map([
  ['sha1', ['sha1', 20]],
  ['sha224', ['sha224', 28]],
  ['sha256', ['sha256', 32]],
  ['sha384', ['sha384', 48]],
  ['sha512', ['sha512', 64]],
  ['sha3_256', ['sha3-256', 32]],
  ['sha3_384', ['sha3-384', 48]],
  ['sha3_512', ['sha3-512', 64]],
])

/**
 * Reads a method and holds it against the ceilings, so that no stored text can ask for a gigabyte or an hour.
 *
 *     method = "scrypt" [ ":" N ":" r ":" p ] / "pbkdf2" [ ":" digest [ ":" iterations ] ] / "argon2id" [ ":" m ":" t ":" p ]
 *
 * @param text such as `scrypt:32768:8:1` or `pbkdf2:sha256:600000`; left-out parameters are Werkzeug's defaults, and
 *   OWASP's of argon2id
 * @returns the method, or `null` if it is unknown, malformed or beyond the ceilings
 * @see Werkzeug: `generate_password_hash`
 */
export function parsePasswordMethod(text: string): PasswordMethod | null {
  const [kind, ...parameters] = text.split(':')
  if (kind === 'pbkdf2') return parsePbkdf2(parameters)
  if (kind !== 'scrypt' && kind !== 'argon2id') return null
  const { scryptMethod: scrypt, argon2Method: argon2 } = passwordLimits
  const usual = kind === 'scrypt' ? scrypt.value : argon2.value
  const numbers = parameters.length === 0 ? usual : parameters.map(positive)
  const [first = 0, second = 0, third = 0, ...more] = numbers
  if (more.length > 0) return null
  return kind === 'scrypt'
    ? scryptMethod(first, second, third)
    : argon2Method('argon2id', first, second, third, passwordLimits.argon2TagBytes.value)
}

function parsePbkdf2([name = 'sha256', count, ...rest]: readonly string[]): PasswordMethod | null {
  const iterations = count === undefined ? passwordLimits.pbkdf2Iterations.value : positive(count)
  return rest.length > 0 ? null : pbkdf2Method(name, iterations)
}

/**
 * Scrypt within the ceilings, or `null`.
 *
 * @param bytes the length of the hash
 */
export function scryptMethod(
  cost: number,
  blockSize: number,
  parallelization: number,
  bytes: number = passwordLimits.scryptBytes.value,
): ScryptMethod | null {
  if (!isCount(cost) || !isCount(blockSize) || !isCount(parallelization) || !isLength(bytes)) return null
  if (cost < 2 || !Number.isInteger(Math.log2(cost))) return null
  if (128 * cost * blockSize > passwordLimits.scryptMaxMemory.value) return null
  if (parallelization > passwordLimits.scryptMaxParallelization.value) return null
  if (cost * blockSize * parallelization > passwordLimits.scryptMaxCost.value) return null
  return { kind: 'scrypt', cost, blockSize, parallelization, bytes }
}

/**
 * PBKDF2 within the ceilings, or `null`.
 *
 * @param name the digest as Python's hashlib calls it
 * @param bytes the length of the hash; by default the digest's
 */
export function pbkdf2Method(name: string, iterations: number, bytes?: number): Pbkdf2Method | null {
  const digest = digests.get(name.toLowerCase())
  if (digest === undefined || !isCount(iterations) || !isLength(bytes ?? digest[1])) return null
  if (iterations > passwordLimits.pbkdf2MaxIterations.value) return null
  return { kind: 'pbkdf2', digest: digest[0], iterations, bytes: bytes ?? digest[1] }
}

/** Argon2 within the ceilings, or `null`. */
export function argon2Method(
  variant: Argon2Method['variant'],
  memory: number,
  passes: number,
  lanes: number,
  bytes: number,
): Argon2Method | null {
  if (!isCount(memory) || !isCount(passes) || !isCount(lanes) || !isLength(bytes)) return null
  if (memory < 8 * lanes || memory > passwordLimits.argon2MaxMemory.value) return null
  if (memory * passes > passwordLimits.argon2MaxWork.value) return null
  if (lanes > passwordLimits.argon2MaxLanes.value) return null
  return { kind: 'argon2', variant, memory, passes, lanes, bytes }
}

/** A number from 1 up in plain digits, else 0. */
export function positive(text: string | undefined): number {
  return text !== undefined && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0
}

function isLength(bytes: number): boolean {
  return bytes >= passwordLimits.hashMinBytes.value && bytes <= passwordLimits.hashMaxBytes.value
}

/**
 * The method as text with all its parameters.
 *
 * @param text the method as given
 * @param method the same, parsed
 */
export function completeMethod(text: string, method: PasswordMethod): string {
  if (method.kind === 'scrypt') return `scrypt:${method.cost}:${method.blockSize}:${method.parallelization}`
  if (method.kind === 'argon2') return `${method.variant}:${method.memory}:${method.passes}:${method.lanes}`
  return `pbkdf2:${text.split(':')[1] ?? 'sha256'}:${method.iterations}`
}

/** Whether a method is below what new hashes may have. */
export function isWeakMethod(method: PasswordMethod): boolean {
  if (method.kind === 'scrypt') return workOf(method) < passwordLimits.scryptMinCost.value
  if (method.kind === 'argon2') {
    const { argon2MinWork, argon2MinMemory } = passwordLimits
    return workOf(method) < argon2MinWork.value || method.memory < argon2MinMemory.value
  }
  return method.iterations < passwordLimits.pbkdf2MinIterations.value || method.bytes < 32
}

/**
 * Whether hashes of the wanted method should take the place of those of the stored one.
 *
 * @param stored how the hash at hand was made
 * @param wanted how new ones are made
 */
export function isOutgrown(stored: PasswordMethod, wanted: PasswordMethod): boolean {
  return !isSameFunction(stored, wanted) || workOf(stored) < workOf(wanted)
}

/**
 * What has to be computed after a stored hash for the time of the wanted one: an account whose hash is old would answer
 * sooner than a name that does not exist. `null` if there is nothing, or if the two cannot be compared.
 */
export function remainderOf(stored: PasswordMethod, wanted: PasswordMethod): PasswordMethod | null {
  if (!isOutgrown(stored, wanted)) return null
  const missing = workOf(wanted) - workOf(stored)
  if (stored.kind === 'pbkdf2' && wanted.kind === 'pbkdf2') {
    return missing > 0 ? { ...wanted, iterations: missing } : null
  }
  if (stored.kind === 'scrypt' && wanted.kind === 'scrypt') {
    const unit = wanted.cost * wanted.blockSize
    const parallelization = Math.round(missing / unit)
    return parallelization > 0 ? { ...wanted, parallelization } : null
  }
  if (stored.kind === 'argon2' && wanted.kind === 'argon2') {
    const passes = Math.round(missing / wanted.memory)
    return passes > 0 ? { ...wanted, passes } : null
  }
  return null
}

function isSameFunction(stored: PasswordMethod, wanted: PasswordMethod): boolean {
  if (stored.kind === 'pbkdf2' && wanted.kind === 'pbkdf2') return stored.digest === wanted.digest
  if (stored.kind === 'argon2' && wanted.kind === 'argon2') return stored.variant === wanted.variant
  return stored.kind === wanted.kind
}

/** The work of a method in a unit of its kind. */
function workOf(method: PasswordMethod): number {
  if (method.kind === 'scrypt') return method.cost * method.blockSize * method.parallelization
  return method.kind === 'argon2' ? method.memory * method.passes : method.iterations
}
