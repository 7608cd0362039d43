/** A real provider, certified as one, on this machine; and somebody who has an account there. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import type { ProviderOptions } from '../providers.ts'
import { origin } from './fixture.ts'

/** A provider that runs. */
export interface RunningProvider {
  readonly options: ProviderOptions
  /** Signs somebody in there and agrees; gives the address that leads back. */
  visit(address: URL, login?: string): Promise<URL>
  stop(): Promise<void>
}

/** Starts one that knows the app under this name and at this address. */
export async function startProvider(name = 'honest', site = origin): Promise<RunningProvider> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const options = { name, title: name, issuer, clientId: 'app', clientSecret: 'a secret that both know' }
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: options.clientId,
        client_secret: options.clientSecret,
        redirect_uris: [`${site}/login/${name}/callback`],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    cookies: { keys: ['for the cookies of a test'] },
    claims: { openid: ['sub'], profile: ['name'] },
    conformIdTokenClaims: false,
    ttl: { AccessToken: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, name: `${id} of ${name}` }) }),
  })
  server.on('request', provider.callback())
  return {
    options,
    visit: (address, login = 'ada') => visit(address, login),
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A browser that says yes to everything, until it is led back to the app. */
async function visit(address: URL, login: string): Promise<URL> {
  const jar = new Map<string, string>()
  let [url, form]: [URL, URLSearchParams | null] = [address, null]
  for (let hop = 0; hop < 20; hop++) {
    if (url.origin === origin) return url
    const cookie = Array.from(jar, ([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      method: form === null ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { cookie },
      ...(form === null ? {} : { body: form }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      jar.set(name, value)
    }
    const location = response.headers.get('location')
    const page = await response.text()
    if (location === null) {
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1]
      if (prompt === undefined)
        throw new Error(`The provider answered ${response.status}: ${page.slice(0, 500)}`)
      url = new URL(/action="([^"]+)"/.exec(page)?.[1] ?? '', url)
      form = new URLSearchParams({ prompt, login, password: 'any' })
    } else {
      url = new URL(location, url)
      form = null
    }
  }
  throw new Error('The provider leads in circles.')
}
