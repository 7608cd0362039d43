/** Logging out: here, everywhere, or one session of a list. */
import { createHash } from 'node:crypto'
import { withLock } from '@dewar/sessions'
import { AuthenticationRequired, type Context, clearSiteData, reportSecurityEvent } from 'dewar'
import { loginLimits } from './defaults.ts'
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

/**
 * Ends all logins of an account.
 *
 * @returns whether the session of this request goes on: not if it was ended itself while the request was under way
 * @throws {AuthenticationRequired} 401 in that case, unless a new password has to end all anyway
 * @internal
 */
export async function endEverywhere<User extends object>(
  office: LoginOffice<User>,
  context: Context,
  account: string,
  {
    exceptThis,
    reason,
  }: { readonly exceptThis: boolean; readonly reason: 'everywhere' | 'password-changed' },
): Promise<boolean> {
  const { app, list } = office
  const own = context.request === null ? null : context.session
  const isOwn = own !== null && own.get('_userId') === account
  // One that began in this request, with a login, has not ended yet.
  const cameAlong = own !== null && own.source?.id === own.id
  const spares = await withLock(app.sharedStore, loginLimits.lockTimeout.value, endKey(account), async () => {
    // A request that was held back until its own session had ended must not be the exception that brings it back.
    const isOver = isOwn && exceptThis && cameAlong && (await app.endedSessions.has(own, account))
    if (isOver && reason === 'everywhere') throw new AuthenticationRequired()
    const goesOn = isOwn && exceptThis && !isOver
    await app.endedSessions.endAllOf(account, { except: goesOn ? own : undefined })
    return goesOn
  })
  const handle = spares ? app.endedSessions.handleOf(context.session) : ''
  if (office.hasKeys) await office.tokens.revokeAllOf(account)
  await list.remove(account, (entry) => entry.handle !== handle, app.now())
  if (spares) forgetBrowser(office, context)
  else if (isOwn) endLogin(office, context)
  reportSecurityEvent('session-ended', { account, reason })
  return spares
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

function endKey(account: string): string {
  return `auth:end:${createHash('sha256').update(account).digest('base64url')}`
}

function forget(context: Context): void {
  context.session.clear()
  context.identity = null
  context.isFresh = false
  context.identitySource = null
}
