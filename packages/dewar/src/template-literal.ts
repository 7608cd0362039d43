/**
 * What a template that stands as a literal in the app must not be made of.
 *
 * Threat: text of a request that becomes a template, and so a program (server-side template injection).
 * Construction: the type takes literals only; while it runs, a source that holds the template marks of some part of the
 * request is refused. The second cannot see what came by way of a database: templates of users are for
 * `renderUserTemplate`. Nor does a visitor make an error of a literal by sending a part of it, `{{` for one: a source that
 * stands as it is in the view's own code, or that was compiled for an earlier request, was not made of this one's text.
 * When not to change that: `unsafeSource` is for templates that the app's operators keep outside of files.
 */
import { DewarError } from '@dewar/base'
import type { Context } from './context.ts'
import { type AppRequest, readFields } from './request.ts'

/** A text that stands in the source; a `string` that was computed does not fit. */
export type TemplateLiteral<S extends string> = string extends S
  ? { 'a template is a literal; for others, see unsafeSource and renderUserTemplate': S }
  : S

/**
 * Refuses a source that came from the request.
 *
 * @throws {DewarError} `ERR_DEWAR_TEMPLATE_SOURCE`
 * @internal
 */
export function refuseFromRequest(source: string, context: Context): void {
  const { request } = context
  if (request === null) return
  for (const [where, text] of textsOf(request)) {
    if (text !== '' && (text === source || (marks.test(text) && source.includes(text)))) {
      if (isLiteral(source, context)) return
      throw new DewarError(
        'ERR_DEWAR_TEMPLATE_SOURCE',
        `The template holds text of the request (${where}).`,
        {
          fix: 'Pass the text as a value: renderTemplateString(literal, { text }). Templates of users: renderUserTemplate().',
          details: { where },
        },
      )
    }
  }
}

/** Whether a source is known not to be made of the request's text. It is asked only where it could be. */
function isLiteral(source: string, { app, endpoint }: Context): boolean {
  if (source.trim() === '') return false
  return (
    app.templates.knowsString(source) ||
    (marks.test(source) && endpoint !== null && String(endpoint.view).includes(source))
  )
}

const marks = /\{[{%#]/

/** Every text of a request that has been read or can be without waiting. */
function* textsOf(request: AppRequest): Generator<readonly [string, string]> {
  const { args, cookies, headers, path } = request
  for (const [name, text] of args.entries()) yield* named('args', name, text)
  for (const [name, text] of readFields(request)?.entries() ?? []) yield* named('form', name, text)
  for (const [name, text] of cookies.entries()) yield* named('cookies', name, text)
  for (const [name, text] of headers) yield* named('headers', name, text)
  for (const [name, value] of Object.entries(request.viewArgs ?? {}))
    yield* named('args of the rule', name, String(value))
  yield ['path', path]
  yield ['query', request.queryString]
}

function* named(where: string, name: string, text: string): Generator<readonly [string, string]> {
  yield [`${where}.${name}`, text]
  yield [`a name in ${where}`, name]
}
