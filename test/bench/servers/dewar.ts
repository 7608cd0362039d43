/** Dewar with every default on: there is no other way to start it. */
import { randomBytes } from 'node:crypto'
import { type App, createApp, cspNonce } from 'dewar'
import { greeting, neighbours, postText, securePage } from '../scenarios.ts'
import { announce, wantedScenario } from './listening.ts'

const app = createApp({
  config: {
    SECRET_KEY: randomBytes(32).toString('base64url'),
    TRUSTED_HOSTS: ['127.0.0.1'],
    LOG_LEVEL: 'warn',
  },
  staticFolder: null,
  templateFolder: null,
})

const routes: Readonly<Record<string, (app: App) => void>> = {
  plaintext: (app) => {
    app.get('/', () => greeting)
  },
  params: (app) => {
    for (const [index, { fixed, parameter }] of neighbours.entries()) {
      const view = () => fixed
      if (parameter === null) app.get(fixed, { endpoint: `page${index}` }, view)
      else app.get(`${fixed}/<int:id>`, { endpoint: `page${index}` }, view)
    }
    app.get('/users/<int:user>/posts/<int:post>', ({ user, post }) => postText(user, post))
  },
  secure: (app) => {
    app.get('/', () => securePage(cspNonce()))
  },
}

routes[wantedScenario()]?.(app)
const server = await app.run({ host: '127.0.0.1', port: 0 })
announce(server.port)
