/**
 * The options of routes and blueprints by name. The compiler knows them too; JavaScript, and objects that were built
 * elsewhere, do not: a misspelt `access` must not leave a route open.
 */
import { checkNames } from '@dewar/base'
import type { BlueprintOptions, RegisterOptions } from './blueprint.ts'
import type { RouteOptionsWithMethods } from './route-types.ts'

/** All names of an object type, so that a new option cannot be forgotten here. */
type Names<T> = Readonly<Record<keyof T, true>>

const routeNames: Names<RouteOptionsWithMethods> = {
  endpoint: true,
  access: true,
  limit: true,
  body: true,
  cors: true,
  headers: true,
  defaults: true,
  strictSlashes: true,
  mergeSlashes: true,
  subdomain: true,
  host: true,
  redirectTo: true,
  alias: true,
  automaticOptions: true,
  csrf: true,
  unsafeCsrfExempt: true,
  methods: true,
}

const blueprintNames: Names<BlueprintOptions> = {
  urlPrefix: true,
  subdomain: true,
  urlDefaults: true,
  root: true,
  templateFolder: true,
  staticFolder: true,
  staticUrlPath: true,
  sendFileMaxAge: true,
  cliGroup: true,
  access: true,
  limit: true,
  cors: true,
  headers: true,
  csrf: true,
  unsafeCsrfExempt: true,
  ownsPrefix: true,
}

const registerNames: Names<RegisterOptions> = {
  urlPrefix: true,
  name: true,
  cliGroup: true,
  subdomain: true,
  urlDefaults: true,
}

/** @throws {DewarError} `ERR_DEWAR_OPTION` for an option that routes have not @internal */
export function checkRouteOptions(rule: string, options: RouteOptionsWithMethods): void {
  checkNames('ERR_DEWAR_OPTION', `The route '${rule}'`, options, Object.keys(routeNames))
}

/** @throws {DewarError} `ERR_DEWAR_OPTION` for an option that blueprints have not @internal */
export function checkBlueprintOptions(name: string, options: BlueprintOptions): void {
  checkNames('ERR_DEWAR_OPTION', `The blueprint '${name}'`, options, Object.keys(blueprintNames))
}

/** @throws {DewarError} `ERR_DEWAR_OPTION` for an option that registering has not @internal */
export function checkRegisterOptions(options: RegisterOptions): void {
  checkNames('ERR_DEWAR_OPTION', 'register', options, Object.keys(registerNames))
}
