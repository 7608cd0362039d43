/**
 * Roles and policies of an app: who somebody is to it, and what follows from that.
 *
 * Threat: an admin page that any login opens, a button that is hidden while its route stands open.
 * Construction: one function says which roles a user has; `hasRole` guards routes and blueprints, `requireRole` views.
 * `can` finds the policy of an object by its class or mark, and answers views and templates from the same rules that guard
 * the routes.
 * Defaults: without roles nobody has any; an action that no rule allows is refused.
 */
import {
  type AccessPolicy,
  type App,
  AuthenticationRequired,
  type Context,
  Forbidden,
  type Identity,
  useContext,
} from 'dewar'
import type { AnyPolicy, Policy } from './policy.ts'
import { badPermissionsOption, badRoles, noPermissions, noPolicy, policyTwice } from './policy-errors.ts'

/** What an app knows of roles and policies. */
export interface PermissionsOptions<User, Policies extends readonly AnyPolicy[]> {
  /** The roles a user has; by default none. It answers at once, from what the user was loaded with. */
  readonly roles?: ((user: User) => readonly string[]) | undefined
  /** The policies that `can` looks for an object in. */
  readonly policies?: Policies | undefined
}

/** The kinds of objects that policies are for. */
export type PolicyObject<P> = P extends Policy<infer _User, infer T, infer _Action> ? T : never

/** The actions that there are for an object. */
export type PolicyAction<P, O> =
  P extends Policy<infer _User, infer T, infer Action> ? (O extends T ? Action : never) : never

const known = ['roles', 'policies']
const extension = 'permissions'

/**
 * Adds roles and policies to an app, and `can` and `has_role` to its templates: `{% if can('edit', note) %}`.
 *
 * It goes with whatever identifies visitors, `createAuth` or a function of the app's own given to `app.identify`.
 *
 * @param app the app, still being set up
 * @param options how roles are found, and the policies
 * @throws {DewarError} `ERR_AUTH_OPTION` for unknown options, `ERR_AUTH_POLICY_TWICE` for two policies of one kind
 * @example
 * ```ts
 * import { createPermissions, definePolicy, hasRole } from '@dewar/auth'
 * import { createApp } from 'dewar'
 *
 * class Note {
 *   owner = 'ada'
 * }
 * interface User { name: string; role: 'user' | 'admin' }
 *
 * const notes = definePolicy(Note, { edit: (user: User, note) => note.owner === user.name })
 * const app = createApp()
 * const { can } = createPermissions(app, { roles: (user: User) => [user.role], policies: [notes] })
 *
 * can({ name: 'ada', role: 'user' }, 'edit', new Note()) // true
 * app.get('/admin', { access: hasRole('admin') }, () => 'the back office')
 * ```
 * @see Flask-Principal; Flask-Security: `roles_required`
 */
export function createPermissions<User, const Policies extends readonly AnyPolicy[] = readonly []>(
  app: App,
  options: PermissionsOptions<User, Policies> = {},
): Permissions<User, Policies> {
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) throw badPermissionsOption(unknown, known)
  const permissions = new Permissions(options)
  app.extensions.set(extension, permissions)
  app.templateGlobal('can', (action: string, object: unknown) =>
    permissions.judge(askWho('can()').identity, action, object),
  )
  app.templateGlobal('has_role', (...roles: string[]) =>
    permissions.hasRole(askWho('has_role()').identity, ...roles),
  )
  return permissions
}

/** The roles and policies of an app. Made by {@link createPermissions}. */
export class Permissions<User, Policies extends readonly AnyPolicy[]> {
  readonly #rolesOf: (user: User) => readonly string[]
  readonly #byResource = new Map<unknown, AnyPolicy>()

  /**
   * Says whether somebody may do something to an object, by the policy of the object's class or mark.
   *
   * @param user who; `null` for a stranger
   * @param action one of the actions of the object's policy
   * @param object to what; a missing one is refused
   * @throws {DewarError} `ERR_AUTH_NO_POLICY` for an object that no policy is for, `ERR_AUTH_POLICY_ACTION`,
   *   `ERR_AUTH_POLICY_ANSWER`
   */
  readonly can: <O extends PolicyObject<Policies[number]>>(
    user: User | null,
    action: PolicyAction<Policies[number], O>,
    object: O | null | undefined,
  ) => boolean = (user, action, object) => this.judge(user as object | null, action, object)

  /** @param options as `createPermissions` takes them */
  constructor(options: PermissionsOptions<User, Policies>) {
    this.#rolesOf = options.roles ?? (() => [])
    for (const policy of options.policies ?? []) {
      const { resource } = policy
      if (this.#byResource.has(resource)) {
        throw policyTwice(typeof resource === 'string' ? resource : resource.name)
      }
      this.#byResource.set(resource, policy)
    }
  }

  /**
   * Says whether somebody has one of some roles.
   *
   * @param user who; a stranger has none
   * @param roles their names
   * @throws {DewarError} `ERR_AUTH_ROLES` if the option `roles` gives no list
   */
  hasRole(user: object | null, ...roles: readonly string[]): boolean {
    if (user === null) return false
    const held: unknown = this.#rolesOf(user as User)
    if (!Array.isArray(held)) throw badRoles(held)
    return roles.some((role) => held.includes(role))
  }

  /** What `can` answers where nothing is known of the types, as in templates. @internal */
  judge(user: object | null, action: string, object: unknown): boolean {
    if (object === null || object === undefined) return false
    const policy = this.#policyOf(object)
    if (policy === undefined) throw noPolicy(action, object)
    return policy.judge(user, action, object)
  }

  /** The nearest class counts, so that a subclass may have stricter rules of its own. */
  #policyOf(object: object): AnyPolicy | undefined {
    const direct = this.#byResource.get(object)
    if (direct !== undefined || typeof object !== 'object') return direct
    for (let level: unknown = Object.getPrototypeOf(object); level !== null; ) {
      const policy = this.#byResource.get((level as object).constructor)
      if (policy !== undefined) return policy
      level = Object.getPrototypeOf(level)
    }
    return [...this.#byResource.values()].find((policy) => policy.isFor(object))
  }
}

/**
 * An access rule for routes, blueprints and apps: somebody with one of the roles. 401 for strangers, 403 for the rest.
 *
 * @param roles the names, one of which is enough
 */
export function hasRole(...roles: readonly [string, ...string[]]): AccessPolicy {
  const policy: AccessPolicy = (identity) => holds(identity, roles)
  Object.defineProperty(policy, 'name', { value: `role ${roles.join(' or ')}` })
  return policy
}

/**
 * Lets a view run only for somebody with one of the roles. Wraps a function, or decorates a method above or below its
 * route. `{ access: hasRole('admin') }` on the route says the same and shows in `dewar routes`.
 *
 * @param roles the names, one of which is enough
 * @throws {HttpError} from the view: 401 for strangers, 403 for the rest
 * @see Flask-Security: `roles_accepted`
 */
export function requireRole(
  ...roles: readonly [string, ...string[]]
): <This, Args extends unknown[], T>(
  view: (this: This, ...args: Args) => T,
  context?: ClassMethodDecoratorContext,
) => (this: This, ...args: Args) => T {
  return <This, Args extends unknown[], T>(view: (this: This, ...args: Args) => T) => {
    const guarded = function (this: This, ...args: Args): T {
      const { identity } = askWho('requireRole')
      if (identity === null) throw new AuthenticationRequired()
      if (!holds(identity, roles)) throw new Forbidden()
      return view.apply(this, args)
    }
    Object.defineProperty(guarded, 'name', { value: view.name })
    return guarded
  }
}

/** The context, of which the answer now depends on who asks: no shared cache may keep it. */
function askWho(name: string): Context {
  const context = useContext(name)
  context.isPersonal = true
  return context
}

function holds(identity: Identity | null, roles: readonly string[]): boolean {
  const permissions = useContext('hasRole()').app.extensions.get(extension)
  if (!(permissions instanceof Permissions)) throw noPermissions(`The role ${roles.join(' or ')}`)
  return permissions.hasRole(identity, ...roles)
}
