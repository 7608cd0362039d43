/** Guards for views; `access` on a route, a blueprint or the app says the same. */
import { AuthenticationRequired, FreshLoginRequired, useContext } from 'dewar'

type View<This, Args extends unknown[], T> = (this: This, ...args: Args) => T

/**
 * Lets a view run only for somebody who is logged in. Wraps a function, or decorates a method above or below its route.
 * `{ access: 'authenticated' }` on the route says the same and shows in `dewar routes`.
 *
 * @throws {AuthenticationRequired} 401 from the view, for a stranger
 * @see Flask-Login: `login_required`
 */
export function loginRequired<This, Args extends unknown[], T>(
  view: View<This, Args, T>,
  _context?: ClassMethodDecoratorContext,
): View<This, Args, T> {
  return guard(view, () => {
    const context = useContext('loginRequired')
    context.isPersonal = true
    if (context.identity === null) throw new AuthenticationRequired()
  })
}

/**
 * Lets a view run only for somebody who has shown in this session who they are; one who was remembered is asked again.
 * `{ access: 'fresh' }` on the route says the same.
 *
 * @throws {AuthenticationRequired} 401 from the view, for a stranger
 * @throws {FreshLoginRequired} 401 from the view, for a login that is not fresh
 * @see Flask-Login: `fresh_login_required`
 */
export function freshLoginRequired<This, Args extends unknown[], T>(
  view: View<This, Args, T>,
  _context?: ClassMethodDecoratorContext,
): View<This, Args, T> {
  return guard(view, () => {
    const context = useContext('freshLoginRequired')
    context.isPersonal = true
    if (context.identity === null) throw new AuthenticationRequired()
    if (!context.isFresh) throw new FreshLoginRequired()
  })
}

function guard<This, Args extends unknown[], T>(
  view: View<This, Args, T>,
  check: () => void,
): View<This, Args, T> {
  function guarded(this: This, ...args: Args): T {
    check()
    return view.apply(this, args)
  }
  Object.defineProperty(guarded, 'name', { value: view.name })
  return guarded
}
