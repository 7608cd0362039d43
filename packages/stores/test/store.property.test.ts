import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryStore, type Store } from '../src/index.ts'
import { SqliteStore } from '../src/sqlite.ts'

type Step = readonly [method: string, key: string, amount: number, ttl: number]

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('get', 'set', 'add', 'delete', 'increment', 'wait'),
  fc.constantFrom('a', 'b', 'c'),
  fc.integer({ min: -5, max: 5 }),
  fc.integer({ min: 1, max: 5 }),
)

async function play(
  store: Store,
  steps: readonly Step[],
  wait: (seconds: number) => void,
): Promise<unknown[]> {
  const answers: unknown[] = []
  for (const [method, key, amount, ttl] of steps) {
    if (method === 'get') answers.push(await store.get(key))
    else if (method === 'set') answers.push(await store.set(key, amount > 3 ? 'text' : `${amount}`, { ttl }))
    else if (method === 'add') answers.push(await store.add(key, `${amount}`, { ttl }))
    else if (method === 'delete') answers.push(await store.delete(key))
    else if (method === 'wait') wait(ttl / 2)
    else answers.push(await store.increment(key, amount, { ttl }).catch((error) => error.code))
  }
  return answers
}

describe('MemoryStore and SqliteStore', () => {
  it('answer any sequence of calls alike', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const answers: unknown[][] = []
        for (const kind of ['memory', 'sqlite']) {
          let seconds = 0
          const now = () => seconds
          const store =
            kind === 'memory' ? new MemoryStore({ now }) : new SqliteStore({ path: ':memory:', now })
          answers.push(
            await play(store, steps, (by) => {
              seconds += by
            }),
          )
          await store.close()
        }
        expect(answers[1]).toEqual(answers[0])
      }),
      { numRuns: 150 },
    )
  })
})
