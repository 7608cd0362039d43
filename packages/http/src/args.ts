/** The query string as the fields that views read. */
import { BadRequest } from './errors.ts'
import { MultiDict } from './multi-dict.ts'
import { parseQuery } from './query.ts'

/**
 * Reads a query string, read-only.
 *
 * @param queryString without the `?`
 * @param maximum how many fields there may be
 * @throws {BadRequest} 400 for more
 */
export function readArgs(queryString: string, maximum: number): MultiDict<string> {
  const pairs = parseQuery(queryString, { maximum: maximum + 1 })
  if (pairs.length > maximum) throw new BadRequest(null, { details: { limit: 'MAX_QUERY_FIELDS', maximum } })
  return new MultiDict(pairs).freeze()
}
