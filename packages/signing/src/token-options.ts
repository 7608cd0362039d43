/** What the signers take, and how it is checked. */
import { type DewarError, nameRemedy, resolveSettings, type SettingsOptions, systemClock } from '@dewar/base'
import { defaults } from './defaults.ts'
import { SigningError } from './errors.ts'
import { checkPurpose, KeyRing } from './key-ring.ts'

/** What every signer needs. */
export interface SignerOptions {
  /** The keys; the newest signs, all verify. */
  readonly keys: KeyRing
  /** What the tokens are for, such as `unsubscribe`. A token for one purpose is worthless for all others. */
  readonly purpose: string
  /** The longest token looked at, in bytes; 65,536. */
  readonly maxTokenLength?: number | undefined
}

/** What the timed signers take. */
export interface TimedSignerOptions extends SignerOptions {
  /** How long tokens live unless `sign` says otherwise, in seconds; 3,600. */
  readonly maxAge?: number | undefined
  /** By how many seconds a token may come from the future; 5. It never prolongs a token. */
  readonly leeway?: number | undefined
  /** The clock, in seconds since the epoch. */
  readonly now?: (() => number) | undefined
}

/** Options of one call of `sign`. */
export interface SignOptions {
  /** How long the token lives, in seconds. */
  readonly maxAge?: number | undefined
  /** The time of signing, in seconds since the epoch; the signer's clock if absent. */
  readonly now?: number | undefined
}

/** Options of one call of `verify` or `unsign`. */
export interface VerifyOptions {
  /** The greatest age accepted, in seconds. It can shorten the life the token was given, not prolong it. */
  readonly maxAge?: number | undefined
  /** The time of checking, in seconds since the epoch; the signer's clock if absent. */
  readonly now?: number | undefined
}

const { maxAge, leeway, maxTokenLength } = defaults
const timedSettings = { maxAge, leeway, maxTokenLength }

/** The values of a timed signer's options. */
export interface TimedSettings {
  readonly maxAge: number
  readonly leeway: number
  readonly maxTokenLength: number
  readonly now: () => number
}

/** Checks the options of a signer without time. */
export function resolveSigner({ keys, purpose, ...rest }: SignerOptions): {
  readonly maxTokenLength: number
} {
  checkSource(keys, purpose)
  return resolveSettings('signing', { maxTokenLength }, rest)
}

/** Checks the options of a timed signer. */
export function resolveTimedSigner({
  keys,
  purpose,
  now = systemClock,
  ...rest
}: TimedSignerOptions): TimedSettings {
  checkSource(keys, purpose)
  if (typeof now !== 'function') throw wrongOption("The option 'now' takes a function that gives seconds.")
  return { ...resolveSettings('signing', timedSettings, rest as SettingsOptions<typeof timedSettings>), now }
}

/** Checks the options of a call; the clock is read in whole seconds, cut off as Python's `int` does. */
export function resolveCall(options: SignOptions | VerifyOptions, settings: TimedSettings): Call {
  for (const name in options) if (name !== 'maxAge' && name !== 'now') throw unknownName(name)
  const { maxAge, now } = options
  if (maxAge !== undefined && !(Number.isSafeInteger(maxAge) && maxAge > 0))
    throw wrongOption("The option 'maxAge' takes a whole number of seconds from 1 up.")
  const time = Math.floor(now ?? settings.now())
  if (!Number.isSafeInteger(time)) throw wrongOption("The clock ('now') gave no number of seconds.")
  return { maxAge, now: time }
}

/** The options of a call once checked. */
export interface Call {
  readonly maxAge: number | undefined
  readonly now: number
}

/** Refuses what is no text, or text that UTF-8 cannot carry unchanged. */
export function checkPayload(payload: unknown): asserts payload is string {
  if (typeof payload === 'string' && payload.isWellFormed()) return
  const what = typeof payload === 'string' ? 'text with half a surrogate pair' : typeof payload
  throw new SigningError('ERR_SIGNING_PAYLOAD', `Only well-formed text can be signed, not ${what}.`, {
    fix: 'Pass JSON.stringify(value) for data, and base64url for bytes.',
  })
}

function checkSource(keys: unknown, purpose: unknown): void {
  if (!(keys instanceof KeyRing))
    throw wrongOption("The option 'keys' takes a KeyRing.", 'Use: keyRingFromEnv(), or new KeyRing(key)')
  checkPurpose(purpose)
}

function unknownName(name: string): DewarError {
  return wrongOption(`There is no option '${name}'.`, nameRemedy(name, ['maxAge', 'now']))
}

function wrongOption(message: string, fix?: string): DewarError {
  return new SigningError('ERR_SIGNING_OPTION', message, { fix })
}
