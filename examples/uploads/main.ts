/**
 * Starts the gallery: `node main.ts`.
 *
 * PORT      the port, 5000 by default; 0 takes any that is free
 * DATA_DIR  where the pictures are kept, `instance` beside this file by default
 * NODE_ENV  `production` turns off the pages that show errors with their source
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { generateKey } from '@dewar/signing'
import { createGallery } from './app.ts'

const { env } = process

try {
  const dataDir = resolve(env['DATA_DIR'] || join(import.meta.dirname, 'instance'))
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const hasKey = env['DEWAR_SECRET_KEY'] || env['DEWAR_SECRET_KEY_FILE']
  const gallery = createGallery({
    dataDir,
    debug: env['NODE_ENV'] !== 'production',
    // Nobody logs in here: a new key at each start costs a visitor one reload of the form.
    ...(hasKey ? {} : { secretKey: generateKey() }),
  })
  const server = await gallery.app.run({ host: '127.0.0.1', port: Number(env['PORT'] || '5000') })
  console.log(`Ready on http://127.0.0.1:${server.port}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      await server.close()
      gallery.close()
    })
  }
} catch (error) {
  console.error(String(error))
  process.exit(1)
}
