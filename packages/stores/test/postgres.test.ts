/** The contract and the failures of a real PostgreSQL. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { type RunningService, startPostgres } from '../../../test/tools/running-services.ts'
import { describeWithPostgres } from '../../../test/tools/services.ts'
import { storeContract } from '../src/contract.ts'
import { PostgresStore } from '../src/postgres.ts'

const minute = { ttl: 60 }
const unavailable = { code: 'ERR_STORES_UNAVAILABLE' }
let tests = 0
const table = () => `store_${tests++}`

describeWithPostgres('PostgresStore', (program) => {
  let postgres: RunningService
  const url = () => `postgres://postgres@127.0.0.1:${postgres.port}/postgres`
  beforeAll(async () => {
    postgres = await startPostgres(program)
  }, 60_000)
  afterAll(() => postgres.stop())

  storeContract(
    'PostgresStore',
    () => ({
      store: new PostgresStore({ url: url(), table: table() }),
      advance: (seconds) => sleep(seconds * 1000),
    }),
    { describe, test },
  )

  it('shares a table that several processes make at once', async () => {
    const name = table()
    const stores = Array.from({ length: 4 }, () => new PostgresStore({ url: url(), table: name }))
    await Promise.all(
      stores.flatMap((store) => Array.from({ length: 25 }, () => store.increment('n', 1, minute))),
    )
    expect(await stores[0]?.get('n')).toBe('100')
    await Promise.all(stores.map((store) => store.close()))
  })

  it('takes a pool of yours, and leaves it open', async () => {
    const pool = new pg.Pool({ connectionString: url() })
    const store = new PostgresStore({ pool, table: table() })
    await store.set('a', 'x', minute)
    await store.close()
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    await pool.end()
  })

  it('removes expired entries in batches', async () => {
    const store = new PostgresStore({ url: url(), table: table() })
    await store.set('kept', 'x', minute)
    for (let i = 0; i < 5; i++) await store.set(`gone${i}`, 'x', { ttl: 1 })
    await sleep(1100)
    expect([await store.purge(3), await store.purge(3), await store.purge(3)]).toEqual([3, 2, 0])
    expect(await store.get('kept')).toBe('x')
    await store.close()
  })

  it('fails clearly while the server is away, and recovers by itself', async () => {
    const store = new PostgresStore({ url: url(), table: table(), commandTimeout: 1 })
    await store.set('a', 'x', minute)
    const underWay = Promise.allSettled(Array.from({ length: 50 }, () => store.get('a')))
    await postgres.kill()
    expect(await underWay).toHaveLength(50)
    const error = await store.get('a').catch((each: unknown) => each)
    expect(error).toMatchObject(unavailable)
    expect(String(error)).toContain(`PostgreSQL at 127.0.0.1:${postgres.port} failed`)

    await postgres.start()
    let value: string | undefined
    for (let i = 0; i < 100 && value === undefined; i++) {
      await sleep(50) // it repairs itself first
      value = await store.get('a').catch(() => undefined)
    }
    expect(value).toBe('x')
    await store.close()
  })
})

describe('a PostgresStore that cannot be', () => {
  it.each([
    ['neither address nor pool', {}, 'ERR_STORES_ARGUMENT'],
    [
      'a table that is more than a name',
      { url: 'postgres://x', table: 'a; DROP TABLE b' },
      'ERR_STORES_ARGUMENT',
    ],
    ['a misspelt option', { url: 'postgres://x', tabel: 'a' }, 'ERR_STORES_OPTION'],
  ])('says so at once: %s', (_, options, code) => {
    expect(() => new PostgresStore(options)).toThrow(expect.objectContaining({ code }))
  })
})
