/** Signing in and out: the password, then the second factor of those who have one. */
import { hashRecoveryCode } from '@dewar/auth'
import { createBlueprint, flash, makeResponse, redirect, renderTemplate, request, urlFor } from 'dewar'
import { currentUser, parts } from './parts.ts'
import type { User } from './users.ts'

export const bp = createBlueprint('login')

bp.get('/', { endpoint: 'index', access: 'public' }, () => redirect(urlFor('account.show')))

bp.get('/login', { endpoint: 'form', access: 'public' }, () => renderTemplate('login.html', { email: '' }))

bp.post('/login', { endpoint: 'password', access: 'public' }, async () => {
  const { auth, step } = parts()
  const form = await request.form()
  const email = form.require('email')
  // Counts attempts, takes as long for addresses without an account, and renews hashes that have grown old.
  const user = await auth.authenticate(email, form.require('password'))
  if (user === null) {
    flash('The address or the password is wrong.')
    return makeResponse(await renderTemplate('login.html', { email }), 401)
  }
  const remember = form.get('remember') === 'on'
  if (user.totp === '') {
    auth.login(user, { remember })
    return auth.redirectBack(urlFor('account.show'))
  }
  step.begin(user, { remember, next: request.args.get('next') ?? null })
  return redirect(urlFor('login.code'))
})

bp.get('/login/code', { endpoint: 'code', access: 'public' }, async () =>
  (await parts().step.pending()) === null ? beginAnew() : renderTemplate('code.html'),
)

bp.post('/login/code', { endpoint: 'secondStep', access: 'public' }, async () => {
  const { auth, step } = parts()
  const pending = await step.pending()
  if (pending === null) return beginAnew()
  const { user, remember, next } = pending
  if (!(await isSecondFactor(user, (await request.form()).require('code')))) {
    flash('The code is wrong, or was used already.')
    return makeResponse(await renderTemplate('code.html'), 401)
  }
  step.end()
  auth.login(user, { remember })
  return redirect(next, { fallback: urlFor('account.show') })
})

/** Who was remembered, or has been away, shows again who they are before anything that matters. */
bp.get('/confirm', { endpoint: 'refresh', access: 'authenticated' }, () =>
  renderTemplate('confirm.html', { hasTotp: currentUser().totp !== '' }),
)

bp.post('/confirm', { endpoint: 'confirm', access: 'authenticated' }, async () => {
  const { auth } = parts()
  const { email, totp } = currentUser()
  const form = await request.form()
  const user = await auth.authenticate(email, form.require('password'))
  const isRight = user !== null && (totp === '' || (await isSecondFactor(user, form.get('code') ?? '')))
  if (!isRight) {
    flash('That was not right.')
    return makeResponse(await renderTemplate('confirm.html', { hasTotp: totp !== '' }), 401)
  }
  auth.confirmLogin()
  return auth.redirectBack(urlFor('account.show'))
})

bp.post('/logout', { endpoint: 'logout', access: 'public' }, () => {
  parts().auth.logout()
  flash('You are signed out.')
  return redirect(urlFor('login.form'))
})

/** A code from the app on the phone, or a recovery code; either works once. */
export async function isSecondFactor(user: User, code: string): Promise<boolean> {
  const { totp, users } = parts()
  // The limit of codes counts for recovery codes as well.
  if (await totp.check({ account: user.id, secret: user.totp, code })) return true
  return users.useRecoveryCode(user, hashRecoveryCode(code))
}

function beginAnew() {
  flash('Please begin again.')
  return redirect(urlFor('login.form'))
}
