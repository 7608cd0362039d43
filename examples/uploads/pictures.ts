/** Which pictures the gallery has: one SQLite table beside the folder that they lie in. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { StoredUpload } from '@dewar/forms'

/** A picture as the gallery shows it. */
export interface Picture {
  /** The generated name that it is stored under. */
  name: string
  /** What its owner called it: text to show, never a path. */
  originalName: string
  caption: string
}

/** The gallery's table. */
export interface Pictures {
  all: () => Picture[]
  find: (name: string) => Picture | undefined
  add: (stored: StoredUpload, caption: string) => void
  close: () => void
}

/** Opens the table in a folder, and makes it if there is none. */
export function openPictures(dataDir: string): Pictures {
  const db = new DatabaseSync(join(dataDir, 'pictures.sqlite'))
  db.exec(
    'CREATE TABLE IF NOT EXISTS picture (name TEXT PRIMARY KEY, originalName TEXT, caption TEXT) STRICT',
  )
  const all = db.prepare('SELECT * FROM picture ORDER BY rowid DESC')
  const find = db.prepare('SELECT * FROM picture WHERE name = ?')
  const add = db.prepare('INSERT INTO picture (name, originalName, caption) VALUES (?, ?, ?)')
  return {
    all: () => all.all() as unknown as Picture[],
    find: (name) => find.get(name) as Picture | undefined,
    add: ({ name, originalName }, caption) => void add.run(name, originalName.toWellFormed(), caption),
    close: () => db.close(),
  }
}
