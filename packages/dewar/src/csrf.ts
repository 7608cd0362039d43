/**
 * Step 7: the proof that an unsafe request comes from a page of this site. Both legs must hold: where the browser says
 * the request comes from (checked at the gate), and the token that only pages of this session know.
 */
import { checkCsrfToken, csrfHeaderToken, isSafeMethod, csrfToken as makeToken } from '@dewar/security'
import { type Context, useContext } from './context.ts'
import type { Endpoint } from './plan.ts'
import type { Walk } from './walk.ts'

const formTypes: ReadonlySet<string> = new Set(['application/x-www-form-urlencoded', 'multipart/form-data'])

/** Checks an unsafe request; the token comes from a header, else from the form, which is kept for the view. @internal */
export function checkToken(walk: Walk, endpoint: Endpoint): Promise<void> | undefined {
  const { request, context, app } = walk
  if (isSafeMethod(request.method) || endpoint.csrfExempt || !context.needsCsrfProof) return undefined
  const fromHeader = csrfHeaderToken(request.headers, app.config.CSRF_HEADERS)
  if (fromHeader !== null || !formTypes.has(request.mimetype)) {
    checkCsrfToken(fromHeader, storedSecret(context))
    return undefined
  }
  return request
    .form()
    .then((form) => checkCsrfToken(form.get(app.config.CSRF_FIELD_NAME), storedSecret(context)))
}

function storedSecret({ session }: Context): string | undefined {
  return session.hasCsrfSecret ? session.csrfSecret : undefined
}

/**
 * A token for a form or a script of this response; each call gives another one, all are valid for this session.
 *
 * In templates: `<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">`.
 *
 * @throws {DewarError} `ERR_DEWAR_NO_CONTEXT` outside a request
 * @see Flask-WTF: `generate_csrf`
 */
export function csrfToken(): string {
  return makeToken(useContext('csrfToken()').session.csrfSecret)
}
