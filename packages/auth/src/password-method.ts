/** How a password was or is to be hashed, as the text before the first `$`. */
import { passwordLimits } from './defaults.ts'

/** A method with its parameters. */
export type PasswordMethod =
  | {
      readonly kind: 'scrypt'
      readonly cost: number
      readonly blockSize: number
      readonly parallelization: number
    }
  | { readonly kind: 'pbkdf2'; readonly digest: string; readonly bytes: number; readonly iterations: number }

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
 *     method = "scrypt" [ ":" N ":" r ":" p ] / "pbkdf2" [ ":" digest [ ":" iterations ] ]
 *
 * @param text such as `scrypt:32768:8:1` or `pbkdf2:sha256:600000`; left-out parameters are Werkzeug's defaults
 * @returns the method, or `null` if it is unknown, malformed or beyond the ceilings
 * @see Werkzeug: `generate_password_hash`
 */
export function parsePasswordMethod(text: string): PasswordMethod | null {
  const [kind, ...parameters] = text.split(':')
  if (kind === 'scrypt') return parseScrypt(parameters.length === 0 ? ['32768', '8', '1'] : parameters)
  if (kind === 'pbkdf2') return parsePbkdf2(parameters)
  return null
}

function parseScrypt(parameters: readonly string[]): PasswordMethod | null {
  const [cost, blockSize, parallelization] = parameters.map(positive)
  if (parameters.length !== 3 || !cost || !blockSize || !parallelization) return null
  if (cost < 2 || !Number.isInteger(Math.log2(cost))) return null
  if (128 * cost * blockSize > passwordLimits.scryptMaxMemory.value) return null
  if (parallelization > passwordLimits.scryptMaxParallelization.value) return null
  return { kind: 'scrypt', cost, blockSize, parallelization }
}

function parsePbkdf2([
  name = 'sha256',
  count = '1000000',
  ...rest
]: readonly string[]): PasswordMethod | null {
  const digest = digests.get(name.toLowerCase())
  const iterations = positive(count)
  if (digest === undefined || rest.length > 0 || iterations === 0) return null
  if (iterations > passwordLimits.pbkdf2MaxIterations.value) return null
  return { kind: 'pbkdf2', digest: digest[0], bytes: digest[1], iterations }
}

/** A number from 1 up in plain digits, else 0. */
function positive(text: string): number {
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : 0
}

/**
 * The method as text with all its parameters.
 *
 * @param text the method as given
 * @param method the same, parsed
 */
export function completeMethod(text: string, method: PasswordMethod): string {
  if (method.kind === 'scrypt') return `scrypt:${method.cost}:${method.blockSize}:${method.parallelization}`
  return `pbkdf2:${text.split(':')[1] ?? 'sha256'}:${method.iterations}`
}

/** Whether a method is below what new hashes may have. */
export function isWeakMethod(method: PasswordMethod): boolean {
  return method.kind === 'scrypt'
    ? method.cost * method.blockSize * method.parallelization < passwordLimits.scryptMinCost.value
    : method.iterations < passwordLimits.pbkdf2MinIterations.value || method.bytes < 32
}

/**
 * Whether hashes of the wanted method should take the place of those of the stored one.
 *
 * @param stored how the hash at hand was made
 * @param wanted how new ones are made
 */
export function isOutgrown(stored: PasswordMethod, wanted: PasswordMethod): boolean {
  if (stored.kind === 'scrypt' && wanted.kind === 'scrypt') {
    const work = (method: typeof stored) => method.cost * method.blockSize * method.parallelization
    return work(stored) < work(wanted)
  }
  if (stored.kind === 'pbkdf2' && wanted.kind === 'pbkdf2') {
    return stored.digest !== wanted.digest || stored.iterations < wanted.iterations
  }
  return true
}
