/**
 * Which new passwords are taken.
 *
 * Threat: passwords that are tried first: short ones, common ones, the owner's name, the site's name.
 * Construction: a least length, a list of common passwords, the words the app names. No rules of composition and no
 * expiry: they make passwords that are easier to guess. The normal form (NFKC) is what is measured and given back.
 * Defaults: 15 characters. When to change: 8 where every login asks for a second factor as well.
 *
 * @see NIST SP 800-63B-4 §3.1.1.2; ASVS 5.0 V6.2
 */
import { resolveSettings, type SettingsOptions } from '@dewar/base'
import { passwordLimits, passwordPolicyDefaults } from './defaults.ts'

/** Options of {@link checkPassword}. */
export interface CheckPasswordOptions extends SettingsOptions<typeof passwordPolicyDefaults> {
  /** Names that must not make up the password: the user's name and address, the site's name. */
  readonly words?: readonly string[] | undefined
}

/** Why a new password is refused. */
export type PasswordProblem = 'too-short' | 'too-long' | 'unreadable' | 'common' | 'repetitive' | 'personal'

/** What {@link checkPassword} found. */
export type PasswordCheck =
  | {
      readonly ok: true
      /** The password in normal form: hash this. */
      readonly password: string
    }
  | {
      readonly ok: false
      readonly problem: PasswordProblem
      /** For the person who typed it, in English. */
      readonly message: string
    }

/**
 * Checks a new password, at registration, change and reset; never at login.
 *
 * @param text the password as typed
 * @param options lengths, and the words of this user and site
 * @returns the password to hash, or the reason against it
 * @throws {DewarError} `ERR_AUTH_OPTION`
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { checkPassword, hashPassword } from '@dewar/auth'
 *
 * const checked = await checkPassword('ada.lovelace-1815', { words: ['ada.lovelace@mail.example'] })
 * assert.deepEqual(checked.ok || checked.problem, 'personal')
 *
 * const good = await checkPassword('correct horse battery staple')
 * assert(good.ok)
 * const stored = await hashPassword(good.password)
 * assert.match(stored, /^scrypt:/)
 * ```
 */
export async function checkPassword(
  text: string,
  options: CheckPasswordOptions = {},
): Promise<PasswordCheck> {
  const { words = [], ...rest } = options
  const { minLength, maxLength, shortestWord } = resolveSettings('auth', passwordPolicyDefaults, rest)
  // Each character is one or two units: no need to normalise a megabyte to see that it is too long.
  if (text.length > maxLength * 2) return refused('too-long', maxLength)
  if (!text.isWellFormed() || text.includes('\0')) return refused('unreadable', 0)
  const password = text.normalize('NFKC')
  const length = [...password].length
  if (length < minLength) return refused('too-short', minLength)
  const bytes = Buffer.byteLength(password)
  if (length > maxLength || bytes > passwordLimits.passwordMaxBytes.value)
    return refused('too-long', maxLength)
  const plain = password.toLowerCase()
  if (isRepetitive(plain)) return refused('repetitive', 0)
  if (isBuiltOf(plain, words, shortestWord, minLength)) return refused('personal', 0)
  const { commonPasswords } = await import('./common-passwords.ts')
  if (isCommon(plain, commonPasswords)) return refused('common', 0)
  return { ok: true, password }
}

function refused(problem: PasswordProblem, bound: number): PasswordCheck {
  const messages: Record<PasswordProblem, string> = {
    'too-short': `The password is too short: ${bound} characters are the least. Four or five unrelated words do well.`,
    'too-long': `The password is too long: ${bound} characters are the most.`,
    unreadable: 'The password has a character that cannot be kept.',
    common: 'That password is among those that are tried first. Four or five unrelated words do well.',
    repetitive: 'The password repeats itself. Four or five unrelated words do well.',
    personal: 'The password is made of your name, your address or the name of this site.',
  }
  return { ok: false, problem, message: messages[problem] }
}

/**
 * Whether a password is put together from too few parts: `password1234567!`, `letmeinletmein12`. The cheapest way to write it
 * counts 1 for a common password, nothing for the same again, and a half for any other character unless it goes on with a row.
 */
function isCommon(plain: string, common: ReadonlySet<string>): boolean {
  const { commonParts, longestPart } = passwordLimits
  const costs = [0]
  for (let end = 1; end <= plain.length; end++) {
    const [step, before] = [stepAt(plain, end - 1), stepAt(plain, end - 2)]
    let least = (costs[end - 1] ?? 0) + (step === before && Math.abs(step) <= 1 ? 0 : 0.5)
    for (let start = Math.max(0, end - longestPart.value); start < end - 2; start++) {
      const part = plain.slice(start, end)
      if (!common.has(part)) continue
      const isAgain = plain.startsWith(part, 2 * start - end)
      least = Math.min(least, (costs[start] ?? 0) + (isAgain ? 0 : 1))
    }
    costs.push(least)
  }
  return (costs.at(-1) ?? 0) < commonParts.value
}

function stepAt(text: string, index: number): number {
  return text.charCodeAt(index) - text.charCodeAt(index - 1)
}

/** `aaaaaaaaaaaaaaa`, `abcabcabcabcabc`, `abcdefghijklmno`, `987654321098765`. */
function isRepetitive(plain: string): boolean {
  const points = [...plain].map((character) => character.codePointAt(0) ?? 0)
  const steps = points.slice(1).map((point, index) => point - (points[index] ?? 0))
  const isRow = (step: number) => steps.every((each) => each === step || each === step - Math.sign(step) * 10)
  if (isRow(0) || isRow(1) || isRow(-1)) return true
  // Text that is one piece over and over is found in itself, shifted by that piece.
  const period = (plain + plain).indexOf(plain, 1)
  return period < plain.length && period <= plain.length / 2
}

/** Whether little is left when the words are taken out. */
function isBuiltOf(plain: string, words: readonly string[], shortest: number, minLength: number): boolean {
  const parts = words
    .flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}]+/u)])
    .map((word) => word.normalize('NFKC').toLowerCase())
    .filter((word) => word.length >= shortest)
    .sort((a, b) => b.length - a.length)
  const left = parts.reduce((text, word) => text.replaceAll(word, ' '), plain)
  if (left === plain) return false
  const kept = [...left.replaceAll(/[^\p{L}\p{N}]+/gu, '')].length
  return kept < minLength / 2
}
