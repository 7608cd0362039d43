/** Switching the second factor on and off. A fresh login is asked for throughout. */
import { createRecoveryCodes, createTotpSecret } from '@dewar/auth'
import {
  createBlueprint,
  flash,
  Markup,
  makeResponse,
  redirect,
  renderTemplate,
  request,
  urlFor,
} from 'dewar'
import { renderSVG } from 'uqr'
import { isSecondFactor } from './login.ts'
import { currentUser, notYou, parts } from './parts.ts'
import type { User } from './users.ts'

export const bp = createBlueprint('secondFactor', { urlPrefix: '/account/second-factor' })

bp.get('/', { endpoint: 'show', access: 'fresh' }, () => {
  const user = currentUser()
  if (user.totp !== '') return renderTemplate('second-factor-off.html', { codesLeft: codesLeft(user) })
  // Another each time: one that somebody has seen before, at a browser left alone, must not become the owner's.
  const secret = createTotpSecret()
  parts().users.setPendingTotp(user, secret)
  return setUpPage(user, secret)
})

/** On only when a first code was right: nobody locks themselves out with a picture that was not read. */
bp.post('/', { endpoint: 'switchOn', access: 'fresh' }, async () => {
  const { auth, users, totp } = parts()
  const user = currentUser()
  const { totp_pending: secret } = user
  const code = (await request.form()).require('code')
  if (user.totp !== '' || secret === '') return redirect(urlFor('secondFactor.show'))
  if (!(await totp.check({ account: user.id, secret, code }))) {
    flash('The code is wrong. Is the clock of your phone right?')
    return makeResponse(await setUpPage(user, secret), 422)
  }
  const { codes, hashes } = createRecoveryCodes()
  users.setTotp(user, secret, hashes)
  // Whoever is in by the password alone is out.
  await auth.logoutEverywhere(user, { exceptThis: true })
  tell(user, 'A second factor was switched on.')
  return renderTemplate('recovery-codes.html', { codes })
})

bp.post('/codes', { endpoint: 'newCodes', access: 'fresh' }, async () => {
  const user = currentUser()
  if (user.totp === '') return redirect(urlFor('secondFactor.show'))
  const { codes, hashes } = createRecoveryCodes()
  parts().users.setRecoveryCodes(user.id, hashes)
  tell(user, 'New recovery codes were made; the old ones are void.')
  return renderTemplate('recovery-codes.html', { codes })
})

bp.post('/off', { endpoint: 'switchOff', access: 'fresh' }, async () => {
  const user = currentUser()
  const code = (await request.form()).require('code')
  if (user.totp !== '' && !(await isSecondFactor(user, code))) {
    flash('The code is wrong, or was used already.')
    return makeResponse(await renderTemplate('second-factor-off.html', { codesLeft: codesLeft(user) }), 422)
  }
  parts().users.setTotp(user, '', [])
  tell(user, 'The second factor was switched off.')
  flash('The second factor is off.')
  return redirect(urlFor('account.show'))
})

function setUpPage(user: User, secret: string) {
  const uri = parts().totp.uri(secret, user.email)
  // The picture is made here, of a text that we made: it is HTML that we vouch for.
  const picture = new Markup(renderSVG(uri, { border: 2 }))
  return renderTemplate('second-factor-on.html', { picture, secret: secret.replaceAll(/.{4}(?=.)/g, '$& ') })
}

function codesLeft(user: User): number {
  return parts().users.recoveryCodesLeft(user)
}

function tell({ email }: User, what: string): void {
  const { outbox, site } = parts()
  outbox.post({ to: email, subject: `Your account at ${site}`, text: `${what} ${notYou}` })
}
