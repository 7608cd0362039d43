/** Paths in Express's form, read by path-to-regexp and written as rules. */

import { DewarError } from '@dewar/base'
import { parse, type Token } from 'path-to-regexp'

/** Groups double the number of rules; so many are enough for any path written by hand. */
const mostRules = 64

/**
 * Translates an Express path to rules: `/users/:id` to `/users/<id>`, `*rest` to `<path:rest>`. An optional group gives
 * the rules with it and without it.
 *
 * @param path the path, in the syntax of path-to-regexp 8 and later
 * @throws {DewarError} `ERR_ROUTING_EXPRESS_RULE` if it cannot be read, or has too many groups
 * @see path-to-regexp: `parse`
 */
export function rulesFromExpress(path: string): string[] {
  try {
    return written(parse(path).tokens, path)
  } catch (cause) {
    if (cause instanceof DewarError) throw cause
    throw new DewarError(
      'ERR_ROUTING_EXPRESS_RULE',
      `The path '${path}' cannot be read as an Express path.`,
      {
        fix: 'Write it as a rule by hand: /users/<int:id>.',
        cause,
      },
    )
  }
}

function written(tokens: readonly Token[], path: string): string[] {
  let rules = ['']
  for (const token of tokens) {
    const endings = token.type === 'group' ? [...written(token.tokens, path), ''] : [textOf(token)]
    rules = rules.flatMap((rule) => endings.map((ending) => rule + ending))
    if (rules.length <= mostRules) continue
    throw new DewarError('ERR_ROUTING_EXPRESS_RULE', `The path '${path}' has too many optional groups.`, {
      fix: 'Write the rules you need by hand.',
    })
  }
  return rules
}

function textOf(token: Exclude<Token, { type: 'group' }>): string {
  if (token.type === 'text') return token.value
  return token.type === 'wildcard' ? `<path:${token.name}>` : `<${token.name}>`
}
