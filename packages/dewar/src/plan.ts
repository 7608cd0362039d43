/**
 * What does not change per request, worked out once: for each endpoint the functions around its view in the order they
 * run, its access rule and its limits.
 */
import type { Cors, SecurityHeaders } from '@dewar/security'
import type { ErrorHandlers } from './error-handlers.ts'
import type { Hooks } from './hooks.ts'
import type { BodyBounds } from './route-body.ts'
import type { CountedLimit } from './route-limits.ts'
import type { Access, AnyView, HookTypes } from './route-types.ts'

/** The functions around a view. */
export interface Surroundings {
  /** The blueprints of the endpoint, innermost first. */
  readonly blueprints: readonly string[]
  /** The app's, then the blueprints' from outside in. */
  readonly valuePreprocessors: readonly HookTypes['valuePreprocessor'][]
  /** In the order of `valuePreprocessors`. */
  readonly before: readonly HookTypes['before'][]
  /** The blueprints' from inside out, then the app's; last registered first. */
  readonly after: readonly HookTypes['after'][]
  /** In the order of `after`. */
  readonly teardown: readonly HookTypes['teardown'][]
  /** The app's, then the blueprints' from outside in: later ones win. */
  readonly contextProcessors: readonly HookTypes['contextProcessor'][]
  /** Innermost first, the app's last. */
  readonly errorHandlers: readonly ErrorHandlers[]
}

/** A route, ready to be walked. */
export interface Endpoint extends Surroundings {
  readonly name: string
  readonly rule: string
  readonly view: AnyView
  readonly access: Access
  /** Whether the route or its blueprint says so, or nobody did. */
  readonly accessDeclared: boolean
  readonly limits: readonly CountedLimit[]
  /** How large its bodies may be, `null` for as large as the app says. */
  readonly body: BodyBounds | null
  readonly csrfExempt: boolean
  /** Whether only tokens count that were made for its method and path. */
  readonly csrfBound: boolean
  /** Who else may read its answers. */
  readonly cors: Cors | null
  /** Its security headers, `null` for the app's. */
  readonly stamp: SecurityHeaders | null
  /** Whether OPTIONS is answered with the methods of the URL instead of by the view. */
  readonly automaticOptions: boolean
  /** Whether who is logged in matters to the view; false for static files. */
  readonly personal: boolean
}

/** The full names of an endpoint's blueprints, innermost first: `a.b.view` gives `a.b` and `a`. */
export function blueprintNames(endpoint: string, known: ReadonlyMap<string, unknown>): readonly string[] {
  const names: string[] = []
  for (let dot = endpoint.indexOf('.'); dot > 0; dot = endpoint.indexOf('.', dot + 1)) {
    const name = endpoint.slice(0, dot)
    if (known.has(name)) names.unshift(name)
  }
  return names
}

/**
 * Orders the functions around a view.
 *
 * @param blueprints the names of its blueprints, innermost first
 * @param app the app's own hooks
 * @param inner the blueprints' hooks, innermost first
 */
export function surround(blueprints: readonly string[], app: Hooks, inner: readonly Hooks[]): Surroundings {
  const inwards = [app, ...inner.toReversed()]
  const outwards = [...inner, app]
  return {
    blueprints,
    valuePreprocessors: inwards.flatMap((hooks) => hooks.valuePreprocessors),
    before: inwards.flatMap((hooks) => hooks.before),
    after: outwards.flatMap((hooks) => hooks.after.toReversed()),
    teardown: outwards.flatMap((hooks) => hooks.teardown.toReversed()),
    contextProcessors: inwards.flatMap((hooks) => hooks.contextProcessors),
    errorHandlers: outwards.map((hooks) => hooks.errorHandlers),
  }
}
