/**
 * `sessions-servers.ts <name>`: one server whose only page counts the visits in a session, or leaves it alone.
 *
 * Every server does the same for a request: verify the cookie, read `visits`, write it one higher, send the new cookie.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Sessions, sealedCookieSessions, signedCookieSessions } from '@dewar/sessions'
import { KeyRing } from '@dewar/signing'
import secureSession from '@fastify/secure-session'
import { serve } from '@hono/node-server'
import { type App, createApp, session } from 'dewar'
import Fastify from 'fastify'
import { Hono } from 'hono'
import { getSignedCookie, setSignedCookie } from 'hono/cookie'
import { announce } from './servers/listening.ts'

declare module 'dewar' {
  interface SessionData {
    visits: number
  }
}

const secret = randomBytes(32).toString('base64url')
const greeting = 'Hello, World!'
const contentType = 'text/html; charset=utf-8'

const servers: Readonly<Record<string, () => void | Promise<void>>> = {
  raw: () => listen(rawCount),
  'raw, fixed cookie': () => listen(rawFixed),
  'raw, untouched': () => listen((_, response) => response.end(greeting)),
  'sessions on node:http, signed': () => listen(alone(signedCookieSessions({ keys: new KeyRing(secret) }))),
  'sessions on node:http, sealed': () => listen(alone(sealedCookieSessions({ keys: new KeyRing(secret) }))),
  dewar: () =>
    dewar((app) => {
      app.get('/', () => {
        session.set('visits', (session.get('visits') ?? 0) + 1)
        return greeting
      })
    }),
  'dewar, untouched': () => dewar((app) => void app.get('/', () => greeting)),
  fastify,
  hono,
}

/** A cookie signed by hand with HMAC-SHA256, nothing else: what the others are measured by. */
const rawCount: RequestListener = (request, response) => {
  const [, cookie = ''] = /(?:^|; )session=([^;]*)/.exec(request.headers.cookie ?? '') ?? []
  const dot = cookie.lastIndexOf('.')
  const text = cookie.slice(0, dot)
  const sign = (data: string) => createHmac('sha256', secret).update(data).digest()
  const given = Buffer.from(cookie.slice(dot + 1), 'base64url')
  const isGood = given.length === 32 && timingSafeEqual(given, sign(text))
  const data = isGood ? JSON.parse(Buffer.from(text, 'base64url').toString()) : { visits: 0 }
  const next = Buffer.from(JSON.stringify({ visits: data.visits + 1 })).toString('base64url')
  const setCookie = `session=${next}.${sign(next).toString('base64url')}; Path=/; HttpOnly; Secure; SameSite=Lax`
  response.writeHead(200, { 'Content-Type': contentType, 'Set-Cookie': setCookie })
  response.end(greeting)
}

/** No session at all, but cookies of the same length to and fro: what `node:http` takes for them, whoever makes them. */
let turn = 0
const rawFixed: RequestListener = (_, response) => {
  const setCookie = `session=${'x'.repeat(310)}${turn++ % 2}; Path=/; HttpOnly; Secure; SameSite=Lax`
  response.writeHead(200, { 'Content-Type': contentType, Vary: 'Cookie', 'Set-Cookie': setCookie })
  response.end(greeting)
}

function alone(sessions: Sessions<{ visits: number }>): RequestListener {
  return (request, response) => {
    const opened = sessions.open(request.headers.cookie)
    opened.set('visits', (opened.get('visits') ?? 0) + 1)
    const setCookie = sessions.save(opened)
    response.writeHead(200, { 'Content-Type': contentType, Vary: 'Cookie', 'Set-Cookie': setCookie ?? '' })
    response.end(greeting)
  }
}

async function dewar(register: (app: App) => void): Promise<void> {
  const config = { SECRET_KEY: secret, TRUSTED_HOSTS: ['127.0.0.1'] }
  const app = createApp({ config, staticFolder: null, templateFolder: null })
  register(app)
  announce((await app.run({ host: '127.0.0.1', port: 0 })).port)
}

declare module '@fastify/secure-session' {
  interface SessionData {
    visits: number
  }
}

async function fastify(): Promise<void> {
  const app = Fastify({ logger: false })
  const cookie = { path: '/', httpOnly: true, secure: true, sameSite: 'lax' } as const
  await app.register(secureSession, { key: randomBytes(32), cookieName: 'session', cookie })
  app.get('/', (request, reply) => {
    request.session.set('visits', (request.session.get('visits') ?? 0) + 1)
    reply.type(contentType).send(greeting)
  })
  announce(Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port))
}

function hono(): void {
  const app = new Hono()
  app.get('/', async (c) => {
    const visits = Number((await getSignedCookie(c, secret, 'session')) || 0)
    const options = { path: '/', httpOnly: true, secure: true, sameSite: 'Lax' } as const
    await setSignedCookie(c, 'session', String(visits + 1), secret, options)
    return c.html(greeting)
  })
  serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => announce(port))
}

function listen(handler: RequestListener): void {
  const server = createServer(handler)
  server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))
}

await servers[process.argv[2] ?? '']?.()
