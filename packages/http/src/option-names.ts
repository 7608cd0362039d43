/** Misspelt options are mistakes that would go unnoticed. */
import { DewarError, type DewarErrorCode, nearestName } from '@dewar/base'

/**
 * Refuses options that do not exist.
 *
 * @param code of the error
 * @param what has the options: 'A cookie'
 * @param options what was passed
 * @param known the names there are
 * @throws {DewarError} `code`, with the nearest name
 */
export function checkOptionNames(
  code: DewarErrorCode,
  what: string,
  options: object,
  known: ReadonlySet<string>,
): void {
  for (const name in options) {
    if (known.has(name)) continue
    const near = nearestName(name, known)
    throw new DewarError(code, `${what} has no option '${name}'.`, {
      fix: near === undefined ? `There are: ${[...known].join(', ')}.` : `Did you mean '${near}'?`,
      details: { option: name },
    })
  }
}
