import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { storeContract } from '../src/contract.ts'
import { MemoryStore } from '../src/index.ts'
import { SqliteStore } from '../src/sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'dewar-stores-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function clock() {
  let seconds = 1_750_000_000
  const advance = (by: number) => {
    seconds += by
  }
  return { now: () => seconds, advance }
}

storeContract(
  'MemoryStore',
  () => {
    const { now, advance } = clock()
    return { store: new MemoryStore({ now }), advance }
  },
  { describe, test },
)

storeContract(
  'SqliteStore in a file',
  () => {
    const { now, advance } = clock()
    const path = join(folder, `${Math.random().toString(36).slice(2)}.db`)
    return { store: new SqliteStore({ path, now }), advance }
  },
  { describe, test },
)

storeContract(
  'SqliteStore in memory, by the real clock',
  () => {
    const advance = (by: number) => new Promise<void>((resolve) => setTimeout(resolve, by * 1000))
    return { store: new SqliteStore({ path: ':memory:' }), advance }
  },
  { describe, test },
)
