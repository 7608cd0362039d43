/**
 * Who is here: logging in and out, and the user of a request.
 *
 * Threat: a session known before login that is good after it (fixation), a `next` parameter that leads elsewhere, a view
 * that forgets to ask, a cookie that works after the logout or after the password was changed, a copied remember-me cookie.
 * Construction: the session holds the user's id, and a seal of the password hash. `login` gives the session a new id and a
 * new CSRF secret; `logout` ends it with all it holds, and its id is remembered as ended until no timeout would let it live
 * anyway: a copied cookie is a stranger's. The user is loaded once a request, before the view, and never from the cookie.
 * Who was remembered is let in, and is not fresh (`remember-tokens.ts`).
 * Defaults: visitors without a login are sent to `loginView` with the way back in `next`, and get 401 without one.
 */
import { isSafeRedirect } from '@dewar/security'
import type { Session } from '@dewar/sessions'
import {
  type App,
  AuthenticationRequired,
  type Context,
  type Extension,
  FreshLoginRequired,
  type MaybePromise,
  type RedirectOptions,
  type Response,
  redirect,
  reportSecurityEvent,
  type SessionData,
  useContext,
  type ViewResult,
} from 'dewar'
import { type AuthOptions, resolveAuthOptions } from './auth-options.ts'
import type { AuthSignals } from './auth-signals.ts'
import { authenticate } from './authenticate.ts'
import { findIdentity, mayIdentify } from './find-identity.ts'
import { type ListedLogin, listLogins } from './listed-logins.ts'
import { type LoginOptions, startLogin } from './log-in.ts'
import { endEverywhere, endListed, endLogin } from './log-out.ts'
import { LoginOffice } from './login-office.ts'
import { LoginThrottle } from './login-throttle.ts'
import { createTemplateUser } from './template-user.ts'
import { answerStale, answerStranger, registerAnswers } from './unauthorized.ts'

declare module 'dewar' {
  interface SessionData {
    /** The id of the user who is logged in, kept by `@dewar/auth`. */
    _userId: string
    /** What is known of the login, kept by `@dewar/auth`. */
    _login: string
    /** The way back after the login, kept by `@dewar/auth` if `useSessionForNext` is on. */
    _next: string
  }
}

/**
 * Adds logins to an app.
 *
 * @param app the app, still being set up
 * @param options how users are found, and where strangers are sent
 * @throws {DewarError} `ERR_AUTH_OPTION` for unknown or missing options, `ERR_DEWAR_IDENTITY` for a second call
 * @example
 * ```ts
 * import { createAuth } from '@dewar/auth'
 * import { createApp } from 'dewar'
 *
 * const users = new Map([['1', { id: 1, name: 'ada' }]])
 * const app = createApp()
 * const auth = createAuth(app, { load: (id) => users.get(id) })
 *
 * app.get('/me', { access: 'authenticated' }, () => `Hello, ${auth.user?.name}`)
 * ```
 * @see Flask-Login: `LoginManager`
 */
export function createAuth<User extends object>(app: App, options: AuthOptions<User>): Auth<User> {
  const office = new LoginOffice(app, resolveAuthOptions(options))
  app.identify((context) => findIdentity(office, context), {
    when: (request) => mayIdentify(office, request),
  })
  registerAnswers(office)
  const names = { current_user: createTemplateUser((user) => office.isActive(user as User)) }
  app.contextProcessor(() => names)
  const auth = new Auth(office)
  app.extensions.set('auth', auth)
  return auth
}

/** Logins of an app. Made by {@link createAuth}. */
export class Auth<User extends object> implements Extension {
  /** What logins touch, for `dewar check`. */
  readonly touches = ['identity', 'session', 'cookies', 'store'] as const
  /** What happens to logins, for those who watch. */
  readonly signals: AuthSignals<User>
  readonly #office: LoginOffice<User>
  readonly #throttle: LoginThrottle

  /** @internal */
  constructor(office: LoginOffice<User>) {
    this.#office = office
    this.signals = office.signals
    this.#throttle = new LoginThrottle(office.app, office.settings.throttle)
  }

  /**
   * Who is logged in, or `null`.
   *
   * @throws {DewarError} `ERR_DEWAR_NO_CONTEXT` outside a request
   * @see Flask-Login: `current_user`
   */
  get user(): User | null {
    return visitor('auth.user').identity as User | null
  }

  /**
   * Whether somebody has shown in this session who they are, rather than been remembered or known by a token.
   *
   * @see Flask-Login: `login_fresh`
   */
  get isFresh(): boolean {
    const { identity, isFresh } = visitor('auth.isFresh')
    return identity !== null && isFresh
  }

  /** How the user of this request is known: by the session, by a remember-me cookie, or by the request itself. */
  get source(): 'session' | 'cookie' | 'request' | null {
    const { identity, identitySource } = visitor('auth.source')
    return identity === null ? null : (identitySource as 'session' | 'cookie' | 'request' | null)
  }

  /**
   * Logs a user in: the session gets a new id and a new CSRF secret and keeps its data, unless it was somebody else's.
   *
   * @param user who has shown who they are
   * @param options whether to remember them, and for how long
   * @returns `false`, with nothing done, for a user who is not active
   * @throws {DewarError} `ERR_AUTH_USER_ID` if the user has no id, `ERR_AUTH_OPTION`
   * @see Flask-Login: `login_user`
   */
  login(user: User, options: LoginOptions = {}): boolean {
    return startLogin(this.#office, useContext('auth.login()'), user, options)
  }

  /**
   * Puts a login into a session that is not this request's: for tests, as Flask-Login's `FlaskLoginClient`:
   * `client.sessionTransaction((session) => auth.loginSession(session, user))`.
   *
   * @param session the session
   * @param user who is then logged in, wherever the session comes from
   * @param options `fresh`: whether the login is; true by default
   */
  loginSession(session: Session<SessionData>, user: User, options: { readonly fresh?: boolean } = {}): void {
    this.#office.plant(session, user, options.fresh ?? true)
  }

  /**
   * Notes that the user has shown again who they are: the login is fresh, and the session gets a new id.
   *
   * @throws {AuthenticationRequired} 401 if nobody is logged in, or by a token only
   * @see Flask-Login: `confirm_login`
   */
  confirmLogin(): void {
    const context = useContext('auth.confirmLogin()')
    const user = context.identity as User | null
    if (user === null || !isBySession(context)) throw new AuthenticationRequired()
    startLogin(this.#office, context, user, { confirms: true })
  }

  /**
   * Logs the user out: the session ends with all it holds, for copies of its cookie too, and nobody is remembered.
   *
   * @see Flask-Login: `logout_user`
   */
  logout(): void {
    endLogin(this.#office, useContext('auth.logout()'))
  }

  /**
   * Ends all sessions of a user, on every device, and forgets the user everywhere.
   *
   * @param user whose
   * @param options `exceptThis`: leave the session of this request alone; it is remembered no more
   * @throws {AuthenticationRequired} 401 with `exceptThis`, if that session was ended while the request was under way
   */
  async logoutEverywhere(user: User, options: { readonly exceptThis?: boolean } = {}): Promise<void> {
    const context = useContext('auth.logoutEverywhere()')
    await endEverywhere(this.#office, context, this.#office.idOf(user), {
      exceptThis: options.exceptThis === true,
      reason: 'everywhere',
    })
  }

  /**
   * To be called when the password of a user has been changed: all their sessions end, and nobody is remembered. The session
   * that changed it goes on under a new id if its login is fresh; one that was only remembered ends, too: call
   * {@link Auth.confirmLogin} before, if the old password was asked for.
   *
   * @param user with the new password hash
   * @param options `exceptThis`: `false` ends this session as well, as after a reset by mail: who has the mails has not shown
   *   the second factor
   */
  async passwordChanged(user: User, options: { readonly exceptThis?: boolean } = {}): Promise<void> {
    const context = useContext('auth.passwordChanged()')
    const account = this.#office.idOf(user)
    const isOwn =
      context.request !== null && isBySession(context) && context.session.get('_userId') === account
    const exceptThis = isOwn && context.isFresh && options.exceptThis !== false
    const goesOn = await endEverywhere(this.#office, context, account, {
      exceptThis,
      reason: 'password-changed',
    })
    if (goesOn) startLogin(this.#office, context, user, { confirms: true })
    reportSecurityEvent('password-changed', { account })
  }

  /**
   * Where a user is logged in, for an account page; used last comes first. Needs no stored sessions.
   *
   * @param user whose; by default who is logged in
   * @throws {AuthenticationRequired} 401 if nobody is
   */
  async sessions(user: User | null = this.user): Promise<ListedLogin[]> {
    if (user === null) throw new AuthenticationRequired()
    return listLogins(this.#office, useContext('auth.sessions()'), this.#office.idOf(user))
  }

  /**
   * Ends a session from that list, and what could bring it back.
   *
   * @param handle as {@link Auth.sessions} gives it
   * @param user whose it must be; by default who is logged in. A handle of somebody else's ends nothing
   * @returns whether there was such a session
   * @throws {AuthenticationRequired} 401 if nobody is logged in
   */
  async endSession(handle: string, user: User | null = this.user): Promise<boolean> {
    if (user === null) throw new AuthenticationRequired()
    return endListed(this.#office, useContext('auth.endSession()'), this.#office.idOf(user), handle)
  }

  /**
   * Checks a name and a password as a login form sends them. Whatever is wrong, the answer is `null` and takes as long;
   * attempts are limited by address, and by account and address, so that nobody can lock the owner out from elsewhere. The
   * password is hashed again when new hashes have grown.
   *
   * It logs nobody in: pass the user to {@link Auth.login}.
   *
   * @param name as typed
   * @param password as typed
   * @returns the user, or `null`
   * @throws {TooManyRequests} 429 with `Retry-After`; 503 as `verifyPassword`
   * @throws {DewarError} `ERR_AUTH_OPTION` without the options `findByName` and `passwordHash`
   */
  authenticate(name: string, password: string): Promise<User | null> {
    return authenticate(this.#office, this.#throttle, useContext('auth.authenticate()'), name, password)
  }

  /**
   * Leads back to where the visitor was sent to the login page from, if that is a page of this site.
   *
   * @param fallback where to go otherwise
   */
  redirectBack(fallback: string, options: Omit<RedirectOptions, 'fallback'> = {}): Response {
    return redirect(this.#next(), { ...options, fallback })
  }

  /** What a stranger gets where a login is asked for. @see Flask-Login: `LoginManager.unauthorized` */
  unauthorized(): MaybePromise<ViewResult> {
    return answerStranger(this.#office, new AuthenticationRequired())
  }

  /** What somebody gets where a fresh login is asked for. @see Flask-Login: `LoginManager.needs_refresh` */
  needsRefresh(): MaybePromise<ViewResult> {
    return answerStale(this.#office, new FreshLoginRequired())
  }

  #next(): string | null {
    const { request, session } = useContext('auth.redirectBack()')
    const kept = this.#office.settings.useSessionForNext ? session.pop('_next') : undefined
    const next = request?.args.get('next') ?? kept ?? null
    // What came in the address is asked again by redirect(); a refusal there is an event, not an error page.
    return next !== null && request !== null && isSafeRedirect(next, { host: request.host }) ? next : null
  }
}

/** Whether somebody is logged in, and not just known by a token. */
function isBySession({ identity, identitySource }: Context): boolean {
  return identity !== null && identitySource !== 'request'
}

/** The context, of which the answer now depends on who asks. */
function visitor(name: string): Context {
  const context = useContext(name)
  context.isPersonal = true
  return context
}
