/** Forgotten passwords, as docs/signing.md shows. Mails land in a list that `/outbox` shows. */
import { createHash } from 'node:crypto'
import { type Auth, hashPassword } from '@dewar/auth'
import { TimedSigner } from '@dewar/signing'
import { type App, abort, redirect, renderTemplate, request, urlFor } from 'dewar'
import type { Data, User } from './data.ts'

export function addReset(app: App, auth: Auth<User>, { db, mails, userById, userByName }: Data): void {
  const resets = new TimedSigner({ keys: app.keys, purpose: 'password-reset', maxAge: 900 })

  app.get('/reset', () => renderTemplate('reset.html'))

  app.post('/reset', async () => {
    const user = userByName((await request.form()).require('username'))
    if (user !== undefined) {
      const token = resets.sign(JSON.stringify([user.id, fingerprint(user)]))
      mails.push({ to: user.name, link: urlFor(form, { token }, { canonical: true }) })
    }
    return renderTemplate('reset.html', { sent: true })
  })

  app.get('/outbox', () => mails)

  const form = app.get('/reset/<token>', ({ token }) => {
    userOf(token)
    return renderTemplate('new-password.html')
  })

  app.post('/reset/<token>', async ({ token }) => {
    const user = userOf(token)
    const password = await hashPassword((await request.form()).require('password'))
    const { changes } = db
      .prepare('UPDATE users SET password = ? WHERE id = ? AND password = ?')
      .run(password, user.id, user.password)
    if (changes === 0) return abort(404)
    await auth.logoutEverywhere(user)
    return redirect(urlFor('login'), { status: 303 })
  })

  /** Whose token it is; 404 for one that is bad, too old, or of a password that has changed since. */
  function userOf(token: string): User {
    const result = resets.verify(token)
    const [id, print] = result.ok ? (JSON.parse(result.payload) as [number, string]) : []
    const user = id === undefined ? undefined : userById(String(id))
    return user !== undefined && fingerprint(user) === print ? user : abort(404)
  }
}

function fingerprint({ password }: User): string {
  return createHash('sha256').update(password).digest('base64url').slice(0, 16)
}
