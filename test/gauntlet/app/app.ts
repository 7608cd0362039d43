/** The app of the gauntlet: settings and wiring. It has no defence of its own: what holds, Dewar holds. */
import { join } from 'node:path'
import { createAuth, createPermissions } from '@dewar/auth'
import { type App, createApp, Secret } from 'dewar'
import { addAccounts } from './accounts.ts'
import { addAnswers } from './answers.ts'
import { addApi } from './api.ts'
import { openData, type User } from './data.ts'
import { addFiles } from './files.ts'
import { addNotes } from './notes.ts'
import { addPages } from './pages.ts'
import { addReset } from './reset.ts'

declare module 'dewar' {
  interface Config {
    APP_NAME: string
    API_TOKEN: Secret
  }
}

/** What the app is told by whoever starts it. */
export interface GauntletOptions {
  /** An existing folder for all data. */
  dataDir: string
  secretKey: string
  apiToken: string
  /** Whether one proxy on this machine stands in front, and speaks https to the world. */
  behindProxy: boolean
  debug: boolean
}

/** Makes the app with fresh data. */
export async function createGauntlet(options: GauntletOptions): Promise<{ app: App; close: () => void }> {
  const { dataDir, secretKey, apiToken, behindProxy, debug } = options
  const app = createApp({
    root: import.meta.dirname,
    instancePath: join(dataDir, 'instance'),
    logger: { destination: join(dataDir, 'app.log') },
    config: {
      SECRET_KEY: secretKey,
      DEBUG: debug,
      TRUSTED_HOSTS: ['gauntlet.example', '127.0.0.1', 'localhost'],
      TRUSTED_PROXY: behindProxy ? { for: 1, proto: 1, from: ['127.0.0.1'] } : null,
      APP_NAME: 'Gauntlet',
      API_TOKEN: new Secret(apiToken),
    },
  })
  const data = await openData(dataDir)
  const auth = createAuth<User>(app, {
    load: (id) => data.userById(id),
    passwordHash: (user) => user.password,
    loginView: 'login',
  })
  createPermissions(app, { roles: (user: User) => [user.role] })

  addPages(app, auth, data)
  addAccounts(app, auth, data)
  addReset(app, auth, data)
  addNotes(app, data)
  addFiles(app, dataDir)
  addApi(app)
  addAnswers(app, auth)

  return { app, close: () => data.db.close() }
}
