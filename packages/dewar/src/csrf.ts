/**
 * Step 7: the proof that an unsafe request comes from a page of this site. Both legs must hold: where the browser says
 * the request comes from (checked at the gate), and the token that only pages of this session know.
 */
import {
  bindCsrfSecret,
  checkCsrfToken,
  csrfHeaderToken,
  isSafeMethod,
  csrfToken as makeToken,
} from '@dewar/security'
import type { App } from './app.ts'
import { type Context, useContext } from './context.ts'
import type { Endpoint } from './plan.ts'
import type { AppRequest } from './request.ts'
import type { Walk } from './walk.ts'

const formTypes: ReadonlySet<string> = new Set(['application/x-www-form-urlencoded', 'multipart/form-data'])

/** Checks an unsafe request; the token comes from a header, else from the form, which is kept for the view. @internal */
export function checkToken(walk: Walk, endpoint: Endpoint): Promise<void> | undefined {
  const { request, context, app } = walk
  if (isSafeMethod(request.method) || endpoint.csrfExempt || !context.needsCsrfProof) return undefined
  const fromHeader = csrfHeaderToken(request.headers, app.config.CSRF_HEADERS)
  if (fromHeader !== null || !formTypes.has(request.mimetype)) {
    checkCsrfToken(fromHeader, storedSecret(context, endpoint, request))
    return undefined
  }
  return request
    .form()
    .then((form) =>
      checkCsrfToken(form.get(app.config.CSRF_FIELD_NAME), storedSecret(context, endpoint, request)),
    )
}

function storedSecret(
  { session }: Context,
  { csrfBound }: Endpoint,
  request: AppRequest,
): string | undefined {
  if (!session.hasCsrfSecret) return undefined
  const { csrfSecret } = session
  return csrfBound
    ? bindCsrfSecret(csrfSecret, request.method, request.rootPath + request.rawPath)
    : csrfSecret
}

/** What a token is made for, where a route takes only bound ones. */
export interface CsrfTokenOptions {
  /** The path the form is sent to, as `urlFor` gives it; a query and a fragment do not count. By default this page's. */
  readonly path?: string | undefined
  /** The method it is sent with; POST by default. */
  readonly method?: string | undefined
}

/**
 * A token for a form or a script of this response; each call gives another one, all are valid for this session.
 *
 * In templates: `<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">`.
 *
 * @param options the method and path it is for, where the route says `csrf: 'bound'`; it is worth nothing elsewhere
 * @throws {DewarError} `ERR_DEWAR_NO_CONTEXT` outside a request
 * @see Flask-WTF: `generate_csrf`
 */
export function csrfToken(options?: CsrfTokenOptions): string {
  const { session, request } = useContext('csrfToken()')
  if (options === undefined) return makeToken(session.csrfSecret)
  const { path = (request?.rootPath ?? '') + (request?.rawPath ?? '/'), method = 'POST' } = options
  return makeToken(bindCsrfSecret(session.csrfSecret, method, path.replace(/[?#].*$/s, '')))
}

/**
 * A token as a page of this site would have it for a request: bound if its route asks for that.
 *
 * @param target the request's target, with its query if it has one
 * @internal
 */
export function tokenFor(app: App, secret: string, method: string, target: string, rootPath: string): string {
  app.freeze()
  const path = target.replace(/[?#].*$/s, '')
  const match = app.urlMap.match(method, path)
  const isBound = match.kind === 'found' && app.endpointOf(match.rule).csrfBound
  return makeToken(isBound ? bindCsrfSecret(secret, method, rootPath + path) : secret)
}
