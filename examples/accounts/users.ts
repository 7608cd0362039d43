/** Who has an account, in one SQLite file; values are bound to placeholders only. */
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Passkey } from '@dewar/auth/passkeys'

/** A row of the table `user`. */
export interface User {
  id: number
  email: string
  name: string
  password: string
  /** The secret of the second factor; empty without one. */
  totp: string
  totp_pending: string
}

/** A passkey with whose it is. */
export interface UserPasskey extends Passkey {
  readonly userId: number
  readonly name: string
  /** Seconds since the epoch. */
  readonly created: number
}

/** An address as the table has it: the same however it is typed. Mail goes to this, never to what was typed. */
export function plainAddress(text: string): string {
  return text.trim().normalize('NFKC').toLowerCase()
}

/** The table of users and what belongs to them. */
export class Users {
  readonly #db: DatabaseSync

  /** Opens the file, which nobody else on the machine may read, and creates the tables that are missing. */
  constructor(path: string) {
    closeSync(openSync(path, 'a', 0o600))
    this.#db = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 })
    this.#db.exec('PRAGMA journal_mode = WAL')
    this.#db.exec(readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8'))
  }

  close(): void {
    this.#db.close()
  }

  byId(id: string | number): User | null {
    return (this.#db.prepare('SELECT * FROM user WHERE id = ?').get(Number(id)) as User | undefined) ?? null
  }

  byEmail(email: string): User | null {
    const row = this.#db.prepare('SELECT * FROM user WHERE email = ?').get(plainAddress(email))
    return (row as User | undefined) ?? null
  }

  /** @returns `null` if the address has an account already */
  add(email: string, name: string, password: string): User | null {
    const { changes } = this.#db
      .prepare('INSERT INTO user (email, name, password) VALUES (?, ?, ?) ON CONFLICT (email) DO NOTHING')
      .run(plainAddress(email), name, password)
    return changes === 1 ? this.byEmail(email) : null
  }

  /** @returns the user with the new hash, or `null` if the password is not the one it was to replace any more */
  setPassword({ id, password }: User, hash: string): User | null {
    const { changes } = this.#db
      .prepare('UPDATE user SET password = ? WHERE id = ? AND password = ?')
      .run(hash, id, password)
    return changes === 1 ? this.byId(id) : null
  }

  setPendingTotp({ id }: User, secret: string): void {
    this.#db.prepare('UPDATE user SET totp_pending = ? WHERE id = ?').run(secret, id)
  }

  /** Switches the second factor on, or off with an empty secret; recovery codes are replaced. */
  setTotp({ id }: User, secret: string, recoveryHashes: readonly string[]): void {
    this.#db.prepare("UPDATE user SET totp = ?, totp_pending = '' WHERE id = ?").run(secret, id)
    this.setRecoveryCodes(id, recoveryHashes)
  }

  setRecoveryCodes(id: number, hashes: readonly string[]): void {
    this.#db.prepare('DELETE FROM recovery_code WHERE user_id = ?').run(id)
    for (const hash of hashes)
      this.#db.prepare('INSERT INTO recovery_code (user_id, hash) VALUES (?, ?)').run(id, hash)
  }

  recoveryCodesLeft({ id }: User): number {
    const row = this.#db.prepare('SELECT count(*) AS n FROM recovery_code WHERE user_id = ?').get(id)
    return Number(row?.['n'])
  }

  /** @returns whether there was such a code: it is gone now, and of two requests one only hears yes */
  useRecoveryCode({ id }: User, hash: string): boolean {
    return (
      this.#db.prepare('DELETE FROM recovery_code WHERE user_id = ? AND hash = ?').run(id, hash).changes === 1
    )
  }

  passkeysOf({ id }: User): UserPasskey[] {
    return this.#db.prepare('SELECT * FROM passkey WHERE user_id = ? ORDER BY created').all(id).map(toPasskey)
  }

  passkey(id: string): UserPasskey | null {
    const row = this.#db.prepare('SELECT * FROM passkey WHERE id = ?').get(id)
    return row === undefined ? null : toPasskey(row)
  }

  /** @returns whether the id was free */
  addPasskey({ id, publicKey, counter, transports, userId, name, created }: UserPasskey): boolean {
    const { changes } = this.#db
      .prepare('INSERT INTO passkey VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING')
      .run(id, userId, publicKey, counter, JSON.stringify(transports), name, created)
    return changes === 1
  }

  setCounter({ id, counter }: UserPasskey): void {
    this.#db.prepare('UPDATE passkey SET counter = ? WHERE id = ?').run(counter, id)
  }

  /** @returns whether the user had such a passkey */
  deletePasskey(user: User, id: string): boolean {
    return this.#db.prepare('DELETE FROM passkey WHERE id = ? AND user_id = ?').run(id, user.id).changes === 1
  }
}

function toPasskey(row: Record<string, unknown>): UserPasskey {
  return {
    id: String(row['id']),
    userId: Number(row['user_id']),
    publicKey: row['public_key'] as Uint8Array,
    counter: Number(row['counter']),
    transports: JSON.parse(String(row['transports'])) as string[],
    name: String(row['name']),
    created: Number(row['created']),
  }
}
