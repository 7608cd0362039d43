/** Redirects that stay on this site. */
import { Response } from '@dewar/http'
import { safeRedirect } from '@dewar/security'
import { useContext } from './context.ts'
import { hostOf } from './host.ts'

/** Where and how to redirect. */
export interface RedirectOptions {
  /** 302 by default; 303 after a form, 307 and 308 keep the method. */
  readonly status?: 301 | 302 | 303 | 307 | 308 | undefined
  /** Where to go when the target is missing or leads elsewhere, as a `next` parameter may. Without it that is a 400. */
  readonly fallback?: string | undefined
  /** Foreign hosts that may be led to. */
  readonly allowedHosts?: readonly string[] | undefined
  /** Leads anywhere on the web. Only for targets that no visitor can choose. */
  readonly unsafeExternal?: boolean | undefined
}

/**
 * A response that sends the client on to another page of this site.
 *
 * @param location a path, or an absolute URL of this host; may come from the request, as `request.args.get('next')` does
 * @param options status, and what to do about other targets
 * @throws {BadRedirectError} 400 `ERR_SECURITY_REDIRECT` if it leads elsewhere and there is no fallback
 * @see Flask: `redirect`, which sends clients wherever it is told
 */
export function redirect(location: string | null | undefined, options: RedirectOptions = {}): Response {
  const { status = 302, ...rest } = options
  const request = useContext('redirect()').request
  const target = safeRedirect(location, {
    host: (request === null ? null : hostOf(request))?.toLowerCase() ?? '',
    ...rest,
  })
  return Response.redirect(target, { status })
}
