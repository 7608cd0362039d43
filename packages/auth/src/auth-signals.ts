/** What happens to logins, for those who watch. Each is also on the diagnostics channel `dewar:<name>`. */
import { type App, type AppRequest, createSignal, type Signal } from 'dewar'

/** What happens to somebody. */
export interface UserMessage<User> {
  readonly app: App
  readonly user: User
}

/** What happens to a request. */
export interface AuthRequestMessage {
  readonly app: App
  readonly request: AppRequest | null
}

/** The signals of an app's logins, in Flask-Login's words. */
export interface AuthSignals<User> {
  /** Somebody logged in. */
  readonly userLoggedIn: Signal<UserMessage<User>>
  /** Somebody logged out. */
  readonly userLoggedOut: Signal<UserMessage<User>>
  /** Somebody came back by a remember-me cookie. */
  readonly userLoadedFromCookie: Signal<UserMessage<User>>
  /** The request loader knew somebody. */
  readonly userLoadedFromRequest: Signal<UserMessage<User>>
  /** Somebody has shown again who they are. */
  readonly userLoginConfirmed: Signal<UserMessage<User>>
  /** A stranger asked for what wants a login. */
  readonly userUnauthorized: Signal<AuthRequestMessage>
  /** Somebody asked for what wants a fresh login. */
  readonly userNeedsRefresh: Signal<AuthRequestMessage>
  /** The user of a request was looked up. */
  readonly userAccessed: Signal<AuthRequestMessage>
  /** A session came from elsewhere than it was begun, and lost its freshness or its login. */
  readonly sessionProtected: Signal<AuthRequestMessage>
}

/** @internal */
export function createAuthSignals<User>(app: App): AuthSignals<User> {
  const onError = (err: unknown) => app.logger.error({ err }, 'A receiver of a signal failed.')
  const signal = <T>(name: keyof AuthSignals<User>) => createSignal<T>(name, onError)
  return Object.freeze({
    userLoggedIn: signal<UserMessage<User>>('userLoggedIn'),
    userLoggedOut: signal<UserMessage<User>>('userLoggedOut'),
    userLoadedFromCookie: signal<UserMessage<User>>('userLoadedFromCookie'),
    userLoadedFromRequest: signal<UserMessage<User>>('userLoadedFromRequest'),
    userLoginConfirmed: signal<UserMessage<User>>('userLoginConfirmed'),
    userUnauthorized: signal<AuthRequestMessage>('userUnauthorized'),
    userNeedsRefresh: signal<AuthRequestMessage>('userNeedsRefresh'),
    userAccessed: signal<AuthRequestMessage>('userAccessed'),
    sessionProtected: signal<AuthRequestMessage>('sessionProtected'),
  })
}
