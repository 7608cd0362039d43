/** What somebody gets who is not logged in, or not freshly, where that is asked for. */
import {
  AuthenticationRequired,
  FreshLoginRequired,
  flash,
  type MaybePromise,
  redirect,
  request,
  session,
  urlFor,
  type ViewResult,
} from 'dewar'
import type { LoginMessage } from './auth-options.ts'
import type { LoginOffice } from './login-office.ts'

/**
 * Sends people to the login page, with the way back in `next` if a link leads there; programs get the 401.
 *
 * @internal
 */
export function answerStranger<User extends object>(
  office: LoginOffice<User>,
  error: AuthenticationRequired,
): MaybePromise<ViewResult> {
  const { app, settings, signals } = office
  const { loginView, blueprintLoginViews = {}, loginMessage, loginMessageCategory } = settings
  signals.userUnauthorized.send({ app, request })
  if (settings.unauthorized !== undefined) return settings.unauthorized()
  const own = request.blueprints.find((name) => Object.hasOwn(blueprintLoginViews, name))
  const view = own === undefined ? loginView : blueprintLoginViews[own]
  if (view === undefined || wantsJson()) return error
  return leadTo(office, view, loginMessage, loginMessageCategory)
}

/** Sends people to where the password is asked for again; programs get the 401. @internal */
export function answerStale<User extends object>(
  office: LoginOffice<User>,
  error: FreshLoginRequired,
): MaybePromise<ViewResult> {
  const { app, settings, signals } = office
  const { refreshView, needsRefreshMessage, needsRefreshMessageCategory } = settings
  signals.userNeedsRefresh.send({ app, request })
  if (settings.needsRefresh !== undefined) return settings.needsRefresh()
  if (refreshView === undefined || wantsJson()) return error
  return leadTo(office, refreshView, needsRefreshMessage, needsRefreshMessageCategory)
}

/** Registers both with the app. @internal */
export function registerAnswers<User extends object>(office: LoginOffice<User>): void {
  office.app.errorHandler(AuthenticationRequired, (error) => answerStranger(office, error))
  office.app.errorHandler(FreshLoginRequired, (error) => answerStale(office, error))
}

function leadTo<User extends object>(
  { settings }: LoginOffice<User>,
  view: string,
  message: LoginMessage,
  category: string,
): ViewResult {
  if (message !== null) flash(typeof message === 'function' ? message() : message, category)
  const canReturn = request.method === 'GET' || request.method === 'HEAD'
  const next = `${request.rootPath}${request.fullPath}`
  if (canReturn && settings.useSessionForNext) session.set('_next', next)
  return redirect(addressOf(view, canReturn && !settings.useSessionForNext ? { next } : {}))
}

/** The address of a view by its endpoint, or by its path below the app's root. */
function addressOf(view: string, query: Readonly<Record<string, string>>): string {
  if (!view.startsWith('/')) return urlFor(view, query)
  const fields = new URLSearchParams(query).toString()
  return `${request.rootPath}${view}${fields === '' ? '' : `${view.includes('?') ? '&' : '?'}${fields}`}`
}

function wantsJson(): boolean {
  return request.acceptMimetypes.bestMatch(['text/html', 'application/json']) === 'application/json'
}
