/** Step 10: templates with the names every page of the app can use. */
import type { TemplateArguments } from '@dewar/templates'
import type { TemplateContexts, TemplateValues } from './augment.ts'
import { useContext } from './context.ts'
import { announce } from './steps.ts'
import { templateValues } from './stream-template.ts'

/**
 * The macro that a template exports under a name, or whatever else it sets: `getTemplateAttribute('_cider.html', 'hello')('World')`.
 *
 * @param name the template
 * @param attribute the macro
 * @throws {DewarError} `ERR_TEMPLATES_NOT_FOUND`
 * @see Flask: `get_template_attribute`
 */
export function getTemplateAttribute(name: string, attribute: string): unknown {
  return useContext('getTemplateAttribute()').app.templates.attribute(name, attribute)
}

/**
 * Renders a template file, escaping each value.
 *
 * @param name its name below the template folders, or several names of which the first that exists is taken
 * @param values names for the template; they go before those of context processors. The compiler checks them once
 *   `dewar templates types` has written down what each template reads
 * @throws {DewarError} `ERR_TEMPLATES_NOT_FOUND`, `ERR_TEMPLATES_SYNTAX`, `ERR_TEMPLATES_RENDER`
 * @see Flask: `render_template`
 */
export function renderTemplate<const N extends string>(
  name: N | readonly string[],
  ...values: TemplateArguments<N, TemplateContexts, TemplateValues>
): string
export function renderTemplate(
  name: string | readonly string[],
  values: Readonly<Record<string, unknown>> = {},
): string {
  const context = useContext('renderTemplate()')
  announce('renderTemplate', context)
  const names = templateValues(context, values)
  const { app } = context
  const { beforeRenderTemplate, templateRendered } = app.signals
  if (beforeRenderTemplate.isWatched) beforeRenderTemplate.send({ app, template: name, values: names })
  const text = app.templates.render<string>(name, names)
  if (templateRendered.isWatched) templateRendered.send({ app, template: name, values: names })
  return text
}
