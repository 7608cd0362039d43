/**
 * Remember-me tokens: a login that outlives its session, without a password in a cookie and without a cookie that works
 * for ever.
 *
 * Threat: a copied cookie; a read store; a cookie that is good after the logout; parallel requests of one browser taken for
 * a thief.
 * Construction: a family for each browser, found by a random selector; in it one validator at a time, of which the store
 * has the SHA-256. Each use replaces the validator. Both travel signed, so that only tokens that were once good can look
 * like a theft: an outsider's guess is nothing. A token that comes again after it was replaced is a copy, and ends its
 * family with all sessions that grew out of it. For a short while the one before is still good, and leads to the same
 * next one, which the store keeps under a pad that only the old validator opens.
 * Defaults: 30 days from the login on, not from the last use; 60 s for what was under way.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { withLock } from '@dewar/sessions'
import { type KeyRing, TimedSigner } from '@dewar/signing'
import type { Store } from '@dewar/stores'
import { loginLimits } from './defaults.ts'

/** What a family is made with. */
export interface NewFamily {
  /** The id of the user. */
  readonly account: string
  /** The seal of the login; see `login-seal.ts`. */
  readonly seal: string
  /** How long it lives, in seconds. */
  readonly lifetime: number
  readonly now: number
}

/** What a token turned out to be. */
export type TokenCheck =
  | { readonly kind: 'good'; readonly account: string; readonly seal: string; readonly family: string }
  | { readonly kind: 'theft'; readonly account: string; readonly family: string }
  | { readonly kind: 'unknown' }

/** The token from now on. */
export interface RenewedToken {
  readonly token: string
  /** When it ends, in seconds since the epoch. */
  readonly expires: number
}

/** A family as the store keeps it. */
interface Family {
  readonly account: string
  readonly seal: string
  readonly era: string
  readonly hash: string
  readonly expires: number
  /** The validator before this one: its hash, when it was replaced, and the present one under its pad. */
  readonly before?: { readonly hash: string; readonly at: number; readonly padded: string }
}

/** Settings of {@link RememberTokens}. */
export interface RememberTokensOptions {
  readonly store: Store
  readonly keys: KeyRing
  /** How long a replaced token is still good, in seconds. */
  readonly grace: number
  /** The longest life of a family, in seconds. */
  readonly longest: number
}

const unknown: TokenCheck = Object.freeze({ kind: 'unknown' })

/** The families of an app. */
export class RememberTokens {
  readonly #store: Store
  readonly #signer: TimedSigner
  readonly #options: RememberTokensOptions

  constructor(options: RememberTokensOptions) {
    this.#options = options
    this.#store = options.store
    this.#signer = new TimedSigner({ keys: options.keys, purpose: 'auth:remember', maxAge: options.longest })
  }

  /** The name of a family that is yet to be made. */
  newFamily(): string {
    return randomBytes(loginLimits.selectorBytes.value).toString('base64url')
  }

  /** Makes a family, and its first token. */
  async create(family: string, { account, seal, lifetime, now }: NewFamily): Promise<string> {
    const validator = randomBytes(loginLimits.validatorBytes.value)
    const expires = Math.floor(now) + lifetime
    const era = (await this.#store.get(eraKey(account))) ?? ''
    await this.#write(family, { account, seal, era, hash: hashOf(validator), expires }, now)
    return this.#token(family, validator, expires, now)
  }

  /** Looks at a token, and replaces nothing: whose it is may yet fail to be found out. A theft ends the family. */
  async check(token: string, now: number): Promise<TokenCheck> {
    const parts = this.#parse(token, now)
    const family = parts === null ? null : await this.#read(parts.family)
    if (parts === null || family === null || family.expires <= now) return unknown
    if (!(await this.#isOfThisEra(family))) {
      await this.revoke(parts.family)
      return unknown
    }
    if (this.#standingOf(parts, family, now) !== 'replaced') return goodFor(parts, family)
    return this.#locked(parts.family, () => this.#accuse(parts, now))
  }

  /**
   * Replaces a token, just before the answer leaves.
   *
   * @param checkedAt when it was looked at: what has happened to it since is no theft
   * @returns `null` if its family has ended meanwhile
   */
  async renew(token: string, checkedAt: number): Promise<RenewedToken | null> {
    const parts = this.#parse(token, checkedAt)
    if (parts === null) return null
    return this.#locked(parts.family, async () => {
      const family = await this.#read(parts.family)
      if (family === null || !(await this.#isOfThisEra(family))) return null
      const next = await this.#next(parts, family, checkedAt)
      if (next === null) return null
      return { token: this.#token(parts.family, next, family.expires, checkedAt), expires: family.expires }
    })
  }

  /** The family of a token, if it was ever good; for ending it. */
  familyOf(token: string, now: number): string | null {
    return this.#parse(token, now)?.family ?? null
  }

  /** Whose a family is, or `null` if it has ended. */
  async accountOf(name: string): Promise<string | null> {
    const family = await this.#read(name)
    return family !== null && (await this.#isOfThisEra(family)) ? family.account : null
  }

  /** Ends a family, and so all sessions that belong to it. */
  async revoke(family: string): Promise<void> {
    await this.#locked(family, () => this.#store.delete(familyKey(family)))
  }

  /** Ends all families of an account, those of browsers that nobody remembers too. */
  async revokeAllOf(account: string): Promise<void> {
    const era = randomBytes(loginLimits.selectorBytes.value).toString('base64url')
    await this.#store.set(eraKey(account), era, { ttl: this.#options.longest })
  }

  #standingOf(
    { validator }: Parts,
    { hash, before }: Family,
    now: number,
  ): 'present' | 'before' | 'replaced' {
    const own = hashOf(validator)
    if (isSame(own, hash)) return 'present'
    const isUnderWay =
      before !== undefined && isSame(own, before.hash) && now - before.at <= this.#options.grace
    return isUnderWay ? 'before' : 'replaced'
  }

  /** Under the lock, lest a request that replaces it at this moment look like a thief. */
  async #accuse(parts: Parts, now: number): Promise<TokenCheck> {
    const family = await this.#read(parts.family)
    if (family === null) return unknown
    if (this.#standingOf(parts, family, now) !== 'replaced') return goodFor(parts, family)
    await this.#store.delete(familyKey(parts.family))
    return { kind: 'theft', account: family.account, family: parts.family }
  }

  /** The validator that follows: a new one, or the one that another request has made already. */
  async #next(parts: Parts, kept: Family, now: number): Promise<Uint8Array | null> {
    const { family, validator } = parts
    const standing = this.#standingOf(parts, kept, now)
    if (standing === 'replaced') return null
    const pad = padOf(validator, family)
    if (standing === 'before') return xor(Buffer.from(kept.before?.padded ?? '', 'base64url'), pad)
    const next = randomBytes(loginLimits.validatorBytes.value)
    const before = { hash: kept.hash, at: now, padded: xor(next, pad).toString('base64url') }
    await this.#write(family, { ...kept, hash: hashOf(next), before }, now)
    return next
  }

  /** An era that the store has forgotten is older than any family. */
  async #isOfThisEra({ account, era }: Family): Promise<boolean> {
    const current = await this.#store.get(eraKey(account))
    return current === undefined || current === era
  }

  #token(family: string, validator: Uint8Array, expires: number, now: number): string {
    const payload = `${family}.${Buffer.from(validator).toString('base64url')}`
    return this.#signer.sign(payload, { now, maxAge: Math.max(1, expires - Math.floor(now)) })
  }

  #parse(token: string, now: number): Parts | null {
    const result = this.#signer.verify(token, { now })
    if (!result.ok) return null
    const [family = '', validator = ''] = result.payload.split('.')
    return { family, validator: Buffer.from(validator, 'base64url') }
  }

  async #read(family: string): Promise<Family | null> {
    const text = await this.#store.get(familyKey(family))
    return text === undefined ? null : (JSON.parse(text) as Family)
  }

  async #write(name: string, family: Family, now: number): Promise<void> {
    const ttl = Math.max(1, family.expires - Math.floor(now))
    await this.#store.set(familyKey(name), JSON.stringify(family), { ttl })
  }

  #locked<T>(family: string, work: () => Promise<T>): Promise<T> {
    return withLock(this.#store, loginLimits.lockTimeout.value, familyKey(family), work)
  }
}

interface Parts {
  readonly family: string
  readonly validator: Uint8Array
}

function goodFor({ family }: Parts, { account, seal }: Family): TokenCheck {
  return { kind: 'good', account, seal, family }
}

function familyKey(family: string): string {
  return `auth:remember:${family}`
}

/** What is kept for an account while its families of before must not come back. */
function eraKey(account: string): string {
  return `auth:remember-era:${createHash('sha256').update(account).digest('base64url')}`
}

function hashOf(validator: Uint8Array): string {
  return createHash('sha256').update(validator).digest('base64url')
}

/** As long as a validator; whoever has the store alone cannot make it. */
function padOf(validator: Uint8Array, family: string): Buffer {
  return createHmac('sha256', validator).update(`next of ${family}`).digest()
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, i) => byte ^ (b[i] ?? 0)))
}

function isSame(actual: string, expected: string): boolean {
  const [a, b] = [Buffer.from(actual), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
