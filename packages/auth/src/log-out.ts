/** Logging out: here, everywhere, or one session of a list. */
import { type Context, clearSiteData, reportSecurityEvent } from 'dewar'
import type { LoginOffice } from './login-office.ts'
import { serializeLogin } from './login-record.ts'

/** Ends the login of this request's session. @internal */
export function endLogin<User extends object>(office: LoginOffice<User>, context: Context): void {
  const { app, cookie, list, signals } = office
  const { session, request } = context
  const user = context.identity as User | null
  const account = session.get('_userId')
  const { family } = office.recordOf(context)
  const handle = account === undefined ? '' : app.endedSessions.handleOf(session)
  const tokens = request === null ? [] : cookie.read(request)
  forget(context)
  clearSiteData()
  context.beforeSave(async (response) => {
    const now = app.now()
    if (family !== '') await office.tokens.revoke(family)
    for (const token of tokens) {
      const other = office.tokens.familyOf(token, now)
      if (other !== null && other !== family) await office.tokens.revoke(other)
    }
    if (account !== undefined)
      await list.remove(account, (entry) => office.isEntryOf(entry, handle, family), now)
    if (tokens.length > 0 || family !== '') cookie.remove(response)
  })
  if (user !== null) signals.userLoggedOut.send({ app, user })
  if (account !== undefined) reportSecurityEvent('logged-out', { account })
}

/** Ends all logins of an account. @internal */
export async function endEverywhere<User extends object>(
  office: LoginOffice<User>,
  context: Context,
  account: string,
  { exceptThis, reason }: { readonly exceptThis: boolean; readonly reason: string },
): Promise<void> {
  const { app, list } = office
  const isOwn = context.request !== null && context.session.get('_userId') === account
  const spares = isOwn && exceptThis
  const handle = spares ? app.endedSessions.handleOf(context.session) : ''
  await app.endedSessions.endAllOf(account, { except: spares ? context.session : undefined })
  if (office.hasKeys) await office.tokens.revokeAllOf(account)
  await list.remove(account, (entry) => entry.handle !== handle, app.now())
  if (spares) forgetBrowser(office, context)
  else if (isOwn) endLogin(office, context)
  reportSecurityEvent('session-ended', { account, reason })
}

/** Ends one login of an account's list. @internal */
export async function endListed<User extends object>(
  office: LoginOffice<User>,
  context: Context,
  account: string,
  handle: string,
): Promise<boolean> {
  const { app, list } = office
  const gone = await list.remove(account, (entry) => entry.handle === handle, app.now())
  if (gone.length === 0) return false
  await office.end(account, gone, 'one')
  if (context.request === null || context.session.get('_userId') !== account) return true
  const own = app.endedSessions.handleOf(context.session)
  const { family } = office.recordOf(context)
  if (gone.some((entry) => office.isEntryOf(entry, own, family))) endLogin(office, context)
  return true
}

/** The login goes on, but its browser is remembered no more. */
function forgetBrowser<User extends object>(office: LoginOffice<User>, context: Context): void {
  const { cookie, tokens } = office
  const { session, request } = context
  const login = office.recordOf(context)
  session.set('_login', serializeLogin({ ...login, family: '' }))
  const hadCookie = request !== null && cookie.read(request).length > 0
  context.beforeSave(async (response) => {
    if (login.family !== '') await tokens.revoke(login.family)
    if (hadCookie || login.family !== '') cookie.remove(response)
    await office.note(context)
  })
}

function forget(context: Context): void {
  context.session.clear()
  context.identity = null
  context.isFresh = false
  context.identitySource = null
}
