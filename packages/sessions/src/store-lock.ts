/** A short lock in a store, for what takes more than one step there. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '@dewar/stores'
import { defaults } from './defaults.ts'
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
  let pause = 1
  while (!(await store.add(lock, '1', { ttl: seconds }))) {
    if (performance.now() > end)
      throw new SessionError('ERR_SESSIONS_BUSY', 'Another request of this session does not finish saving.', {
        fix: 'See whether the store answers slowly, or a process was killed while it saved: the lock ends by itself.',
      })
    // Longer each time, and not in step: a crowd that waits must not keep the store from whoever holds the lock.
    await sleep(1 + Math.random() * pause)
    pause = Math.min(pause * 2, defaults.lockPause.value)
  }
  try {
    return await work()
  } finally {
    await store.delete(lock)
  }
}
