/** Signing in with OpenID Connect: the application factory. */
import { join } from 'node:path'
import { createAuth } from '@dewar/auth'
import { type App, type ConfigInput, createApp, renderTemplate } from 'dewar'
import { type ProviderOptions, Providers } from './providers.ts'
import * as signIn from './sign-in.ts'
import { type User, Users } from './users.ts'

/** What the app is made of. */
export interface SignInOptions {
  readonly providers: readonly ProviderOptions[]
  /** An existing folder for the table of users and what must happen once. */
  readonly dataDir: string
  readonly config?: ConfigInput
  /** Asks providers in clear text: on this machine, in tests. */
  readonly unsafeHttp?: boolean
  /** The clock, in seconds since the epoch. */
  readonly now?: () => number
}

/** Makes the app; `close` gives the database back when the server has stopped. */
export function createSignIn(options: SignInOptions): { app: App; close: () => void } {
  const { dataDir, config = {}, unsafeHttp = false, now = () => Date.now() / 1000 } = options
  const app = createApp({
    root: import.meta.dirname,
    instancePath: dataDir,
    config: { ACCESS_DEFAULT: 'deny', ...config },
    now,
  })
  const users = new Users(join(dataDir, 'users.sqlite'))
  const auth = createAuth<User>(app, { load: (id) => users.byId(id), loginView: 'signIn.form' })
  const parts: signIn.SignInParts = {
    auth,
    providers: new Providers(options.providers, unsafeHttp),
    users,
    now,
  }
  app.extensions.set('signIn', parts)
  app.register(signIn.bp)
  app.get('/', { endpoint: 'index', access: 'authenticated' }, () => renderTemplate('index.html'))
  return { app, close: () => users.close() }
}
