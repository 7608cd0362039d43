/**
 * Templates that stand as literals in the app.
 *
 * Threat: text of a request that becomes a template, and so a program (server-side template injection).
 * Construction: the type takes literals only; while it runs, a source that holds the template marks of some part of the
 * request is refused. The second cannot see what came by way of a database: templates of users are for
 * `renderUserTemplate`.
 * When not to change that: `unsafeSource` is for templates that the app's operators keep outside of files.
 */
import { DewarError } from '@dewar/base'
import { useContext } from './context.ts'
import { type AppRequest, readFields } from './request.ts'
import { announce } from './steps.ts'
import { templateValues } from './stream-template.ts'

/** A text that stands in the source; a `string` that was computed does not fit. */
export type TemplateLiteral<S extends string> = string extends S
  ? { 'a template is a literal; for others, see unsafeSource and renderUserTemplate': S }
  : S

/** How a source that is no literal is taken. */
export interface TemplateStringOptions {
  /** Takes a source from anywhere. It is a program: whoever writes it reads all that the app's templates can read. */
  readonly unsafeSource: true
}

/**
 * Renders a template that stands as a literal in the app, escaping each value.
 *
 * @param source the template
 * @param values names for the template; they go before those of context processors
 * @throws {DewarError} `ERR_DEWAR_TEMPLATE_SOURCE` for a source that came from the request; `ERR_TEMPLATES_…`
 * @see Flask: `render_template_string`
 */
export function renderTemplateString<const S extends string>(
  source: S & TemplateLiteral<S>,
  values?: Readonly<Record<string, unknown>>,
): string
export function renderTemplateString(
  source: string,
  values: Readonly<Record<string, unknown>>,
  options: TemplateStringOptions,
): string
export function renderTemplateString(
  source: string,
  values: Readonly<Record<string, unknown>> = {},
  options?: TemplateStringOptions,
): string {
  const context = useContext('renderTemplateString()')
  if (options?.unsafeSource !== true) refuseFromRequest(source, context.request)
  announce('renderTemplate', context)
  return context.app.templates.renderString(source, templateValues(context, values))
}

function refuseFromRequest(source: string, request: AppRequest | null): void {
  if (request === null) return
  for (const [where, text] of textsOf(request)) {
    if (text !== '' && (text === source || (marks.test(text) && source.includes(text)))) {
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
