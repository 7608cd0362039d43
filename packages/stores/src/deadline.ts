/** What stores behind a network share: an answer within a time, or an error that says so. */
import { unavailable } from './errors.ts'

/** A server as errors name it, without credentials. */
export interface ServerName {
  /** Such as `Redis at cache.example:6379`. */
  readonly name: string
  /** What to look at when it fails. */
  readonly fix: string
}

/**
 * Waits for a server's answer, but not for ever.
 *
 * The command may still be carried out after the error: whether it was is not known, as with every broken connection.
 *
 * @param seconds how long
 * @throws {StoreError} `ERR_STORES_UNAVAILABLE` if the answer is late or an error
 */
export async function withDeadline<T>(
  server: ServerName,
  seconds: number,
  work: () => Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000)
  })
  try {
    return await Promise.race([work(), late])
  } catch (cause) {
    throw serverFailed(server, cause)
  } finally {
    clearTimeout(timer)
  }
}

/** The error of a server that failed; its `cause` is the client's. */
export function serverFailed({ name, fix }: ServerName, cause: unknown) {
  return unavailable(`${name} failed: ${reasonOf(cause)}.`, { cause, fix })
}

/** The reason in words; a refused connection to several addresses has none of its own. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '') return reasonOf(cause.errors[0])
  if (!(cause instanceof Error)) return 'unknown reason'
  return (cause.message || cause.name).replace(/\.$/, '')
}

/** Host and port of an address, whatever else stands in it. */
export function hostOf(address: string, fallback: string): string {
  try {
    return new URL(address).host || fallback
  } catch {
    return fallback
  }
}
