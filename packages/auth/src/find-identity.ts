/**
 * Who sends a request: by the session, else by a remember-me cookie, else by what the app reads off the request.
 */
import { type AppRequest, type Context, reportSecurityEvent } from 'dewar'
import { csrfFreeSchemes } from './defaults.ts'
import type { LoginOffice } from './login-office.ts'
import { anyPlace, type LoginRecord, serializeLogin } from './login-record.ts'
import { isPlaceOf } from './login-seal.ts'
import type { TokenCheck } from './remember-tokens.ts'

/** Whether a request may say who sends it: nothing is opened and nothing asked for one that cannot. */
export function mayIdentify<User extends object>(office: LoginOffice<User>, request: AppRequest): boolean {
  return office.settings.requestLoader !== undefined || hasLoginCookie(office, request)
}

function hasLoginCookie<User extends object>(office: LoginOffice<User>, { headers }: AppRequest): boolean {
  const { app, cookie } = office
  const header = headers.getJoined('Cookie', '; ')
  if (header === null || !office.canKeepSessions) return false
  return header.includes(cookie.name) || header.includes(app.sessions.cookieName)
}

/** Finds the user of a request. */
export async function findIdentity<User extends object>(
  office: LoginOffice<User>,
  context: Context,
): Promise<User | null> {
  const { request } = context
  if (request === null) return null
  const isCookieBorne = hasLoginCookie(office, request)
  const user = isCookieBorne ? await fromCookies(office, context, request) : null
  const found = user ?? (await fromRequest(office, context, request, isCookieBorne))
  const { userAccessed } = office.signals
  if (userAccessed.isWatched) userAccessed.send({ app: office.app, request })
  return found
}

async function fromCookies<User extends object>(
  office: LoginOffice<User>,
  context: Context,
  request: AppRequest,
): Promise<User | null> {
  const user = await fromSession(office, context)
  // A session that protection has ended takes the remembering with it.
  return typeof user === 'string' ? null : (user ?? fromCookie(office, context, request))
}

async function fromSession<User extends object>(
  office: LoginOffice<User>,
  context: Context,
): Promise<User | 'protected' | null> {
  const { session } = context
  const id = session.get('_userId')
  if (id === undefined) return null
  const login = office.recordOf(context)
  const isEnded = await office.app.endedSessions.has(session, id)
  if (isEnded) return refuseSession(context, id, 'ended')
  if (login.family !== '' && (await office.tokens.accountOf(login.family)) !== id)
    return refuseSession(context, id, 'forgotten')
  const user = (await office.settings.load(id)) ?? null
  if (user === null) return refuseSession(context, id, 'no-user')
  if (!(await office.isSealOf(login.seal, user))) return refuseSession(context, id, 'password-changed')
  if (!login.forced && !office.isActive(user)) return null
  return accept(office, context, user, login)
}

/** A copy of a cookie whose session was ended is a stranger's; the browser may have the cookie of the next one already. */
function refuseSession({ session }: Context, account: string, reason: string): null {
  session.abandon()
  reportSecurityEvent('ended-session-used', { account, reason })
  return null
}

function accept<User extends object>(
  office: LoginOffice<User>,
  context: Context,
  user: User,
  login: LoginRecord,
): User | 'protected' {
  const { app, settings } = office
  const protectedLogin = protect(office, context, login)
  if (protectedLogin === null) return 'protected'
  const age = app.now() - protectedLogin.at
  context.isFresh = protectedLogin.fresh && (settings.freshLifetime === null || age < settings.freshLifetime)
  context.identitySource = 'session'
  noteUse(office, context)
  return user
}

/** The login as it stands if the session comes from where it was begun, or from elsewhere; `null` if that ends it. */
function protect<User extends object>(
  office: LoginOffice<User>,
  context: Context,
  login: LoginRecord,
): LoginRecord | null {
  const { app, settings, signals } = office
  const { request, session } = context
  const { sessionProtection: mode } = settings
  if (mode === null || request === null || login.place === anyPlace) return login
  if (office.placeOf(context) === login.place) return login
  if (login.place !== '' && isPlaceOf(app.keys, login.place, request)) return login
  if (mode === 'basic' && !login.fresh) return login
  const account = session.get('_userId') ?? ''
  signals.sessionProtected.send({ app, request })
  reportSecurityEvent('session-protected', { account, mode })
  if (mode === 'basic') {
    const stale = { ...login, fresh: false }
    session.set('_login', serializeLogin(stale))
    return stale
  }
  session.clear()
  const entries = office.cookie.read(request)
  context.beforeSave(async (response) => {
    if (login.family !== '') await office.tokens.revoke(login.family)
    if (entries.length > 0) office.cookie.remove(response)
  })
  return null
}

/** Once in a while, when the session's own cookie is renewed, the account's list learns that it is in use. */
function noteUse<User extends object>({ app, list }: LoginOffice<User>, context: Context): void {
  const { session } = context
  const {
    SESSION_REFRESH_EACH_REQUEST: refreshes,
    SESSION_REFRESH_INTERVAL: interval,
    SESSION_IDLE_TIMEOUT: idleTimeout,
    PERMANENT_SESSION_LIFETIME: lifetime,
  } = app.config
  if (!refreshes || (idleTimeout === null && !session.permanent)) return
  const now = app.now()
  if (session.renewedAt === null || now - session.renewedAt < interval) return
  context.beforeSave(() => list.see(app.endedSessions.handleOf(session), now, lifetime))
}

async function fromCookie<User extends object>(
  office: LoginOffice<User>,
  context: Context,
  request: AppRequest,
): Promise<User | null> {
  const { app, cookie, tokens } = office
  const candidates = cookie.read(request)
  const now = app.now()
  for (const token of candidates) {
    const check = await tokens.check(token, now)
    if (check.kind === 'theft') reportSecurityEvent('remember-token-theft', { account: check.account })
    if (check.kind !== 'good') continue
    const user = await comeBack(office, context, check)
    if (user !== null) {
      renewLater(office, context, token, now)
      return user
    }
  }
  if (candidates.length > 0) context.beforeSave((response) => cookie.remove(response))
  return null
}

async function comeBack<User extends object>(
  office: LoginOffice<User>,
  context: Context,
  use: TokenCheck & { readonly kind: 'good' },
): Promise<User | null> {
  const { app, settings, signals, tokens } = office
  const { session } = context
  const user = (await settings.load(use.account)) ?? null
  if (user === null || !(await office.isSealOf(use.seal, user)) || !office.isActive(user)) {
    await tokens.revoke(use.family)
    return null
  }
  session.regenerate()
  office.enter(context, user, {
    at: app.now(),
    fresh: false,
    remembered: true,
    forced: false,
    seal: use.seal,
    place: office.placeOf(context),
    family: use.family,
  })
  signals.userLoadedFromCookie.send({ app, user })
  reportSecurityEvent('login-succeeded', { account: use.account, remembered: true })
  return user
}

/** A request that fails before its answer replaces no token that the browser would then not have. */
function renewLater<User extends object>(
  office: LoginOffice<User>,
  context: Context,
  token: string,
  checkedAt: number,
): void {
  const { cookie, tokens } = office
  const { session } = context
  const login = session.get('_login')
  context.beforeSave(async (response) => {
    if (session.get('_login') !== login) return // logged out, or in as somebody else, meanwhile
    const renewed = await tokens.renew(token, checkedAt)
    if (renewed !== null) cookie.write(response, renewed.token, renewed.expires)
    await office.note(context)
  })
}

/** Credentials that no browser sends by itself, in a request without a cookie, need no proof against other sites. */
async function fromRequest<User extends object>(
  office: LoginOffice<User>,
  context: Context,
  request: AppRequest,
  isCookieBorne: boolean,
): Promise<User | null> {
  const { app, settings, signals } = office
  const user = (await settings.requestLoader?.(request)) ?? null
  if (user === null || !office.isActive(user)) return null
  context.identitySource = 'request'
  context.isFresh = false
  context.isPersonal = true
  const scheme = request.authorization?.type ?? ''
  if (!isCookieBorne && csrfFreeSchemes.includes(scheme)) context.needsCsrfProof = false
  signals.userLoadedFromRequest.send({ app, user })
  return user
}
