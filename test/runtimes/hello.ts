/**
 * An app behind the server of whatever runtime this is started in: Bun's, Deno's or, in Node, none. It asks itself and
 * prints what it got, one line of JSON for each request.
 */
import { createApp, g, request, session } from 'dewar'

declare module 'dewar' {
  interface SessionData {
    visits: number
  }
  interface Globals {
    name: string | null
  }
}

type Handler = (request: Request) => Promise<Response>

/** What Bun and Deno have in common, in the words of each. */
interface Runtimes {
  readonly Bun?: {
    serve(options: { port: number; fetch: Handler }): { port: number; stop(now: boolean): void }
  }
  readonly Deno?: {
    serve(
      options: { port: number; onListen(): void },
      handler: Handler,
    ): {
      addr: { port: number }
      shutdown(): Promise<void>
    }
  }
}

const app = createApp({
  environment: {},
  logger: { level: 'silent' },
  config: { SECRET_KEY: 'Kq3vJ8xZt1Lw7Yd5Rb0Hn6Mc2Pf9Sg4U' },
})
app.get('/', async function index() {
  g.name = request.args.get('name') ?? null
  await new Promise((resolve) => setTimeout(resolve, 5))
  return `Hello, ${g.name} at ${request.path}`
})
app.get('/visits', () => {
  session.set('visits', (session.get('visits') ?? 0) + 1)
  return { visits: session.get('visits') ?? 0 }
})
app.post('/json', { unsafeCsrfExempt: true }, () => request.json<object>())
app.post('/form', { unsafeCsrfExempt: true }, async () => {
  const [form, files] = [await request.form(), await request.files()]
  return { name: form.get('name') ?? null, size: files.get('file')?.size ?? null }
})
app.get('/stream', () => stream())
app.get('/broken', () => {
  throw new Error('a secret')
})

async function* stream(): AsyncGenerator<string> {
  yield 'first '
  await new Promise((resolve) => setTimeout(resolve, 5))
  yield request.path
}

const { Bun, Deno } = globalThis as Runtimes
const handler: Handler = (web) => app.fetch(web)
const bun = Bun?.serve({ port: 0, fetch: handler })
const deno = Deno?.serve({ port: 0, onListen() {} }, handler)
const port = bun?.port ?? deno?.addr.port

function ask(path: string, init?: RequestInit): Promise<Response> {
  return port === undefined
    ? handler(new Request(`http://127.0.0.1${path}`, init))
    : fetch(`http://127.0.0.1:${port}${path}`, init)
}

async function show(path: string, init?: RequestInit): Promise<void> {
  const response = await ask(path, init)
  const text = await response.text()
  const { status, headers } = response
  const hasPolicy = headers.has('Content-Security-Policy')
  console.log(JSON.stringify([path, status, text.slice(0, 40), hasPolicy, headers.has('Set-Cookie')]))
}

const upload = new FormData()
upload.append('name', 'é')
upload.append('file', new File(['hello'], 'a.txt'))

// At the same time: what belongs to one request is not seen by another.
const answers = await Promise.all(['a', 'b', 'c'].map(async (name) => (await ask(`/?name=${name}`)).text()))
console.log(JSON.stringify(answers))
await show('/visits')
await show('/json', { method: 'POST', body: '{"a":1}', headers: { 'Content-Type': 'application/json' } })
await show('/form', { method: 'POST', body: upload })
await show('/form', { method: 'POST', body: new URLSearchParams({ name: 'ü' }) })
await show('/stream')
await show('/broken')
await show('/', { method: 'HEAD' })
bun?.stop(true)
await deno?.shutdown()
