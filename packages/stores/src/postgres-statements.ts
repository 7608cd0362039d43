/** The statements of `PostgresStore`. */
import { wrongArgument } from './errors.ts'

/** One statement for each method. */
export interface PostgresStatements {
  readonly create: string
  readonly get: string
  readonly set: string
  readonly add: string
  readonly delete: string
  readonly increment: string
  readonly purge: string
}

/**
 * Writes the statements for a table.
 *
 * @param table its name, perhaps with its schema before it
 * @throws {StoreError} `ERR_STORES_ARGUMENT` if it is no plain name
 */
export function postgresStatements(table: string): PostgresStatements {
  if (!/^([a-z_][a-z0-9_]*\.)?[a-z_][a-z0-9_]{0,39}$/.test(table))
    throw wrongArgument(
      `'${table}' is no plain name of a table.`,
      'Use small letters, digits and _, with the schema before it if there is one: app.sessions.',
    )
  const index = `${table.split('.').at(-1)}_expires_at`
  const upsert = `INSERT INTO ${table} AS old (key, value, expires_at) VALUES ($1, $2, now() + make_interval(secs => $3))
      ON CONFLICT (key) DO UPDATE SET`
  const overwrite = `${upsert} value = excluded.value, expires_at = excluded.expires_at`
  return {
    // Two processes that start at once would both make it: they wait for each other.
    create: `SELECT pg_advisory_xact_lock(hashtext('${table}'));
      CREATE TABLE IF NOT EXISTS ${table} (key bytea PRIMARY KEY, value bytea NOT NULL, expires_at timestamptz NOT NULL);
      CREATE INDEX IF NOT EXISTS ${index} ON ${table} (expires_at);`,
    get: `SELECT value FROM ${table} WHERE key = $1 AND expires_at > now()`,
    set: overwrite,
    add: `${overwrite} WHERE old.expires_at <= now()`,
    delete: `DELETE FROM ${table} WHERE key = $1 RETURNING expires_at > now() AS live`,
    increment: `${upsert}
        value = CASE WHEN old.expires_at <= now() THEN excluded.value ELSE ${sum()}::text::bytea END,
        expires_at = CASE WHEN old.expires_at <= now() THEN excluded.expires_at ELSE old.expires_at END
      WHERE old.expires_at <= now() OR CASE WHEN ${text} ~ '^(0|-?[1-9][0-9]{0,15})$'
        THEN abs(${sum()}) <= ${Number.MAX_SAFE_INTEGER} ELSE false END
      RETURNING value`,
    purge: `DELETE FROM ${table} WHERE key IN
      (SELECT key FROM ${table} WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
  }
}

/** The stored bytes as text that any bytes have; digits stay digits. */
const text = "encode(old.value, 'escape')"

function sum(): string {
  return `(${text}::numeric + $4::numeric)`
}
