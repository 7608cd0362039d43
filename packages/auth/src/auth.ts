/**
 * Who is here: logging in and out, and the user of a request.
 *
 * Threat: a session known before login that is good after it (fixation), a `next` parameter that leads elsewhere, a view
 * that forgets to ask.
 * Construction: the session holds the user's id, nothing else. `login` gives the session a new id and a new CSRF secret;
 * `logout` ends it with all it holds, and its id is remembered as ended until no timeout would let it live anyway: a copied
 * cookie is a stranger's. The user is loaded once a request, before the view, and never from the cookie.
 * Defaults: visitors without a login are sent to `loginView` with the way back in `next`, and get 401 without one.
 */
import { DewarError } from '@dewar/base'
import {
  type App,
  AuthenticationRequired,
  type Extension,
  type Identity,
  type MaybePromise,
  useContext,
} from 'dewar'
import { answerStranger } from './unauthorized.ts'

declare module 'dewar' {
  interface SessionData {
    /** The id of the user who is logged in, kept by `@dewar/auth`. */
    _userId: string
  }
}

/** How an app knows its users. */
export interface AuthOptions<User extends object> {
  /**
   * Finds a user by the id that {@link AuthOptions.id} gave.
   *
   * @returns the user, or `null` or `undefined` if there is none any more: the visitor is then a stranger
   */
  readonly load: (id: string) => MaybePromise<User | null | undefined>
  /** The id of a user, as text or number; by default the user's property `id`. */
  readonly id?: ((user: User) => string | number) | undefined
  /** The endpoint that strangers are sent to where a login is asked for: `'auth.login'`. Without it they get 401. */
  readonly loginView?: string | undefined
  /** Flashed on the way to `loginView`; `null` for nothing. */
  readonly loginMessage?: string | null | undefined
}

const known = ['load', 'id', 'loginView', 'loginMessage']

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
  checkOptions(options)
  const auth = new Auth(options)
  app.identify(({ session }) => {
    const id = session.get('_userId')
    return id === undefined ? null : findUser(app, options, id)
  })
  app.extensions.set('auth', auth)
  const { loginView, loginMessage = 'Please log in to see this page.' } = options
  if (loginView !== undefined) {
    app.errorHandler(AuthenticationRequired, (error) => answerStranger(error, loginView, loginMessage))
  }
  return auth
}

/** A copy of a cookie whose session was ended is a stranger's, and gone from this browser too. */
async function findUser<User extends object>(
  app: App,
  { load }: AuthOptions<User>,
  id: string,
): Promise<User | null> {
  const { session } = useContext('auth')
  if (!(await app.endedSessions.has(session, id))) return (await load(id)) ?? null
  session.clear()
  return null
}

/** Logins of an app. Made by {@link createAuth}. */
export class Auth<User extends object> implements Extension {
  /** What logins touch, for `dewar check`. */
  readonly touches = ['identity', 'session'] as const
  readonly #options: AuthOptions<User>

  /** @param options as `createAuth` takes them */
  constructor(options: AuthOptions<User>) {
    this.#options = options
  }

  /**
   * Who is logged in, or `null`.
   *
   * @throws {DewarError} `ERR_DEWAR_NO_CONTEXT` outside a request
   * @see Flask-Login: `current_user`
   */
  get user(): User | null {
    return useContext('auth.user').identity as User | null
  }

  /**
   * Logs a user in: the session gets a new id and a new CSRF secret and keeps its data.
   *
   * @throws {DewarError} `ERR_AUTH_USER_ID` if the user has no id
   * @see Flask-Login: `login_user`
   */
  login(user: User): void {
    const context = useContext('auth.login()')
    const id = this.#idOf(user)
    context.session.regenerate()
    context.session.set('_userId', id)
    context.identity = user as Identity
  }

  /**
   * Logs the user out: the session ends with all it holds, for copies of its cookie too.
   *
   * @see Flask-Login: `logout_user`
   */
  logout(): void {
    const context = useContext('auth.logout()')
    context.session.clear()
    context.identity = null
  }

  /**
   * Ends all sessions of a user, on every device: after a change of the password, or when one was lost.
   *
   * @param user whose
   * @param options `except`: leave the session of this request alone
   */
  async logoutEverywhere(user: User, options: { readonly exceptThis?: boolean } = {}): Promise<void> {
    const { app, session } = useContext('auth.logoutEverywhere()')
    const except = options.exceptThis === true ? session : undefined
    await app.endedSessions.endAllOf(this.#idOf(user), { except })
  }

  #idOf(user: User): string {
    const id: unknown =
      this.#options.id === undefined ? (user as { readonly id?: unknown }).id : this.#options.id(user)
    if ((typeof id === 'string' && id !== '') || typeof id === 'number' || typeof id === 'bigint')
      return String(id)
    throw new DewarError(
      'ERR_AUTH_USER_ID',
      `The user to log in has no id: it is ${id === '' ? 'empty' : typeof id}.`,
      {
        fix: 'Give users a property id, or createAuth the option id: (user) => user.number.',
      },
    )
  }
}

function checkOptions(options: { readonly load?: unknown }): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown === undefined && typeof options.load === 'function') return
  const what =
    unknown === undefined ? 'createAuth needs the option load.' : `createAuth has no option '${unknown}'.`
  throw new DewarError('ERR_AUTH_OPTION', what, {
    fix: `It takes ${known.join(', ')}; load is a function from an id to a user or null.`,
  })
}
