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
export type TokenUse =
  | {
      readonly kind: 'good'
      readonly account: string
      readonly seal: string
      readonly family: string
      /** The token from now on, and when it ends, in seconds since the epoch. */
      readonly token: string
      readonly expires: number
    }
  | { readonly kind: 'theft'; readonly account: string; readonly family: string }
  | { readonly kind: 'unknown' }

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

const unknown: TokenUse = Object.freeze({ kind: 'unknown' })

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

  /** Takes a token, and replaces it. */
  async use(token: string, now: number): Promise<TokenUse> {
    const parts = this.#parse(token, now)
    if (parts === null || (await this.#read(parts.family)) === null) return unknown
    return this.#locked(parts.family, async () => {
      const family = await this.#read(parts.family)
      if (family === null || family.expires <= now) return unknown
      if (!(await this.#isOfThisEra(family))) {
        await this.#store.delete(familyKey(parts.family))
        return unknown
      }
      return this.#take(parts, family, now)
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

  async #take({ family, validator }: Parts, kept: Family, now: number): Promise<TokenUse> {
    const { account, seal, expires, before } = kept
    const good = (next: Uint8Array): TokenUse => {
      const token = this.#token(family, next, expires, now)
      return { kind: 'good', account, seal, family, token, expires }
    }
    const hash = hashOf(validator)
    if (isSame(hash, kept.hash)) {
      const next = randomBytes(loginLimits.validatorBytes.value)
      const padded = xor(next, padOf(validator, family)).toString('base64url')
      await this.#write(family, { ...kept, hash: hashOf(next), before: { hash, at: now, padded } }, now)
      return good(next)
    }
    if (before !== undefined && isSame(hash, before.hash) && now - before.at <= this.#options.grace) {
      return good(xor(Buffer.from(before.padded, 'base64url'), padOf(validator, family)))
    }
    await this.#store.delete(familyKey(family))
    return { kind: 'theft', account, family }
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
