/**
 * Starts the gauntlet, a small app that is there to be attacked: `npm run gauntlet`. Everything comes from the environment:
 * PORT, DATA_DIR, GAUNTLET_SECRET_KEY, GAUNTLET_API_TOKEN, and GAUNTLET_HTTPS_PROXY=1 behind a proxy that speaks https.
 */
import { createGauntlet } from './app.ts'

const { env } = process

try {
  const { app, close } = await createGauntlet({
    dataDir: env['DATA_DIR'] ?? '',
    secretKey: env['GAUNTLET_SECRET_KEY'] ?? '',
    apiToken: env['GAUNTLET_API_TOKEN'] ?? '',
    behindProxy: env['GAUNTLET_HTTPS_PROXY'] === '1',
    debug: env['GAUNTLET_DEBUG'] === '1',
  })
  const server = await app.run({ host: '127.0.0.1', port: Number(env['PORT']) })
  process.once('SIGTERM', async () => {
    await server.close()
    close()
  })
  console.log(`READY http://127.0.0.1:${server.port}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : 'The app did not start.')
  process.exit(1)
}
