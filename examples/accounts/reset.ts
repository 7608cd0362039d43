/** Forgotten passwords. */
import { checkPassword, hashPassword } from '@dewar/auth'
import { createBlueprint, flash, makeResponse, redirect, renderTemplate, request, urlFor } from 'dewar'
import { notYou, parts } from './parts.ts'
import { plainAddress } from './users.ts'

export const bp = createBlueprint('reset', { urlPrefix: '/reset' })

bp.get('/', { endpoint: 'form', access: 'public' }, () => renderTemplate('forgot.html'))

bp.post('/', { endpoint: 'ask', access: 'public', limit: '20/hour' }, async () => {
  const { site, users, outbox, mailLimits, resets } = parts()
  const email = plainAddress((await request.form()).require('email'))
  // All of it waits until the answer has left: whether there is an account takes no time of it.
  outbox.post(async () => {
    const user = users.byEmail(email)
    if (user === null || !(await mailLimits.reset.hit(user.email)).allowed) return null
    const link = urlFor('reset.choose', { token: resets.create(user) }, { canonical: true })
    // To the address in the table, not to what was typed.
    return {
      to: user.email,
      subject: `A new password at ${site}`,
      text: `Follow this link within a quarter of an hour to choose a new password:\n\n${link}\n\nIf it was not you who asked, there is nothing to do.\n`,
    }
  })
  return renderTemplate('mail-sent.html', { email })
})

bp.get('/<token>', { endpoint: 'choose', access: 'public' }, async ({ token }) => {
  const user = await parts().resets.find(token)
  return user === null ? deadLink() : renderTemplate('reset.html', { email: user.email })
})

bp.post('/<token>', { endpoint: 'set', access: 'public', limit: '20/hour' }, async ({ token }) => {
  const { site, users, auth, outbox, resets, passwordMethod } = parts()
  const user = await resets.find(token)
  if (user === null) return deadLink()
  const words = [user.email, user.name, site]
  const checked = await checkPassword((await request.form()).require('password'), { words })
  if (!checked.ok) {
    flash(checked.message)
    return makeResponse(await renderTemplate('reset.html', { email: user.email }), 422)
  }
  const used = await resets.use(token, async (found) => {
    const hash = await hashPassword(checked.password, { method: passwordMethod })
    const changed = users.setPassword(found, hash)
    if (changed === null) return false
    // This browser's too: a mail must not make a remembered login a fresh one.
    await auth.passwordChanged(changed, { exceptThis: false })
    return true
  })
  if (!used.ok || !used.result) return deadLink()
  const text = `Your password was changed with a link from a mail. All sessions have ended; passkeys stay. ${notYou}`
  outbox.post({ to: user.email, subject: `Your password at ${site}`, text })
  flash('Your password is changed. Please sign in with it.')
  return redirect(urlFor('login.form'))
})

async function deadLink() {
  flash('This link is no good any more. Please ask for another.')
  return makeResponse(await renderTemplate('forgot.html'), 410)
}
