/** Login, an account page with the list of one's sessions, and ways to end them. */
import { html, type Markup } from '@dewar/markup'
import { checkCsrfToken, csrfToken } from '@dewar/security'
import { type StoredSessionsOptions, storedSessions } from '@dewar/sessions'
import express, { type ErrorRequestHandler, type Express, type Request } from 'express'
import { createSessionMiddleware } from './session-middleware.ts'

/** What the site keeps in a session. */
export interface Data {
  user: string
  browser: string
  visits: number
}

/** What the app is made of. */
export interface Parts extends Omit<StoredSessionsOptions<Data>, 'owner'> {
  /** Whether a name and a password belong together; your password library says so. */
  readonly checkPassword: (name: string, password: string) => Promise<boolean>
}

/** Makes the app. */
export function createApp({ checkPassword, ...options }: Parts): Express {
  const sessions = storedSessions<Data>({ ...options, owner: (session) => session.get('user') })
  const { middleware, of } = createSessionMiddleware(sessions)
  const app = express()
  app.disable('x-powered-by')
  app.get('/health', (_request, response) => void response.send('ok')) // before the sessions: it asks no store
  app.use(middleware)
  app.use(express.urlencoded({ extended: false, limit: '10kb' }))
  app.use((request, _response, next) => {
    if (request.method === 'POST') checkCsrfToken(field(request, 'csrf_token'), of(request).csrfSecret)
    next()
  })

  app.get('/', async (request, response) => {
    const session = of(request)
    session.set('visits', (session.get('visits') ?? 0) + 1)
    const token = csrfToken(session.csrfSecret)
    const user = session.get('user')
    if (user === undefined) return void response.send(`${loginPage(token)}`)
    const list = (await sessions.list(user)).map((each) => ({
      handle: each.handle,
      text: `${each.get('browser') ?? 'a browser'}, last used ${new Date(each.usedAt * 1000).toISOString()}`,
      isThis: each.is(session),
    }))
    response.send(`${accountPage(user, list, token)}`)
  })

  app.post('/login', async (request, response) => {
    const name = field(request, 'name')
    if (!(await checkPassword(name, field(request, 'password'))))
      return void response.status(401).type('text').send('Name or password is wrong.\n')
    const session = of(request)
    session.regenerate() // an id that was known before the login is worth nothing after it
    session.set('user', name).set('browser', (request.get('user-agent') ?? '').slice(0, 200))
    response.redirect(303, '/')
  })

  app.post('/logout', (request, response) => {
    of(request).clear()
    response.redirect(303, '/')
  })

  app.post('/sessions/end', async (request, response) => {
    const user = of(request).get('user')
    if (user === undefined) return void response.sendStatus(403)
    const handle = field(request, 'handle')
    if (handle === '') await sessions.endAllOf(user, of(request))
    else await sessions.endListed(user, handle)
    response.redirect(303, '/')
  })

  app.use(answerErrors)
  return app
}

const answerErrors: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const { code, status = 500, message } = error as Partial<{ code: string; status: number; message: string }>
  if (code === 'ERR_STORES_UNAVAILABLE') {
    console.error(`A session could not be read: ${message}`)
    response.status(503).type('text').set('Retry-After', '2').send('Try again in a moment.\n')
  } else if (status === 403) {
    response.status(403).type('text').send('This form is out of date. Go back and reload the page.\n')
  } else {
    if (status >= 500) console.error(error)
    response.status(status).type('text').send('That did not work.\n')
  }
}

interface Listed {
  readonly handle: string
  readonly text: string
  readonly isThis: boolean
}

function loginPage(token: string): Markup {
  return html`<!doctype html><title>Log in</title>
    <form method="post" action="/login"><input type="hidden" name="csrf_token" value="${token}">
    <input name="name"><input name="password" type="password"><button>Log in</button></form>`
}

function accountPage(user: string, list: readonly Listed[], token: string): Markup {
  const csrf = html`<input type="hidden" name="csrf_token" value="${token}">`
  const items = list.map(
    ({ handle, text, isThis }) => html`<li>${text}${isThis ? ' (this one)' : ''}
      <form method="post" action="/sessions/end">${csrf}<input type="hidden" name="handle" value="${handle}">
      <button>End</button></form></li>`,
  )
  return html`<!doctype html><title>${user}</title><h1>${user}</h1><ul>${items}</ul>
    <form method="post" action="/sessions/end">${csrf}<button>End all others</button></form>
    <form method="post" action="/logout">${csrf}<button>Log out</button></form>`
}

function field(request: Request, name: string): string {
  const body: unknown = request.body
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return ''
  const value = (body as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : ''
}
