/** A blog of its own for each test, with two users and one post. Flask's tutorial: `tests/conftest.py`. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { hashPassword } from '@dewar/auth'
import { generateKey } from '@dewar/signing'
import { type TestClient, testClient } from 'dewar/testing'
import { onTestFinished } from 'vitest'
import { createBlog } from '../app.ts'

/** Cheap hashes, so that a hundred logins take no minute. */
const cheap = { method: 'scrypt:1024:8:1', unsafeWeakMethod: true }
const hashes = Promise.all([hashPassword('test', cheap), hashPassword('other', cheap)])

/** Makes a blog; its folder is deleted when the test is over. */
export async function blogWithPost(): Promise<{ client: TestClient; other: TestClient; db: DatabaseSync }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'dewar-blog-'))
  const blog = createBlog({ dataDir, secretKey: generateKey(), debug: true })
  onTestFinished(() => {
    blog.close()
    rmSync(dataDir, { recursive: true })
  })
  const db = blog.app.extensions.get('db') as DatabaseSync
  const insert = db.prepare('INSERT INTO user (username, password) VALUES (?, ?)')
  const [test, other] = await hashes
  insert.run('test', test)
  insert.run('other', other)
  db.prepare('INSERT INTO post (title, body, author_id, created) VALUES (?, ?, ?, ?)').run(
    'test title',
    'test\nbody',
    1,
    '2018-01-01 00:00:00',
  )
  return { client: testClient(blog.app), other: testClient(blog.app), db }
}

/** Logs a client in as the author of the post, or as somebody else. */
export async function login(client: TestClient, username = 'test', password = 'test') {
  return client.post('/auth/login', { form: { username, password } })
}
