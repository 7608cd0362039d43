/** Hono on its Node server; in the secure scenario with secureHeaders, set to the headers that Dewar sends. */
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { NONCE, type SecureHeadersVariables, secureHeaders } from 'hono/secure-headers'
import { greeting, neighbours, postText, securePage, secureHeaders as wanted } from '../scenarios.ts'
import { announce, wantedScenario } from './listening.ts'

type BenchApp = Hono<{ Variables: SecureHeadersVariables }>

const app: BenchApp = new Hono()

const routes: Readonly<Record<string, (app: BenchApp) => void>> = {
  plaintext: (app) => {
    app.get('/', (c) => c.html(greeting))
  },
  params: (app) => {
    for (const { fixed, parameter } of neighbours) {
      app.get(parameter === null ? fixed : `${fixed}/:id`, (c) => c.html(fixed))
    }
    app.get('/users/:user/posts/:post', (c) => c.html(postText(c.req.param('user'), c.req.param('post'))))
  },
  secure: (app) => {
    const denied = wanted['Permissions-Policy']
      .split(', ')
      .map((feature) => [camelCase(feature.slice(0, -3)), false])
    app.use(
      secureHeaders({
        contentSecurityPolicy: {
          defaultSrc: ["'self'"],
          scriptSrc: [NONCE],
          styleSrc: ["'self'", NONCE],
          imgSrc: ["'self'", 'data:'],
          workerSrc: ["'self'"],
          objectSrc: ["'none'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
        },
        permissionsPolicy: Object.fromEntries(denied),
        xFrameOptions: 'DENY',
        referrerPolicy: 'strict-origin-when-cross-origin',
        strictTransportSecurity: false,
        xDnsPrefetchControl: false,
        xDownloadOptions: false,
        xXssProtection: false,
      }),
    )
    app.get('/', (c) => c.html(securePage(c.get('secureHeadersNonce') ?? '')))
  },
}

function camelCase(feature: string): string {
  return feature.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}

routes[wantedScenario()]?.(app)
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => announce(port))
