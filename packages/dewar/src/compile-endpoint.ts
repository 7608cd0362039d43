/** Puts together, once, what walking a route needs. */
import { DewarError } from '@dewar/base'
import { RateLimit } from '@dewar/security'
import type { App } from './app.ts'
import type { Hooks } from './hooks.ts'
import { blueprintNames, type Endpoint, type Surroundings, surround } from './plan.ts'
import type { Access, AnyView } from './route-types.ts'
import type { RouteRecord } from './scaffold.ts'

/**
 * @throws {DewarError} `ERR_DEWAR_NO_ACCESS` for a route without an access rule under `ACCESS_DEFAULT: 'deny'`,
 *   `ERR_SECURITY_RATE` for a limit that is none
 * @internal
 */
export function compileEndpoint(app: App, record: RouteRecord, view: AnyView): Endpoint {
  const { endpoint, rule, options } = record
  return {
    ...surroundingsOf(app, blueprintNames(endpoint, app.blueprints)),
    name: endpoint,
    rule,
    view,
    access: accessOf(app, record),
    accessDeclared: options.access !== undefined,
    limit:
      options.limit === undefined
        ? null
        : new RateLimit({ name: endpoint, limit: options.limit, store: app.store, now: () => app.now() }),
    csrfExempt: options.unsafeCsrfExempt === true,
    automaticOptions: options.automaticOptions ?? app.config.PROVIDE_AUTOMATIC_OPTIONS,
    personal: record.personal ?? true,
  }
}

/** The functions around views of a blueprint, given its names innermost first. @internal */
export function surroundingsOf(app: App, names: readonly string[]): Surroundings {
  const inner = names
    .map((name) => app.blueprints.get(name)?.hooks)
    .filter((hooks): hooks is Hooks => hooks !== undefined)
  return surround(names, app.hooks, inner)
}

function accessOf(app: App, { options, rule, endpoint }: RouteRecord): Access {
  if (options.access !== undefined) return checkedAccess(options.access, rule)
  if (app.config.ACCESS_DEFAULT !== 'deny') return 'public'
  throw new DewarError(
    'ERR_DEWAR_NO_ACCESS',
    `The route '${rule}' (${endpoint}) does not say who may call it.`,
    {
      fix: "Give it { access: 'public' }, 'authenticated', 'fresh' or a policy: ACCESS_DEFAULT is 'deny'.",
      details: { rule, endpoint },
    },
  )
}

const words: ReadonlySet<unknown> = new Set(['public', 'authenticated', 'fresh'])

function checkedAccess(access: Access, rule: string): Access {
  if (words.has(access) || typeof access === 'function') return access
  throw new DewarError(
    'ERR_DEWAR_ACCESS',
    `The route '${rule}' has the unknown access rule '${String(access)}'.`,
    {
      fix: "Use 'public', 'authenticated', 'fresh', or a function of the identity and the request.",
      details: { rule },
    },
  )
}
