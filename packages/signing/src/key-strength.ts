/**
 * Making keys, and refusing those that can be guessed.
 *
 * Threat: whoever guesses the key writes any session he likes. Tools exist that try word lists against a single cookie.
 * Construction: length in bytes, different characters, repeated units, counted rows, a Shannon estimate, whole keys from
 * documentation, and placeholders made of known words. No test can prove a key random; these catch the ones people use.
 * Defaults: `defaults.ts`. Lowering them is a mistake: a good key costs one command.
 */
import { randomBytes } from 'node:crypto'
import { Secret } from '@dewar/base'
import { defaults } from './defaults.ts'
import { WeakKey } from './errors.ts'
import { knownKeys, placeholderWords } from './known-keys.ts'

/** Where the randomness of a key comes from. */
export interface GenerateKeyOptions {
  /** Gives that many random bytes; the operating system's by default. */
  readonly random?: (bytes: number) => Uint8Array
}

/**
 * A new key: 32 bytes from the operating system, as 43 characters of base64url.
 *
 * @param options `random` for tests
 * @returns the key as text, ready for an environment variable or a secret file
 * @see Python: `secrets.token_urlsafe()`
 */
export function generateKey({ random = randomBytes }: GenerateKeyOptions = {}): string {
  return Buffer.from(random(defaults.keyBytes.value)).toString('base64url')
}

/**
 * Refuses a key that can be guessed.
 *
 * @param key the key, as text or `Secret`; its UTF-8 bytes are what counts
 * @throws {WeakKey} `ERR_SIGNING_WEAK_KEY`: shorter than 32 bytes, of low entropy, or well known; the key itself is never shown
 */
export function checkKey(key: string | Secret): void {
  const text = key instanceof Secret ? key.reveal() : key
  const bytes = Buffer.byteLength(text, 'utf8')
  if (isWellKnown(text)) throw new WeakKey('The key is a well-known one or a placeholder.', { bytes })
  if (bytes < defaults.keyBytes.value)
    throw new WeakKey(`The key is ${bytes} bytes long; ${defaults.keyBytes.value} are needed.`, { bytes })
  const problem = lowEntropy(text)
  if (problem !== null) throw new WeakKey(`The key ${problem}.`, { bytes })
}

function isWellKnown(text: string): boolean {
  const plain = normalise(text)
  if (knownPlain.has(plain) || knownKeys.includes(text)) return true
  let rest = plain
  for (const word of placeholderWords) rest = rest.replaceAll(word, '')
  return rest !== plain && rest.length < defaults.keyOwnCharacters.value
}

function normalise(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '')
}

const knownPlain: ReadonlySet<string> = new Set(knownKeys.map(normalise))

function lowEntropy(text: string): string | null {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  if (counts.size < defaults.keyCharacters.value)
    return `has only ${counts.size} different character${counts.size === 1 ? '' : 's'}`
  if (isRepetition(text)) return 'repeats a shorter text'
  if (isCountedRow(text)) return 'is a counted row of characters'
  let bits = 0
  for (const count of counts.values()) bits -= count * Math.log2(count / text.length)
  return bits < defaults.keyBits.value ? `has an entropy of about ${Math.floor(bits)} bits` : null
}

/** Some unit of at most half the length gives the whole text when repeated; the last one may be cut short. */
function isRepetition(text: string): boolean {
  for (let unit = 1; unit <= text.length / 2; unit++) if (text.startsWith(text.slice(unit))) return true
  return false
}

/** Most steps between neighbours are the same: `abcdef…`, `987654…`. */
function isCountedRow(text: string): boolean {
  const steps = new Map<number, number>()
  for (let i = 1; i < text.length; i++) {
    const step = text.charCodeAt(i) - text.charCodeAt(i - 1)
    steps.set(step, (steps.get(step) ?? 0) + 1)
  }
  return Math.max(...steps.values()) * 2 > text.length
}
