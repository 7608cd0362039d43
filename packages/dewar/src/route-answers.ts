/** What the answers of a route say beside what the view says: its security headers, and who else may read them. */
import { Response } from '@dewar/http'
import {
  type Cors,
  type CorsOptions,
  createCors,
  type SecurityHeaders,
  type SecurityHeadersOptions,
} from '@dewar/security'
import type { App } from './app.ts'
import type { Context } from './context.ts'
import type { Endpoint } from './plan.ts'
import type { AppRequest } from './request.ts'

/** Who else may read the answers of a route; `null` for nobody, whatever the blueprint and the app say. */
export type RouteCors = CorsOptions | null

/** What a route's answers say to browsers differently: policies merge, other headers are replaced. */
export type RouteHeaders = SecurityHeadersOptions

/** The stamp of a route, `null` for the app's own. @internal */
export function compileStamp(app: App, layers: readonly RouteHeaders[]): SecurityHeaders | null {
  if (layers.length === 0) return null
  return layers.reduce((stamp, layer) => stamp.with(layer), app.securityHeaders)
}

/** @throws {DewarError} `ERR_SECURITY_CORS_…` @internal */
export function compileCors(cors: RouteCors | undefined): Cors | null {
  return cors === undefined || cors === null ? null : createCors(cors)
}

/** Puts on an answer who may read it. @internal */
export function addCors({ endpoint }: Context, request: AppRequest, response: Response): void {
  if (endpoint?.cors == null) return
  addFields(response, endpoint.cors.answer(request.headers).fields)
}

/**
 * The answer to a preflight: the browser asks without credentials whether a script may send a request, so that neither
 * hooks nor access rules have anything to say.
 *
 * @param wanted the endpoint that the request would go to
 * @returns `null` if the request is no preflight or the endpoint has no policy
 * @internal
 */
export function preflightAnswer(wanted: Endpoint | null, request: AppRequest): Response | null {
  const preflight = wanted?.cors?.preflight(request.method, request.headers) ?? null
  if (preflight === null) return null
  const response = new Response(null, { status: 204, contentType: null })
  addFields(response, preflight.fields)
  return response
}

function addFields(response: Response, fields: readonly (readonly [string, string])[]): void {
  for (const [name, value] of fields) {
    if (name !== 'Vary') response.headers.set(name, value)
    else for (const header of value.split(', ')) if (!response.vary.has(header)) response.vary.add(header)
  }
}
