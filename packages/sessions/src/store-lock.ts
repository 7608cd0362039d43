/** A short lock in a store, for what takes more than one step there. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '@dewar/stores'
import { SessionError } from './errors.ts'

/**
 * Does a piece of work while nobody else does it for the same key.
 *
 * @param seconds how long to wait for the lock, and after which it frees itself if its holder has died
 * @throws {SessionError} `ERR_SESSIONS_BUSY` if it does not become free
 */
export async function withLock<T>(
  store: Store,
  seconds: number,
  key: string,
  work: () => Promise<T>,
): Promise<T> {
  const lock = `${key}:lock`
  const end = performance.now() + seconds * 1000
  while (!(await store.add(lock, '1', { ttl: seconds }))) {
    if (performance.now() > end)
      throw new SessionError('ERR_SESSIONS_BUSY', 'Another request of this session does not finish saving.', {
        fix: 'See whether the store answers slowly, or a process was killed while it saved: the lock ends by itself.',
      })
    await sleep(1)
  }
  try {
    return await work()
  } finally {
    await store.delete(lock)
  }
}
