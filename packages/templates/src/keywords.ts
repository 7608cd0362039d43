const mark = Symbol('keyword arguments')

/** The keyword arguments of a call in a template: names to values, without a prototype. */
export type Keywords = Readonly<Record<string, unknown>>

/**
 * Makes the object that a called function receives last when a template writes `f(1, id=2)`.
 *
 * It has no prototype, so no name in it can be mistaken for a method; {@link isKeywords} tells it from an object that the
 * template passed.
 *
 * @param values names to values
 */
export function keywords(values: Readonly<Record<string, unknown>>): Keywords {
  const out: Record<string, unknown> = Object.assign(Object.create(null), values)
  Object.defineProperty(out, mark, { value: true })
  return out
}

/**
 * Answers whether the last argument of a function called by a template holds keyword arguments.
 *
 * @param value anything
 */
export function isKeywords(value: unknown): value is Keywords {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, mark)
}
