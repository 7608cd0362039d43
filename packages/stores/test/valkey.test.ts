/** The contract and an outage of a real Valkey, through the same store as Redis. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { type RunningService, startRedis } from '../../../test/tools/running-services.ts'
import { describeWithValkey } from '../../../test/tools/services.ts'
import { storeContract } from '../src/contract.ts'
import { RedisStore } from '../src/redis.ts'

const advance = (seconds: number) => sleep(seconds * 1000)
let tests = 0

describeWithValkey('RedisStore on Valkey', (program) => {
  let valkey: RunningService
  const url = () => `redis://127.0.0.1:${valkey.port}`
  beforeAll(async () => {
    valkey = await startRedis(program)
  })
  afterAll(() => valkey.stop())

  storeContract(
    'RedisStore on Valkey',
    () => ({ store: new RedisStore({ url: url(), keyPrefix: `test${tests++}:` }), advance }),
    { describe, test },
  )

  it('fails clearly while it is away, and works again once it is back', async () => {
    const store = new RedisStore({ url: url(), commandTimeout: 1 })
    await store.set('a', '1', { ttl: 60 })
    await valkey.kill()
    await expect(store.get('a')).rejects.toMatchObject({ code: 'ERR_STORES_UNAVAILABLE' })
    await valkey.start()
    await expect.poll(() => store.set('a', '2', { ttl: 60 }).then(() => 'kept', String)).toBe('kept')
    expect(await store.get('a')).toBe('2')
    await store.close()
  })
})
