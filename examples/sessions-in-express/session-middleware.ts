/**
 * Dewar's sessions as a middleware for Express, or for anything that takes `(request, response, next)`.
 *
 * The session is opened before the views run and saved when the answer is about to leave, while its headers can still be set.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Session, StoredSessions } from '@dewar/sessions'

/** What Express calls for each request. */
export type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/** The middleware, and the way to a request's session. */
export interface SessionMiddleware<Data extends object> {
  readonly middleware: Middleware
  /** The session of a request that has passed the middleware. */
  of(request: IncomingMessage): Session<Data>
}

/** Carries sessions through requests. */
export function createSessionMiddleware<Data extends object>(
  sessions: StoredSessions<Data>,
): SessionMiddleware<Data> {
  const open = new WeakMap<IncomingMessage, Session<Data>>()
  return {
    middleware(request, response, next) {
      sessions.open(request.headers.cookie).then((session) => {
        open.set(request, session)
        saveBeforeEnd(response, () => keep(sessions, session, response))
        next()
      }, next) // the store does not answer: the app's error handler makes it a 503
    },
    of(request) {
      const session = open.get(request)
      if (session === undefined) throw new Error('The session middleware comes after this one.')
      return session
    },
  }
}

/** Saves the session and says in the headers what caches have to know. */
async function keep<Data extends object>(
  sessions: StoredSessions<Data>,
  session: Session<Data>,
  response: ServerResponse,
): Promise<void> {
  const isUsed = session.accessed
  const cookie = await sessions.save(session)
  if (response.headersSent) return
  if (isUsed || cookie !== null) {
    response.appendHeader('Vary', 'Cookie')
    response.setHeader('Cache-Control', 'no-store')
  }
  if (cookie !== null) response.appendHeader('Set-Cookie', cookie)
}

/** Puts work before the end of an answer; if it fails, the answer becomes a 503. */
function saveBeforeEnd(response: ServerResponse, work: () => Promise<void>): void {
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse
  response.end = ((...args: unknown[]) => {
    response.end = end as ServerResponse['end']
    work().then(
      () => end(...args),
      (error: unknown) => {
        console.error(`A session could not be saved: ${error instanceof Error ? error.message : error}`)
        if (response.headersSent) return response.destroy()
        for (const name of response.getHeaderNames()) response.removeHeader(name)
        response.writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': '2' })
        return end('The session could not be saved. Try again in a moment.\n')
      },
    )
    return response
  }) as ServerResponse['end']
}
