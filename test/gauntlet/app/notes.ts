/** Notes: their owners and the admin may read and write them. */
import type { Auth } from '@dewar/auth'
import { type App, abort, redirect, renderTemplate, request, urlFor } from 'dewar'
import type { Data, Note, User } from './data.ts'

export function addNotes(app: App, auth: Auth<User>, { db }: Data): void {
  const show = app.get('/notes/<int:id>', { access: 'authenticated' }, ({ id }) =>
    renderTemplate('note.html', { note: ownNote(id) }),
  )

  app.post('/notes/<int:id>', { access: 'authenticated' }, async ({ id }) => {
    const note = ownNote(id)
    const form = await request.form()
    db.prepare('UPDATE notes SET body = ? WHERE id = ?').run(form.require('body'), note.id)
    return redirect(urlFor(show, { id }), { status: 303 })
  })

  /** The note, if it is there and the visitor may have it. */
  function ownNote(id: number): Note {
    const note = db.prepare('SELECT * FROM notes WHERE id = ?').get(id) as Note | undefined
    const mayHave = note?.owner === auth.user?.name || auth.user?.role === 'admin'
    return note !== undefined && mayHave ? note : abort(404)
  }
}
