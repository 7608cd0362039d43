/** The database: one SQLite file, opened once per app, with values bound to placeholders only. */
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { currentApp } from 'dewar'

/** A row of the table `user`. */
export interface User {
  id: number
  username: string
  password: string
}

/** A row of the table `post`, with its author's name. */
export interface Post {
  id: number
  author_id: number
  created: string
  title: string
  body: string
  username: string
}

/** Opens the file, which nobody else on the machine may read, and creates the tables that are missing. */
export function openDatabase(path: string): DatabaseSync {
  closeSync(openSync(path, 'a', 0o600))
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 })
  db.exec('PRAGMA journal_mode = WAL')
  db.exec(readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8'))
  return db
}

/** The database of the current app. */
export function getDb(): DatabaseSync {
  return currentApp.extensions.get('db') as DatabaseSync
}
