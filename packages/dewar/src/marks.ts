/**
 * What a route decorator leaves on a class. A decorated method is not a route yet: it needs its instance. The decorator
 * notes the method's name, and `register(instance)` binds whatever stands under that name then, so that other decorators
 * above or below the route's count as well.
 */
import { DewarError } from '@dewar/base'
import type { RouteOptionsWithMethods } from './route-types.ts'

/** One decorated method: its rule, and the scaffold whose decorator it was. */
export interface Mark {
  readonly owner: object
  readonly rule: string
  readonly options: RouteOptionsWithMethods
  readonly method: string | symbol
  /** Whether an instance of its class has been registered. */
  registered: boolean
}

const marksByInstance = new WeakMap<object, Mark[]>()

/** Notes a mark on each instance of the class the decorated method belongs to. */
export function leaveMark(mark: Mark, context: ClassMethodDecoratorContext): void {
  context.addInitializer(function (this: unknown) {
    const instance = this as object
    const marks = marksByInstance.get(instance)
    if (marks === undefined) marksByInstance.set(instance, [mark])
    else marks.push(mark)
  })
}

/**
 * The marks on an instance made by one scaffold's decorators.
 *
 * @throws {DewarError} `ERR_DEWAR_NO_ROUTES` if there are none
 */
export function marksOf(instance: object, owner: object): readonly Mark[] {
  const marks = (marksByInstance.get(instance) ?? []).filter((mark) => mark.owner === owner)
  if (marks.length > 0) return marks
  throw new DewarError(
    'ERR_DEWAR_NO_ROUTES',
    `register: ${nameOf(instance)} has no routes of this app or blueprint.`,
    {
      fix: 'Decorate its methods, as in @app.get("/login"), and register an instance: app.register(new Account()).',
    },
  )
}

/** The name endpoints of an instance start with: `account` for `class Account`. */
export function endpointPrefix(instance: object): string {
  const name = nameOf(instance)
  return name.charAt(0).toLowerCase() + name.slice(1)
}

function nameOf(instance: object): string {
  const name = typeof instance === 'function' ? instance.name : instance.constructor?.name
  return name === undefined || name === '' ? 'this object' : name
}
