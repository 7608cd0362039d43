/** Puts together, once, what walking a route needs. */
import { DewarError } from '@dewar/base'
import type { App } from './app.ts'
import type { AppConfig } from './config.ts'
import type { Hooks } from './hooks.ts'
import { blueprintNames, type Endpoint, type Surroundings, surround } from './plan.ts'
import { compileCors, compileStamp } from './route-answers.ts'
import { compileBody } from './route-body.ts'
import { compileLimits } from './route-limits.ts'
import type { Access, AnyView } from './route-types.ts'
import type { RouteRecord } from './scaffold.ts'

/**
 * @throws {DewarError} `ERR_DEWAR_ACCESS` for an access rule that is none, `ERR_DEWAR_OPTION` for bounds of bodies, `ERR_SECURITY_RATE` and `ERR_DEWAR_LIMIT` for a limit that is none, `ERR_DEWAR_CSRF`, and what headers and CORS refuse
 * @internal
 */
export function compileEndpoint(app: App, record: RouteRecord, view: AnyView): Endpoint {
  const { endpoint, rule, options, headers = [] } = record
  return {
    ...surroundingsOf(app, blueprintNames(endpoint, app.blueprints)),
    name: endpoint,
    rule,
    view,
    access: accessOf(record),
    accessDeclared: options.access !== undefined,
    limits: compileLimits(app, endpoint, options.limit),
    body: compileBody(app, options.body),
    csrfExempt: options.unsafeCsrfExempt === true,
    csrfBound: isBound(record),
    cors: compileCors(options.cors),
    stamp: compileStamp(app, options.headers === undefined ? headers : [...headers, options.headers]),
    automaticOptions: options.automaticOptions ?? app.config.PROVIDE_AUTOMATIC_OPTIONS,
    personal: record.personal ?? true,
  }
}

function isBound({ options: { csrf, unsafeCsrfExempt }, rule }: RouteRecord): boolean {
  if (csrf === undefined || (csrf === 'bound' && unsafeCsrfExempt !== true)) return csrf === 'bound'
  const what = csrf === 'bound' ? 'is bound and exempt at once' : `is '${String(csrf)}'`
  throw new DewarError('ERR_DEWAR_CSRF', `The CSRF check of the route '${rule}' ${what}.`, {
    fix: "Write { csrf: 'bound' }, or leave it out for the check that every route has.",
    details: { rule },
  })
}

/** The functions around views of a blueprint, given its names innermost first. @internal */
export function surroundingsOf(app: App, names: readonly string[]): Surroundings {
  const inner = names
    .map((name) => app.blueprints.get(name)?.hooks)
    .filter((hooks): hooks is Hooks => hooks !== undefined)
  return surround(names, app.hooks, inner)
}

/**
 * With `ACCESS_DEFAULT: 'deny'` each route says who may call it; one error names all that do not.
 *
 * @throws {DewarError} `ERR_DEWAR_NO_ACCESS` @internal
 */
export function checkDeclared({ ACCESS_DEFAULT }: AppConfig, records: readonly RouteRecord[]): void {
  if (ACCESS_DEFAULT !== 'deny') return
  const silent = records.filter(
    ({ options }) => options.access === undefined && options.redirectTo === undefined,
  )
  if (silent.length === 0) return
  const names = silent.map(({ rule, endpoint }) => `'${rule}' (${endpoint})`)
  const [who, says] = silent.length === 1 ? ['The route', 'does'] : ['The routes', 'do']
  throw new DewarError(
    'ERR_DEWAR_NO_ACCESS',
    `${who} ${names.join(', ')} ${says} not say who may call them.`,
    {
      fix: "Give each { access: 'public' }, 'authenticated', 'fresh' or a policy: ACCESS_DEFAULT is 'deny'.",
      details: { routes: silent.map(({ rule, endpoint }) => ({ rule, endpoint })) },
    },
  )
}

const words: ReadonlySet<unknown> = new Set(['public', 'authenticated', 'fresh'])

function accessOf({ options, rule }: RouteRecord): Access {
  return options.access === undefined ? 'public' : checkedAccess(options.access, rule)
}

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
