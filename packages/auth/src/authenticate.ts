/** A name and a password, checked the safe way. */
import { DewarError } from '@dewar/base'
import { type Context, reportSecurityEvent, TooManyRequests } from 'dewar'
import type { LoginOffice } from './login-office.ts'
import type { LoginThrottle } from './login-throttle.ts'
import { hashPassword, verifyPassword } from './passwords.ts'

/** @internal */
export async function authenticate<User extends object>(
  office: LoginOffice<User>,
  throttle: LoginThrottle,
  context: Context,
  name: string,
  password: string,
): Promise<User | null> {
  const { findByName, passwordHash } = office.settings
  if (findByName === undefined || passwordHash === undefined) throw cannotAuthenticate()
  const attempt = await enter(throttle, name, context.request?.remoteAddr ?? null)
  const { user, ok, needsRehash } = await check(office, name, password).catch(async (error: unknown) => {
    await attempt.abandon() // a database or a queue that fails is nobody's failure
    throw error
  })
  if (user === null || !ok || !office.isActive(user)) {
    await attempt.fail()
    // What was typed is not told of: people type passwords into the field for the name.
    if (user === null) reportSecurityEvent('login-failed', { reason: 'unknown-account' })
    else
      reportSecurityEvent('login-failed', {
        account: office.idOf(user),
        reason: ok ? 'inactive' : 'password',
      })
    return null
  }
  await attempt.succeed()
  return needsRehash ? rehash(office, user, name, password) : user
}

async function check<User extends object>({ settings }: LoginOffice<User>, name: string, password: string) {
  const { findByName, passwordHash, passwordMethod: method } = settings
  const user = (await findByName?.(name)) ?? null
  // Without a user, or without a password of theirs, this takes as long as with one.
  const hash = user === null ? null : (passwordHash?.(user) ?? null)
  const verdict = await verifyPassword(hash, password, { method })
  // An object that the whole process shares may have got another password meanwhile.
  const isCurrent = user === null || (passwordHash?.(user) ?? null) === hash
  return { user, ...verdict, ok: verdict.ok && isCurrent }
}

async function enter(throttle: LoginThrottle, name: string, remoteAddr: string | null) {
  try {
    return await throttle.enter(name, remoteAddr)
  } catch (error) {
    if (error instanceof TooManyRequests) reportSecurityEvent('login-failed', { reason: 'throttled' })
    throw error
  }
}

/**
 * The user with the new hash, and with the logins that were sealed with the old one. `null` if the password was changed while
 * the new hash was made: neither must the old password take its place, nor its logins go on under the new one.
 */
async function rehash<User extends object>(
  office: LoginOffice<User>,
  user: User,
  name: string,
  password: string,
): Promise<User | null> {
  const { findByName, passwordHash, storePasswordHash, passwordMethod: method } = office.settings
  if (storePasswordHash === undefined) return user
  const [before, old] = [office.sealOf(user), passwordHash?.(user)]
  const hash = await hashPassword(password, { method })
  const current = (await findByName?.(name)) ?? null
  if (current === null || passwordHash?.(current) !== old) return null
  await storePasswordHash(current, hash)
  const after = (await findByName?.(name)) ?? current
  const stored = passwordHash?.(after)
  if (stored === hash) await office.reseal(before, after)
  return stored === hash || stored === old ? after : null
}

function cannotAuthenticate(): DewarError {
  return new DewarError('ERR_AUTH_OPTION', 'auth.authenticate() does not know how to find users.', {
    fix: 'createAuth(app, { findByName: (name) => …, passwordHash: (user) => user.password, … }).',
  })
}
