/** The contract and the failures of a real Redis. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient, createCluster } from 'redis'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { freePort, type RunningService, startRedis } from '../../../test/tools/running-services.ts'
import { describeWithRedis } from '../../../test/tools/services.ts'
import { storeContract } from '../src/contract.ts'
import { RedisStore } from '../src/redis.ts'

const minute = { ttl: 60 }
const advance = (seconds: number) => sleep(seconds * 1000)
let tests = 0
const keyPrefix = () => `test${tests++}:`

describeWithRedis('RedisStore', (program) => {
  let redis: RunningService
  const url = () => `redis://127.0.0.1:${redis.port}`
  beforeAll(async () => {
    redis = await startRedis(program)
  })
  afterAll(() => redis.stop())

  storeContract(
    'RedisStore',
    () => ({ store: new RedisStore({ url: url(), keyPrefix: keyPrefix() }), advance }),
    { describe, test },
  )

  it('shares counters among connections', async () => {
    const prefix = keyPrefix()
    const stores = Array.from({ length: 4 }, () => new RedisStore({ url: url(), keyPrefix: prefix }))
    await Promise.all(
      stores.flatMap((store) => Array.from({ length: 50 }, () => store.increment('n', 1, minute))),
    )
    expect(await stores[0]?.get('n')).toBe('200')
    await Promise.all(stores.map((store) => store.close()))
  })

  it('leaves a client that you gave it open', async () => {
    const client = await createClient({ url: url() }).connect()
    const store = new RedisStore({ client, keyPrefix: keyPrefix() })
    await store.set('a', '1', minute)
    await store.close()
    expect(client.isReady).toBe(true)
    await client.close()
  })

  it('gives every entry an end in Redis itself', async () => {
    const prefix = keyPrefix()
    const client = await createClient({ url: url() }).connect()
    const store = new RedisStore({ client, keyPrefix: prefix })
    await store.set('set', '1', minute)
    await store.add('add', '1', minute)
    await store.increment('counter', 1, minute)
    await store.increment('counter', 1, minute)
    const ttls = await Promise.all(['set', 'add', 'counter'].map((key) => client.ttl(prefix + key)))
    expect(ttls.every((ttl) => ttl > 50 && ttl <= 60)).toBe(true)
    await client.close()
  })

  it('counts exactly up to the largest whole number, and not beyond', async () => {
    const store = new RedisStore({ url: url(), keyPrefix: keyPrefix() })
    expect(await store.increment('n', Number.MAX_SAFE_INTEGER, minute)).toBe(Number.MAX_SAFE_INTEGER)
    await expect(store.increment('n', 1, minute)).rejects.toMatchObject({ code: 'ERR_STORES_NOT_A_NUMBER' })
    expect(await store.increment('n', -1, minute)).toBe(Number.MAX_SAFE_INTEGER - 1)
    await store.close()
  })
})

describeWithRedis('RedisStore in a cluster', (program) => {
  let redis: RunningService
  beforeAll(async () => {
    redis = await startRedis(program, () => ['--cluster-enabled', 'yes'])
    const admin = await createClient({ url: `redis://127.0.0.1:${redis.port}` }).connect()
    await admin.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383'])
    for (let i = 0; i < 100; i++) {
      if (String(await admin.sendCommand(['CLUSTER', 'INFO'])).includes('cluster_state:ok')) break
      await sleep(50)
    }
    await admin.close()
  })
  afterAll(() => redis.stop())

  it('works through createCluster', async () => {
    const client = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${redis.port}` }] })
    await client.connect()
    const store = new RedisStore({ client })
    expect(await store.add('a', '1', minute)).toBe(true)
    expect(await store.add('a', '2', minute)).toBe(false)
    expect(await store.increment('n', 2, minute)).toBe(2)
    expect([await store.get('a'), await store.delete('a')]).toEqual(['1', true])
    await client.close()
  })
})

describeWithRedis('RedisStore over TLS and with a password', (program) => {
  it('keeps text', async () => {
    const tlsPort = await freePort()
    const redis = await startRedis(program, (folder) => {
      const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
      const request = [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=localhost',
      ]
      execFileSync('openssl', [...request, '-keyout', key, '-out', cert], { stdio: 'ignore' })
      const tls = ['--tls-port', `${tlsPort}`, '--tls-cert-file', cert, '--tls-key-file', key]
      return [...tls, '--tls-auth-clients', 'no', '--requirepass', 'a-password-for-tests']
    })
    const socket = { tls: true, rejectUnauthorized: false } as const
    const address = `127.0.0.1:${tlsPort}`
    const client = createClient({ url: `rediss://:a-password-for-tests@${address}`, socket })
    const store = new RedisStore({ client: await client.connect() })
    await store.set('a', 'x', minute)
    expect(await store.get('a')).toBe('x')
    await client.close()

    // A certificate that nobody vouches for is refused, and the error shows no password.
    const untrusting = new RedisStore({ url: `rediss://:a-password-for-tests@${address}` })
    const error = await untrusting.get('a').catch((each: unknown) => each)
    expect(error).toMatchObject({ code: 'ERR_STORES_UNAVAILABLE' })
    expect(String(error)).toContain(`Redis at ${address} failed`)
    expect(String(error)).not.toContain('a-password')
    await untrusting.close()
    await redis.stop()
  })
})

describe('a RedisStore that cannot be', () => {
  it.each([
    ['neither address nor client', {}, 'ERR_STORES_ARGUMENT'],
    ['no address', { url: 'http://:secret@localhost' }, 'ERR_STORES_ARGUMENT'],
    ['a misspelt option', { url: 'redis://127.0.0.1', keyprefix: 'a' }, 'ERR_STORES_OPTION'],
  ])('says so at once: %s', (_, options, code) => {
    const make = () => new RedisStore(options)
    expect(make).toThrow(expect.objectContaining({ code }))
    expect(make).not.toThrow(/secret/)
  })
})
