/** Passkeys: `static/passkeys.js` talks to these. */
import { browserLabel } from '@dewar/auth'
import { createBlueprint, flash, makeResponse, redirect, request, urlFor } from 'dewar'
import { currentUser, notYou, parts } from './parts.ts'

export const bp = createBlueprint('passkeys')

const refused = () => makeResponse({ ok: false }, 400)

bp.post('/login/passkey/options', { endpoint: 'loginOptions', access: 'public', limit: '30/minute' }, () =>
  parts().passkeys.beginLogin(),
)

/** The device has asked its owner, so that this is both factors at once. */
bp.post('/login/passkey', { endpoint: 'login', access: 'public', limit: '30/minute' }, async () => {
  const { auth, passkeys, users } = parts()
  const passkey = await passkeys.finishLogin(await request.json(), (id) => users.passkey(id))
  const user = passkey === null ? null : users.byId(passkey.userId)
  if (passkey === null || user === null) return refused()
  users.setCounter(passkey)
  auth.login(user)
  return { ok: true, location: urlFor('account.show') }
})

bp.post('/account/passkeys/options', { endpoint: 'options', access: 'fresh' }, () => {
  const { id, email, name } = currentUser()
  const passkeys = parts().users.passkeysOf(currentUser())
  return parts().passkeys.beginRegistration({ id, name: email, displayName: name, passkeys })
})

bp.post('/account/passkeys', { endpoint: 'add', access: 'fresh' }, async () => {
  const { outbox, passkeys, site, users } = parts()
  const user = currentUser()
  const passkey = await passkeys.finishRegistration(user.id, await request.json())
  if (passkey === null) return refused()
  const name = browserLabel(request.headers.get('User-Agent'))
  const created = Math.floor(Date.now() / 1000)
  if (!users.addPasskey({ ...passkey, userId: user.id, name, created })) return refused()
  outbox.post({
    to: user.email,
    subject: `Your account at ${site}`,
    text: `A passkey was added. ${notYou}`,
  })
  flash('The passkey is added.')
  return { ok: true, location: urlFor('account.show') }
})

bp.post('/account/passkeys/<id>/delete', { endpoint: 'delete', access: 'fresh' }, ({ id }) => {
  // Only one's own: the id of somebody else's deletes nothing.
  flash(
    parts().users.deletePasskey(currentUser(), id) ? 'The passkey is deleted.' : 'There is no such passkey.',
  )
  return redirect(urlFor('account.show'))
})
