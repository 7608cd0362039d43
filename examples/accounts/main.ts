/**
 * Starts the app: `node main.ts` here.
 *
 * PORT      the port, 5000 by default; 0 takes any that is free
 * DATA_DIR  where the database, the mails and the secret key are kept, `instance` beside this file by default
 * NODE_ENV  `production` turns off the pages that show errors with their source; set DEWAR_TRUSTED_HOSTS then
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createAccounts } from './app.ts'
import { secretKeyOf } from './secret-key.ts'

const { env } = process

try {
  const dataDir = resolve(env['DATA_DIR'] || join(import.meta.dirname, 'instance'))
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const hasKey = env['DEWAR_SECRET_KEY'] || env['DEWAR_SECRET_KEY_FILE']
  const { app, close } = createAccounts({
    dataDir,
    config: { DEBUG: env['NODE_ENV'] !== 'production' },
    ...(hasKey ? {} : { secretKey: secretKeyOf(dataDir) }),
  })
  const server = await app.run({ host: '127.0.0.1', port: Number(env['PORT'] || '5000') })
  console.log(`Ready on http://localhost:${server.port}`)
  console.log(`Mails are in ${join(dataDir, 'mail')}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      await server.close()
      close()
    })
  }
} catch (error) {
  // String(error) of a DewarError ends with what to do about it.
  console.error(String(error))
  process.exit(1)
}
