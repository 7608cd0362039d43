/** Limits that several processes share through a real Redis, and what becomes of them when it is gone. */
import { RedisStore } from '@dewar/stores/redis'
import { expect, it } from 'vitest'
import { startRedis } from '../../../test/tools/running-services.ts'
import { describeWithRedis } from '../../../test/tools/services.ts'
import { testClient } from '../src/testing.ts'
import { makeApp } from './setup.ts'

describeWithRedis('limits in Redis', (program) => {
  it('hold for all processes together, and refuse with 503 rather than let everything in when it is gone', async () => {
    const redis = await startRedis(program)
    const open = () => new RedisStore({ url: `redis://127.0.0.1:${redis.port}`, commandTimeout: 1 })
    const stores = [open(), open()]
    try {
      const clients = stores.map((store) => {
        const app = makeApp({ store })
        app.get('/', { limit: '5/minute' }, () => 'x')
        return testClient(app)
      })
      const all = await Promise.all(
        clients.flatMap((client) => Array.from({ length: 10 }, () => client.get('/'))),
      )
      expect(all.filter(({ status }) => status === 200)).toHaveLength(5)
      expect(all.filter(({ status }) => status === 429)).toHaveLength(15)

      await redis.stop()
      expect((await clients[0]?.get('/'))?.status).toBe(503)
    } finally {
      await Promise.all(stores.map((store) => store.close()))
      await redis.stop()
    }
  })
})
