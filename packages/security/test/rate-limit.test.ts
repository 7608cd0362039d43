import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryStore, type Store } from '@dewar/stores'
import { SqliteStore } from '@dewar/stores/sqlite'
import { describe, expect, it } from 'vitest'
import { RateLimit, type RateLimitOptions, rateLimitHeaders } from '../src/index.ts'

/** A limit under a clock that stands still until it is moved. */
function setUp(options: Partial<RateLimitOptions> = {}) {
  const clock = { now: 1_800_000_000 }
  const now = () => clock.now
  const store = options.store ?? new MemoryStore({ now })
  const limit = new RateLimit({ limit: '5/minute', store, now, ...options })
  const hits = async (count: number, key = 'a') => {
    const allowed: boolean[] = []
    for (let i = 0; i < count; i++) allowed.push((await limit.hit(key)).allowed)
    return allowed.filter(Boolean).length
  }
  return { clock, limit, store, hits }
}

describe('RateLimit', () => {
  it('allows as many as it says, then none', async () => {
    const { limit } = setUp()
    const results = []
    for (let i = 0; i < 7; i++) results.push(await limit.hit('a'))
    expect(results.map(({ allowed }) => allowed)).toEqual([true, true, true, true, true, false, false])
    expect(results.map(({ remaining }) => remaining)).toEqual([4, 3, 2, 1, 0, 0, 0])
  })

  it('counts each key for itself, and each name', async () => {
    const { hits, store, clock } = setUp()
    expect(await hits(6, 'a')).toBe(5)
    expect(await hits(6, 'b')).toBe(5)
    const other = new RateLimit({ limit: '5/minute', name: 'other', store, now: () => clock.now })
    expect((await other.hit('a')).allowed).toBe(true)
  })

  it('lets the next request pass when it said so, and not a second earlier', async () => {
    const { limit, hits, clock } = setUp()
    await hits(5)
    const { retryAfter } = await limit.hit('a')
    clock.now += retryAfter - 1
    expect((await limit.check('a')).allowed).toBe(false)
    clock.now += 1
    expect((await limit.hit('a')).allowed).toBe(true)
  })

  it('slides: two full bursts do not fit around the end of a window', async () => {
    const { hits, clock } = setUp()
    clock.now += 59
    expect(await hits(5)).toBe(5)
    clock.now += 2
    expect(await hits(5)).toBe(0)
    clock.now += 30
    expect(await hits(5)).toBe(2)
  })

  it('is all free again after the time it says', async () => {
    const { limit, hits, clock } = setUp()
    await hits(4)
    const { resetAfter } = await limit.hit('a')
    clock.now += resetAfter
    expect(await hits(6)).toBe(5)
  })

  it('does not make refused requests prolong the wait', async () => {
    const { limit, hits, clock } = setUp()
    await hits(5)
    const first = (await limit.hit('a')).retryAfter
    await hits(100)
    expect((await limit.hit('a')).retryAfter).toBe(first)
    clock.now += first
    expect((await limit.hit('a')).allowed).toBe(true)
  })

  it('holds several rates at once and tells the tightest', async () => {
    const { limit, hits, clock } = setUp({ limit: '3/second; 5/minute' })
    expect(await hits(4)).toBe(3)
    clock.now += 2
    const result = await limit.hit('a')
    expect(result).toMatchObject({ allowed: true, limit: 5, window: 60, remaining: 1 })
    clock.now += 2
    expect(await hits(3)).toBe(1)
  })

  it('does not charge one rate for what another refused', async () => {
    const { hits, clock } = setUp({ limit: '1/second; 3/minute' })
    expect(await hits(50)).toBe(1)
    clock.now += 2
    expect(await hits(1)).toBe(1)
    clock.now += 2
    expect(await hits(1)).toBe(1)
  })

  it('charges a hit with its cost', async () => {
    const { limit } = setUp()
    expect((await limit.hit('a', 4)).remaining).toBe(1)
    expect((await limit.hit('a', 2)).allowed).toBe(false)
    expect((await limit.hit('a', 1)).allowed).toBe(true)
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses the cost %s', async (cost) => {
    await expect(setUp().limit.hit('a', cost)).rejects.toMatchObject({ code: 'ERR_SECURITY_RATE_COST' })
  })

  it('takes a hit back, for limits that count failures only', async () => {
    const { limit, hits } = setUp()
    for (let i = 0; i < 20; i++) await (await limit.hit('a')).refund()
    expect(await hits(6)).toBe(5)
    await (await limit.hit('a')).refund()
    expect((await limit.hit('a')).allowed).toBe(false)
  })

  it('looks without counting', async () => {
    const { limit, hits } = setUp()
    for (let i = 0; i < 20; i++) expect((await limit.check('a')).allowed).toBe(true)
    expect(await hits(6)).toBe(5)
    expect((await limit.check('a')).allowed).toBe(false)
  })

  it('forgets a key', async () => {
    const { limit, hits } = setUp()
    await hits(5)
    await limit.reset('a')
    expect(await hits(6)).toBe(5)
  })

  it('takes rates as data', () => {
    expect(setUp({ limit: { count: 2, seconds: 31_536_000 } }).limit.rates).toEqual([
      { count: 2, seconds: 31_536_000 },
    ])
    expect(() => setUp({ limit: [{ count: 0, seconds: 60 }] })).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_RATE' }),
    )
  })

  it('refuses unknown options with the nearest known one', () => {
    expect(() => setUp({ nmae: 'x' } as object)).toThrow(
      expect.objectContaining({ code: 'ERR_SECURITY_OPTION', fix: expect.stringContaining("'name'") }),
    )
  })
})

describe('a limit over SQLite', () => {
  it('is one limit for all processes that share the file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dewar-rates-'))
    const path = join(folder, 'rates.db')
    const stores = [new SqliteStore({ path }), new SqliteStore({ path })]
    try {
      const now = () => 1_800_000_000
      const limits = stores.map((store) => new RateLimit({ limit: '5/minute', store, now }))
      const hits = await Promise.all(Array.from({ length: 20 }, (_, index) => limits[index % 2]?.hit('a')))
      expect(hits.filter((hit) => hit?.allowed)).toHaveLength(5)
    } finally {
      for (const store of stores) await store.close()
      await rm(folder, { recursive: true })
    }
  })
})

describe('a store that is down', () => {
  const down = new Proxy({} as Store, {
    get: () => async () => {
      throw new Error('ECONNREFUSED 10.1.1.1')
    },
  })

  it('means 503, and no detail for the client', async () => {
    const { limit } = setUp({ store: down })
    const error = await limit.hit('a').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ status: 503, code: 'ERR_SECURITY_RATE_STORE', cause: expect.any(Error) })
    expect(error).toHaveProperty('description', expect.not.stringContaining('ECONNREFUSED'))
  })

  it('lets requests through only if told so', async () => {
    const { limit } = setUp({ store: down, unsafeAllowOnStoreError: true })
    expect((await limit.hit('a')).allowed).toBe(true)
  })
})

describe('rateLimitHeaders', () => {
  it('tells how the client stands', async () => {
    const { limit, hits } = setUp()
    expect(rateLimitHeaders('login', await limit.hit('a'))).toEqual([
      ['RateLimit-Policy', '"login";q=5;w=60'],
      ['RateLimit', '"login";r=4;t=120'],
    ])
    await hits(4)
    const refused = await limit.hit('a')
    expect(rateLimitHeaders('login', refused)).toEqual([
      ['RateLimit-Policy', '"login";q=5;w=60'],
      ['RateLimit', `"login";r=0;t=${refused.retryAfter}`],
      ['Retry-After', String(refused.retryAfter)],
    ])
  })

  it('writes any name as a structured string', async () => {
    const [policy] = rateLimitHeaders('a"b\\c\r\nü', await setUp().limit.hit('a'))
    expect(policy?.[1]).toBe('"a\\"b\\\\c???";q=5;w=60')
  })
})
