/**
 * Between the password and the second factor.
 *
 * Threat: the second step skipped by its neighbour's address; a session known before the password that is good after it;
 * a password that is changed meanwhile.
 * Construction: after the password nobody is logged in. The session gets a new id and holds whose password was right,
 * since when, and a seal of what the account was then; that opens nothing. Only `finish` hands the account over, for
 * `auth.login`, and forgets it.
 * Defaults: ten minutes.
 */
import { resolveSettings, type SettingsOptions } from '@dewar/base'
import { type App, type MaybePromise, useContext } from 'dewar'
import { secondStepDefaults } from './defaults.ts'
import { isSealOf, sealLogin } from './login-seal.ts'

declare module 'dewar' {
  interface SessionData {
    /** Whose password was right and who has yet to show the second factor, kept by `@dewar/auth`. */
    _pending: string
  }
}

const settingsTable = { pendingAge: secondStepDefaults.pendingAge }

/** Options of {@link SecondStep}. */
export interface SecondStepOptions<User> extends SettingsOptions<typeof settingsTable> {
  /** Finds a user by id. */
  readonly load: (id: string) => MaybePromise<User | null | undefined>
  /** The id of a user. */
  readonly id: (user: User) => string | number
  /** What ends the pending login when it changes: `(user) => [user.passwordHash, user.totpSecret]`. */
  readonly boundTo: (user: User) => readonly (string | null)[]
}

/** Somebody whose password was right. */
export interface PendingLogin<User> {
  readonly user: User
  /** Whether they want to be remembered. */
  readonly remember: boolean
  /** Where they came from, for `redirect`, which checks it. */
  readonly next: string | null
}

/** Holds a login until its second factor is shown. */
export class SecondStep<User extends object> {
  readonly #app: App
  readonly #options: SecondStepOptions<User>
  readonly #pendingAge: number

  /** @throws {DewarError} `ERR_AUTH_OPTION` */
  constructor(app: App, options: SecondStepOptions<User>) {
    const { load, id, boundTo, ...rest } = options
    this.#app = app
    this.#options = { load, id, boundTo }
    this.#pendingAge = resolveSettings('auth', settingsTable, rest).pendingAge
  }

  /** Notes that the password was right, in place of `auth.login`. */
  begin(user: User, { remember = false, next = null }: Partial<Omit<PendingLogin<User>, 'user'>> = {}): void {
    const { session } = useContext('secondStep.begin()')
    const id = String(this.#options.id(user))
    const seal = sealLogin(this.#app.keys, this.#partsOf(user))
    session.regenerate()
    session.set('_pending', JSON.stringify([id, Math.floor(this.#app.now()), seal, remember, next]))
  }

  /** Whose second factor is asked for, or `null`: then the login begins anew. */
  async pending(): Promise<PendingLogin<User> | null> {
    const { session } = useContext('secondStep.pending()')
    const text = session.get('_pending')
    if (text === undefined) return null
    const [id, since, seal, remember, next] = JSON.parse(text) as [
      string,
      number,
      string,
      boolean,
      string | null,
    ]
    if (this.#app.now() >= since + this.#pendingAge) return null
    const user = (await this.#options.load(id)) ?? null
    if (user === null || !isSealOf(this.#app.keys, seal, this.#partsOf(user))) return null
    return { user, remember, next }
  }

  /** Forgets the pending login: after the second factor, just before `auth.login`, or when it is given up. */
  end(): void {
    useContext('secondStep.end()').session.delete('_pending')
  }

  #partsOf(user: User): readonly (string | null)[] {
    return ['second-step', String(this.#options.id(user)), ...this.#options.boundTo(user)]
  }
}
