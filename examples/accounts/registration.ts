/** Registering: the address first, everything else behind the link that only its owner gets. */
import { checkPassword, hashPassword, isMailAddress } from '@dewar/auth'
import { createBlueprint, flash, makeResponse, redirect, renderTemplate, request, urlFor } from 'dewar'
import { parts } from './parts.ts'
import { plainAddress } from './users.ts'

export const bp = createBlueprint('registration', { urlPrefix: '/register' })

const MAX_NAME = 80

bp.get('/', { endpoint: 'form', access: 'public' }, () => renderTemplate('register.html', { email: '' }))

bp.post('/', { endpoint: 'ask', access: 'public', limit: '20/hour' }, async () => {
  const { site, users, outbox, mailLimits, confirmations } = parts()
  const email = plainAddress((await request.form()).require('email'))
  if (!isMailAddress(email)) {
    flash('That is no e-mail address.')
    return makeResponse(await renderTemplate('register.html', { email }), 422)
  }
  // Who gets which mail is found out when the answer has left: it takes as long for everybody.
  outbox.post(async () => {
    if (!(await mailLimits.registration.hit(email)).allowed) return null
    const mail = { to: email, subject: `Your account at ${site}` }
    if (users.byEmail(email) !== null) {
      const [signIn, forgot] = ['login.form', 'reset.form'].map((name) =>
        urlFor(name, {}, { canonical: true }),
      )
      const text = `Somebody, perhaps you, wanted to register this address, which has an account already.\n\nSign in: ${signIn}\nForgotten the password: ${forgot}\n`
      return { ...mail, text }
    }
    const link = urlFor('registration.finish', { token: confirmations.create(email) }, { canonical: true })
    return { ...mail, text: `Follow this link within an hour to choose a password:\n\n${link}\n` }
  })
  return renderTemplate('mail-sent.html', { email })
})

/** Shows a form only: scanners of mail servers follow links. */
bp.get('/<token>', { endpoint: 'finish', access: 'public' }, async ({ token }) => {
  const email = await parts().confirmations.find(token)
  return email === null ? deadLink() : renderTemplate('register-finish.html', { email, name: '' })
})

bp.post('/<token>', { endpoint: 'create', access: 'public', limit: '20/hour' }, async ({ token }) => {
  const { site, users, auth, confirmations, passwordMethod } = parts()
  const email = await confirmations.find(token)
  if (email === null) return deadLink()
  const form = await request.form()
  const name = form.require('name').trim()
  const checked = await checkPassword(form.require('password'), { words: [email, name, site] })
  const isNamed = name !== '' && name.length <= MAX_NAME && !/[\p{Cc}\p{Cf}]/u.test(name)
  if (!checked.ok || !isNamed) {
    flash(checked.ok ? `Please give a name of at most ${MAX_NAME} characters.` : checked.message)
    return makeResponse(await renderTemplate('register-finish.html', { email, name }), 422)
  }
  const hash = await hashPassword(checked.password, { method: passwordMethod })
  const used = await confirmations.use(token, (address) => users.add(address, name, hash))
  if (!used.ok || used.result === null) return deadLink()
  auth.login(used.result)
  return redirect(urlFor('account.show'))
})

async function deadLink() {
  flash('This link is no good any more. Please begin again.')
  return makeResponse(await renderTemplate('register.html', { email: '' }), 410)
}
