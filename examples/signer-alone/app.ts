/** The links in a bare Express app: asking for a new password, setting it, and handing out a file. */
import express, { type ErrorRequestHandler, type Express, type Request } from 'express'
import type { Links, User } from './links.ts'

/** What the app is made of. */
export interface Parts {
  readonly links: Links
  readonly users: ReadonlyMap<string, User>
  readonly files: ReadonlyMap<string, string>
  /** Where the site is: links in mails are never made from the `Host` header, which the visitor writes. */
  readonly origin: string
  /** Sends a mail. */
  readonly mail: (to: string, text: string) => void
  readonly hashPassword: (password: string) => string
}

/** Makes the app. */
export function createApp({ links, users, files, origin, mail, hashPassword }: Parts): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use(express.urlencoded({ extended: false, limit: '10kb' }))

  app.post('/forgot', (request, response) => {
    const address = field(request, 'email')
    const user = [...users.values()].find(({ email }) => email === address)
    if (user) mail(user.email, `${origin}/reset?token=${links.resetToken(user)}`)
    response.send('If we know this address, a mail is on its way.\n') // the same for everybody
  })

  app.get('/reset', (request, response) => {
    // The address is the secret: it goes to no other site, and stays in no cache.
    response.set({ 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-store' })
    const user = links.userToReset(request.query['token'], (id) => users.get(id))
    if (user === null) response.status(400).send('This link is no longer good. Ask for another.\n')
    else response.send(resetForm)
  })

  app.post('/reset', (request, response) => {
    const user = links.userToReset(request.query['token'], (id) => users.get(id))
    const password = field(request, 'password')
    if (user === null) response.status(400).send('This link is no longer good. Ask for another.\n')
    else if (password.length < 12) response.status(422).send('Choose at least 12 characters.\n')
    else {
      user.passwordHash = hashPassword(password)
      response.send('Your password is changed.\n')
    }
  })

  app.get('/files/:name', (request, response) => {
    const content = files.get(request.params.name)
    if (!links.isDownload(request.query['token'], request.path)) response.sendStatus(403)
    else if (content === undefined) response.sendStatus(404)
    else response.attachment(request.params.name).send(content)
  })
  app.use(noStack)
  return app
}

/** Posts to the address it came from, token included: looking at the form uses up nothing. */
const resetForm = `<!doctype html>
<title>A new password</title>
<form method="post">
  <label>New password <input type="password" name="password" minlength="12" autocomplete="new-password" required></label>
  <button>Change it</button>
</form>
`

/** Express shows visitors the stack of an error unless NODE_ENV says production. */
const noStack: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error)
  const status = statusOf(error)
  if (status >= 500) console.error(error)
  response.sendStatus(status)
}

function statusOf(error: unknown): number {
  const { status } = (error ?? {}) as { readonly status?: unknown }
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500
}

function field(request: Request, name: string): string {
  const body: unknown = request.body
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return ''
  const value = (body as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : ''
}
