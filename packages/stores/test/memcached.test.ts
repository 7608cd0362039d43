/** The contract and the failures of a real Memcached. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { type RunningService, startMemcached } from '../../../test/tools/running-services.ts'
import { describeWithMemcached } from '../../../test/tools/services.ts'
import { storeContract } from '../src/contract.ts'
import { MemcachedStore } from '../src/memcached.ts'

const minute = { ttl: 60 }
const unavailable = { code: 'ERR_STORES_UNAVAILABLE' }
let tests = 0
const keyPrefix = () => `test${tests++}:`

describeWithMemcached('MemcachedStore', (program) => {
  let memcached: RunningService
  const servers = () => `127.0.0.1:${memcached.port}`
  beforeAll(async () => {
    memcached = await startMemcached(program)
  })
  afterAll(() => memcached.stop())

  storeContract(
    'MemcachedStore',
    () => ({
      store: new MemcachedStore({ servers: servers(), keyPrefix: keyPrefix() }),
      advance: (seconds) => sleep(seconds * 1000),
    }),
    { describe, test },
  )

  it('shares counters among connections', async () => {
    const prefix = keyPrefix()
    const stores = Array.from(
      { length: 3 },
      () => new MemcachedStore({ servers: servers(), keyPrefix: prefix }),
    )
    await Promise.all(
      stores.flatMap((store) => Array.from({ length: 30 }, () => store.increment('n', 1, minute))),
    )
    expect(await stores[0]?.get('n')).toBe('90')
    await Promise.all(stores.map((store) => store.close()))
  })

  it('keeps what lives longer than 30 days, where Memcached changes its way of counting', async () => {
    const store = new MemcachedStore({ servers: servers(), keyPrefix: keyPrefix() })
    await store.set('a', 'x', { ttl: 400 * 86_400 })
    expect(await store.get('a')).toBe('x')
    await store.close()
  })

  it('says that a value is too large, instead of losing it', async () => {
    const store = new MemcachedStore({ servers: servers(), keyPrefix: keyPrefix() })
    const value = 'x'.repeat(1_048_576)
    await expect(store.set('a', value, minute)).rejects.toMatchObject({ code: 'ERR_STORES_TOO_LONG' })
    expect(await store.get('a')).toBeUndefined()
    await store.close()
  })
})

describeWithMemcached('while Memcached is away, MemcachedStore', (program) => {
  it('fails clearly, with every call answered, and recovers by itself', async () => {
    const memcached = await startMemcached(program)
    const store = new MemcachedStore({ servers: `127.0.0.1:${memcached.port}`, commandTimeout: 1 })
    await store.set('a', 'x', minute)
    const underWay = Promise.allSettled(Array.from({ length: 50 }, () => store.get('a')))
    await memcached.kill()
    expect(await underWay).toHaveLength(50)
    const error = await store.get('a').catch((each: unknown) => each)
    expect(error).toMatchObject(unavailable)
    expect(String(error)).toContain(`Memcached at 127.0.0.1:${memcached.port} failed`)

    await memcached.start()
    expect(await store.get('a')).toBeUndefined() // it keeps nothing over a restart
    await store.set('a', 'y', minute)
    expect(await store.get('a')).toBe('y')
    await store.close()
    await memcached.stop()
  })

  it('does not wait longer than commandTimeout for one that stands still', async () => {
    const memcached = await startMemcached(program)
    const store = new MemcachedStore({ servers: `127.0.0.1:${memcached.port}`, commandTimeout: 1 })
    await store.set('a', 'x', minute)
    memcached.signal('SIGSTOP')
    await sleep(100) // its threads are stopped one after the other
    const start = performance.now()
    await expect(store.get('a')).rejects.toMatchObject(unavailable)
    expect(performance.now() - start).toBeLessThan(2500)
    memcached.signal('SIGCONT')
    await sleep(100)
    expect(await store.get('a')).toBe('x')
    await store.close()
    await memcached.stop()
  })
})

describe('a MemcachedStore that cannot be', () => {
  it.each([
    ['no servers', { servers: '' }, 'ERR_STORES_ARGUMENT'],
    ['credentials among the servers', { servers: 'user:pass@localhost' }, 'ERR_STORES_ARGUMENT'],
    ['a misspelt option', { servers: 'localhost', keyprefix: 'a' }, 'ERR_STORES_OPTION'],
  ])('says so at once: %s', (_, options, code) => {
    expect(() => new MemcachedStore(options)).toThrow(expect.objectContaining({ code }))
  })
})
