/**
 * Tokens that are mailed: to reset a password, to confirm an address.
 *
 * Threat: a link from an old mail, a link used twice, two links used at the same moment, a link that survives a change of
 * the password.
 * Construction: a signed, timed token (`TimedSigner`) with a purpose of its own, that names the account and carries a
 * seal of what it is bound to, such as the password hash: when that changes, the token is dead. Using one is claimed
 * in the app's shared store first, for the account in that state, so that of all its links only one wins, on whatever
 * process.
 * Defaults: a token lives for a quarter of an hour. A day is long enough for anything, and the most.
 */
import { createHash } from 'node:crypto'
import { DewarError, resolveSettings, type SettingsOptions } from '@dewar/base'
import { TimedSigner } from '@dewar/signing'
import type { App, MaybePromise } from 'dewar'
import { flowLimits, tokenDefaults } from './defaults.ts'
import { isSealOf, sealLogin } from './login-seal.ts'

/** Options of {@link AccountTokens}. */
export interface AccountTokensOptions<Account> extends SettingsOptions<typeof tokenDefaults> {
  /** What the tokens are for; tokens of another purpose are noise. */
  readonly purpose: string
  /** The id of an account, as the token carries it; readable by its bearer. */
  readonly id: (account: Account) => string | number
  /** Finds the account of an id; `null` if a token for it is worth nothing now. */
  readonly load: (id: string) => MaybePromise<Account | null | undefined>
  /** What a token dies with, such as `(user) => [user.passwordHash, user.email]`. */
  readonly boundTo: (account: Account) => readonly (string | number | boolean | null)[]
}

/** What {@link AccountTokens.use} did. */
export type TokenUse<Result> = { readonly ok: true; readonly result: Result } | { readonly ok: false }

/**
 * Makes and redeems the tokens of a purpose.
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { AccountTokens } from '@dewar/auth'
 * import { generateKey } from '@dewar/signing'
 * import { createApp } from 'dewar'
 *
 * const ada = { id: 1, password: 'scrypt:…' }
 * const app = createApp({ config: { SECRET_KEY: generateKey() } })
 * const resets = new AccountTokens(app, {
 *   purpose: 'password-reset',
 *   maxAge: 900,
 *   id: (user) => user.id,
 *   load: (id) => (id === '1' ? ada : null),
 *   boundTo: (user) => [user.password],
 * })
 *
 * const token = resets.create(ada)
 * const used = await resets.use(token, (user) => {
 *   user.password = 'scrypt:… of another'
 * })
 * assert.equal(used.ok, true)
 * assert.equal(await resets.find(token), null) // dead
 * ```
 */
export class AccountTokens<Account> {
  readonly #app: App
  readonly #options: AccountTokensOptions<Account>
  readonly #maxAge: number
  #signer: TimedSigner | null = null

  /** @throws {DewarError} `ERR_AUTH_OPTION` */
  constructor(app: App, options: AccountTokensOptions<Account>) {
    const { purpose, id, load, boundTo, ...rest } = options
    if ([id, load, boundTo].some((part) => typeof part !== 'function') || typeof purpose !== 'string')
      throw badTokens()
    this.#app = app
    this.#options = options
    this.#maxAge = resolveSettings('auth', tokenDefaults, rest).maxAge
  }

  /**
   * A token for an account as it is now.
   *
   * @throws {DewarError} `ERR_DEWAR_NO_SECRET_KEY`
   */
  create(account: Account): string {
    const { id, seal } = this.#stateOf(account)
    return this.#tokens.sign(JSON.stringify([id, seal]))
  }

  /**
   * Whose token it is, for showing a form; nothing is used up.
   *
   * @param token as it came, or nothing
   * @returns `null` for every token that is not good, whatever the reason
   */
  async find(token: string | null | undefined): Promise<Account | null> {
    const verified = this.#tokens.verify(token)
    if (!verified.ok) return null
    const [id, seal] = JSON.parse(verified.payload) as [string, string]
    const account = await this.#options.load(id)
    if (account === null || account === undefined) return null
    const state = this.#stateOf(account)
    return state.id === id && isSealOf(this.#app.keys, seal, state.parts) ? account : null
  }

  /**
   * Uses a token once: of all tokens of the account in its present state, one call comes through. Check what the form
   * holds before. If the work throws, the token can be used again.
   *
   * @param token as it came
   * @param work does what the token allows, and changes what it is bound to
   */
  async use<Result>(
    token: string | null | undefined,
    work: (account: Account) => MaybePromise<Result>,
  ): Promise<TokenUse<Result>> {
    const account = await this.find(token)
    if (account === null) return { ok: false }
    const { id, seal } = this.#stateOf(account)
    const store = this.#app.sharedStore
    const claim = claimKey(this.#options.purpose, id, seal)
    if (!(await store.add(claim, '1', { ttl: this.#maxAge + flowLimits.claimMargin.value })))
      return { ok: false }
    try {
      // The account may have changed between the first look and the claim.
      const again = await this.find(token)
      return again === null ? { ok: false } : { ok: true, result: await work(again) }
    } catch (error) {
      await store.delete(claim)
      throw error
    }
  }

  #stateOf(account: Account): { id: string; parts: string[]; seal: string } {
    const { purpose, id: idOf, boundTo } = this.#options
    const id = String(idOf(account))
    const parts = ['account-token', purpose, id, JSON.stringify(boundTo(account))]
    return { id, parts, seal: sealLogin(this.#app.keys, parts) }
  }

  get #tokens(): TimedSigner {
    this.#signer ??= new TimedSigner({
      keys: this.#app.keys,
      // Its own kind: a signer of the app's may have the same purpose and another payload.
      purpose: `account-token ${this.#options.purpose}`,
      maxAge: this.#maxAge,
      now: () => this.#app.now(),
    })
    return this.#signer
  }
}

function claimKey(purpose: string, id: string, seal: string): string {
  const digest = createHash('sha256').update(JSON.stringify([purpose, id, seal]))
  return `auth:token:${digest.digest('base64url')}`
}

function badTokens(): DewarError {
  return new DewarError(
    'ERR_AUTH_OPTION',
    'AccountTokens needs a purpose and the functions id, load and boundTo.',
    {
      fix: "new AccountTokens(app, { purpose: 'password-reset', id, load, boundTo: (user) => [user.password] }).",
    },
  )
}
