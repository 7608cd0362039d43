/** `current_user` of templates: the user who is logged in, with Flask-Login's attributes; nothing true for a stranger. */
import { useContext } from 'dewar'

type Attributes = Readonly<Record<string, (isThere: boolean) => boolean>>

const attributes: Attributes = {
  is_authenticated: (isThere) => isThere,
  isAuthenticated: (isThere) => isThere,
  is_anonymous: (isThere) => !isThere,
  isAnonymous: (isThere) => !isThere,
}

/**
 * Makes the value. It looks for the user when a template asks, so that a page that does not ask is not a visitor's own.
 *
 * @internal
 */
export function createTemplateUser(isActive: (user: object) => boolean): object {
  return new Proxy(Object.create(null) as object, {
    get: (_target, name) => read(name, isActive),
    has: (_target, name) => read(name, isActive) !== undefined,
  })
}

function read(name: string | symbol, isActive: (user: object) => boolean): unknown {
  const context = useContext('current_user')
  context.isPersonal = true
  const user = context.identity as object | null
  if (typeof name === 'symbol') return user === null ? undefined : Reflect.get(user, name)
  const own = user === null ? undefined : valueOf(user, name)
  if (own !== undefined) return own
  // What has a length of 0 is false in templates: `{% if current_user %}` asks whether somebody is there.
  if (name === 'length') return user === null ? 0 : undefined
  if (name === 'is_active' || name === 'isActive') return user !== null && isActive(user)
  return Object.hasOwn(attributes, name) ? attributes[name]?.(user !== null) : undefined
}

/** A method keeps its object. */
function valueOf(user: object, name: string): unknown {
  const value: unknown = Reflect.get(user, name)
  return typeof value === 'function' ? (...args: unknown[]) => Reflect.apply(value, user, args) : value
}
