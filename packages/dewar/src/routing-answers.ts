/** Answers that need no view: a redirect to the canonical path, and the methods of a URL. */
import { Response } from '@dewar/http'
import type { AppRequest } from './request.ts'

/** A redirect of the routing's: the query stays. @internal */
export function redirectResponse(location: string, status: number, request: AppRequest): Response {
  const query = request.queryString === '' || location.includes('?') ? '' : `?${request.queryString}`
  const response = new Response('', { status })
  const rootPath = /^\/(?!\/)/.test(location) ? request.rootPath : ''
  response.location = `${rootPath}${location}${query}`
  return response
}

/** The answer to OPTIONS. @see RFC 9110 §9.3.7; Flask: `make_default_options_response` @internal */
export function allowResponse(methods: readonly string[]): Response {
  const response = new Response('')
  response.headers.set('Allow', methods.join(', '))
  return response
}
