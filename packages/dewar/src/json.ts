/** How an app writes JSON. */

/**
 * Writes JSON as responses hold it: with a line break at its end, indented in debug. Keys keep their order.
 *
 * @param data whatever JSON can hold; `undefined` becomes `null`
 * @param debug whether to indent
 * @throws {TypeError} for cycles and bigints
 * @see Flask: `DefaultJSONProvider`
 */
export function toJson(data: unknown, debug: boolean): string {
  return `${JSON.stringify(data ?? null, null, debug ? 2 : undefined)}\n`
}
