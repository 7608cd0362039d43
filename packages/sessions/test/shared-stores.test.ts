/** One session, many requests at once, and more than one process: each with a connection of its own to the same store. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '@dewar/stores'
import { RedisStore } from '@dewar/stores/redis'
import { SqliteStore } from '@dewar/stores/sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningService, startRedis } from '../../../test/tools/running-services.ts'
import { describeWithRedis } from '../../../test/tools/services.ts'
import { storedSessions } from '../src/index.ts'

const sentBack = (setCookie: string | null) => (setCookie ?? '').split(';')[0] ?? ''

/** What has to hold wherever two processes share a store. */
function sharedSessions(connect: () => Store): void {
  it('lose no key of 200 interleaved requests to two processes', async () => {
    const stores = [connect(), connect()]
    const processes = stores.map((store) => storedSessions({ store, lockTimeout: 30 }))
    const [first, second] = processes as [(typeof processes)[0], (typeof processes)[0]]
    const cookie = sentBack(await first.save(first.create().set('user', 7)))
    await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const sessions = i % 2 === 0 ? first : second
        const session = await sessions.open(cookie)
        await new Promise((resolve) => setTimeout(resolve, (i * 7) % 13))
        session.set(`key ${i}`, i)
        await sessions.save(session)
      }),
    )
    const session = await second.open(cookie)
    expect(session.size).toBe(201)
    for (let i = 0; i < 200; i++) expect(session.get(`key ${i}`)).toBe(i)
    await Promise.all(stores.map((store) => store.close()))
  })

  it('end for both, also for a request that was under way in the other', async () => {
    const stores = [connect(), connect()] as const
    const [first, second] = [storedSessions({ store: stores[0] }), storedSessions({ store: stores[1] })]
    const cookie = sentBack(await first.save(first.create().set('user', 7)))
    const underWay = await second.open(cookie)
    const leaving = await first.open(cookie)
    leaving.clear()
    await first.save(leaving)
    expect(await second.save(underWay.set('late', true))).toBeNull()
    for (const sessions of [first, second]) {
      const after = await sessions.open(cookie)
      expect([after.size, after.refused?.reason]).toEqual([0, 'unknown'])
    }
    await Promise.all(stores.map((store) => store.close()))
  })
}

describe('stored sessions of two processes on one SQLite file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dewar-sessions-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'shared.db')
  sharedSessions(() => new SqliteStore({ path }))
})

describeWithRedis('stored sessions of two processes on one Redis', (program) => {
  let redis: RunningService
  beforeAll(async () => {
    redis = await startRedis(program)
  })
  afterAll(() => redis.stop())
  sharedSessions(() => new RedisStore({ url: `redis://127.0.0.1:${redis.port}` }))
})
