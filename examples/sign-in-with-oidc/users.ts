/** Who has signed in before. The key is the issuer with its name for the person; an address proves nothing. */
import { closeSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/** Somebody, as one issuer knows them. */
export interface User {
  readonly id: number
  readonly issuer: string
  readonly subject: string
  readonly name: string
}

/** The table of users. */
export class Users {
  readonly #db: DatabaseSync

  /** @param path the file, or `:memory:` */
  constructor(path: string) {
    if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600)) // SQLite's own choice is: readable for everybody
    this.#db = new DatabaseSync(path, { timeout: 5000 })
    this.#db.exec(`CREATE TABLE IF NOT EXISTS user (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      issuer TEXT NOT NULL,
      subject TEXT NOT NULL,
      name TEXT NOT NULL,
      UNIQUE (issuer, subject)
    )`)
  }

  close(): void {
    this.#db.close()
  }

  byId(id: string): User | null {
    return (this.#db.prepare('SELECT * FROM user WHERE id = ?').get(Number(id)) as User | undefined) ?? null
  }

  /** The user of an issuer and subject, made at the first login. */
  enter(issuer: string, subject: string, name: string): User {
    const row = this.#db
      .prepare(
        `INSERT INTO user (issuer, subject, name) VALUES (?, ?, ?)
         ON CONFLICT (issuer, subject) DO UPDATE SET name = excluded.name RETURNING *`,
      )
      .get(issuer, subject, name)
    return row as unknown as User
  }
}
