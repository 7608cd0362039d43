/** Fastify; in the secure scenario with helmet, set to the headers that Dewar sends. */
import helmet from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'
import { contentType, greeting, neighbours, postText, securePage } from '../scenarios.ts'
import { announce, wantedScenario } from './listening.ts'

const app = Fastify({ logger: false })

const routes: Readonly<Record<string, (app: FastifyInstance) => unknown>> = {
  plaintext: (app) => {
    app.get('/', (_, reply) => reply.type(contentType).send(greeting))
  },
  params: (app) => {
    for (const { fixed, parameter } of neighbours) {
      app.get(parameter === null ? fixed : `${fixed}/:id`, (_, reply) => reply.type(contentType).send(fixed))
    }
    app.get<{ Params: { user: string; post: string } }>('/users/:user/posts/:post', ({ params }, reply) =>
      reply.type(contentType).send(postText(params.user, params.post)),
    )
  },
  secure: async (app) => {
    await app.register(helmet, {
      enableCSPNonces: true,
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          'default-src': ["'self'"],
          'script-src': [],
          'style-src': ["'self'"],
          'img-src': ["'self'", 'data:'],
          'worker-src': ["'self'"],
          'object-src': ["'none'"],
          'base-uri': ["'none'"],
          'form-action': ["'self'"],
          'frame-ancestors': ["'none'"],
        },
      },
      xFrameOptions: { action: 'deny' },
      referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
      strictTransportSecurity: false,
      xDnsPrefetchControl: false,
      xDownloadOptions: false,
      xXssProtection: false,
    })
    app.get('/', (_, reply) => reply.type(contentType).send(securePage(reply.cspNonce.script)))
  },
}

await routes[wantedScenario()]?.(app)
const address = await app.listen({ host: '127.0.0.1', port: 0 })
announce(Number(new URL(address).port))
