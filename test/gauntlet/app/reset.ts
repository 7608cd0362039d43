/** Forgotten passwords, as docs/auth-flows.md shows. Mails land in a list that `/outbox` shows. */
import { AccountTokens, type Auth, hashPassword } from '@dewar/auth'
import { type App, abort, redirect, renderTemplate, request, urlFor } from 'dewar'
import type { Data, User } from './data.ts'

export function addReset(app: App, auth: Auth<User>, { db, mails, userById, userByName }: Data): void {
  const resets = new AccountTokens<User>(app, {
    purpose: 'password-reset',
    maxAge: 900,
    id: (user) => user.id,
    load: userById,
    boundTo: (user) => [user.password],
  })

  app.get('/reset', () => renderTemplate('reset.html'))

  app.post('/reset', async () => {
    const user = userByName((await request.form()).require('username'))
    if (user !== undefined) {
      const link = urlFor('new-password', { token: resets.create(user) }, { canonical: true })
      mails.push({ to: user.name, link })
    }
    return renderTemplate('reset.html', { sent: true })
  })

  app.get('/outbox', () => mails)

  app.get('/reset/<token>', { endpoint: 'new-password' }, async ({ token }) => {
    if ((await resets.find(token)) === null) return abort(404)
    return renderTemplate('new-password.html')
  })

  app.post('/reset/<token>', async ({ token }) => {
    const password = (await request.form()).require('password')
    const { ok } = await resets.use(token, async (user) => {
      const hash = await hashPassword(password)
      db.prepare('UPDATE users SET password = ? WHERE id = ?').run(hash, user.id)
      await auth.passwordChanged({ ...user, password: hash }, { exceptThis: false })
    })
    return ok ? redirect(urlFor('login'), { status: 303 }) : abort(404)
  })
}
