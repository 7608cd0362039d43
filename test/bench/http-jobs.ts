/** The jobs of `http.ts`: what Dewar and its peers do with the same input. Each candidate is proved right before. */

import { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import {
  Headers,
  MultiDict,
  parseCookie,
  parseQuery,
  Request,
  Response,
  serializeCookie,
  serializeQuery,
} from '@dewar/http'
import { Context } from 'hono'
import { parse as parseHonoCookie, serialize as serializeHonoCookie } from 'hono/utils/cookie'
import { getQueryParams } from 'hono/utils/url'

/** Does a job with a text; whatever it gives is kept, so that the work cannot be optimised away. */
export type Read = (text: string) => unknown

/** A job, its input (each `0000` becomes another number), and who does it. */
export interface Job {
  readonly name: string
  readonly input: string
  readonly calls: number
  readonly candidates: Readonly<Record<string, Read>>
}

interface FastifyReply {
  code(status: number): FastifyReply
  header(name: string, value: string): FastifyReply
  readonly [headers: symbol]: Record<string, string>
}

// What @dewar/http and Fastify depend on, and Fastify's own helper, which it keeps to itself.
const requireOfHttp = createRequire(new URL('../../packages/http/package.json', import.meta.url))
const requireHere = createRequire(import.meta.url)
const requireOfRouter = createRequire(requireHere.resolve('find-my-way'))
const cookie = requireOfHttp(
  'cookie',
) as typeof import('../../packages/http/node_modules/cookie/dist/index.js')
const fastQuery = requireOfRouter('fast-querystring') as {
  parse(text: string): Record<string, string | string[]>
  stringify(value: Record<string, string>): string
}
const Reply = requireHere('fastify/lib/reply.js') as new (
  raw: object,
  request: object,
  log: object,
) => FastifyReply
const { kReplyHeaders } = requireHere('fastify/lib/symbols.js') as { kReplyHeaders: symbol }

const cookieHeader =
  '_ga=GA1.2.1234560000.1700000000; session=eyJhIjoxfQ.0000.AbC-dEf_123; theme=dark; lang=de-AT; id=0000'
const quotedHeader = 'a="x y"; b=0000; c="q"; d=plain; e=0000'
const query = 'page=0000&tag=news&sort=date&q=hello'
const escapedQuery = 'q=caf%C3%A9+0000&tag=a%26b&sort=date&next=%2Fposts%2F0000'
const headers = new Headers()
const webRequest = new globalThis.Request('http://www.example.org/')
const message = new IncomingMessage(new Socket())
message.method = 'GET'
message.httpVersionMajor = 1
message.httpVersionMinor = 1

const HEADERS = [
  ['Cache-Control', 'private, max-age=60'],
  ['X-Frame-Options', 'DENY'],
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'same-origin'],
] as const

function dewarHead(text: string): string[] {
  const response = new Response(text, { status: 201, mimetype: 'text/plain' })
  for (const [name, value] of HEADERS) response.headers.set(name, value)
  return response.toWire('GET').headers
}

function fastifyHead(text: string): Record<string, string> {
  const reply = new Reply({}, {}, {})
  reply.code(201).header('content-type', 'text/plain; charset=utf-8')
  for (const [name, value] of HEADERS) reply.header(name, value)
  const headers = reply[kReplyHeaders] as Record<string, string>
  headers['content-length'] = String(Buffer.byteLength(text))
  return headers
}

function honoHead(text: string): string[] {
  const context = new Context(webRequest)
  context.status(201)
  for (const [name, value] of HEADERS) context.header(name, value)
  const raw: string[] = []
  for (const [name, value] of context.text(text).headers) raw.push(name, value)
  raw.push('content-length', String(Buffer.byteLength(text)))
  return raw
}

function written(head: (text: string) => string[] | Record<string, string>): Read {
  return (text) => {
    const answer = new ServerResponse(message)
    answer.sendDate = false
    return answer.writeHead(201, head(text))
  }
}

const args = (pairs: Iterable<readonly [string, string]>) => new MultiDict(pairs).toObject()
const attributes = { path: '/', httpOnly: true, secure: true, maxAge: 3600, sameSite: 'lax' } as const
const dewarAttributes = { ...attributes, syncExpires: false }
const fields = (text: string) => ({ page: text, tag: 'news', sort: 'date', q: 'hello world' })

/** What Dewar and its peers are asked to do. */
export const jobs: readonly Job[] = [
  {
    name: 'cookies, five',
    input: cookieHeader,
    calls: 3000,
    candidates: {
      dewar: (text) => parseCookie(text),
      cookie: (text) => cookie.parseCookie(text),
      hono: (text) => parseHonoCookie(text),
    },
  },
  {
    name: 'cookies, quoted',
    input: quotedHeader,
    calls: 3000,
    candidates: {
      dewar: (text) => parseCookie(text),
      cookie: (text) => cookie.parseCookie(text),
      hono: (text) => parseHonoCookie(text),
    },
  },
  {
    name: 'Set-Cookie',
    input: 'eyJhIjoxfQ.0000.AbC-dEf_123',
    calls: 3000,
    candidates: {
      dewar: (text) => serializeCookie('session', text, dewarAttributes),
      cookie: (text) => cookie.stringifySetCookie({ name: 'session', value: text, ...attributes }),
      hono: (text) => serializeHonoCookie('session', text, { ...attributes, sameSite: 'Lax' }),
    },
  },
  ...[['query, plain', query] as const, ['query, escaped', escapedQuery] as const].map(([name, input]) => ({
    name,
    input,
    calls: 3000,
    candidates: {
      dewar: (text: string) => parseQuery(text),
      'dewar, as request.args': (text: string) =>
        new Request({ method: 'GET', target: `/?${text}`, headers }).args,
      'fast-querystring': (text: string) => fastQuery.parse(text),
      hono: (text: string) => getQueryParams(`http://localhost/?${text}`),
      URLSearchParams: (text: string) => new URLSearchParams(text),
    },
  })),
  {
    name: 'query, written',
    input: '0000',
    calls: 3000,
    candidates: {
      dewar: (text) => serializeQuery(fields(text)),
      'fast-querystring': (text) => fastQuery.stringify(fields(text)),
      URLSearchParams: (text) => String(new URLSearchParams(fields(text))),
    },
  },
  {
    name: 'head',
    input: 'hello 0000',
    calls: 2000,
    candidates: { dewar: dewarHead, fastify: fastifyHead, hono: honoHead },
  },
  {
    name: 'head, written by node',
    input: 'hello 0000',
    calls: 1000,
    candidates: { dewar: written(dewarHead), fastify: written(fastifyHead), hono: written(honoHead) },
  },
]

/** A fast wrong answer is worth nothing. */
function prove(what: string, ...answers: readonly unknown[]): void {
  for (const answer of answers) {
    if (!isDeepStrictEqual(answer, answers[0])) throw new Error(`${what}: ${JSON.stringify(answers)}`)
  }
}

const plain = (value: object) => JSON.parse(JSON.stringify(value)) as unknown
prove(
  'cookies',
  plain(parseCookie(cookieHeader).toObject()),
  plain(cookie.parseCookie(cookieHeader)),
  plain(parseHonoCookie(cookieHeader)),
)
prove('query', plain(args(parseQuery(escapedQuery))), plain(fastQuery.parse(escapedQuery)))
prove('written', serializeQuery(fields('1')).replace('+', '%20'), fastQuery.stringify(fields('1')))
