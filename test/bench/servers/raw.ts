/** node:http by hand: the least that can be done, and what the others are measured by. */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { contentType, greeting, neighbours, postText, secureHeaders, securePage } from '../scenarios.ts'
import { announce, wantedScenario } from './listening.ts'

const handlers: Readonly<Record<string, (req: IncomingMessage, res: ServerResponse) => void>> = {
  plaintext: (_, res) => send(res, greeting),
  params: servePost,
  secure: serveSecure,
}

const fixed = new Map(
  neighbours.filter(({ parameter }) => parameter === null).map((route) => [route.fixed, route]),
)

function servePost(req: IncomingMessage, res: ServerResponse): void {
  const path = req.url ?? ''
  const match = fixed.has(path) ? null : /^\/users\/(\d+)\/posts\/(\d+)$/.exec(path)
  if (match !== null) send(res, postText(Number(match[1]), Number(match[2])))
  else if (fixed.has(path)) send(res, path)
  else res.writeHead(404).end()
}

const fields = Object.entries(secureHeaders).flat()

function serveSecure(_: IncomingMessage, res: ServerResponse): void {
  const nonce = nextNonce()
  const body = securePage(nonce)
  res.writeHead(200, [
    'Content-Type',
    contentType,
    'Content-Length',
    String(Buffer.byteLength(body)),
    'Content-Security-Policy',
    `default-src 'self'; script-src 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    ...fields,
  ])
  res.end(body)
}

/** The same pool of random bytes that Dewar uses: filling 16 bytes a request would cost more than all the rest. */
let pool = ''
let position = 0
function nextNonce(): string {
  if (position + 22 > pool.length) {
    pool = randomBytes(4095).toString('base64url')
    position = 0
  }
  position += 22
  return pool.slice(position - 22, position)
}

function send(res: ServerResponse, body: string): void {
  res.writeHead(200, ['Content-Type', contentType, 'Content-Length', String(Buffer.byteLength(body))])
  res.end(body)
}

const server = createServer(handlers[wantedScenario()])
server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))
