/** Logging in and out, money, and what only the admin may. */
import { type Auth, hasRole, verifyPassword } from '@dewar/auth'
import { type App, abort, makeResponse, redirect, renderTemplate, request, urlFor } from 'dewar'
import { z } from 'zod'
import type { Data, User } from './data.ts'

const Transfer = z.object({ to: z.string(), amount: z.int().min(1).max(1000) })

export function addAccounts(app: App, auth: Auth<User>, data: Data): void {
  const { db } = data

  app.get('/login', { endpoint: 'login' }, () =>
    renderTemplate('login.html', { next: request.args.get('next') ?? '' }),
  )

  app.post('/login', { limit: '10/minute' }, async () => {
    const form = await request.form()
    app.logger.info({ form, headers: request.headers }, 'login attempt')
    const user = data.userByName(form.require('username'))
    const { ok } = await verifyPassword(user?.password ?? null, form.require('password'))
    if (!ok || user === undefined) {
      const page = renderTemplate('login.html', { next: form.get('next'), wrong: true })
      return makeResponse(page, 401)
    }
    auth.login(user, { remember: form.has('remember') })
    return redirect(form.get('next'), { fallback: urlFor(account), status: 303 })
  })

  app.post('/logout', () => {
    auth.logout()
    return redirect('/', { status: 303 })
  })

  const account = app.get('/account', { access: 'authenticated' }, () =>
    renderTemplate('account.html', { user: auth.user }),
  )

  app.post('/transfer', { access: 'authenticated' }, async () => {
    const { to, amount } = await request.validate(Transfer)
    const from = auth.user
    const payee = data.userByName(to)
    if (from === null || payee === undefined) return abort(422, 'Nobody has that name.')
    if (from.balance < amount) return abort(422, 'There is not so much money.')
    const move = db.prepare('UPDATE users SET balance = balance + ? WHERE id = ?')
    move.run(-amount, from.id)
    move.run(amount, payee.id)
    return redirect(urlFor(account), { status: 303 })
  })

  const admin = app.get('/admin', { access: hasRole('admin') }, () => {
    const users = db.prepare('SELECT name FROM users ORDER BY id').all()
    return renderTemplate('admin.html', { users, notice: data.notice })
  })

  app.post('/admin/notice', { access: hasRole('admin') }, async () => {
    data.notice = (await request.form()).require('text')
    return redirect(urlFor(admin), { status: 303 })
  })
}
