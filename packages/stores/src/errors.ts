/** What can go wrong with a store. */
import { DewarError, type DewarErrorOptions, LimitError } from '@dewar/base'

/** A call or an entry that a store refuses, or a store that cannot answer. */
export class StoreError extends DewarError {}

/** `increment` met a value that is no whole number. */
export function notANumber(key: string): StoreError {
  return new StoreError('ERR_STORES_NOT_A_NUMBER', `The entry '${key}' is not a whole number.`, {
    fix: 'Keep counters under keys of their own.',
    details: { key },
  })
}

/** The store was used after `close()`. */
export function closedStore(): StoreError {
  return new StoreError('ERR_STORES_CLOSED', 'The store is closed.', {
    fix: 'Close it when the last request has been answered.',
  })
}

/** The file or server behind the store failed. */
export function unavailable(message: string, options: DewarErrorOptions): StoreError {
  return new StoreError('ERR_STORES_UNAVAILABLE', message, options)
}

/** A key, value or time to live that no store takes. */
export function wrongArgument(message: string, fix: string): StoreError {
  return new StoreError('ERR_STORES_ARGUMENT', message, { fix })
}

/** A key or value that is too long. */
export function tooLong(
  limit: 'maxKeyLength' | 'maxValueLength',
  maximum: number,
  actual: number,
): LimitError {
  const what = limit === 'maxKeyLength' ? 'key' : 'value'
  return new LimitError(
    'ERR_STORES_TOO_LONG',
    `A ${what} of ${actual} is too long; ${maximum} is the most.`,
    {
      limit,
      maximum,
      actual,
      fix:
        what === 'key'
          ? 'Hash long keys.'
          : 'Keep large data in a file or database, and its id in the store.',
    },
  )
}
