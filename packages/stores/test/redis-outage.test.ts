/** A real Redis that is killed, stands still, and comes back. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { freePort, startRedis } from '../../../test/tools/running-services.ts'
import { describeWithRedis } from '../../../test/tools/services.ts'
import { RedisStore } from '../src/redis.ts'

const minute = { ttl: 60 }
const unavailable = { code: 'ERR_STORES_UNAVAILABLE' }

describeWithRedis('while Redis is away, RedisStore', (program) => {
  it('fails clearly and fast under load, loses no call, and recovers by itself', async () => {
    const redis = await startRedis(program)
    const store = new RedisStore({ url: `redis://127.0.0.1:${redis.port}`, commandTimeout: 1 })
    const outcomes = { ok: 0, failed: 0, other: 0, slowest: 0 }
    let isLoading = true
    const worker = async () => {
      while (isLoading) {
        const start = performance.now()
        try {
          await store.increment('n', 1, minute)
          outcomes.ok++
        } catch (error) {
          if ((error as { code?: string }).code === unavailable.code) outcomes.failed++
          else outcomes.other++
        }
        outcomes.slowest = Math.max(outcomes.slowest, performance.now() - start)
        await sleep(1)
      }
    }
    const load = Promise.all(Array.from({ length: 20 }, worker))
    await sleep(300)
    const before = outcomes.ok
    await redis.kill()
    await sleep(500)
    expect(before).toBeGreaterThan(0)
    expect(outcomes.failed).toBeGreaterThan(20)

    await redis.start()
    const back = outcomes.ok
    for (let i = 0; i < 100 && outcomes.ok < back + 20; i++) await sleep(50)
    expect(outcomes.ok).toBeGreaterThanOrEqual(back + 20)
    isLoading = false
    await load
    expect(outcomes.other).toBe(0)
    expect(outcomes.slowest).toBeLessThan(2500) // commandTimeout, and a busy machine
    await store.close()
    await redis.stop()
  })

  it('does not wait longer than commandTimeout for one that stands still', async () => {
    const redis = await startRedis(program)
    const store = new RedisStore({ url: `redis://127.0.0.1:${redis.port}`, commandTimeout: 1 })
    await store.set('a', 'x', minute)
    redis.signal('SIGSTOP')
    await sleep(100) // its threads are stopped one after the other
    const start = performance.now()
    await expect(store.get('a')).rejects.toMatchObject(unavailable)
    expect(performance.now() - start).toBeLessThan(2500)
    redis.signal('SIGCONT')
    await sleep(100)
    expect(await store.get('a')).toBe('x')
    await store.close()
    await redis.stop()
  })

  it('says what is wrong when there never was one, and connects once there is', async () => {
    const port = await freePort()
    const store = new RedisStore({ url: `redis://user:password@127.0.0.1:${port}`, commandTimeout: 1 })
    const error = await store.get('a').catch((each: unknown) => each)
    expect(error).toMatchObject(unavailable)
    expect(String(error)).toMatch(new RegExp(`Redis at 127\\.0\\.0\\.1:${port} failed: .*ECONNREFUSED`))
    expect(String(error)).not.toContain('password')
    const start = performance.now()
    await expect(store.get('a')).rejects.toMatchObject(unavailable)
    expect(performance.now() - start).toBeLessThan(200)
    await store.close()
    await expect(store.get('a')).rejects.toMatchObject({ code: 'ERR_STORES_CLOSED' })
  })
})
