/** Messages for the next page, kept in the session. */
import { type Markup, escape as toMarkup } from '@dewar/markup'
import { useContext } from './context.ts'

/** Which messages to give, and how. */
export interface FlashedOptions {
  /** Only those of these categories; the others are gone all the same. */
  readonly categories?: readonly string[] | undefined
}

/** A message with its category. */
export type CategorizedMessage = readonly [category: string, message: string | Markup]

/**
 * Keeps a message for the next page that shows messages.
 *
 * @param message text, or `Markup`
 * @param category for choosing a style, such as `error`
 * @see Flask: `flash`
 */
export function flash(message: string | Markup, category = 'message'): void {
  const { app, session } = useContext('flash()')
  session.flash(message, category)
  const { messageFlashed } = app.signals
  if (messageFlashed.isWatched) messageFlashed.send({ app, message, category })
}

/** The messages kept so far, with their categories. Later calls in the same request give the same. */
export function getFlashedMessages(options: FlashedOptions & { withCategories: true }): CategorizedMessage[]
/**
 * The messages kept so far. Later calls in the same request give the same.
 *
 * @see Flask: `get_flashed_messages`
 */
export function getFlashedMessages(options?: FlashedOptions & { withCategories?: false }): (string | Markup)[]
export function getFlashedMessages(
  options: FlashedOptions & { withCategories?: boolean } = {},
): CategorizedMessage[] | (string | Markup)[] {
  const context = useContext('getFlashedMessages()')
  context.flashes ??= context.session
    .takeFlashes()
    .map(
      ({ category, message }) =>
        [category, typeof message === 'string' ? message : toMarkup(message)] as const,
    )
  const { categories = [], withCategories = false } = options
  const chosen = context.flashes.filter(
    ([category]) => categories.length === 0 || categories.includes(category),
  )
  return withCategories ? [...chosen] : chosen.map(([, message]) => message)
}
