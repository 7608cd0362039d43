/** The account page: where somebody is signed in, and what they can change. */
import { checkPassword, hashPassword } from '@dewar/auth'
import { abort, createBlueprint, flash, makeResponse, redirect, renderTemplate, request, urlFor } from 'dewar'
import { currentUser, notYou, parts } from './parts.ts'

export const bp = createBlueprint('account', { urlPrefix: '/account' })

bp.get('/', { endpoint: 'show', access: 'authenticated' }, async () => {
  const { auth, users } = parts()
  const user = currentUser()
  return renderTemplate('account.html', {
    user,
    sessions: await auth.sessions(),
    passkeys: users.passkeysOf(user),
    codesLeft: users.recoveryCodesLeft(user),
  })
})

bp.post('/sessions/<handle>/end', { endpoint: 'endSession', access: 'authenticated' }, async ({ handle }) => {
  // A handle of somebody else's ends nothing.
  flash((await parts().auth.endSession(handle)) ? 'That session has ended.' : 'There is no such session.')
  return redirect(urlFor('account.show'))
})

bp.post('/sessions/end-others', { endpoint: 'endOthers', access: 'authenticated' }, async () => {
  await parts().auth.logoutEverywhere(currentUser(), { exceptThis: true })
  flash('You are signed out everywhere else.')
  return redirect(urlFor('account.show'))
})

bp.get('/password', { endpoint: 'password', access: 'fresh' }, () => renderTemplate('password.html'))

bp.post('/password', { endpoint: 'changePassword', access: 'fresh' }, async () => {
  const { site, auth, users, outbox, passwordMethod } = parts()
  const { email, name } = currentUser()
  const form = await request.form()
  const user = await auth.authenticate(email, form.require('current'))
  const checked = await checkPassword(form.require('password'), { words: [email, name, site] })
  if (user === null || !checked.ok) {
    flash(user === null || checked.ok ? 'The current password is wrong.' : checked.message)
    return makeResponse(await renderTemplate('password.html'), 422)
  }
  const hash = await hashPassword(checked.password, { method: passwordMethod })
  const changed =
    users.setPassword(user, hash) ?? abort(409, 'The password was changed elsewhere at this moment.')
  await auth.passwordChanged(changed)
  outbox.post({
    to: email,
    subject: `Your password at ${site}`,
    text: `Your password was changed on the account page. ${notYou}`,
  })
  flash('Your password is changed. You are signed out everywhere else.')
  return redirect(urlFor('account.show'))
})
