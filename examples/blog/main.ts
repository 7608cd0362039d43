/**
 * Starts the blog: `npm start` in the repository, or `node main.ts` here.
 *
 * PORT      the port, 5000 by default; 0 takes any that is free
 * DATA_DIR  where the database and the secret key are kept, `instance` beside this file by default
 * NODE_ENV  `production` turns off the pages that show errors with their source
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createBlog } from './app.ts'
import { secretKeyOf } from './secret-key.ts'

const { env } = process

try {
  const port = parsePort(env['PORT'] || '5000')
  const dataDir = resolve(env['DATA_DIR'] || join(import.meta.dirname, 'instance'))
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const hasKey = env['DEWAR_SECRET_KEY'] || env['DEWAR_SECRET_KEY_FILE']
  const blog = createBlog({
    dataDir,
    debug: env['NODE_ENV'] !== 'production',
    ...(hasKey ? {} : { secretKey: secretKeyOf(dataDir) }),
  })
  const server = await blog.app.run({ host: '127.0.0.1', port })
  console.log(`Ready on http://127.0.0.1:${server.port}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      await server.close()
      blog.close()
    })
  }
} catch (error) {
  // String(error) of a DewarError ends with what to do about it.
  console.error(String(error))
  process.exit(1)
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new RangeError(`PORT is '${text}'. Give a whole number from 0 to 65535.`)
}
