/** Templates that stand as literals in the app. What must not become one stands in template-literal.ts. */
import { useContext } from './context.ts'
import { announce } from './steps.ts'
import { templateValues } from './stream-template.ts'
import { refuseFromRequest, type TemplateLiteral } from './template-literal.ts'

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
  if (options?.unsafeSource !== true) refuseFromRequest(source, context)
  announce('renderTemplate', context)
  const names = templateValues(context, values)
  const { app } = context
  const { beforeRenderTemplate, templateRendered } = app.signals
  if (beforeRenderTemplate.isWatched) beforeRenderTemplate.send({ app, template: null, values: names })
  const text = app.templates.renderString(source, names)
  if (templateRendered.isWatched) templateRendered.send({ app, template: null, values: names })
  return text
}
