/** Templates that users write. See `@dewar/templates`, user-template.ts, for what they may do. */
import { UnprocessableEntity } from '@dewar/http'
import { TemplateError, type UserTemplateOptions } from '@dewar/templates'
import { useContext } from './context.ts'

/** A template that a user wrote cannot be rendered: 422, with the place in the user's text. */
export class UserTemplateError extends UnprocessableEntity {
  /** The line of the user's template, from 1. */
  readonly line: number
  /** The column, from 1. */
  readonly column: number

  /** @param cause what the template did */
  constructor(cause: TemplateError) {
    super(cause.message, {
      code: cause.code,
      fix: cause.fix,
      details: { line: cause.line, column: cause.column },
      cause,
    })
    this.line = cause.line
    this.column = cause.column
  }
}

/**
 * Renders a template that a user wrote: with plain data only, calls of registered functions only, everything bounded.
 *
 * The HTML that the user wrote is sanitised, unless `unsafeHtml` is set. Context processors, globals and filters of the app
 * are not there.
 *
 * @param source the user's template
 * @param data what it sees: texts, numbers, truth values, dates, lists and object literals of these
 * @param options functions and filters it may call
 * @throws {UserTemplateError} 422 with line and column for whatever is wrong with the template
 * @throws {DewarError} `ERR_TEMPLATES_DATA` for data that is not plain
 */
export function renderUserTemplate(
  source: string,
  data: Readonly<Record<string, unknown>> = {},
  options: UserTemplateOptions = {},
): string {
  const { app } = useContext('renderUserTemplate()')
  try {
    return app.templates.renderUser(source, data, options)
  } catch (error) {
    throw error instanceof TemplateError ? new UserTemplateError(error) : error
  }
}
