/**
 * Who may do what to which object.
 *
 * Threat: `/notes/7` shows note 7 to whoever changes the number (IDOR); a list of numbers that answer 403 instead of 404
 * tells which exist; a rule that compares two missing values and finds them equal.
 * Construction: a policy is a table of actions for one kind of object. A route names the action and how its object is
 * found: the object is loaded and judged before the view runs, and the view gets that very object. Rules are never asked
 * about strangers or missing objects: both are refused. What strangers may is a table of its own.
 * Defaults: whatever no rule allows is refused; for somebody who is logged in, refused objects and missing ones are the
 * same 404, and a stranger gets the same 401 for both.
 * When not to change: `existence: 'public'` is for objects whose ids everybody knows anyway.
 */
import {
  type AccessPolicy,
  type AppRequest,
  HttpError,
  type Identity,
  type MaybePromise,
  useContext,
} from 'dewar'
import { badAnswer, noLoader, notLoaded, unknownAction } from './policy-errors.ts'
import { refuse } from './refusal.ts'

/** What a policy is for: a class, or a name for objects without one, such as rows of a database. */
export type PolicyResource<T extends object = object> = string | (abstract new (...args: never[]) => T)

/** Whether a user may do something to an object. It answers at once, with `true` or `false`. */
export type PolicyRule<User, T> = { rule(user: User, object: T): boolean }['rule']

/** Rules by action. */
export type PolicyRules<User, T> = Readonly<Record<string, PolicyRule<User, T>>>

/** Finds the object of a request, by the arguments of its route. */
export type PolicyLoader<T, Args> = (args: Args, request: AppRequest) => MaybePromise<T | null | undefined>

/** What else can be said of a policy. */
export interface PolicyOptions<T extends object, Action extends string, Args = never> {
  /** How objects are found, for `access(action)` without a loader of its own. */
  readonly load?: PolicyLoader<T, Args> | undefined
  /** What strangers may do, and so everybody: `{ view: (post) => post.isPublished }`. Nothing by default. */
  readonly anonymous?: { readonly [A in Action]?: (object: T) => boolean } | undefined
  /**
   * Whether those who may not see an object may know that it exists: `secret`, the default, answers 404 as if it did not;
   * `public` answers 403.
   */
  readonly existence?: 'secret' | 'public' | undefined
}

declare const typesOf: unique symbol

/** A policy of whatever kind, as `createPermissions` takes it. */
export interface AnyPolicy {
  /** What it is for. */
  readonly resource: PolicyResource
  /** Whether an object is of its kind: an instance of its class, or one it has marked. */
  isFor(object: object): boolean
  /** Judges. @internal */
  judge(user: object | null, action: string, object: unknown): boolean
}

/** A table of rules for one kind of object. Made by {@link definePolicy}. */
export class Policy<User, T extends object, Action extends string> implements AnyPolicy {
  declare readonly [typesOf]: { readonly object: T; readonly action: Action }
  readonly resource: PolicyResource
  /** The name for the list of routes and the log: the class's, or the one given. */
  readonly name: string
  readonly #rules: ReadonlyMap<string, PolicyRule<unknown, unknown>>
  readonly #anonymous: ReadonlyMap<string, (object: unknown) => boolean>
  readonly #load: PolicyLoader<T, never> | undefined
  readonly #existence: 'secret' | 'public'
  readonly #marked = new WeakSet<object>()
  readonly #loaded = new WeakMap<object, T>()

  /** @internal */
  constructor(
    resource: PolicyResource,
    rules: Readonly<Record<string, PolicyRule<never, never>>>,
    options: PolicyOptions<T, Action>,
  ) {
    const { load, anonymous = {}, existence = 'secret' } = options
    this.resource = resource
    this.name = typeof resource === 'string' ? resource : resource.name
    this.#rules = new Map(Object.entries(rules))
    this.#anonymous = new Map(Object.entries(anonymous))
    for (const action of this.#anonymous.keys()) this.#ruleOf(action)
    this.#load = load
    this.#existence = existence
  }

  /** The actions it has rules for. */
  get actions(): readonly Action[] {
    return [...this.#rules.keys()] as Action[]
  }

  /**
   * Says whether somebody may do something.
   *
   * @param user who; `null` for a stranger
   * @param action one of the policy's actions
   * @param object to what; a missing one is refused. The resource itself, class or name, stands for "any": it is for rules
   *   that do not look at an object, such as `create`, and refused for the others
   * @throws {DewarError} `ERR_AUTH_POLICY_ACTION` for an action without a rule, `ERR_AUTH_POLICY_ANSWER` for a rule that
   *   answers with something else than `true` or `false`, such as a promise
   */
  can(user: User | null, action: Action, object: T | PolicyResource<T> | null | undefined): boolean {
    return this.judge(user, action, object)
  }

  /** @internal */
  judge(user: unknown, action: string, object: unknown): boolean {
    const rule = this.#ruleOf(action)
    if (object === null || object === undefined) return false
    const open = this.#anonymous.get(action)
    if (object === this.resource) {
      if (open?.length === 0 && this.#answer(action, open(undefined))) return true
      return user != null && rule.length < 2 && this.#answer(action, rule(user, undefined))
    }
    if (open !== undefined && this.#answer(action, open(object))) return true
    return user != null && this.#answer(action, rule(user, object))
  }

  /**
   * The object, if whoever is logged in may do that to it; for objects that a view finds by itself.
   *
   * @param action one of the policy's actions
   * @param object as it was found, or nothing
   * @throws {HttpError} 401 for strangers; 404 for missing objects and, unless the existence is public, for refused ones;
   *   else 403
   * @throws {DewarError} as `can`
   */
  authorize(action: Action, object: T | null | undefined): T {
    const context = useContext('policy.authorize()')
    context.isPersonal = true
    const { identity } = context
    if (object !== null && object !== undefined && this.judge(identity, action, object)) {
      return this.mark(object)
    }
    throw refuse({ identity, action, resource: this.name, existence: this.#existence, object })
  }

  /**
   * The access rule of a route: its object is found and judged before the view runs, which gets it from `loaded()`.
   *
   * @param action one of the policy's actions
   * @param load finds the object by the route's arguments; the policy's own loader by default. For nested routes it
   *   looks for the object within its parent: `({ user, id }) => notes.find(id, { owner: user })`
   * @throws {DewarError} `ERR_AUTH_POLICY_ACTION`; `ERR_AUTH_POLICY_LOADER` if nothing finds the object
   * @example
   * ```ts
   * import { definePolicy } from '@dewar/auth'
   * import { createApp } from 'dewar'
   *
   * interface User { id: number }
   * interface Note { id: number; owner: number; body: string }
   * const table = new Map<number, Note>([[1, { id: 1, owner: 7, body: 'milk' }]])
   *
   * const notes = definePolicy('note', { view: (user: User, note: Note) => note.owner === user.id })
   * const app = createApp()
   * app.get('/notes/<int:id>', { access: notes.access('view', ({ id }: { id: number }) => table.get(id)) }, () => ({
   *   body: notes.loaded().body,
   * }))
   * ```
   */
  access<Args = Record<string, unknown>>(action: Action, load?: PolicyLoader<T, Args>): AccessPolicy {
    const rule = this.#ruleOf(action)
    const find = (load ?? this.#load) as PolicyLoader<T, unknown> | undefined
    if (find === undefined && rule.length > 1) throw noLoader(this.name, action)
    const looksAtObject =
      rule.length > 1 || (this.#anonymous.get(action)?.length ?? 0) > 0 || load !== undefined
    const policy: AccessPolicy =
      looksAtObject && find !== undefined
        ? async (identity, request) => this.#enter(identity, action, request, await findObject(find, request))
        : (identity) => this.judge(identity, action, this.resource)
    Object.defineProperty(policy, 'name', { value: `${action} ${this.name}` })
    return policy
  }

  /**
   * The object that `access` has found and let pass in this request.
   *
   * @throws {DewarError} `ERR_AUTH_POLICY_NOT_LOADED` in a request whose route is not guarded by this policy
   */
  loaded(): T {
    const { request } = useContext('policy.loaded()')
    const object = request === null ? undefined : this.#loaded.get(request)
    if (object === undefined) throw notLoaded(this.name)
    return object
  }

  /**
   * Notes that an object without a class is of this kind, so that `can(user, action, object)` finds the policy. Objects
   * that went through `access` or `authorize` are marked already.
   *
   * @returns the same object, for `rows.map((row) => notes.mark(row))`
   */
  mark<O extends T>(object: O): O {
    this.#marked.add(object)
    return object
  }

  isFor(object: object): boolean {
    if (object === this.resource || this.#marked.has(object)) return true
    return typeof this.resource === 'function' && object instanceof this.resource
  }

  #enter(identity: Identity | null, action: Action, request: AppRequest, object: T | null): true {
    if (object !== null && this.judge(identity, action, object)) {
      this.#loaded.set(request, this.mark(object))
      return true
    }
    throw refuse({ identity, action, resource: this.name, existence: this.#existence, object })
  }

  #ruleOf(action: string): PolicyRule<unknown, unknown> {
    const rule = this.#rules.get(action)
    if (rule === undefined) throw unknownAction(this.name, action, this.#rules.keys())
    return rule
  }

  /** A promise is truthy, and so is every text: neither is a yes. */
  #answer(action: string, answer: unknown): boolean {
    if (typeof answer !== 'boolean') throw badAnswer(this.name, action, answer)
    return answer
  }
}

/** A loader that answers with a 404 of its own has found nothing: strangers must not see the difference. */
async function findObject<T>(find: PolicyLoader<T, unknown>, request: AppRequest): Promise<T | null> {
  try {
    return (await find(request.viewArgs ?? {}, request)) ?? null
  } catch (error) {
    if (error instanceof HttpError && error.status === 404) return null
    throw error
  }
}

type UserOf<R> = R[keyof R] extends (user: infer User, ...rest: never[]) => boolean ? User : never

type ObjectOf<R> = R[keyof R] extends (user: never, object: infer T, ...rest: never[]) => boolean
  ? T extends object
    ? T
    : object
  : object

/**
 * Says who may do what to the objects of a class.
 *
 * @param resource the class
 * @param rules by action; a rule gets the user, never `null`, and the object
 * @param options how objects are found, what strangers may, and whether objects that are refused are known to exist
 * @throws {DewarError} `ERR_AUTH_POLICY_ACTION` if `anonymous` names an action without a rule
 * @see Rails: Pundit; Laravel: policies; OWASP ASVS 5.0 V8.2.2
 */
export function definePolicy<T extends object, const R extends PolicyRules<Identity, T>, Args = never>(
  resource: abstract new (...args: never[]) => T,
  rules: R,
  options?: PolicyOptions<T, keyof R & string, Args>,
): Policy<UserOf<R>, T, keyof R & string>
/**
 * Says who may do what to objects without a class, such as rows of a database.
 *
 * @param resource a name for them
 */
export function definePolicy<const R extends PolicyRules<never, never>, Args = never>(
  resource: string,
  rules: R,
  options?: PolicyOptions<ObjectOf<R>, keyof R & string, Args>,
): Policy<UserOf<R>, ObjectOf<R>, keyof R & string>
export function definePolicy(
  resource: PolicyResource,
  rules: Readonly<Record<string, PolicyRule<never, never>>>,
  options: PolicyOptions<object, string> = {},
): Policy<unknown, object, string> {
  return new Policy(resource, rules, options)
}
