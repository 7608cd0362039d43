/**
 * What every part of the login manager works with: the app, the settings, and what is kept of logins in its stores.
 */
import { DewarError } from '@dewar/base'
import type { Session } from '@dewar/sessions'
import { type App, type Context, reportSecurityEvent, type SessionData } from 'dewar'
import type { AuthSettings } from './auth-options.ts'
import { type AuthSignals, createAuthSignals } from './auth-signals.ts'
import { browserLabel } from './browser-label.ts'
import { loginLimits, rememberDefaults } from './defaults.ts'
import { type LoginEntry, LoginList } from './login-list.ts'
import { anyPlace, type LoginRecord, parseLogin, plainLogin, serializeLogin } from './login-record.ts'
import { isSealOf, placeOf, sealLogin } from './login-seal.ts'
import { RememberCookie } from './remember-cookie.ts'
import { RememberTokens } from './remember-tokens.ts'

/** @internal */
export class LoginOffice<User extends object> {
  readonly app: App
  readonly settings: AuthSettings<User>
  readonly signals: AuthSignals<User>
  #cookie: RememberCookie | null = null
  #tokens: RememberTokens | null = null
  #list: LoginList | null = null

  constructor(app: App, settings: AuthSettings<User>) {
    this.app = app
    this.settings = settings
    this.signals = createAuthSignals<User>(app)
  }

  get cookie(): RememberCookie {
    this.#cookie ??= new RememberCookie(this.app, this.settings.remember)
    return this.#cookie
  }

  get tokens(): RememberTokens {
    this.#tokens ??= new RememberTokens({
      store: this.app.sharedStore,
      keys: this.app.keys,
      grace: this.settings.remember.grace,
      longest: rememberDefaults.lifetime.maximum,
    })
    return this.#tokens
  }

  get list(): LoginList {
    this.#list ??= new LoginList(this.app.sharedStore)
    return this.#list
  }

  /** Whether the app can have sessions at all. */
  get canKeepSessions(): boolean {
    return this.hasKeys || this.app.config.SESSION_TYPE === 'stored'
  }

  /** Whether there is a key to seal with; only an app under construction has none. */
  get hasKeys(): boolean {
    return this.app.config.SECRET_KEY !== null
  }

  idOf(user: User): string {
    const { id: read } = this.settings
    const id: unknown = read === undefined ? (user as { readonly id?: unknown }).id : read(user)
    if ((typeof id === 'string' && id !== '') || typeof id === 'number' || typeof id === 'bigint')
      return String(id)
    throw new DewarError(
      'ERR_AUTH_USER_ID',
      `The user to log in has no id: it is ${id === '' ? 'empty' : typeof id}.`,
      { fix: 'Give users a property id, or createAuth the option id: (user) => user.number.' },
    )
  }

  isActive(user: User): boolean {
    const { isActive } = this.settings
    return isActive === undefined ? !('isActive' in user) || user.isActive !== false : isActive(user)
  }

  /** The seal of what a login of this user depends on; empty if the app names nothing. */
  sealOf(user: User): string {
    return this.#isSealed ? sealLogin(this.app.keys, this.#partsOf(user)) : ''
  }

  /** Whether a seal is still that of a user, or was made for an older hash of the same password. */
  async isSealOf(seal: string, user: User): Promise<boolean> {
    if (!this.#isSealed) return true
    let current: string | undefined = seal
    for (let i = 0; i <= loginLimits.maxReseals.value && current !== undefined; i++) {
      if (isSealOf(this.app.keys, current, this.#partsOf(user))) return true
      current = current === '' ? undefined : await this.app.sharedStore.get(`auth:resealed:${current}`)
    }
    return false
  }

  /** Notes that a user's password is the same under a new hash: logins go on. */
  async reseal(old: string, user: User): Promise<void> {
    const current = this.sealOf(user)
    if (old === current) return
    await this.app.sharedStore.set(`auth:resealed:${old}`, current, {
      ttl: rememberDefaults.lifetime.maximum,
    })
  }

  /** Whether an entry of a list is that of a session, by its handle or by its family. */
  isEntryOf(entry: LoginEntry, handle: string, family: string): boolean {
    return entry.handle === handle || (family !== '' && entry.family === family)
  }

  /** Where a request comes from, as far as sessions are bound to it. */
  placeOf({ request }: Context): string {
    if (this.settings.sessionProtection === null || !this.hasKeys || request === null) return ''
    return placeOf(this.app.keys, request)
  }

  recordOf({ session }: Context): LoginRecord {
    return parseLogin(session.get('_login'))
  }

  /** Puts a login into the session and the context. */
  enter(context: Context, user: User, login: LoginRecord): void {
    const { session } = context
    session.set('_userId', this.idOf(user))
    session.set('_login', serializeLogin(login))
    context.identity = user
    context.isFresh = login.fresh
    context.identitySource = login.remembered ? 'cookie' : 'session'
  }

  /** Puts a login into a session outside of a request. */
  plant(session: Session<SessionData>, user: User, fresh: boolean): void {
    session.regenerate()
    session.set('_userId', this.idOf(user))
    const login = { ...plainLogin, at: this.app.now(), fresh, seal: this.sealOf(user), place: anyPlace }
    session.set('_login', serializeLogin(login))
  }

  /** Notes the login of this request's session in the list of the account; the oldest ones end if they are too many. */
  async note(context: Context, replaces = ''): Promise<void> {
    const { app, list } = this
    const { session, request } = context
    const account = session.get('_userId')
    if (account === undefined) return
    const { family } = this.recordOf(context)
    const now = Math.floor(app.now())
    const { PERMANENT_SESSION_LIFETIME: lifetime } = app.config
    const remembered = family === '' ? 0 : this.settings.remember.lifetime
    const entry: LoginEntry = {
      handle: app.endedSessions.handleOf(session),
      family,
      begun: now,
      ends: now + Math.max(lifetime, remembered),
      label: browserLabel(request?.headers.get('User-Agent') ?? null),
    }
    await app.endedSessions.spare(session, account)
    await list.see(entry.handle, now, lifetime)
    const surplus = await list.add(account, entry, now, replaces)
    if (surplus.length > 0) await this.end(account, surplus, 'too-many')
  }

  /** Ends logins of a list, with what could bring them back. */
  async end(account: string, entries: readonly LoginEntry[], reason: string): Promise<void> {
    await this.app.endedSessions.endHandles(entries.map(({ handle }) => handle))
    for (const { family } of entries) if (family !== '') await this.tokens.revoke(family)
    for (const _ of entries) reportSecurityEvent('session-ended', { account, reason })
  }

  get #isSealed(): boolean {
    return this.settings.passwordHash !== undefined || this.settings.sessionId !== undefined
  }

  #partsOf(user: User): readonly (string | null)[] {
    const { passwordHash, sessionId } = this.settings
    const own = sessionId?.(user)
    return [this.idOf(user), passwordHash?.(user) ?? null, own === undefined ? null : String(own)]
  }
}
