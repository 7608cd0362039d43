import { MemoryStore } from '@dewar/stores'
import { describe, expect, it } from 'vitest'
import { clientKey, RateLimit } from '../src/index.ts'

function createLimit(limit = '5/minute') {
  const clock = { now: 1_800_000_000 }
  const now = () => clock.now
  return { clock, limit: new RateLimit({ limit, store: new MemoryStore({ now }), now }) }
}

describe('attempts to dodge a limit', () => {
  it('by sending everything at the same moment', async () => {
    const { limit } = createLimit()
    const results = await Promise.all(Array.from({ length: 200 }, () => limit.hit('a')))
    expect(results.filter(({ allowed }) => allowed)).toHaveLength(5)
  })

  it('by walking through the addresses of an IPv6 network', async () => {
    const { limit } = createLimit()
    const results = []
    for (let i = 1; i <= 50; i++) results.push(await limit.hit(clientKey(`2001:db8::${i.toString(16)}:${i}`)))
    expect(results.filter(({ allowed }) => allowed)).toHaveLength(5)
  })

  it('by spelling one address in several ways', async () => {
    const { limit } = createLimit('2/minute')
    const spellings = [
      '192.0.2.1',
      '::ffff:192.0.2.1',
      '192.0.2.1:1000',
      '192.0.2.1:1001',
      '[::ffff:c000:0201]',
    ]
    const results = []
    for (const spelling of spellings) results.push(await limit.hit(clientKey(spelling)))
    expect(results.filter(({ allowed }) => allowed)).toHaveLength(2)
  })

  it('by waiting for the end of a window', async () => {
    const { limit, clock } = createLimit()
    let allowed = 0
    for (let second = 0; second < 600; second++) {
      clock.now = 1_800_000_000 + second
      if ((await limit.hit('a')).allowed) allowed++
    }
    expect(allowed).toBeLessThanOrEqual(51)
    expect(allowed).toBeGreaterThanOrEqual(40)
  })

  it('by keys that run into each other or into the store', async () => {
    const { limit } = createLimit('1/minute')
    const keys = [
      'a',
      'a:1',
      'x'.repeat(5000),
      `${'x'.repeat(4999)}y`,
      'a b',
      'a\nb',
      '\ud800',
      '',
      '__proto__',
    ]
    const results = []
    for (const key of keys) results.push(await limit.hit(key))
    expect(results.every(({ allowed }) => allowed)).toBe(true)
    for (const key of keys) expect((await limit.hit(key)).allowed).toBe(false)
  })

  it('by taking back one hit twice', async () => {
    const { limit } = createLimit()
    const hit = await limit.hit('a')
    await Promise.all([hit.refund(), hit.refund(), hit.refund()])
    const results = await Promise.all(Array.from({ length: 10 }, () => limit.hit('a')))
    expect(results.filter(({ allowed }) => allowed)).toHaveLength(5)
  })

  it('do not hurt the neighbour', async () => {
    const { limit } = createLimit()
    await Promise.all(Array.from({ length: 200 }, () => limit.hit(clientKey('203.0.113.9'))))
    expect((await limit.hit(clientKey('203.0.113.10'))).allowed).toBe(true)
  })
})
