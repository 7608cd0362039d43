/** The door of the test client that goes through a real server on this machine. */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Headers, type RequestOptions } from '@dewar/http'
import type { RunningServer } from '@dewar/server'
import type { App } from './app.ts'
import { createDevCertificate } from './cli-certificate.ts'
import type { TestAnswer, TestDoor } from './test-door.ts'

/**
 * Starts a server at the first request, one for each scheme; `close()` ends them. Errors that nothing handles are 500s here,
 * as for any client.
 *
 * @internal
 */
export function socketDoor(app: App): TestDoor {
  const servers = new Map<string, Promise<RunningServer>>()
  const serverFor = (scheme: 'http' | 'https'): Promise<RunningServer> => {
    const running =
      servers.get(scheme) ??
      app.run({ port: 0, tls: scheme === 'https' ? createDevCertificate() : undefined })
    servers.set(scheme, running)
    return running
  }
  return {
    async send(options) {
      const { port } = await serverFor(options.scheme ?? 'http')
      return exchange(options, port)
    },
    async close() {
      for (const server of servers.values()) await (await server).close()
      servers.clear()
    },
  }
}

async function exchange(options: RequestOptions, port: number): Promise<TestAnswer> {
  const { method, target: path, scheme, headers, body } = options
  const send = scheme === 'https' ? httpsRequest : httpRequest
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    // The certificate was made for this run: there is nobody to vouch for it.
    const target = { host: '127.0.0.1', port, method, path, agent: false, rejectUnauthorized: false }
    const outgoing = send({ ...target, headers: grouped(new Headers(headers)), setHost: false }, resolve)
    outgoing.on('error', reject)
    void sendBody(outgoing, body)
  })
  return {
    status: message.statusCode ?? 0,
    headers: Headers.fromRaw(message.rawHeaders),
    body: message,
    async close() {
      message.destroy()
    },
  }
}

async function sendBody(
  outgoing: ReturnType<typeof httpRequest>,
  body: RequestOptions['body'],
): Promise<void> {
  try {
    for await (const chunk of body ?? []) outgoing.write(chunk)
    outgoing.end()
  } catch (error) {
    outgoing.destroy(error instanceof Error ? error : undefined)
  }
}

/** Node takes a list for a header that comes several times. */
function grouped(headers: Headers): Record<string, string | string[]> {
  const groups: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of headers) {
    const before = groups[name]
    groups[name] = before === undefined ? value : [before, value].flat()
  }
  return groups
}
