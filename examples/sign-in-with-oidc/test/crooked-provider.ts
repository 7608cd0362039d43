/** A provider that says whatever the test wants: ID tokens that are wrong in one point. */

import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import type { ProviderOptions } from '../providers.ts'

/** What is wrong with the next ID token. */
export interface Mischief {
  readonly claims?: Readonly<Record<string, unknown>>
  /** Signed by a key that the provider does not show, or by none. */
  readonly signature?: 'other' | 'none'
}

export interface CrookedProvider {
  readonly options: ProviderOptions
  /** What the next ID token holds; `nonce` is the one of the address. */
  say(nonce: string | null, mischief?: Mischief): void
  /** The forms that came to the token endpoint. */
  readonly asked: URLSearchParams[]
  stop(): Promise<void>
}

export async function startCrookedProvider(name = 'crooked'): Promise<CrookedProvider> {
  const [own, other] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')])
  const asked: URLSearchParams[] = []
  let idToken = ''
  let ready: Promise<void> = Promise.resolve()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    if (request.url === '/.well-known/openid-configuration') answer(response, metadata(issuer))
    else if (request.url === '/jwks')
      answer(response, {
        keys: [{ ...(await exportJWK(own.publicKey)), kid: '1', alg: 'RS256', use: 'sig' }],
      })
    else {
      asked.push(new URLSearchParams(body))
      await ready
      answer(response, { access_token: 'x', token_type: 'Bearer', expires_in: 60, id_token: idToken })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const options = { name, title: name, issuer, clientId: 'app', clientSecret: 'known to both' }
  return {
    options,
    asked,
    say(nonce, { claims = {}, signature } = {}) {
      const now = Math.floor(Date.now() / 1000)
      const all = {
        iss: issuer,
        aud: 'app',
        sub: 'eve',
        name: 'Eve',
        iat: now,
        exp: now + 60,
        nonce,
        ...claims,
      }
      const header = { alg: 'RS256', kid: '1' }
      ready = (async () => {
        idToken =
          signature === 'none'
            ? new UnsecuredJWT(all).encode()
            : await new SignJWT(all)
                .setProtectedHeader(header)
                .sign(signature === 'other' ? other.privateKey : own.privateKey)
      })()
    },
    async stop() {
      await ready
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function metadata(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  }
}

function answer(response: ServerResponse, value: object): void {
  response.writeHead(200, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify(value))
}
