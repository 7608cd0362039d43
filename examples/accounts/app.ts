/** Accounts: the application factory. */
import { join } from 'node:path'
import type { Mailer } from '@dewar/auth'
import { type App, type ConfigInput, createApp, renderTemplate } from 'dewar'
import * as account from './account.ts'
import * as login from './login.ts'
import { createParts } from './parts.ts'
import * as passkeys from './passkeys.ts'
import * as registration from './registration.ts'
import * as reset from './reset.ts'
import * as secondFactor from './second-factor.ts'
import { Users } from './users.ts'

/** What the app is made of. */
export interface AccountsOptions {
  /** An existing folder for the database, the mails and the sessions that were ended. */
  dataDir: string
  /** The key that signs sessions and links; by default the app takes `DEWAR_SECRET_KEY` from the environment. */
  secretKey?: string
  /** Further settings, such as `TRUSTED_HOSTS`. */
  config?: ConfigInput
  /** Who sends mail; by default it goes into the folder `mail`. */
  mailer?: Mailer
  /** How passwords are hashed; by default as `@dewar/auth` does. */
  passwordMethod?: string
  /** The clock, in seconds since the epoch. */
  now?: () => number
}

/** The app, and the call that gives its database back when the server has stopped. */
export interface Accounts {
  app: App
  users: Users
  /** Resolves when all mail has been sent. */
  mailSent: () => Promise<void>
  close: () => void
}

/** Makes the app on the database of a folder. */
export function createAccounts(options: AccountsOptions): Accounts {
  const { dataDir, secretKey, config = {}, mailer, passwordMethod = 'scrypt:32768:8:3', now } = options
  const app = createApp({
    root: import.meta.dirname,
    instancePath: dataDir,
    config: {
      // A second factor is offered, and not everybody takes it: passwords are long (15), logins end after twelve hours.
      ACCESS_DEFAULT: 'deny',
      ...(secretKey === undefined ? {} : { SECRET_KEY: secretKey }),
      ...config,
    },
    ...(now === undefined ? {} : { now }),
  })
  const users = new Users(join(dataDir, 'accounts.sqlite'))
  const parts = createParts(app, users, { passwordMethod, mailer })
  app.extensions.set('accounts', parts)

  for (const { bp } of [registration, login, reset, account, secondFactor, passkeys]) app.register(bp)
  app.templateFilter('when', (seconds: number) =>
    new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' '),
  )
  for (const status of [403, 404, 409, 429] as const) {
    app.errorHandler(status, (error) => renderTemplate('error.html', { error }))
  }
  return { app, users, mailSent: () => parts.outbox.drained(), close: () => users.close() }
}
