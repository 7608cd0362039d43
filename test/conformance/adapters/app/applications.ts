/** Requests to applications, and what ran. */
import { type App, Response } from 'dewar'
import { type AppData, build, fill, type PartData } from './build.ts'
import { nameOf } from './error-names.ts'
import type { Trace } from './steps.ts'

interface RequestData {
  readonly path: string
  readonly method?: string
  readonly host?: string
  readonly body?: string
  readonly content_type?: string
}

/** Answers each request, with what ran meanwhile. */
export async function app_trace(input: { readonly app: AppData; readonly requests: readonly RequestData[] }) {
  const trace: Trace = []
  const app = build(input.app, trace)
  const answers: unknown[] = []
  for (const request of input.requests) {
    trace.length = 0
    try {
      const answer = await send(app, request)
      answers.push({ ...answer, trace: [...trace] })
    } catch (error) {
      answers.push({ thrown: nameOf(error as Error), trace: [...trace] })
    }
  }
  return answers
}

async function send(
  app: App,
  { path, method = 'GET', host = 'localhost', body, content_type: type }: RequestData,
) {
  const bytes = body === undefined ? null : Buffer.from(body)
  const headers: [string, string][] = [['Host', host]]
  if (type !== undefined) headers.push(['Content-Type', type])
  if (bytes !== null) headers.push(['Content-Length', String(bytes.length)])
  // The original's client reads `//x/1` as the path `/1` of a host.
  const target = path.startsWith('//') ? path.replace(/^\/\/[^/]*/, '') : path
  const request = app.createRequest({ method, target, headers, body: bytes === null ? null : once(bytes) })
  const response = await app.handle(request)
  const answer = await shown(response, method, `http://${host}${path}`)
  await response.close()
  return answer
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const shownHeaders = [
  'location',
  'allow',
  'content-type',
  'content-length',
  'x-hook',
  'vary',
  'www-authenticate',
  'retry-after',
]
const ofOwnPages: ReadonlySet<string> = new Set(['content-type', 'content-length', 'vary'])

/** What is sent; of Dewar's own pages neither the text nor what follows from it. */
async function shown(response: Response, method: string, url: string) {
  const { status, headers, body } = response.toWire(method)
  const text = new TextDecoder().decode(await new Response(body).bytes())
  const isOwnPage = status >= 300 && (response.location !== null || /^<!doctype html>/i.test(text))
  const sent = new Response(null, { headers: pairs(headers), contentType: null }).headers
  for (const [name, value] of pairs(headers)) if (name === 'Content-Type') sent.set(name, value)
  const kept: Record<string, string> = {}
  for (const name of shownHeaders) {
    const value = sent.getJoined(name)
    if (value !== null && !(isOwnPage && ofOwnPages.has(name))) kept[name] = value
  }
  if (response.location !== null) kept['location'] = new URL(response.location, url).href
  return isOwnPage ? { status, headers: kept } : { status, headers: kept, body: text }
}

function pairs(headers: readonly string[]): [string, string][] {
  return headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1] ?? '']] : []))
}

/** Sets an app up, answers a request, and adds more. */
export async function app_setup(input: { readonly app: AppData; readonly then?: PartData }) {
  const trace: Trace = []
  const app = build(input.app, trace)
  await send(app, { path: '/' })
  if (input.then !== undefined) fill(app, input.then, trace, '')
  return 'ok'
}
