import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SqliteStore } from '../src/sqlite.ts'

const minute = { ttl: 60 }
let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dewar-sqlite-'))
  path = join(folder, 'store.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a script with the store module in another process; gives what it printed. */
function inProcess(script: string): Promise<string> {
  const module = pathToFileURL(join(import.meta.dirname, '../src/sqlite.ts')).href
  const source = `import { SqliteStore } from ${JSON.stringify(module)}
    const store = new SqliteStore({ path: ${JSON.stringify(path)} })
    ${script}
    await store.close()`
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', source])
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(output))))
  })
}

describe('SqliteStore', () => {
  it('keeps its entries over a restart', async () => {
    const first = new SqliteStore({ path })
    await first.set('a', 'one', minute)
    await first.increment('n', 5, minute)
    await first.close()
    const second = new SqliteStore({ path })
    expect(await second.get('a')).toBe('one')
    expect(await second.increment('n', 1, minute)).toBe(6)
    await second.close()
  })

  it.skipIf(process.platform === 'win32')('is a file that nobody else on the machine may read', async () => {
    const store = new SqliteStore({ path })
    await store.set('a', 'one', minute)
    for (const name of readdirSync(folder))
      expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0])
    await store.close()
  })

  it('keeps its entries when its process is killed', async () => {
    await expect(
      inProcess(`await store.set('a', 'one', { ttl: 60 }); process.kill(process.pid, 'SIGKILL')`),
    ).rejects.toThrow()
    const store = new SqliteStore({ path })
    expect(await store.get('a')).toBe('one')
    await store.close()
  })

  it('loses no step when three processes count in one file', async () => {
    const count = `for (let i = 0; i < 200; i++) await store.increment('n', 1, { ttl: 60 })`
    await Promise.all([inProcess(count), inProcess(count), inProcess(count)])
    const store = new SqliteStore({ path })
    expect(await store.get('n')).toBe('600')
    await store.close()
  })

  it('lets one of two processes win an add', async () => {
    const add = `console.log(await store.add('lock', String(process.pid), { ttl: 60 }))`
    const outputs = await Promise.all([inProcess(add), inProcess(add)])
    expect(outputs.map((text) => text.trim()).sort()).toEqual(['false', 'true'])
  })

  it('shows one process what another has written', async () => {
    const store = new SqliteStore({ path })
    await inProcess(`await store.set('from', 'the other', { ttl: 60 })`)
    expect(await store.get('from')).toBe('the other')
    await store.close()
  })

  it('removes expired entries by itself, a bounded number at a time', async () => {
    let seconds = 1000
    const store = new SqliteStore({ path, now: () => seconds, purgeInterval: 10, purgeBatch: 30 })
    for (let i = 0; i < 100; i++) await store.set(`k${i}`, 'x', { ttl: 1 })
    const rows = () => {
      const database = new DatabaseSync(path)
      const row = database.prepare('SELECT count(*) AS n FROM dewar_store').get()
      database.close()
      return row?.['n']
    }
    expect(rows()).toBe(100)
    seconds += 11
    await store.set('trigger', 'x', minute)
    expect(rows()).toBe(71)
    expect(await store.purge(1000)).toBe(70)
    expect(rows()).toBe(1)
    await store.close()
  })

  it('writes in WAL mode', async () => {
    const store = new SqliteStore({ path })
    const database = new DatabaseSync(path)
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    database.close()
    await store.close()
  })

  it('keeps text that looks like SQL as text', async () => {
    const store = new SqliteStore({ path })
    const text = `'); DROP TABLE dewar_store; --`
    await store.set(text, text, minute)
    expect(await store.get(text)).toBe(text)
    await store.close()
  })

  it('refuses to count beyond the whole numbers of JavaScript', async () => {
    const store = new SqliteStore({ path })
    await store.set('n', `${Number.MAX_SAFE_INTEGER}`, minute)
    await expect(store.increment('n', 1, minute)).rejects.toMatchObject({ code: 'ERR_STORES_NOT_A_NUMBER' })
    expect(await store.increment('n', 0, minute)).toBe(Number.MAX_SAFE_INTEGER)
    await store.close()
  })

  it.each([
    ['whose folder does not exist', () => join(folder, 'nowhere', 'store.db')],
    ['that is a folder', () => folder],
    [
      'that is no database',
      () => {
        writeFileSync(path, 'this is text, not a database. '.repeat(100))
        return path
      },
    ],
  ])('names a file %s in its error', (_, makePath) => {
    const target = makePath()
    expect(() => new SqliteStore({ path: target })).toThrow(
      expect.objectContaining({ code: 'ERR_STORES_UNAVAILABLE', message: expect.stringContaining(target) }),
    )
  })

  it('waits for another process that is writing, and says so when that takes too long', async () => {
    const store = new SqliteStore({ path, busyTimeout: 1 })
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    await expect(store.set('a', 'x', minute)).rejects.toMatchObject({ code: 'ERR_STORES_UNAVAILABLE' })
    other.exec('COMMIT')
    other.close()
    await store.set('a', 'x', minute)
    expect(await store.get('a')).toBe('x')
    await store.close()
  })
})
