/** What `createAuth` takes, and how it is checked. */
import {
  DewarError,
  nearestName,
  resolveSettings,
  type SettingsOptions,
  type SettingsValues,
} from '@dewar/base'
import type { AppRequest, MaybePromise, ViewResult } from 'dewar'
import { loginDefaults, rememberDefaults, throttleDefaults } from './defaults.ts'

/** How long somebody is remembered, and in which cookie. */
export type RememberOptions = SettingsOptions<typeof rememberDefaults>

/** How often a password may be tried. Rates are text: `'5/minute; 20/hour'`. */
export type ThrottleOptions = SettingsOptions<typeof throttleDefaults>

type LoginOptions = Omit<SettingsOptions<typeof loginDefaults>, 'loginMessage' | 'needsRefreshMessage'>

/** A message, or what makes one for a visitor's language. */
export type LoginMessage = string | (() => string) | null

/** How an app knows its users. */
export interface AuthOptions<User extends object> extends LoginOptions {
  /**
   * Finds a user by the id that {@link AuthOptions.id} gave.
   *
   * @returns the user, or `null` or `undefined` if there is none any more: the visitor is then a stranger
   */
  readonly load: (id: string) => MaybePromise<User | null | undefined>
  /** The id of a user, as text or number; by default the user's property `id`. */
  readonly id?: ((user: User) => string | number | bigint) | undefined
  /**
   * The user's stored password hash, or `null`. All logins end when it changes. The session holds a seal of it, from which
   * it cannot be found out.
   */
  readonly passwordHash?: ((user: User) => string | null | undefined) | undefined
  /** Some text kept with the user: all logins end when it changes. For signing out everywhere from your own database. */
  readonly sessionId?: ((user: User) => string | number) | undefined
  /** Whether a user may be logged in; by default unless the user's property `isActive` is `false`. */
  readonly isActive?: ((user: User) => boolean) | undefined
  /**
   * Finds a user in a request that has neither a login nor a remember-me cookie, such as by a bearer token:
   * `({ authorization }) => authorization?.type === 'bearer' ? byToken(authorization.token) : null`.
   */
  readonly requestLoader?: ((request: AppRequest) => MaybePromise<User | null | undefined>) | undefined
  /** Finds a user by the name typed into the login form, for {@link Auth.authenticate}. */
  readonly findByName?: ((name: string) => MaybePromise<User | null | undefined>) | undefined
  /** Stores a new hash of the same password, when the parameters of new ones have grown. */
  readonly storePasswordHash?: ((user: User, hash: string) => MaybePromise<unknown>) | undefined
  /** The method of new hashes, as `hashPassword` takes it: names that nobody has cost as much. */
  readonly passwordMethod?: string | undefined
  /**
   * The endpoint that strangers are sent to where a login is asked for: `'auth.login'`, or its path: `'/login'`. Without it
   * they get 401.
   */
  readonly loginView?: string | undefined
  /** Login views of blueprints, by the blueprint's name; the innermost one that is named here counts. */
  readonly blueprintLoginViews?: Readonly<Record<string, string>> | undefined
  /** The endpoint where the password is asked for again; without it that is a 401. */
  readonly refreshView?: string | undefined
  /** Flashed on the way to `loginView`; `null` for nothing. */
  readonly loginMessage?: LoginMessage | undefined
  /** Flashed on the way to `refreshView`; `null` for nothing. */
  readonly needsRefreshMessage?: LoginMessage | undefined
  /** Answers strangers, in place of the way to `loginView`. */
  readonly unauthorized?: (() => MaybePromise<ViewResult>) | undefined
  /** Answers those whose login is not fresh, in place of the way to `refreshView`. */
  readonly needsRefresh?: (() => MaybePromise<ViewResult>) | undefined
  /** How long somebody is remembered, and in which cookie. */
  readonly remember?: RememberOptions | undefined
  /** How often a password may be tried. */
  readonly throttle?: ThrottleOptions | undefined
}

/** The options with every default filled in. @internal */
export interface AuthSettings<User extends object>
  extends Omit<
      AuthOptions<User>,
      keyof LoginOptions | 'loginMessage' | 'needsRefreshMessage' | 'remember' | 'throttle'
    >,
    Omit<SettingsValues<typeof loginDefaults>, 'loginMessage' | 'needsRefreshMessage'> {
  readonly loginMessage: LoginMessage
  readonly needsRefreshMessage: LoginMessage
  readonly remember: SettingsValues<typeof rememberDefaults>
  readonly throttle: SettingsValues<typeof throttleDefaults>
}

const functions = [
  'load',
  'id',
  'passwordHash',
  'sessionId',
  'isActive',
  'requestLoader',
  'findByName',
  'storePasswordHash',
  'unauthorized',
  'needsRefresh',
] as const
const others = [
  'passwordMethod',
  'loginView',
  'blueprintLoginViews',
  'refreshView',
  'remember',
  'throttle',
] as const
const names: readonly string[] = [...functions, ...others, ...Object.keys(loginDefaults)]

/** @throws {DewarError} `ERR_AUTH_OPTION` @internal */
export function resolveAuthOptions<User extends object>(options: AuthOptions<User>): AuthSettings<User> {
  const given = options as unknown as Readonly<Record<string, unknown>>
  for (const name of Object.keys(given)) if (!names.includes(name)) throw unknownOption(name)
  for (const name of functions) {
    const value = given[name]
    if (value !== undefined && typeof value !== 'function') throw notAFunction(name)
  }
  if (options.load === undefined) throw notAFunction('load')
  if (options.storePasswordHash !== undefined && options.passwordHash === undefined)
    throw missingPartner('storePasswordHash', 'passwordHash')
  if (options.findByName !== undefined && options.passwordHash === undefined)
    throw missingPartner('findByName', 'passwordHash')
  const own = Object.fromEntries(Object.keys(loginDefaults).map((name) => [name, given[name]]))
  return {
    ...options,
    ...(resolveSettings('auth', loginDefaults, own) as SettingsValues<typeof loginDefaults>),
    remember: resolveSettings('auth', rememberDefaults, options.remember ?? {}),
    throttle: resolveSettings('auth', throttleDefaults, options.throttle ?? {}),
  }
}

function unknownOption(name: string): DewarError {
  const near = nearestName(name, names)
  return new DewarError('ERR_AUTH_OPTION', `createAuth has no option '${name}'.`, {
    fix: near === undefined ? `It takes ${names.join(', ')}.` : `Did you mean '${near}'?`,
  })
}

function notAFunction(name: string): DewarError {
  return new DewarError('ERR_AUTH_OPTION', `createAuth takes a function as the option '${name}'.`, {
    fix: 'load is a function from an id to a user or null: createAuth(app, { load: (id) => users.get(id) }).',
  })
}

function missingPartner(name: string, partner: string): DewarError {
  return new DewarError('ERR_AUTH_OPTION', `createAuth takes '${name}' together with '${partner}'.`, {
    fix: 'Add passwordHash: (user) => user.password.',
  })
}
