/**
 * A session as text: one JSON list, so that the order of keys is kept and no key is special.
 *
 * ```
 * [1, id, createdAt, permanent, csrfSecret, [category, message, …], [key, value, …]]
 * ```
 */

/** What a session is made of, in the form it is kept in. */
export interface SessionRecord {
  readonly id: string
  /** Seconds since the epoch. */
  readonly createdAt: number
  readonly permanent: boolean
  readonly csrfSecret: string | null
  /** Category and message in turn; messages in their JSON form. */
  readonly flashes: readonly unknown[]
  /** Key and value in turn; values in their JSON form. */
  readonly data: readonly unknown[]
}

const version = 1

/** The record as text; equal records give equal text. */
export function serializeRecord(record: SessionRecord): string {
  const { id, createdAt, permanent, csrfSecret, flashes, data } = record
  return JSON.stringify([version, id, createdAt, permanent ? 1 : 0, csrfSecret ?? 0, flashes, data])
}

/** The record of a text, or `null` if it is of another version or form. */
export function parseRecord(text: string): SessionRecord | null {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch {
    return null
  }
  if (!Array.isArray(list) || list.length !== 7) return null
  const [format, id, createdAt, permanent, csrfSecret, flashes, data]: unknown[] = list
  if (format !== version || typeof id !== 'string' || typeof createdAt !== 'number') return null
  if (!isPairs(flashes) || !isPairs(data)) return null
  return {
    id,
    createdAt,
    permanent: permanent === 1,
    csrfSecret: typeof csrfSecret === 'string' ? csrfSecret : null,
    flashes,
    data,
  }
}

function isPairs(value: unknown): value is readonly unknown[] {
  return (
    Array.isArray(value) &&
    value.length % 2 === 0 &&
    value.every((key, i) => i % 2 === 1 || typeof key === 'string')
  )
}
