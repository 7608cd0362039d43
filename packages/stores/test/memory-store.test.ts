import { describe, expect, it } from 'vitest'
import { MemoryStore } from '../src/index.ts'

const minute = { ttl: 60 }

describe('MemoryStore', () => {
  it('never keeps more entries than allowed, however many visitors come', async () => {
    const store = new MemoryStore({ maxEntries: 100 })
    for (let i = 0; i < 10_000; i++) await store.set(`visitor ${i}`, 'x', minute)
    expect(store.size).toBeLessThanOrEqual(100)
    expect(await store.get('visitor 9999')).toBe('x')
    expect(await store.get('visitor 0')).toBeUndefined()
  })

  it('drops what was not used for longest', async () => {
    const store = new MemoryStore({ maxEntries: 3 })
    for (const key of ['a', 'b', 'c']) await store.set(key, key, minute)
    await store.get('a')
    await store.set('d', 'd', minute)
    expect(await store.get('b')).toBeUndefined()
    expect(await store.get('a')).toBe('a')
  })

  it('counts, adds and increments as use, too', async () => {
    const store = new MemoryStore({ maxEntries: 3 })
    await store.increment('n', 1, minute)
    await store.set('b', 'b', minute)
    await store.set('c', 'c', minute)
    await store.increment('n', 1, minute)
    await store.increment('m', 1, minute)
    expect(await store.get('n')).toBe('2')
    expect(await store.get('b')).toBeUndefined()
  })

  it('writes over an entry of a full store without dropping another', async () => {
    const store = new MemoryStore({ maxEntries: 2 })
    await store.set('a', '1', minute)
    await store.set('b', '1', minute)
    await store.set('a', '2', minute)
    expect([await store.get('a'), await store.get('b')]).toEqual(['2', '1'])
  })

  it('drops an expired entry when it is looked at', async () => {
    let seconds = 0
    const store = new MemoryStore({ now: () => seconds })
    await store.set('a', 'x', { ttl: 1 })
    seconds = 1
    expect(await store.get('a')).toBeUndefined()
    expect(store.size).toBe(0)
  })

  it.each([
    ['an unknown option', { maxEntry: 5 }],
    ['no room at all', { maxEntries: 0 }],
    ['text as a number', { maxEntries: '5' }],
  ])('is not made with %s', (_, options) => {
    expect(() => new MemoryStore(options as object)).toThrow(
      expect.objectContaining({ code: 'ERR_STORES_OPTION' }),
    )
  })
})
