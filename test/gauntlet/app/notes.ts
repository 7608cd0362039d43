/** Notes: their owners and the admin may read and write them. */
import { definePolicy } from '@dewar/auth'
import { type App, redirect, renderTemplate, request, urlFor } from 'dewar'
import type { Data, Note, User } from './data.ts'

const mayOpen = (user: User, note: Note) => note.owner === user.name || user.role === 'admin'

export function addNotes(app: App, { db }: Data): void {
  const load = ({ id }: { id: number }) =>
    db.prepare('SELECT * FROM notes WHERE id = ?').get(id) as Note | undefined
  const notes = definePolicy('note', { open: mayOpen }, { load })

  const show = app.get('/notes/<int:id>', { access: notes.access('open') }, () =>
    renderTemplate('note.html', { note: notes.loaded() }),
  )

  app.post('/notes/<int:id>', { access: notes.access('open') }, async ({ id }) => {
    const form = await request.form()
    db.prepare('UPDATE notes SET body = ? WHERE id = ?').run(form.require('body'), id)
    return redirect(urlFor(show, { id }), { status: 303 })
  })
}
