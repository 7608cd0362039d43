/** Pages that anybody may see. */
import type { Auth } from '@dewar/auth'
import { type App, redirect, renderTemplate, renderTemplateString, request, urlFor } from 'dewar'
import type { Comment, Data, User } from './data.ts'

export function addPages(app: App, auth: Auth<User>, data: Data): void {
  const { db } = data

  const index = app.get('/', () => renderTemplate('index.html', { user: auth.user, notice: data.notice }))

  app.get('/contexts', () => renderTemplate('contexts.html', { name: request.args.get('name') ?? '' }))

  const comments = app.get('/comments', () => {
    const latest = db
      .prepare('SELECT * FROM comments ORDER BY id DESC LIMIT 50')
      .all() as unknown as Comment[]
    return renderTemplate('comments.html', { comments: latest.reverse() })
  })

  app.post('/comments', async () => {
    const form = await request.form()
    db.prepare('INSERT INTO comments (author, website, body) VALUES (?, ?, ?)').run(
      form.require('author'),
      form.require('website'),
      form.require('body'),
    )
    return redirect(urlFor(comments), { status: 303 })
  })

  app.get('/search', () => {
    const q = request.args.get('q') ?? ''
    const byPrice = request.args.get('sort') === 'price'
    const hits = db
      .prepare(`SELECT name FROM products WHERE instr(name, ?) > 0 ORDER BY ${byPrice ? 'price' : 'name'}`)
      .all(q)
    return renderTemplate('search.html', { q, hits })
  })

  app.get('/go', () => redirect(request.args.get('next'), { fallback: urlFor(index) }))

  app.get('/preview', () =>
    renderTemplateString('<!doctype html><title>Preview</title><p id="preview">{{ text }}</p>', {
      text: request.args.get('text') ?? '',
    }),
  )
}
