import { AuthenticationRequired, useContext } from 'dewar'

/**
 * Lets a view run only for somebody who is logged in. Wraps a function, or decorates a method above or below its route.
 * `{ access: 'authenticated' }` on the route says the same and shows in `dewar routes`.
 *
 * @throws {AuthenticationRequired} 401 from the view, for a stranger
 * @see Flask-Login: `login_required`
 */
export function loginRequired<This, Args extends unknown[], T>(
  view: (this: This, ...args: Args) => T,
  _context?: ClassMethodDecoratorContext,
): (this: This, ...args: Args) => T {
  const guarded = function (this: This, ...args: Args): T {
    if (useContext('loginRequired').identity === null) throw new AuthenticationRequired()
    return view.apply(this, args)
  }
  Object.defineProperty(guarded, 'name', { value: view.name })
  return guarded
}
