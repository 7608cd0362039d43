/** How large the body of a route's requests may be, where it is not as large as the app says. */
import { resolveSettings } from '@dewar/base'
import { type FormLimits, defaults as formsDefaults } from '@dewar/forms'
import { defaults as httpDefaults } from '@dewar/http'
import type { App } from './app.ts'

/** The bounds of a route that takes more, or less, than the others. What is left out is as the app has it. */
export interface RouteBody extends FormLimits {
  /** The largest body in bytes; `null` for any. */
  readonly maxContentLength?: number | null | undefined
}

/** Bounds, ready for a request. @internal */
export interface BodyBounds {
  readonly maxContentLength: number | null
  readonly formLimits: FormLimits
}

const settings = { maxContentLength: httpDefaults.maxContentLength, ...formsDefaults }

/**
 * Prepares the bounds of a route's bodies.
 *
 * @returns `null` for those of the app
 * @throws {DewarError} `ERR_DEWAR_OPTION` for a bound that is none
 * @internal
 */
export function compileBody(app: App, body: RouteBody | undefined): BodyBounds | null {
  if (body === undefined) return null
  resolveSettings('dewar', settings, body)
  const { maxContentLength = app.config.MAX_CONTENT_LENGTH, ...own } = body
  return { maxContentLength, formLimits: { ...app.formLimits, ...own } }
}
