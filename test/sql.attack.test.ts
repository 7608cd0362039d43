/** SQL from visitors: what the guide shows, and the blog of the examples, take it as text. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { generateKey } from '@dewar/signing'
import { testClient } from 'dewar/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createBlog } from '../examples/blog/app.ts'

const injections = [
  "' OR 1=1 --",
  "' OR '1'='1",
  '" OR ""="',
  "'; DROP TABLE post; --",
  "x'); DELETE FROM user; --",
  "' UNION SELECT id, password, password, password, id, username FROM user --",
  '1; ATTACH DATABASE "/tmp/x" AS x',
  '\\',
  "O'Brien",
  '100%_',
]

async function makeBlog() {
  const dataDir = mkdtempSync(join(tmpdir(), 'dewar-sql-'))
  const blog = createBlog({ dataDir, secretKey: generateKey(), debug: true })
  onTestFinished(() => {
    blog.close()
    rmSync(dataDir, { recursive: true })
  })
  const db = blog.app.extensions.get('db') as DatabaseSync
  const client = testClient(blog.app)
  await client.post('/auth/register', { form: { username: 'ada', password: 'correct horse battery' } })
  return { db, client, other: testClient(blog.app) }
}

describe('the blog', () => {
  it.each(injections)('keeps a title and a body that read %j', async (text) => {
    const { db, client } = await makeBlog()
    await client.post('/auth/login', { form: { username: 'ada', password: 'correct horse battery' } })
    expect((await client.post('/create', { form: { title: text, body: text } })).status).toBe(302)
    expect(db.prepare('SELECT title, body FROM post').all()).toEqual([{ title: text, body: text }])
    expect((await client.post('/1/update', { form: { title: `${text}!`, body: text } })).status).toBe(302)
    expect(db.prepare('SELECT title FROM post').all()).toEqual([{ title: `${text}!` }])
    expect(db.prepare('SELECT username FROM user').all()).toEqual([{ username: 'ada' }])
  })

  it('logs nobody in who is named after a statement, and the owner still', async () => {
    const { client, other } = await makeBlog()
    for (const username of [`ada' --`, `' OR 1=1 --`, `ada' AND '1'='1`]) {
      const response = await other.post('/auth/login', { form: { username, password: `' OR '1'='1` } })
      expect([response.status, response.location], username).not.toEqual([302, '/'])
    }
    const good = { username: 'ada', password: 'correct horse battery' }
    expect((await client.post('/auth/login', { form: good })).location).toBe('/')
  })
})

describe("Node's tagged templates", () => {
  it.each(injections)('bind %j', (text) => {
    const db = new DatabaseSync(':memory:')
    db.exec("CREATE TABLE vault (word TEXT); INSERT INTO vault VALUES ('secret')")
    const sql = db.createTagStore()
    expect(sql.all`SELECT word FROM vault WHERE word = ${text}`).toEqual([])
    sql.run`INSERT INTO vault VALUES (${text})`
    expect(sql.all`SELECT word FROM vault WHERE word = ${text}`).toMatchObject([{ word: text }])
    expect(sql.all`SELECT word FROM vault`).toHaveLength(2)
  })
})
