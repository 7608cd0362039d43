/** Logging in, and showing again who one is. */
import { DewarError } from '@dewar/base'
import { type Context, reportSecurityEvent } from 'dewar'
import { rememberDefaults } from './defaults.ts'
import type { LoginOffice } from './login-office.ts'
import type { LoginRecord } from './login-record.ts'

/** How to log in. */
export interface LoginOptions {
  /** Whether the user is remembered when the session is over: only if they have asked for it. */
  readonly remember?: boolean | undefined
  /** For how long, in seconds; by default the lifetime of `createAuth({ remember })`. */
  readonly duration?: number | undefined
  /** Whether the user has just shown who they are; true by default. */
  readonly fresh?: boolean | undefined
  /** Whether to log in users who are not active. */
  readonly force?: boolean | undefined
}

/** `confirms`: the same user in the same session, who stays remembered as before. */
interface Start extends LoginOptions {
  readonly confirms?: boolean
}

/** @internal */
export function startLogin<User extends object>(
  office: LoginOffice<User>,
  context: Context,
  user: User,
  options: Start,
): boolean {
  const { app, signals } = office
  const { session } = context
  const { remember = false, fresh = true, force = false, confirms = false } = options
  const lifetime = checkDuration(options.duration ?? office.settings.remember.lifetime)
  const account = office.idOf(user)
  const before = { account: session.get('_userId'), login: office.recordOf(context) }
  if (!force && !before.login.forced && !office.isActive(user)) {
    reportSecurityEvent('login-failed', { account, reason: 'inactive' })
    return false
  }
  const isSame = before.account === account
  const handle = before.account === undefined ? '' : app.endedSessions.handleOf(session)
  if (before.account === undefined || isSame) session.regenerate()
  else session.clear()
  const login: LoginRecord = {
    at: app.now(),
    fresh,
    remembered: false,
    forced: force || (isSame && before.login.forced),
    seal: office.sealOf(user),
    place: office.placeOf(context),
    family: remember ? office.tokens.newFamily() : isSame ? before.login.family : '',
  }
  office.enter(context, user, login)
  keep(office, context, { before, login, account, handle, lifetime: remember ? lifetime : 0 })
  if (confirms) signals.userLoginConfirmed.send({ app, user })
  else {
    signals.userLoggedIn.send({ app, user })
    reportSecurityEvent('login-succeeded', { account })
  }
  return true
}

interface Started {
  readonly before: { readonly account: string | undefined; readonly login: LoginRecord }
  readonly login: LoginRecord
  readonly account: string
  /** The handle of the login before, in the list of its account; empty if there was none. */
  readonly handle: string
  /** For how long to remember, in seconds; 0 for not at all. */
  readonly lifetime: number
}

/** What the stores must know before the answer says that somebody is logged in. */
function keep<User extends object>(office: LoginOffice<User>, context: Context, started: Started): void {
  const { app, cookie, tokens } = office
  const { session, request } = context
  const { before, login, account, handle, lifetime } = started
  const text = session.get('_login')
  context.beforeSave(async (response) => {
    const isCurrent = session.get('_login') === text // else logged out, or in as somebody else, meanwhile
    const now = app.now()
    const { family: old } = before.login
    if (old !== '' && old !== login.family) await tokens.revoke(old)
    if (before.account !== undefined && before.account !== account)
      await office.list.remove(before.account, (entry) => office.isEntryOf(entry, handle, old), now)
    const came = request === null ? [] : cookie.read(request)
    for (const token of came) {
      const family = tokens.familyOf(token, now)
      // Somebody else's, or one that this login replaces: it must not come back when this session is over.
      if (family !== null && family !== login.family) await tokens.revoke(family)
    }
    if (!isCurrent) return
    if (lifetime > 0) {
      const token = await tokens.create(login.family, { account, seal: login.seal, lifetime, now })
      cookie.write(response, token, Math.floor(now) + lifetime)
    } else if (came.length > 0 && login.family === '') cookie.remove(response)
    await office.note(context, before.account === account ? handle : '')
  })
}

function checkDuration(duration: number): number {
  const { minimum, maximum } = rememberDefaults.lifetime
  if (Number.isSafeInteger(duration) && duration >= minimum && duration <= maximum) return duration
  throw new DewarError('ERR_AUTH_OPTION', `login takes a duration of ${minimum} to ${maximum} seconds.`, {
    fix: 'Leave it out for the lifetime of createAuth({ remember }).',
    details: { duration },
  })
}
