/**
 * `node main.ts`: signs in with the provider of the environment.
 *
 * OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET   as the provider gives them
 * DEWAR_SECRET_KEY, DEWAR_TRUSTED_HOSTS             the key, and the name of this site
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createSignIn } from './app.ts'

const { env } = process
const required = (name: string) => {
  const value = env[name]
  if (value) return value
  console.error(`${name} is not set. The README says where it comes from.`)
  process.exit(1)
}

const dataDir = join(import.meta.dirname, 'instance')
mkdirSync(dataDir, { recursive: true, mode: 0o700 })
const { app } = createSignIn({
  dataDir,
  providers: [
    {
      name: 'provider',
      title: env['OIDC_TITLE'] ?? 'your provider',
      issuer: required('OIDC_ISSUER'),
      clientId: required('OIDC_CLIENT_ID'),
      clientSecret: required('OIDC_CLIENT_SECRET'),
    },
  ],
})
const server = await app.run({ host: '127.0.0.1', port: Number(env['PORT'] || '5000') })
console.log(`Ready on http://localhost:${server.port}`)
