/** Stored sessions while a real Redis is killed under load, and when it is back. */
import { setTimeout as sleep } from 'node:timers/promises'
import { RedisStore } from '@dewar/stores/redis'
import { expect, it } from 'vitest'
import { startRedis } from '../../../test/tools/running-services.ts'
import { describeWithRedis } from '../../../test/tools/services.ts'
import { session } from '../src/index.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

describeWithRedis('sessions in Redis', (program) => {
  it('are a clear 503 while it is away, without a hang, and go on without a restart', async () => {
    const redis = await startRedis(program)
    const store = new RedisStore({ url: `redis://127.0.0.1:${redis.port}`, commandTimeout: 1 })
    const app = makeApp({ store, config: { SESSION_TYPE: 'stored' }, logger: { level: 'silent' } })
    app.get('/', () => {
      session.set('n', (session.get('n') ?? 0) + 1)
      return 'x'
    })
    const seen = new Map<number, number>()
    let slowest = 0
    let isLoading = true
    const visitor = async () => {
      const client = testClient(app)
      while (isLoading) {
        const start = performance.now()
        const { status, headers } = await client.get('/')
        slowest = Math.max(slowest, performance.now() - start)
        seen.set(status, (seen.get(status) ?? 0) + 1)
        if (status === 503) expect(headers.get('Retry-After')).toBe('5')
        await sleep(1)
      }
    }
    const load = Promise.all(Array.from({ length: 10 }, visitor))
    try {
      await expect.poll(() => seen.get(200) ?? 0, { timeout: 5000 }).toBeGreaterThan(50)
      await redis.kill()
      await expect.poll(() => seen.get(503) ?? 0, { timeout: 5000 }).toBeGreaterThan(50)
      await redis.start()
      const before = seen.get(200) ?? 0
      await expect.poll(() => seen.get(200) ?? 0, { timeout: 10_000 }).toBeGreaterThan(before + 50)
    } finally {
      isLoading = false
      await load
      await store.close()
      await redis.stop()
    }
    expect([...seen.keys()].sort()).toEqual([200, 503])
    expect(slowest).toBeLessThan(5000) // several commands of a second each, and a busy machine
  }, 30_000)
})
