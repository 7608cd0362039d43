import type { AppRequest } from './request.ts'

/** The host a request is for: of the target if it names one, as requests to proxies do, else of `Host`. @internal */
export function hostOf(request: AppRequest): string | null {
  return request.target.startsWith('/') ? request.headers.get('Host') : request.host
}
