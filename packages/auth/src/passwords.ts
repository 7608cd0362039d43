/**
 * Passwords at rest.
 *
 * Threat: a stolen table of hashes is searched for the passwords behind them; a login form tells by its speed which
 * names exist; a flood of logins stops the server.
 * Construction: `method$salt$hex` as Werkzeug writes it, so that either side reads the other's: scrypt by default with a
 * salt of 128 random bits, argon2id or PBKDF2 on demand; Django's hashes and PHC strings are read, too. Parameters of
 * stored hashes have ceilings. The work runs on Node's threads, two at a time. An unknown name costs the same work as a
 * known one.
 * Defaults: N=2^15, r=8, p=3. When not to change: weaker methods need `unsafeWeakMethod`, and no live system does.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { DewarError, resolveSettings, type SettingsOptions } from '@dewar/base'
import { HttpError } from '@dewar/http'
import { passwordDefaults, passwordLimits } from './defaults.ts'
import { parsePasswordHash, type StoredHash, serializePasswordHash } from './password-hash.ts'
import {
  isOutgrown,
  isWeakMethod,
  type PasswordMethod,
  parsePasswordMethod,
  remainderOf,
} from './password-method.ts'
import { checkArgon2, createPasswordWork } from './password-work.ts'

export { TooManyPasswords } from './password-work.ts'

/** Options of {@link hashPassword}. */
export interface HashPasswordOptions extends SettingsOptions<typeof passwordDefaults> {
  /** Where the salt comes from; by default `node:crypto`. */
  readonly random?: ((size: number) => Uint8Array) | undefined
}

/** Options of {@link verifyPassword}. */
export interface VerifyPasswordOptions {
  /** The method that new hashes have, to tell outgrown ones; by default the same as for {@link hashPassword}. */
  readonly method?: string | undefined
}

/** What a check of a password found. */
export interface PasswordVerdict {
  /** Whether it is the password. */
  readonly ok: boolean
  /** Whether to hash it again now and store the result: it is right, but its hash is weaker than new ones. */
  readonly needsRehash: boolean
}

/** One for the process, as the threads are: a bound for each caller would be none. */
const work = createPasswordWork()

/**
 * Hashes a password for storage.
 *
 * @param password the password, as it is: `checkPassword` gives its normal form; at most 4096 bytes of UTF-8
 * @param options `method`: `scrypt:N:r:p`, `argon2id:KiB:passes:lanes` or `pbkdf2:digest:iterations`
 * @returns `method$salt$hex`, or for argon2id a PHC string
 * @throws {DewarError} `ERR_AUTH_PASSWORD_METHOD` for a method that is unknown, malformed, too weak or too costly;
 *   `ERR_AUTH_NO_ARGON2` on a Node without it; `ERR_AUTH_OPTION`
 * @throws {HttpError} 422 `ERR_AUTH_PASSWORD_TOO_LONG`; 503 `ERR_AUTH_PASSWORD_QUEUE` if too many passwords wait
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { hashPassword, verifyPassword } from '@dewar/auth'
 *
 * const stored = await hashPassword('correct horse battery staple')
 * assert.deepEqual(await verifyPassword(stored, 'correct horse battery staple'), { ok: true, needsRehash: false })
 * assert.equal((await verifyPassword(stored, 'wrong')).ok, false)
 * assert.equal((await verifyPassword(null, 'no such user')).ok, false) // takes as long as the others
 * ```
 * @see Werkzeug: `generate_password_hash`
 */
export async function hashPassword(password: string, options: HashPasswordOptions = {}): Promise<string> {
  const { random = randomBytes, ...rest } = options
  const { method: text, unsafeSalt, unsafeWeakMethod } = resolveSettings('auth', passwordDefaults, rest)
  const method = parsePasswordMethod(text)
  if (method === null) throw badMethod(text, 'is unknown, malformed or beyond the ceilings')
  if (!unsafeWeakMethod && isWeakMethod(method)) throw badMethod(text, 'is too weak for new passwords')
  const bytes = encode(password)
  if (bytes === null) throw tooLong(password)
  const salt = unsafeSalt ?? Buffer.from(random(passwordLimits.saltBytes.value)).toString('base64url')
  if (method.kind === 'argon2') checkArgon2()
  return serializePasswordHash(text, method, salt, await work(method, bytes, Buffer.from(salt)))
}

/**
 * Checks a password against its stored hash.
 *
 * Hashes that nothing can be read from are never right, and no error: their work is done all the same. A password that is
 * not in normal form (NFKC) is tried as it is, then in that form: what one keyboard composes another does not.
 *
 * @param hash the stored hash, or `null` if there is no such user: the answer takes as long
 * @param password the password as typed
 * @param options the method that new hashes have
 * @returns whether it is right, and whether it should be hashed again
 * @see Werkzeug: `check_password_hash`
 */
export async function verifyPassword(
  hash: string | null | undefined,
  password: string,
  options: VerifyPasswordOptions = {},
): Promise<PasswordVerdict> {
  const text = options.method ?? passwordDefaults.method.value
  const wanted = parsePasswordMethod(text)
  if (wanted === null) throw badMethod(text, 'is unknown, malformed or beyond the ceilings')
  const stored = parsePasswordHash(hash ?? '')
  const spellings = spellingsOf(password)
  let ok = false
  for (const bytes of spellings) ok = (await isRight(stored, bytes, wanted)) || ok
  if (spellings.length === 0) await isRight(null, new Uint8Array(), wanted)
  return { ok, needsRehash: ok && stored !== null && isOutgrown(stored.method, wanted) }
}

/** Without a hash the work is done for nobody; an old hash costs what a new one does. */
async function isRight(
  stored: StoredHash | null,
  password: Uint8Array,
  wanted: PasswordMethod,
): Promise<boolean> {
  if (stored === null) {
    await work(wanted, password, Buffer.from('nobodys salt'))
    return false
  }
  const key = await work(stored.method, password, stored.salt)
  if (isSame(stored.spell(key), stored.text)) return true
  const rest = remainderOf(stored.method, wanted)
  if (rest !== null) await work(rest, password, stored.salt)
  return false
}

/** As typed, and in normal form if that is another; none if it is too long. */
function spellingsOf(password: string): Uint8Array[] {
  const typed = encode(password)
  if (typed === null) return []
  const normal = encode(password.normalize('NFKC'))
  return normal === null || Buffer.compare(typed, normal) === 0 ? [typed] : [typed, normal]
}

function isSame(actual: string, expected: string): boolean {
  const [a, b] = [Buffer.from(actual), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function encode(password: string): Uint8Array | null {
  // Each UTF-16 unit is at least one byte: no need to encode a megabyte to see that it is too long.
  if (password.length > passwordLimits.passwordMaxBytes.value) return null
  const bytes = Buffer.from(password, 'utf8')
  return bytes.length > passwordLimits.passwordMaxBytes.value ? null : bytes
}

function badMethod(method: string, what: string): DewarError {
  return new DewarError(
    'ERR_AUTH_PASSWORD_METHOD',
    `The password method ${JSON.stringify(method)} ${what}.`,
    {
      fix: `Use ${JSON.stringify(passwordDefaults.method.value)}, 'argon2id:19456:2:1', or PBKDF2 such as 'pbkdf2:sha256:1000000'.`,
      details: { method },
    },
  )
}

function tooLong(password: string): HttpError {
  const maximum = passwordLimits.passwordMaxBytes.value
  return new HttpError(422, `The password is longer than ${maximum} bytes.`, {
    code: 'ERR_AUTH_PASSWORD_TOO_LONG',
    details: { limit: 'passwordMaxBytes', maximum, actual: Buffer.byteLength(password) },
    fix: 'Ask for a shorter one; a maxlength on the field says so early.',
  })
}
