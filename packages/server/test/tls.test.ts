import { request } from 'node:https'
import { Response } from '@dewar/http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningServer, serve } from '../src/index.ts'
import { exchange } from './sockets.ts'

// A certificate for localhost, signed by itself, of no use to anybody.
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJEhsbxHikETqyETu
N+umtHaHCALw5mOsIkqcNj2iwi6hRANCAAQkeC6z6YETKGm0+lIwNegEoVV62oSi
XQ7v60h25Io2VD0UYx+YcXJWNl5q6HB01dWeGoZfsqh5GdJq4GApcpSj
-----END PRIVATE KEY-----`
const cert = `-----BEGIN CERTIFICATE-----
MIIBgDCCASWgAwIBAgIURmxG1FUySjDBOjvbgaqM9l6PF3wwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDIzMTIwNFoYDzIxMjYxMDMx
MjMxMjA0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQkeC6z6YETKGm0+lIwNegEoVV62oSiXQ7v60h25Io2VD0UYx+YcXJW
Nl5q6HB01dWeGoZfsqh5GdJq4GApcpSjo1MwUTAdBgNVHQ4EFgQU0VjRAdSpGRLp
BusqTTIhwCVN4HMwHwYDVR0jBBgwFoAU0VjRAdSpGRLpBusqTTIhwCVN4HMwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAnm4ViVLH32cyIBixU1FF
xcj4K2ydft6+Vua2g03p1PcCIQD6p5cEGhqyETdMtXx6VCsWtBCFqBQGN8f9z1Nr
ODWkEg==
-----END CERTIFICATE-----`

let server: RunningServer

beforeAll(async () => {
  server = await serve((incoming) => new Response(`${incoming.scheme} ${incoming.isSecure}`), {
    port: 0,
    tls: { key, cert },
    onError: () => undefined,
  })
})
afterAll(() => server.close())

function get(options: { maxVersion?: 'TLSv1.1' } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      server.url,
      { rejectUnauthorized: false, agent: false, ...options },
      (incoming) => {
        let text = ''
        incoming.setEncoding('utf8')
        incoming.on('data', (piece: string) => {
          text += piece
        })
        incoming.on('end', () => resolve(text))
      },
    )
    outgoing.on('error', reject)
    outgoing.end()
  })
}

it('speaks HTTPS and says so to the handler', async () => {
  expect(server.url).toMatch(/^https:/)
  expect(await get()).toBe('https true')
})

it('speaks no TLS older than 1.2', async () => {
  await expect(get({ maxVersion: 'TLSv1.1' })).rejects.toThrow()
})

it('answers nothing in clear text', async () => {
  const text = await exchange(server.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')

  expect(text).not.toContain('HTTP/1.1')
})
