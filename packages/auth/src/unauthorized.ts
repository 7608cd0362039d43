/** What a stranger gets where a login is asked for. */
import { type AuthenticationRequired, flash, redirect, request, urlFor, type ViewResult } from 'dewar'

/**
 * Sends people to the login page, with the way back in `next` if a link leads there; programs get the 401.
 *
 * @internal
 */
export function answerStranger(
  error: AuthenticationRequired,
  loginView: string,
  message: string | null,
): ViewResult {
  if (wantsJson()) return error
  if (message !== null) flash(message)
  const canReturn = request.method === 'GET' || request.method === 'HEAD'
  return redirect(urlFor(loginView, canReturn ? { next: request.fullPath } : {}))
}

function wantsJson(): boolean {
  return request.acceptMimetypes.bestMatch(['text/html', 'application/json']) === 'application/json'
}
