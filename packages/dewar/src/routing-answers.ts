/** Answers that need no view: a redirect to the canonical path, and the methods of a URL. */
import { Response } from '@dewar/http'

/** A redirect of the routing's. @internal */
export function redirectResponse(location: string, status: number): Response {
  const response = new Response('', { status })
  response.location = location
  return response
}

/** The answer to OPTIONS. @see RFC 9110 §9.3.7; Flask: `make_default_options_response` @internal */
export function allowResponse(methods: readonly string[]): Response {
  const response = new Response('')
  response.headers.set('Allow', methods.join(', '))
  return response
}
