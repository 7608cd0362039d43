/** `node main.ts`: the app on http://localhost:8000, its sessions in the Redis of `REDIS_URL`. Log in as ann. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { RedisStore } from '@dewar/stores/redis'
import { createApp } from './app.ts'

const derive = promisify(scrypt) as (password: string, salt: Buffer, length: number) => Promise<Buffer>
const salt = randomBytes(16)
const users = new Map([['ann', await derive('correct horse battery staple', salt, 32)]])
const nobody = randomBytes(32)

const store = new RedisStore({ url: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' })
const app = createApp({
  store,
  // The same work for names that nobody has.
  checkPassword: async (name, password) =>
    timingSafeEqual(await derive(password, salt, 32), users.get(name) ?? nobody),
})
const server = app.listen(8000, '127.0.0.1', () => console.log('http://localhost:8000'))
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    server.close(() => void store.close())
    server.closeIdleConnections()
  })
