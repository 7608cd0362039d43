/** The query string as the fields that views read. */
import { BadRequest } from './errors.ts'
import { MultiDict } from './multi-dict.ts'
import { readQuery } from './query.ts'

/**
 * Reads a query string, read-only.
 *
 * @param queryString without the `?`
 * @param maximum how many fields there may be
 * @throws {BadRequest} 400 for more
 */
export function readArgs(queryString: string, maximum: number): MultiDict<string> {
  const fields = readQuery(queryString, maximum + 1)
  if (fields.length > 2 * maximum)
    throw new BadRequest(null, { details: { limit: 'MAX_QUERY_FIELDS', maximum } })
  return MultiDict.fromRaw(fields).freeze()
}
