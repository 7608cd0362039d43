/**
 * Codes from an app on the phone: time-based one-time passwords.
 *
 * Threat: a code seen over the shoulder, or relayed by a false page, used a second time; trying all of a million codes.
 * Construction: HOTP over the number of half minutes (RFC 6238, SHA-1 and six digits, which every app can). A code is
 * good once for each account: its time step is claimed in the app's shared store. Attempts are counted by account, before
 * the code is looked at.
 * Defaults: one step of drift to either side, five tries a minute and twenty an hour.
 * When not to change: keep the secrets where the password hashes are; whoever reads one can make codes.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { resolveSettings, type SettingsOptions, type SettingsValues } from '@dewar/base'
import { RateLimit } from '@dewar/security'
import { type App, reportSecurityEvent, TooManyRequests } from 'dewar'
import { parseBase32, serializeBase32 } from './base32.ts'
import { flowLimits, secondStepDefaults, totpDefaults } from './defaults.ts'

const settingsTable = { ...totpDefaults, limit: secondStepDefaults.limit }

/** Options of {@link Totp}. */
export interface TotpOptions extends SettingsOptions<typeof settingsTable> {
  /** The name of the site, as the app on the phone shows it. */
  readonly issuer: string
}

/** One attempt at a code. */
export interface TotpAttempt {
  /** The id of the account. */
  readonly account: string | number
  /** The secret of the account, as {@link createTotpSecret} made it. */
  readonly secret: string
  /** The code as typed; blanks in it are no matter. */
  readonly code: string
}

/** A new secret, in Base32 as apps take it: keep it with the account. */
export function createTotpSecret(random: (size: number) => Uint8Array = randomBytes): string {
  return serializeBase32(random(flowLimits.totpSecretBytes.value))
}

/**
 * The code of a secret at a time.
 *
 * @param secret in Base32
 * @param time seconds since the epoch
 * @see RFC 6238 §4.2
 */
export function totpCode(secret: string, time: number): string {
  return hotpCode(parseBase32(secret) ?? new Uint8Array(), Math.floor(time / flowLimits.totpStep.value))
}

/**
 * The code of a counter.
 *
 * @see RFC 4226 §5.3
 */
export function hotpCode(key: Uint8Array, counter: number): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  const digest = createHmac('sha1', key).update(message).digest()
  const offset = digest.readUInt8(digest.length - 1) & 0x0f
  const number = (digest.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** flowLimits.totpDigits.value
  return String(number).padStart(flowLimits.totpDigits.value, '0')
}

/**
 * Checks the codes of an app's accounts.
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { createTotpSecret, Totp, totpCode } from '@dewar/auth'
 * import { createApp } from 'dewar'
 *
 * const app = createApp()
 * const totp = new Totp(app, { issuer: 'Accounts' })
 * const secret = createTotpSecret()
 * assert.match(totp.uri(secret, 'ada@mail.example'), /^otpauth:\/\/totp\/Accounts:ada/)
 *
 * const code = totpCode(secret, Date.now() / 1000) // on the phone
 * assert.equal(await totp.check({ account: 1, secret, code }), true)
 * assert.equal(await totp.check({ account: 1, secret, code }), false) // used
 * ```
 */
export class Totp {
  readonly #app: App
  readonly #issuer: string
  readonly #settings: SettingsValues<typeof settingsTable>
  #limit: RateLimit | null = null

  /** @throws {DewarError} `ERR_AUTH_OPTION` */
  constructor(app: App, options: TotpOptions) {
    const { issuer, ...rest } = options
    this.#app = app
    this.#issuer = issuer
    this.#settings = resolveSettings('auth', settingsTable, rest)
  }

  /**
   * What the app on the phone takes, as a link or as a QR code.
   *
   * @param secret of the account
   * @param label the name of the account, as the app shows it
   */
  uri(secret: string, label: string): string {
    const [issuer, name] = [this.#issuer, label].map((text) => encodeURIComponent(text.replaceAll(':', ' ')))
    const { totpDigits, totpStep } = flowLimits
    const query = `secret=${secret}&issuer=${issuer}&algorithm=SHA1&digits=${totpDigits.value}&period=${totpStep.value}`
    return `otpauth://totp/${issuer}:${name}?${query}`
  }

  /**
   * Checks a code, and uses it up.
   *
   * @returns whether it is right, and was not used before
   * @throws {TooManyRequests} 429 if the account has had too many attempts
   */
  async check({ account, secret, code }: TotpAttempt): Promise<boolean> {
    const hit = await this.#enter(String(account))
    const step = this.#stepOf(secret, code.replaceAll(/\s/g, ''))
    const isRight = step !== null && (await this.#claim(String(account), secret, step))
    if (isRight) await hit.refund()
    else reportSecurityEvent('login-failed', { account: String(account), reason: 'second-factor' })
    return isRight
  }

  async #enter(account: string) {
    const { sharedStore: store } = this.#app
    const now = () => this.#app.now()
    this.#limit ??= new RateLimit({ name: 'second-factor', limit: this.#settings.limit, store, now })
    const hit = await this.#limit.hit(account)
    if (hit.allowed) return hit
    reportSecurityEvent('login-failed', { account, reason: 'throttled' })
    const message = 'Too many attempts. Please wait before you try again.'
    throw new TooManyRequests(message, { retryAfter: hit.retryAfter })
  }

  /** All steps of the window are computed, whichever is right. */
  #stepOf(secret: string, code: string): number | null {
    const key = parseBase32(secret)
    if (key === null || key.length === 0) return null
    const now = Math.floor(this.#app.now() / flowLimits.totpStep.value)
    const { driftSteps } = this.#settings
    let found: number | null = null
    for (let step = now - driftSteps; step <= now + driftSteps; step++) {
      if (isSame(hotpCode(key, step), code)) found = step
    }
    return found
  }

  /** A new secret begins anew: setting up again in the same half minute works. */
  #claim(account: string, secret: string, step: number): Promise<boolean> {
    const digest = createHash('sha256')
      .update(JSON.stringify([account, secret]))
      .digest('base64url')
    const ttl = (2 * this.#settings.driftSteps + 2) * flowLimits.totpStep.value
    return this.#app.sharedStore.add(`auth:totp:${digest}:${step}`, '1', { ttl })
  }
}

function isSame(actual: string, expected: string): boolean {
  const [a, b] = [Buffer.from(actual), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
