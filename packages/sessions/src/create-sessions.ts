/** One setting for the way sessions are kept. */
import { resolveSettings } from '@dewar/base'
import type { KeyRing } from '@dewar/signing'
import type { Store } from '@dewar/stores'
import { defaults } from './defaults.ts'
import { wrongOption } from './errors.ts'
import { sealedCookieSessions } from './sealed-cookie-sessions.ts'
import type { SessionOptions } from './session-settings.ts'
import type { Sessions, StoredSessions } from './sessions.ts'
import { signedCookieSessions } from './signed-cookie-sessions.ts'
import { type StoredSessionsOptions, storedSessions } from './stored-sessions.ts'

/** The ways of keeping sessions: readable by the visitor, unreadable, or on the server. */
export type SessionKind = 'signed' | 'sealed' | 'stored'

/** What `createSessions` takes, beside the settings of `defaults`. */
export interface CreateSessionsOptions<Data extends object = Record<string, unknown>> extends SessionOptions {
  /** The way of keeping them; `signed`. */
  readonly kind?: SessionKind | undefined
  /** The keys; for `signed` and `sealed`. */
  readonly keys?: KeyRing | undefined
  /** Where they are kept; for `stored`. */
  readonly store?: Store | undefined
  /** Whose a session is; for `stored`, see {@link StoredSessionsOptions}. */
  readonly owner?: StoredSessionsOptions<Data>['owner']
}

/**
 * Keeps sessions in the way that a setting says. Await what `open` and `save` give: only stored sessions need the time.
 *
 * @param options the kind, and what it needs
 * @typeParam Data the keys of a session and their types
 * @throws {DewarError} `ERR_SESSIONS_OPTION` if the kind is unknown, or what it needs is missing
 *
 * @example
 * ```ts
 * import assert from 'node:assert'
 * import { createSessions } from '@dewar/sessions'
 * import { generateKey, KeyRing } from '@dewar/signing'
 *
 * const sessions = createSessions({ kind: 'sealed', keys: new KeyRing(generateKey()) })
 * const session = await sessions.open(undefined)
 * assert.match((await sessions.save(session.set('a', 1))) ?? '', /^__Host-session=/)
 * ```
 */
export function createSessions<Data extends object = Record<string, unknown>>(
  options: CreateSessionsOptions<Data>,
): Sessions<Data> | StoredSessions<Data> {
  const { kind: wanted, keys, store, owner, ...rest } = options
  const { kind } = resolveSettings('sessions', { kind: defaults.kind }, { kind: wanted })
  if (kind === 'stored') {
    if (store === undefined) throw missing(kind, 'store', "store: new SqliteStore({ path: 'sessions.db' })")
    return storedSessions<Data>({ ...rest, store, owner })
  }
  if (keys === undefined) throw missing(kind, 'keys', 'keys: keyRingFromEnv()')
  return kind === 'sealed'
    ? sealedCookieSessions<Data>({ ...rest, keys })
    : signedCookieSessions<Data>({ ...rest, keys })
}

function missing(kind: SessionKind, option: string, example: string) {
  return wrongOption(`Sessions of the kind '${kind}' need the option '${option}'.`, `Pass ${example}.`)
}
