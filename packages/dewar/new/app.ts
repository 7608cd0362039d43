import { createApp, flash, redirect, renderTemplate, request, session, urlFor } from 'dewar'

declare module 'dewar' {
  interface SessionData {
    name: string
  }
}

export const app = createApp({
  root: import.meta.dirname, // templates/ and static/ lie beside this file
  config: {
    TRUSTED_HOSTS: ['localhost', '127.0.0.1'], // add the name your visitors use
  },
})

export const index = app.get('/', () => renderTemplate('index.html', { name: session.get('name') }))

export const greet = app.post('/', { endpoint: 'greet' }, async () => {
  const form = await request.form()
  session.set('name', form.require('name'))
  flash('Nice to meet you.')
  return redirect(urlFor(index), { status: 303 })
})
