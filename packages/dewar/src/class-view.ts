/** Views that are classes: one object a request, a method for each HTTP method. Flask: `flask.views`. */
import { MethodNotAllowed } from '@dewar/http'
import { useRequest } from './context.ts'
import type { AnyView, MaybePromise, ViewResult } from './route-types.ts'

/** A function that wraps a view, as `decorators` holds them. */
export type ViewDecorator = (view: AnyView) => AnyView

/** What `asView` gives: a view that knows its class and methods. */
export type ClassView<V = View> = ((args: Record<string, unknown>) => MaybePromise<ViewResult>) & {
  readonly viewClass: abstract new (...args: never[]) => V
  readonly methods: readonly string[] | undefined
  readonly automaticOptions: boolean | undefined
}

/** What the class of a view says of itself. */
interface ViewClass<V extends View, A extends readonly unknown[]> {
  new (...args: A): V
  readonly methods: readonly string[] | undefined
  readonly decorators: readonly ViewDecorator[]
  readonly initEveryRequest: boolean
  readonly automaticOptions: boolean | undefined
}

/**
 * A view that is a class: extend it, answer in `dispatchRequest`, and register what `asView` gives.
 *
 * @example
 * ```ts
 * import { createApp, View } from 'dewar'
 *
 * class Greeting extends View {
 *   readonly #word: string
 *   constructor(word: string) {
 *     super()
 *     this.#word = word
 *   }
 *   dispatchRequest({ name }: { name: string }) {
 *     return `${this.#word} ${name}`
 *   }
 * }
 *
 * const app = createApp()
 * app.addUrlRule({ rule: '/hello/<name>', view: Greeting.asView('hello', 'Hello') })
 * ```
 * @see Flask: `View`
 */
export abstract class View {
  /** The methods the view answers; GET if nothing is said here or at the rule. */
  static readonly methods: readonly string[] | undefined = undefined
  /** Wrapped around the view in this order, so that the last one is outermost. */
  static readonly decorators: readonly ViewDecorator[] = []
  /** Whether each request gets an object of its own; without it the one object must keep nothing of a request. */
  static readonly initEveryRequest: boolean = true
  /** Whether OPTIONS is answered with the allowed methods. */
  static readonly automaticOptions: boolean | undefined = undefined

  /** Answers a request. */
  abstract dispatchRequest(args: Record<string, unknown>): MaybePromise<ViewResult>

  /**
   * Makes the view function.
   *
   * @param name the endpoint
   * @param args for the constructor, each time an object is made
   */
  static asView<V extends View, A extends readonly unknown[]>(
    this: ViewClass<V, A>,
    name: string,
    ...args: A
  ): ClassView<V> {
    // biome-ignore lint/complexity/noThisInStatic: the class it is called on, which extends View
    return makeView(this, name, args)
  }
}

function makeView<V extends View, A extends readonly unknown[]>(
  type: ViewClass<V, A>,
  name: string,
  args: A,
): ClassView<V> {
  const one = type.initEveryRequest ? null : new type(...args)
  let view: AnyView = (values) => (one ?? new type(...args)).dispatchRequest(values)
  for (const decorate of type.decorators) view = decorate(view)
  const { methods, automaticOptions } = type
  const named: AnyView = (values) => view(values)
  Object.defineProperty(named, 'name', { value: name })
  return Object.assign(named, { viewClass: type, methods, automaticOptions }) as unknown as ClassView<V>
}

const verbs = ['get', 'post', 'head', 'put', 'delete', 'patch', 'options', 'trace'] as const

/**
 * A view with a method for each HTTP method: `get`, `post` and so on. HEAD falls back to `get`; what has no method is 405.
 *
 * @example
 * ```ts
 * import { createApp, MethodView } from 'dewar'
 *
 * class Post extends MethodView {
 *   get({ id }: { id: number }) {
 *     return { id }
 *   }
 *   delete() {
 *     return 'gone'
 *   }
 * }
 *
 * const app = createApp()
 * app.addUrlRule({ rule: '/posts/<int:id>', view: Post.asView('post') })
 * ```
 * @see Flask: `MethodView`
 */
export abstract class MethodView extends View {
  static override get methods(): readonly string[] | undefined {
    // biome-ignore lint/complexity/noThisInStatic: the class it is asked of, which extends MethodView
    const { prototype } = this
    const found = verbs.filter((verb) => verb in prototype)
    return found.length === 0 ? undefined : found.map((verb) => verb.toUpperCase())
  }

  /** Calls the method of the request's method. */
  override dispatchRequest(args: Record<string, unknown>): MaybePromise<ViewResult> {
    const { method } = useRequest('a view')
    const handlers = this as unknown as Record<string, unknown>
    const own = handlers[method.toLowerCase()] ?? (method === 'HEAD' ? handlers['get'] : undefined)
    if (typeof own === 'function') return own.call(this, args)
    throw new MethodNotAllowed(null, { validMethods: (this.constructor as typeof MethodView).methods ?? [] })
  }
}
