/**
 * The contract of `Store` as tests, for whoever writes another one. It needs no particular test runner: pass `describe`
 * and `test` of yours; it asserts with `node:assert`.
 */
import assert from 'node:assert/strict'
import type { Store } from './store.ts'

/** The functions of a test runner: vitest, jest, mocha and `node:test` all have them. */
export interface TestFunctions {
  /** Groups tests under a name. */
  readonly describe: (name: string, body: () => void) => unknown
  /** Declares a test. */
  readonly test: (name: string, body: () => Promise<void>) => unknown
}

/** A store under test, with the means to let time pass. */
export interface StoreUnderTest {
  readonly store: Store
  /** Moves the store's clock on (or really waits) by that many seconds. */
  readonly advance: (seconds: number) => Promise<void> | void
}

/** Makes an empty store for each test. */
export type MakeStore = () => Promise<StoreUnderTest> | StoreUnderTest

/**
 * Declares the contract's tests for a store.
 *
 * @param name how the group is called
 * @param make makes an empty store; the tests close it
 * @param functions `describe` and `test` of your runner
 *
 * @example
 * ```ts
 * import { describe, test } from 'node:test'
 * import { MemoryStore } from '@dewar/stores'
 * import { storeContract } from '@dewar/stores/contract'
 *
 * storeContract('MemoryStore', () => {
 *   let seconds = 0
 *   return { store: new MemoryStore({ now: () => seconds }), advance: (by) => { seconds += by } }
 * }, { describe, test })
 * ```
 */
export function storeContract(name: string, make: MakeStore, { describe, test }: TestFunctions): void {
  describe(`${name} keeps the contract of Store`, () => {
    for (const [claim, body] of [...entryClaims, ...expiryClaims, ...counterClaims, ...refusalClaims]) {
      test(claim, async () => {
        const made = await make()
        try {
          await body(made)
        } finally {
          await made.store.close()
        }
      })
    }
  })
}

type Claim = readonly [claim: string, body: (made: StoreUnderTest) => Promise<void>]

const minute = { ttl: 60 }

const entryClaims: readonly Claim[] = [
  [
    'gives undefined for what was never written',
    async ({ store }) => {
      assert.equal(await store.get('absent'), undefined)
    },
  ],
  [
    'gives back what was written',
    async ({ store }) => {
      await store.set('a', 'one', minute)
      assert.equal(await store.get('a'), 'one')
    },
  ],
  [
    'writes over an older entry',
    async ({ store }) => {
      await store.set('a', 'one', minute)
      await store.set('a', 'two', minute)
      assert.equal(await store.get('a'), 'two')
    },
  ],
  [
    'keeps entries apart by the whole key, and does not fold case',
    async ({ store }) => {
      await store.set('a', '1', minute)
      await store.set('A', '2', minute)
      await store.set('a:b', '3', minute)
      assert.deepEqual([await store.get('a'), await store.get('A'), await store.get('a:b')], ['1', '2', '3'])
    },
  ],
  [
    'keeps any well-formed text, in keys and in values',
    async ({ store }) => {
      const text = ' \n\0"\'\\%_é☃🎉 __proto__ '
      await store.set(text, text, minute)
      await store.set('__proto__', '', minute)
      assert.equal(await store.get(text), text)
      assert.equal(await store.get('__proto__'), '')
      assert.equal(await store.get('constructor'), undefined)
    },
  ],
  [
    'keeps a value of 100 kB',
    async ({ store }) => {
      const text = 'ü'.repeat(50_000)
      await store.set('large', text, minute)
      assert.equal(await store.get('large'), text)
    },
  ],
  [
    'adds only where nothing is',
    async ({ store }) => {
      assert.equal(await store.add('a', 'first', minute), true)
      assert.equal(await store.add('a', 'second', minute), false)
      assert.equal(await store.get('a'), 'first')
    },
  ],
  [
    'lets exactly one of many concurrent adds win',
    async ({ store }) => {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, i) => store.add('lock', `${i}`, minute)),
      )
      assert.equal(outcomes.filter(Boolean).length, 1)
      assert.equal(await store.get('lock'), `${outcomes.indexOf(true)}`)
    },
  ],
  [
    'deletes, and answers whether there was something',
    async ({ store }) => {
      await store.set('a', 'one', minute)
      assert.equal(await store.delete('a'), true)
      assert.equal(await store.delete('a'), false)
      assert.equal(await store.get('a'), undefined)
    },
  ],
]

const expiryClaims: readonly Claim[] = [
  [
    'keeps an entry until its time has passed, and not longer',
    async ({ store, advance }) => {
      await store.set('short', 'x', { ttl: 2 })
      await store.set('long', 'y', minute)
      await advance(1)
      assert.equal(await store.get('short'), 'x')
      await advance(1.5)
      assert.equal(await store.get('short'), undefined)
      assert.equal(await store.get('long'), 'y')
    },
  ],
  [
    'gives a rewritten entry a new life',
    async ({ store, advance }) => {
      await store.set('a', 'one', { ttl: 2 })
      await advance(1)
      await store.set('a', 'two', { ttl: 3 })
      await advance(1.5)
      assert.equal(await store.get('a'), 'two')
    },
  ],
  [
    'adds over an expired entry',
    async ({ store, advance }) => {
      await store.set('a', 'old', { ttl: 1 })
      await advance(1.5)
      assert.equal(await store.add('a', 'new', minute), true)
      assert.equal(await store.get('a'), 'new')
    },
  ],
  [
    'does not count an expired entry as deleted',
    async ({ store, advance }) => {
      await store.set('a', 'old', { ttl: 1 })
      await advance(1.5)
      assert.equal(await store.delete('a'), false)
    },
  ],
]

const counterClaims: readonly Claim[] = [
  [
    'counts from zero, up and down',
    async ({ store }) => {
      assert.equal(await store.increment('n', 1, minute), 1)
      assert.equal(await store.increment('n', 41, minute), 42)
      assert.equal(await store.increment('n', -50, minute), -8)
      assert.equal(await store.get('n'), '-8')
    },
  ],
  [
    'counts on from a number that was written',
    async ({ store }) => {
      await store.set('n', '10', minute)
      assert.equal(await store.increment('n', 0, minute), 10)
      assert.equal(await store.increment('n', 5, minute), 15)
    },
  ],
  [
    'loses no concurrent step',
    async ({ store }) => {
      await Promise.all(Array.from({ length: 100 }, () => store.increment('n', 1, minute)))
      assert.equal(await store.get('n'), '100')
    },
  ],
  [
    'lets a counter keep the end it got when it was made',
    async ({ store, advance }) => {
      await store.increment('n', 1, { ttl: 2 })
      await advance(1)
      assert.equal(await store.increment('n', 1, minute), 2)
      await advance(1.5)
      assert.equal(await store.increment('n', 1, minute), 1)
    },
  ],
  [
    'refuses to count text, and leaves it as it was',
    async ({ store }) => {
      for (const text of ['x1', '', '01', '-0', '+1', ' 1', '1.0', '1e3', '9007199254740992']) {
        await store.set('text', text, minute)
        await assert.rejects(store.increment('text', 1, minute), { code: 'ERR_STORES_NOT_A_NUMBER' })
        assert.equal(await store.get('text'), text)
      }
    },
  ],
]

const refusalClaims: readonly Claim[] = [
  [
    'refuses lifetimes that are no whole number of seconds from 1 up',
    async ({ store }) => {
      for (const ttl of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
        await assert.rejects(store.set('a', 'x', { ttl }), { code: 'ERR_STORES_ARGUMENT' })
      assert.equal(await store.get('a'), undefined)
    },
  ],
  [
    'refuses empty keys and overlong ones',
    async ({ store }) => {
      await assert.rejects(store.set('', 'x', minute), { code: 'ERR_STORES_ARGUMENT' })
      await assert.rejects(store.get('k'.repeat(100_000)), { code: 'ERR_STORES_TOO_LONG' })
    },
  ],
  [
    'refuses text with half a surrogate pair, which would not come back',
    async ({ store }) => {
      await assert.rejects(store.set('a', '\ud800', minute), { code: 'ERR_STORES_ARGUMENT' })
      await assert.rejects(store.get('\udc00'), { code: 'ERR_STORES_ARGUMENT' })
    },
  ],
  [
    'refuses steps that are no whole number',
    async ({ store }) => {
      await assert.rejects(store.increment('n', 0.5, minute), { code: 'ERR_STORES_ARGUMENT' })
    },
  ],
  [
    'says so when it is used after closing; closing twice is no error',
    async ({ store }) => {
      await store.close()
      await store.close()
      await assert.rejects(store.get('a'), { code: 'ERR_STORES_CLOSED' })
      await assert.rejects(store.set('a', 'x', minute), { code: 'ERR_STORES_CLOSED' })
    },
  ],
]
