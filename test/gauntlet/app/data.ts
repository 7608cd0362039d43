/** What the app knows, made anew at each start: users, notes, products, files. */
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { hashPassword } from '@dewar/auth'

/** Somebody who can log in. */
export interface User {
  id: number
  name: string
  password: string
  role: 'user' | 'admin'
  balance: number
}

/** Somebody's note. */
export interface Note {
  id: number
  owner: string
  title: string
  body: string
}

/** What stands under a page of comments. */
export interface Comment {
  author: string
  website: string
  body: string
}

/** A mail that was sent. */
export interface Mail {
  to: string
  link: string
}

const people = [
  ['alice', 'alice-Blue-Kettle-41', 'user'],
  ['bob', 'bob-Green-Lantern-52', 'user'],
  ['carol', 'carol-Red-Bicycle-63', 'user'],
  ['dave', 'dave-Grey-Umbrella-74', 'user'],
  ['admin', 'admin-Black-Piano-85', 'admin'],
] as const

const schema = `
  DROP TABLE IF EXISTS users; DROP TABLE IF EXISTS notes; DROP TABLE IF EXISTS comments;
  DROP TABLE IF EXISTS products; DROP TABLE IF EXISTS vault;
  CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT UNIQUE, password TEXT, role TEXT, balance INTEGER);
  CREATE TABLE notes (id INTEGER PRIMARY KEY, owner TEXT, title TEXT, body TEXT);
  CREATE TABLE comments (id INTEGER PRIMARY KEY, author TEXT, website TEXT, body TEXT);
  CREATE TABLE products (name TEXT, price INTEGER);
  CREATE TABLE vault (word TEXT);
  INSERT INTO notes VALUES (1, 'alice', 'Shopping', 'milk and bread'), (2, 'alice', 'Diary', 'ALICE-PRIVATE-NOTE'),
    (3, 'bob', 'Plans', 'BOB-PRIVATE-NOTE'), (4, 'admin', 'Keys', 'ADMIN-PRIVATE-NOTE');
  INSERT INTO products VALUES ('Kettle', 20), ('Lamp', 35), ('Lamp shade', 9), ('O''Brien cup', 7),
    ('100% wool', 50), ('snake_case mug', 12);
  INSERT INTO vault VALUES ('VAULT-SECRET-WORD');`

/** The database and what is asked of it. */
export interface Data {
  db: DatabaseSync
  mails: Mail[]
  notice: string
  userById: (id: string) => User | undefined
  userByName: (name: string) => User | undefined
}

/** Makes database and files in a folder. */
export async function openData(folder: string): Promise<Data> {
  await writeFiles(folder)
  const db = new DatabaseSync(join(folder, 'gauntlet.sqlite'))
  db.exec(schema)
  const add = db.prepare('INSERT INTO users (name, password, role, balance) VALUES (?, ?, ?, 1000)')
  const hashes = await Promise.all(people.map(([, password]) => hashPassword(password)))
  for (const [i, [name, , role]] of people.entries()) add.run(name, hashes[i] ?? '', role)
  return {
    db,
    mails: [],
    notice: '',
    userById: (id) => db.prepare('SELECT * FROM users WHERE id = ?').get(id) as User | undefined,
    userByName: (name) => db.prepare('SELECT * FROM users WHERE name = ?').get(name) as User | undefined,
  }
}

async function writeFiles(folder: string): Promise<void> {
  const files = {
    'private.txt': 'TOP-SECRET-FILE',
    'files-old/old.txt': 'TOP-SECRET-FILE',
    'files/readme.txt': 'read me',
    'files/docs/guide.txt': 'the guide',
    'files/naïve plan.txt': 'a plan',
  }
  for (const name of ['files-old', 'files/docs', 'uploads'])
    await mkdir(join(folder, name), { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  await rm(join(folder, 'files/link.txt'), { force: true })
  await symlink('../private.txt', join(folder, 'files/link.txt'))
}
