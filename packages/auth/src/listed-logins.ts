/** The list of an account page. */
import type { Context } from 'dewar'
import type { LoginEntry } from './login-list.ts'
import type { LoginOffice } from './login-office.ts'

/** A login as an account page shows it. */
export interface ListedLogin {
  /** Names it for {@link Auth.endSession}; it opens nothing and may stand in a page. */
  readonly handle: string
  /** The browser and its system, such as `Firefox on Windows`: words from a fixed list. */
  readonly browser: string
  /** When it was begun, in seconds since the epoch. */
  readonly createdAt: number
  /** When it was last used, in seconds since the epoch, as exactly as `SESSION_REFRESH_INTERVAL`. */
  readonly usedAt: number
  /** Whether it is the one of this request: "this device". */
  readonly isCurrent: boolean
  /** Whether it comes back by itself when its session is over. */
  readonly isRemembered: boolean
}

/** @internal */
export async function listLogins<User extends object>(
  office: LoginOffice<User>,
  context: Context,
  account: string,
): Promise<ListedLogin[]> {
  const isOwn = context.request !== null && context.session.get('_userId') === account
  const handle = isOwn ? office.app.endedSessions.handleOf(context.session) : ''
  const family = isOwn ? office.recordOf(context).family : ''
  const listed: ListedLogin[] = []
  for (const entry of await office.list.of(account)) {
    const isCurrent = office.isEntryOf(entry, handle, family)
    const login = await look(office, account, entry, isCurrent)
    if (login !== null) listed.push(login)
  }
  return listed.sort((a, b) => b.usedAt - a.usedAt)
}

/** The login as it stands, or `null` if it has ended by itself. */
async function look<User extends object>(
  office: LoginOffice<User>,
  account: string,
  entry: LoginEntry,
  isCurrent: boolean,
): Promise<ListedLogin | null> {
  const { app, list, tokens } = office
  const {
    SESSION_REFRESH_EACH_REQUEST: refreshes,
    SESSION_IDLE_TIMEOUT: idleTimeout,
    PERMANENT_SESSION_LIFETIME: lifetime,
  } = app.config
  const { handle, browser, begun, ends, family } = { ...entry, browser: entry.label }
  const now = app.now()
  const usedAt = Math.max(begun, (await list.seen(handle)) ?? 0)
  const isRemembered = family !== '' && (await tokens.accountOf(family)) === account
  const isOpen =
    now < ends &&
    now < usedAt + (refreshes ? (idleTimeout ?? lifetime) : lifetime) &&
    (family === '' || isRemembered) &&
    !(await app.endedSessions.hasHandle(handle))
  if (!isCurrent && !isOpen && !isRemembered) return null
  return {
    handle,
    browser,
    createdAt: begun,
    usedAt: isCurrent ? Math.floor(now) : usedAt,
    isCurrent,
    isRemembered,
  }
}
