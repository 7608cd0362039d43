/** Step 10, piece by piece: pages that start to arrive before they are complete. */
import type { TemplateArguments } from '@dewar/templates'
import type { TemplateContexts, TemplateValues } from './augment.ts'
import { type Context, useContext } from './context.ts'
import { announce } from './steps.ts'
import { refuseFromRequest, type TemplateLiteral } from './template-literal.ts'

/**
 * Renders a template file piece by piece, waiting for what its functions and filters promise. Return it from a view.
 *
 * The head of the answer is sent before the template runs: what the template stores in the session is lost. If it has a
 * form, call `csrfToken()` in the view, so that the visitor's session holds the secret of the field.
 *
 * @param name its name below the template folders, or several names of which the first that exists is taken
 * @param values names for the template, checked as those of `renderTemplate`; they go before those of context processors
 * @throws {DewarError} `ERR_TEMPLATES_NOT_FOUND` at once; other errors end the stream
 * @see Flask: `stream_template`
 */
export function streamTemplate<const N extends string>(
  name: N | readonly string[],
  ...values: TemplateArguments<N, TemplateContexts, TemplateValues>
): AsyncIterable<string>
export function streamTemplate(
  name: string | readonly string[],
  values: Readonly<Record<string, unknown>> = {},
): AsyncIterable<string> {
  const context = useContext('streamTemplate()')
  announce('renderTemplate', context)
  const names = templateValues(context, values)
  // The policy in the head has to know the nonce that the page will use.
  if (context.request !== null) void context.nonce
  const pieces = context.app.templates.stream<string>(name, names)
  return announced(context, name, names, pieces)
}

/**
 * Streams a template that stands as a literal in the app, as {@link streamTemplate} does a file.
 *
 * @param source the template
 * @param values names for the template; they go before those of context processors
 * @throws {DewarError} `ERR_DEWAR_TEMPLATE_SOURCE` for a source that came from the request
 * @see Flask: `stream_template_string`
 */
export function streamTemplateString<const S extends string>(
  source: S & TemplateLiteral<S>,
  values: Readonly<Record<string, unknown>> = {},
): AsyncIterable<string> {
  const context = useContext('streamTemplateString()')
  refuseFromRequest(source, context)
  announce('renderTemplate', context)
  if (context.request !== null) void context.nonce
  const names = templateValues(context, values)
  return announced(context, null, names, context.app.templates.streamString(source, names))
}

async function* announced(
  { app }: Context,
  template: string | readonly string[] | null,
  values: Record<string, unknown>,
  pieces: AsyncIterable<string>,
): AsyncGenerator<string> {
  const { beforeRenderTemplate, templateRendered } = app.signals
  if (beforeRenderTemplate.isWatched) beforeRenderTemplate.send({ app, template, values })
  yield* pieces
  if (templateRendered.isWatched) templateRendered.send({ app, template, values })
}

/** What a template sees beside the globals: the values of context processors, and above them those of the view. @internal */
export function templateValues(
  context: Context,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const names: Record<string, unknown> = Object.create(null)
  for (const processor of context.surroundings.contextProcessors) Object.assign(names, processor())
  Object.assign(names, values)
  if (context.app.debug) context.templateNames = names
  return names
}
