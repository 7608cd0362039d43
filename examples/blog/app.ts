/** The application factory. Flask's tutorial: `flaskr/__init__.py`. */
import { join } from 'node:path'
import { createAuth } from '@dewar/auth'
import { type App, createApp, renderTemplate } from 'dewar'
import * as auth from './auth.ts'
import * as blog from './blog.ts'
import { openDatabase, type User } from './db.ts'

/** What a blog is made of. */
export interface BlogOptions {
  /** An existing folder for the database. */
  dataDir: string
  /** The key that signs sessions; by default the app takes `DEWAR_SECRET_KEY` from the environment. */
  secretKey?: string
  /** Whether errors are shown with their source, and cookies work without TLS; false by default. */
  debug?: boolean
}

/** A blog: its app, and the call that gives its database back when the server has stopped. */
export interface Blog {
  app: App
  close: () => void
}

/** Makes a blog on the database of a folder. Two blogs in one process know nothing of each other. */
export function createBlog({ dataDir, secretKey, debug = false }: BlogOptions): Blog {
  const app = createApp({
    root: import.meta.dirname,
    instancePath: dataDir,
    config: { DEBUG: debug, ...(secretKey === undefined ? {} : { SECRET_KEY: secretKey }) },
  })

  const db = openDatabase(join(dataDir, 'flaskr.sqlite'))
  app.extensions.set('db', db)

  createAuth<User>(app, {
    load: auth.loadUser,
    findByName: auth.findUser,
    storePasswordHash: auth.storePasswordHash,
    passwordHash: (user) => user.password, // logins end when it changes
    loginView: 'auth.login',
  })

  app.register(auth.bp)
  app.register(blog.bp)

  app.templateFilter('day', (created: string) => created.slice(0, 10))
  app.templateFilter('iso', (created: string) => `${created.replace(' ', 'T')}Z`)

  app.errorHandler(403, (error) => renderTemplate('403.html', { error }))
  app.errorHandler(404, (error) => renderTemplate('404.html', { error }))
  app.errorHandler(500, () => renderTemplate('500.html'))

  return { app, close: () => db.close() }
}
