/** Misspelt options are mistakes that would go unnoticed: they are refused, with the name that was meant. */
import { DewarError, type DewarErrorCode } from './errors.ts'
import { nearestName } from './nearest-name.ts'

/**
 * Refuses options that do not exist.
 *
 * @param code of the error
 * @param owner what has the options, as a sentence begins: `A cookie`
 * @param options what was passed
 * @param known the names there are
 * @throws {DewarError} `code`, with the nearest name
 */
export function checkNames(
  code: DewarErrorCode,
  owner: string,
  options: object,
  known: Iterable<string>,
): void {
  const names = known instanceof Set ? known : new Set(known)
  for (const name in options) {
    if (names.has(name)) continue
    throw new DewarError(code, `${owner} has no option '${name}'.`, {
      fix: nameRemedy(name, names),
      details: { option: name },
    })
  }
}

/**
 * How to mend an unknown name: the nearest known one, or all of them.
 *
 * @param name as written
 * @param known the names there are
 */
export function nameRemedy(name: string, known: Iterable<string>): string {
  const names = [...known]
  const nearest = nearestName(name, names)
  return nearest === undefined ? `Known: ${names.join(', ')}.` : `Did you mean '${nearest}'?`
}
